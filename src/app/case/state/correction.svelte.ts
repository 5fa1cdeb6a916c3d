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
  takeLabels,
  thresholdWall,
} from '../../../core/editing/tools.ts';
import { Label, type HeartLabel, type LabelVolume, type SlicePoint, type Volume } from '../../../core/volume/volume.ts';

import type { ReaderSettings } from './readerSettings.svelte.ts';

/** The tool in use: 'look' sets the window, the others draw. */
export type Hand = 'look' | 'brush' | 'eraser' | 'outline' | 'drag' | 'move';

/** Ends of the brush's radius, mm. */
export const MIN_RADIUS_MM = 1;
export const MAX_RADIUS_MM = 20;

interface Stroke {
  readonly hand: Exclude<Hand, 'look'>;
  readonly slice: number;
  readonly path: readonly SlicePoint[];
}

/** What cannot be drawn on. */
interface Locked {
  /** Everything, while there is no image to draw on. */
  readonly all: () => boolean;
  /** Slices that the reader locked. */
  readonly slices: () => readonly number[];
}

/**
 * A reader's corrections of one case. A stroke is begun, extended and ended, by pointer or keyboard; it is shown while
 * it is drawn, and becomes one step of the history when it ends.
 */
export class Correction {
  hand = $state<Hand>('look');
  /** The segmentation before any correction, for comparison. */
  readonly network: LabelVolume;
  /** The segmentation as it is now. */
  labels: LabelVolume;
  stroke = $state.raw<Stroke | null>(null);
  #history: EditHistory;
  #preview = $state.raw<LabelVolume | null>(null);
  readonly #settings: ReaderSettings;
  readonly #locked: Locked;
  readonly #onChange: () => void;

  /** The segmentation with the stroke that is being drawn. */
  readonly shown = $derived.by(() => this.#preview ?? this.labels);
  readonly canUndo = $derived.by(
    () => this.#history.done.length > 0 && this.#leavesLocked(undoStep(this.labels, this.#history).labels),
  );
  readonly canRedo = $derived.by(
    () => this.#history.undone.length > 0 && this.#leavesLocked(redoStep(this.labels, this.#history).labels),
  );
  /** What differs from the network's segmentation; null where nothing does. */
  readonly record = $derived.by(() => recordCorrections(this.network, this.labels, this.#history));
  /** Whether an edit is shown that has not been kept yet. */
  readonly isPreviewing = $derived(this.#preview !== null);

  /**
   * @param begun the first segmentation, the current one, and the steps between them; null where nobody has corrected
   * @param onChange called whenever `labels` have been changed by hand
   */
  constructor(
    begun: { readonly network: LabelVolume; readonly labels: LabelVolume; readonly history: EditHistory | null },
    settings: ReaderSettings,
    locked: Locked,
    onChange: () => void,
  ) {
    this.network = begun.network;
    this.labels = $state.raw(begun.labels);
    this.#history = $state.raw(begun.history ?? NO_EDITS);
    this.#settings = settings;
    this.#locked = locked;
    this.#onChange = onChange;
  }

  get locked(): boolean {
    return this.#locked.all();
  }

  get structure(): HeartLabel {
    return this.#settings.structure;
  }

  set structure(structure: HeartLabel) {
    this.#settings.structure = structure;
  }

  get radiusMm(): Record<HeartLabel, number> {
    return this.#settings.radiusMm;
  }

  get history(): EditHistory {
    return this.#history;
  }

  take(hand: Hand): void {
    if (this.locked) return;
    this.cancelStroke();
    this.hand = hand;
  }

  /** One mm more or less for the structure that is being drawn. */
  resize(stepMm: number): void {
    const radius = this.radiusMm[this.structure] + stepMm;
    this.radiusMm[this.structure] = Math.min(MAX_RADIUS_MM, Math.max(MIN_RADIUS_MM, radius));
  }

  beginStroke(slice: number, at: SlicePoint): void {
    if (this.hand === 'look' || this.isLocked(slice)) return;
    this.stroke = { hand: this.hand, slice, path: [at] };
    this.#draw(this.labels, this.labels, this.stroke, [at]);
  }

  extendStroke(...points: readonly SlicePoint[]): void {
    if (!this.stroke) return;
    const last = this.stroke.path[this.stroke.path.length - 1];
    this.stroke = { ...this.stroke, path: [...this.stroke.path, ...points] };
    this.#draw(this.labels, this.#preview ?? this.labels, this.stroke, [last, ...points]);
  }

  endStroke(): void {
    if (!this.stroke) return;
    const { hand, slice, path } = this.stroke;
    if (hand === 'outline') this.preview(fillContour(this.labels, slice, path, Label[this.structure]));
    this.stroke = null;
    this.keep(hand);
  }

  cancelStroke(): void {
    this.stroke = null;
    this.#preview = null;
  }

  /** @param latest the new part of the path, which is all that a brush needs to draw */
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

  /** Whether the reader locked a slice; no tool changes it then, nor do undo and redo. */
  isLocked(slice: number): boolean {
    return this.#locked.slices().includes(slice);
  }

  /** Shows an edit of the current segmentation; `keep` applies it. */
  preview(edit: Edit): void {
    this.#preview = this.#withLocked(withEdit(this.labels, edit));
  }

  /** The result of an edit, with locked slices unchanged. */
  #withLocked(edited: LabelVolume): LabelVolume {
    const locked = this.#locked.slices();
    const plane = edited.size[0] * edited.size[1];
    for (const slice of locked) {
      edited.labels.set(this.labels.labels.subarray(slice * plane, (slice + 1) * plane), slice * plane);
    }
    return edited;
  }

  /** Applies the edit that is shown, as one step. */
  keep(tool: EditTool): void {
    if (this.locked || !this.#preview) return;
    const history = recordStep(this.#history, tool, this.labels, this.#preview);
    if (history !== this.#history) {
      this.labels = this.#preview;
      this.#history = history;
      this.#onChange();
    }
    this.#preview = null;
  }

  /** Shows as scar all of a slice's wall that is brighter than a share of the way from its darkest to its brightest. */
  previewThreshold(image: Volume, slice: number, share: number): void {
    this.preview(thresholdWall(image, this.labels, slice, share));
  }

  moveSlice(slice: number, shift: readonly [number, number]): void {
    this.#make('move', (labels) => copySlice(labels, slice, slice, shift));
  }

  copySlice(from: number, to: number): void {
    this.#make('copy', (labels) => copySlice(labels, from, to, [0, 0]));
  }

  /** Whether both slices hold a ventricle and there are slices between them. */
  canInterpolate(one: number, other: number): boolean {
    return canInterpolate(this.labels, one, other);
  }

  interpolate(one: number, other: number): void {
    this.#make('interpolate', (labels) => interpolateSlices(labels, one, other));
  }

  clearSlice(slice: number): void {
    this.#make('clear', (labels) => clearSlice(labels, slice));
  }

  /** Restores a slice as the network drew it. */
  restoreSlice(slice: number): void {
    this.#make('network', (labels) => restoreSlice(labels, this.network, slice));
  }

  #make(tool: EditTool, edit: (labels: LabelVolume) => Edit): void {
    if (this.locked) return;
    this.cancelStroke();
    this.preview(edit(this.labels));
    this.keep(tool);
  }

  /** Replaces all contours by those of a mask. */
  takeLabels(source: LabelVolume): void {
    this.#make('mask', (labels) => takeLabels(labels, source));
  }

  undo(): void {
    this.#step(undoStep);
  }

  redo(): void {
    this.#step(redoStep);
  }

  #step(step: typeof undoStep): void {
    this.cancelStroke();
    if (this.locked) return;
    const { labels, history } = step(this.labels, this.#history);
    if (labels === this.labels || !this.#leavesLocked(labels)) return;
    this.labels = labels;
    this.#history = history;
    this.#onChange();
  }

  #leavesLocked({ labels, size }: LabelVolume): boolean {
    const plane = size[0] * size[1];
    return this.#locked.slices().every((slice) => {
      for (let at = slice * plane; at < (slice + 1) * plane; at++) {
        if (labels[at] !== this.labels.labels[at]) return false;
      }
      return true;
    });
  }
}
