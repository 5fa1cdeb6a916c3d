import { ofReading } from '../../../pipeline/analysing/analysis.ts';
import type { SavedCase } from '../../../pipeline/saving/caseFile.ts';
import type { Backend } from '../../../pipeline/analysing/models.ts';
import type { SeriesSummary, Stack } from '../../../pipeline/reading/study.ts';
import type { ReaderSettings } from './readerSettings.svelte.ts';
import { ViewerState } from './viewer.svelte.ts';

/** The image that is shown. It exists once it is read, before anything is found in it. */
export class OpenImage {
  stack: Stack;
  /** The other image of the same scan, on the same grid: the magnitude of a PSIR, or the PSIR of a magnitude. */
  companion = $state.raw<Stack | null>(null);
  /** Whether its case was saved without pixels and they have not been added yet. */
  pixelsMissing: boolean;
  /** The backends on which networks have run for it. */
  backends = $state.raw<readonly Backend[]>([]);
  readonly view: ViewerState;

  constructor(stack: Stack, pixelsMissing: boolean, settings: ReaderSettings) {
    this.stack = $state.raw(stack);
    this.pixelsMissing = $state(pixelsMissing);
    this.view = new ViewerState(stack, settings);
  }

  get synthetic(): boolean {
    return this.stack.source.kind === 'synthetic';
  }

  /** Whether the reader can show the network where the heart is: the pixels are here, and no segmentation came with them. */
  get canShowHeart(): boolean {
    return !this.pixelsMissing && this.stack.labels === null;
  }

  /** Adds the pixels. */
  join(stack: Stack): void {
    this.stack = stack;
    this.pixelsMissing = false;
    this.view.open(stack);
  }

  rename(series: SeriesSummary): void {
    this.stack = { ...this.stack, series };
  }

  ranOn(backend: Backend): void {
    if (!this.backends.includes(backend)) this.backends = [...this.backends, backend];
  }
}

/** The image of a saved case; black where its pixels are not in the file. */
export function imageOf(
  { grid, series, source, voxels, noData, analysis }: SavedCase,
  settings: ReaderSettings,
): OpenImage {
  const { labels, warnings, refused } = analysis;
  const volume = { ...grid, voxels: voxels ?? new Float32Array(labels.labels.length), noData: noData ?? undefined };
  const stack: Stack = { volume, series, source, labels: null, warnings: ofReading(warnings), refused };
  const image = new OpenImage(stack, voxels === null, settings);
  image.view.turnToHeart(stack, labels);
  if (voxels === null) image.view.window = { centre: 1, width: 1 };
  return image;
}
