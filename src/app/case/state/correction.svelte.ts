import {
  NO_EDITS,
  recordCorrections,
  recordStep,
  redoStep,
  undoStep,
  withEdit,
  type Edit,
  type EditHistory,
  type EditTool,
} from '../../../core/editing/edits.ts';
import {
  canInterpolate,
  clearSlice,
  copySlice,
  dragContour,
  eraseStroke,
  fillContour,
  interpolateSlices,
  paintStroke,
  restoreSlice,
  thresholdWall,
  type SlicePoint,
} from '../../../core/editing/tools.ts';
import { Label, type HeartLabel, type LabelVolume, type Volume } from '../../../core/volume/volume.ts';

/** What is in the hand: 'look' sets the window, the others draw. */
export type Hand = 'look' | 'brush' | 'eraser' | 'outline' | 'drag' | 'move';

/** Ends of the brush's radius, mm. */
export const RADIUS_MM = { least: 1, most: 20 } as const;

interface Stroke {
  readonly hand: Exclude<Hand, 'look'>;
  readonly slice: number;
  readonly path: readonly SlicePoint[];
}

/**
 * A reader's corrections of one case. A stroke is begun, extended and ended, by a pointer or from the keyboard alike; it is
 * shown as it is drawn, and stands in the history as one step once it is ended.
 */
export class Correction {
  hand = $state<Hand>('look');
  structure = $state<HeartLabel>('scar');
  readonly radiusMm = $state<Record<HeartLabel, number>>({ bloodPool: 6, viable: 5, scar: 4, noReflow: 3 });
  /** What the network drew, for comparison; stays as it is. */
  network = $state.raw<LabelVolume | null>(null);
  /** Nothing can be drawn: the image is not there to draw on. */
  locked = $state(false);
  /** The segmentation as it stands. */
  labels = $state.raw<LabelVolume | null>(null);
  stroke = $state.raw<Stroke | null>(null);
  #history = $state.raw<EditHistory>(NO_EDITS);
  #preview = $state.raw<LabelVolume | null>(null);
  readonly #onChange: () => void;

  /** As it stands, with what is being drawn. */
  readonly shown = $derived(this.#preview ?? this.labels);
  readonly canUndo = $derived(this.#history.done.length > 0);
  readonly canRedo = $derived(this.#history.undone.length > 0);
  /** What differs from the network's; null where nothing does. */
  readonly record = $derived(
    this.network && this.labels ? recordCorrections(this.network, this.labels, this.#history) : null,
  );
  /** An edit is shown that does not stand yet. */
  readonly isPreviewing = $derived(this.#preview !== null);

  /** `onChange` is told whenever `labels` have changed by hand. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Begins with a segmentation that nobody has corrected; null forgets the case. */
  start(labels: LabelVolume | null): void {
    this.hand = 'look';
    this.locked = false;
    this.network = labels;
    this.labels = labels;
    this.stroke = null;
    this.#preview = null;
    this.#history = NO_EDITS;
  }

  /** Goes on with corrections made before: what was there first, what stands now, and the way from one to the other. */
  resume(network: LabelVolume, labels: LabelVolume, history: EditHistory): void {
    this.start(network);
    this.labels = labels;
    this.#history = history;
  }

  get history(): EditHistory {
    return this.#history;
  }

  take(hand: Hand): void {
    if (this.locked) return;
    this.cancelStroke();
    this.hand = hand;
  }

  /** One mm more or less for the structure in hand. */
  resize(stepMm: number): void {
    const radius = this.radiusMm[this.structure] + stepMm;
    this.radiusMm[this.structure] = Math.min(RADIUS_MM.most, Math.max(RADIUS_MM.least, radius));
  }

  beginStroke(slice: number, at: SlicePoint): void {
    if (this.hand === 'look' || !this.labels) return;
    this.stroke = { hand: this.hand, slice, path: [at] };
    this.#draw(this.labels, this.labels, this.stroke, [at]);
  }

  extendStroke(...points: readonly SlicePoint[]): void {
    if (!this.stroke || !this.labels) return;
    const last = this.stroke.path[this.stroke.path.length - 1];
    this.stroke = { ...this.stroke, path: [...this.stroke.path, ...points] };
    this.#draw(this.labels, this.#preview ?? this.labels, this.stroke, [last, ...points]);
  }

  endStroke(): void {
    if (!this.stroke || !this.labels) return;
    const { hand, slice, path } = this.stroke;
    if (hand === 'outline') this.preview(fillContour(this.labels, slice, path, Label[this.structure]));
    this.stroke = null;
    this.keep(hand);
  }

  cancelStroke(): void {
    this.stroke = null;
    this.#preview = null;
  }

  /** @param latest the part of the path that is new: all that a brush needs to draw */
  #draw(before: LabelVolume, soFar: LabelVolume, { hand, slice, path }: Stroke, latest: readonly SlicePoint[]): void {
    const [from, to] = [path[0], path[path.length - 1]];
    const radius = this.radiusMm[this.structure];
    switch (hand) {
      case 'brush':
        this.#preview = withEdit(soFar, paintStroke(soFar, slice, latest, radius, Label[this.structure]));
        break;
      case 'eraser':
        this.#preview = withEdit(soFar, eraseStroke(soFar, slice, latest, radius, this.structure));
        break;
      case 'drag':
        this.#preview = withEdit(before, dragContour(before, slice, this.structure, from, to, radius));
        break;
      case 'move':
        this.#preview = withEdit(
          before,
          copySlice(before, slice, slice, [Math.round(to[0] - from[0]), Math.round(to[1] - from[1])]),
        );
        break;
      case 'outline':
        break;
    }
  }

  /** Shows an edit of the segmentation as it stands; `keep` makes it. */
  preview(edit: Edit): void {
    if (this.labels) this.#preview = withEdit(this.labels, edit);
  }

  /** Makes what is shown, as one step. */
  keep(tool: EditTool): void {
    if (this.locked || !this.labels || !this.#preview) return;
    const history = recordStep(this.#history, tool, this.labels, this.#preview);
    if (history !== this.#history) {
      this.labels = this.#preview;
      this.#history = history;
      this.#onChange();
    }
    this.#preview = null;
  }

  /** Shows the wall of a slice with all as scar that reaches a share of the way from its darkest to its brightest. */
  previewThreshold(image: Volume, slice: number, share: number): void {
    if (!this.labels) return;
    this.preview(thresholdWall(image, this.labels, slice, share));
  }

  moveSlice(slice: number, shift: readonly [number, number]): void {
    this.#make('move', (labels) => copySlice(labels, slice, slice, shift));
  }

  copySlice(from: number, to: number): void {
    this.#make('copy', (labels) => copySlice(labels, from, to, [0, 0]));
  }

  /** Whether both slices hold a ventricle and some lie between. */
  canInterpolate(one: number, other: number): boolean {
    return this.labels !== null && canInterpolate(this.labels, one, other);
  }

  interpolate(one: number, other: number): void {
    this.#make('interpolate', (labels) => interpolateSlices(labels, one, other));
  }

  clearSlice(slice: number): void {
    this.#make('clear', (labels) => clearSlice(labels, slice));
  }

  /** A slice as the network drew it. */
  restoreSlice(slice: number): void {
    const { network } = this;
    if (network) this.#make('network', (labels) => restoreSlice(labels, network, slice));
  }

  #make(tool: EditTool, edit: (labels: LabelVolume) => Edit): void {
    if (this.locked || !this.labels) return;
    this.cancelStroke();
    this.preview(edit(this.labels));
    this.keep(tool);
  }

  undo(): void {
    this.#step(undoStep);
  }

  redo(): void {
    this.#step(redoStep);
  }

  #step(step: typeof undoStep): void {
    this.cancelStroke();
    if (this.locked || !this.labels) return;
    const { labels, history } = step(this.labels, this.#history);
    if (labels === this.labels) return;
    this.labels = labels;
    this.#history = history;
    this.#onChange();
  }
}
