import { MAX_HEART_MM, MIN_HEART_MM, type VentriclePlace } from '../../../core/segmentation/ventriclePlace.ts';
import type { LabelVolume, SlicePoint, Volume } from '../../../core/volume/volume.ts';
import type { Stack } from '../../../pipeline/reading/study.ts';
import { nulledWindow, openingWindow, type GrayWindow } from '../../shared/grayWindow.ts';
import { heartRegion, middle, wholeSlice } from '../../shared/region.ts';
import type { ReaderSettings } from './readerSettings.svelte.ts';
import { Ruler } from './ruler.svelte.ts';

/** Windows to choose from: the heart's greys, the whole image's, and viable myocardium black. */
export type Preset = 'heart' | 'image' | 'nulled';
export const PRESETS: readonly Preset[] = ['heart', 'image', 'nulled'];

/** How far the picture can be enlarged or shrunk relative to its opening size. */
const MIN_ZOOM = 0.25;
const MAX_ZOOM = 8;

/** Where nothing was found, the circle starts as wide as a usual left ventricle, mm. [choice] */
const USUAL_HEART_MM = 70;

const NO_WINDOW: GrayWindow = { centre: 0, width: 1 };

/** What the viewer shows of an image: slice, window, place. */
export class ViewerState {
  readonly settings: ReaderSettings;
  /** Index in the stack, from 0. */
  slice = $state(0);
  window = $state.raw(NO_WINDOW);
  opening = $state.raw(NO_WINDOW);
  /** The window of the other image of the same scan; null: the one that it opened with. */
  otherWindow = $state.raw<GrayWindow | null>(null);
  /** Whether the key that hides the overlay is held. */
  peeking = $state(false);
  /** Enlargement relative to the opening size, at which the heart fills the picture. */
  zoom = $state(1);
  /** How far the picture's centre is moved, mm along columns and rows. */
  shiftMm = $state.raw<readonly [number, number]>([0, 0]);
  /** Where the keyboard draws, voxels; null until it does. */
  cross = $state.raw<SlicePoint | null>(null);
  readonly ruler = new Ruler();
  /** The circle that shows where the left ventricle is; null while the reader is not placing one. */
  circle = $state.raw<VentriclePlace | null>(null);
  /** Whether the rotating 3-D picture is shown in place of the slice. */
  solid = $state(false);
  #presets = $state.raw<Readonly<Partial<Record<Preset, GrayWindow>>>>({});

  /** The current preset; null for any other window. */
  readonly preset = $derived(PRESETS.find((preset) => this.#presets[preset] === this.window) ?? null);
  /** The presets that this case has. */
  readonly presets = $derived(PRESETS.filter((preset) => this.#presets[preset]));

  constructor(stack: Stack, settings: ReaderSettings) {
    this.settings = settings;
    this.open(stack);
  }

  /** Starts on the middle slice of a stack. */
  open({ volume }: Stack): void {
    this.opening = openingWindow(volume, middle(volume));
    this.window = this.opening;
    this.otherWindow = null;
    this.#presets = { heart: this.opening, image: openingWindow(volume, wholeSlice(volume)) };
    this.slice = Math.floor(volume.size[2] / 2);
    this.cross = null;
    this.solid = false;
    this.putDownTools();
    this.resetPlace();
  }

  /** Turns to the heart once it is found, and to its grey levels unless the user has set others. */
  turnToHeart({ volume }: Stack, labels: LabelVolume): void {
    const heart = heartRegion(labels);
    if (!heart) return;
    const untouched = this.window === this.opening;
    this.opening = openingWindow(volume, heart);
    if (untouched) this.window = this.opening;
    const nulled = nulledWindow(volume, labels, heart);
    this.#presets = { ...this.#presets, heart: this.opening, ...(nulled && { nulled }) };
  }

  choosePreset(preset: Preset): void {
    this.window = this.#presets[preset] ?? this.opening;
  }

  nextPreset(): void {
    const at = this.preset === null ? -1 : this.presets.indexOf(this.preset);
    this.choosePreset(this.presets[(at + 1) % this.presets.length]);
  }

  resetWindow(): void {
    this.window = this.opening;
    this.otherWindow = null;
  }

  resetPlace(): void {
    this.zoom = 1;
    this.shiftMm = [0, 0];
  }

  /** Enlarges about the picture's centre. */
  zoomBy(factor: number): void {
    this.zoom = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, this.zoom * factor));
  }

  /** Moves the picture's content, mm on the heart. */
  pan(dxMm: number, dyMm: number): void {
    this.shiftMm = [this.shiftMm[0] - dxMm, this.shiftMm[1] - dyMm];
  }

  /** Ruler and circle: only one tool is in use at a time. */
  putDownTools(): void {
    this.ruler.putDown();
    this.circle = null;
  }

  /** Starts placing the circle, where the ventricle is thought to be. */
  beginCircle({ size: [columns, rows], spacing }: Volume, thought: VentriclePlace | null): void {
    const [x, y] = [(columns - 1) / 2, (rows - 1) / 2];
    const widest = Math.min(columns * spacing[0], rows * spacing[1]);
    this.circle = thought ?? { centre: [x, y], diameterMm: Math.min(USUAL_HEART_MM, widest / 2) };
    this.solid = false;
    this.resetPlace();
  }

  /** The circle's centre stays in the slice. */
  moveCircle([column, row]: SlicePoint, { size }: Pick<Volume, 'size'>): void {
    const within = (value: number, count: number): number => Math.min(count - 1, Math.max(0, value));
    if (this.circle) this.circle = { ...this.circle, centre: [within(column, size[0]), within(row, size[1])] };
  }

  resizeCircle(diameterMm: number): void {
    const within = Math.min(MAX_HEART_MM, Math.max(MIN_HEART_MM, diameterMm));
    if (this.circle) this.circle = { ...this.circle, diameterMm: within };
  }

  /** Puts the keyboard's cross on a voxel inside the slice. */
  moveCross(to: SlicePoint, { size }: Volume): void {
    const within = (value: number, count: number): number => Math.min(count - 1, Math.max(0, Math.round(value)));
    this.cross = [within(to[0], size[0]), within(to[1], size[1])];
  }
}
