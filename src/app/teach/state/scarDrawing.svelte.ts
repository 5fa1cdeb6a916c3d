import { eraseStroke, paintStroke } from '../../../core/editing/tools.ts';
import {
  gridOf,
  isScar,
  Label,
  voxelVolumeMl,
  type Grid,
  type LabelVolume,
  type SlicePoint,
} from '../../../core/volume/volume.ts';
import { runsOfScar, type HeartAnswer } from '../../../pipeline/teaching/readingSet.ts';

/** What a pointer does on the image: nothing, draw scar, or erase it. */
export const HANDS = ['look', 'draw', 'erase'] as const;
export type Hand = (typeof HANDS)[number];

/** Of the brush: a wall is about twice as thick. */
const RADIUS_MM = 2.5;

/** Scar as a student draws it on the stack of one heart. The wall is not given: it may be drawn anywhere. */
export class ScarDrawing {
  hand = $state<Hand>('look');
  /** null until something is drawn. */
  labels = $state.raw<LabelVolume | null>(null);
  #before = $state.raw<readonly (LabelVolume | null)[]>([]);

  /** Only what is drawn, to be outlined. */
  readonly outline: LabelVolume | null = $derived.by(() => {
    if (!this.labels) return null;
    return { ...this.labels, labels: this.labels.labels.map((label) => (isScar(label) ? label : Label.background)) };
  });

  /** Of what is drawn; null where nothing is. */
  readonly scarMl: number | null = $derived.by(() => {
    if (!this.labels) return null;
    const voxels = this.labels.labels.filter(isScar).length;
    return voxels > 0 ? voxels * voxelVolumeMl(this.labels) : null;
  });

  /** The part of an answer that a drawing gives; empty if nothing is drawn. */
  get answer(): Partial<HeartAnswer> {
    return this.labels && this.scarMl !== null ? { scarMl: this.scarMl, drawn: runsOfScar(this.labels.labels) } : {};
  }

  get canUndo(): boolean {
    return this.#before.length > 0;
  }

  /** A stroke begins: the present state can be restored. */
  begin(): void {
    this.#before = [...this.#before, this.labels];
  }

  /** Continues the stroke as the hand moves. @param grid of the stack */
  stroke(grid: Grid, slice: number, path: readonly SlicePoint[]): void {
    if (this.hand === 'look') return;
    const labels = this.labels ?? emptyOn(grid);
    const edit =
      this.hand === 'draw'
        ? paintStroke(labels, slice, path, RADIUS_MM, Label.scar)
        : eraseStroke(labels, slice, path, RADIUS_MM, 'scar');
    const drawn = labels.labels.slice();
    edit.voxels.forEach((voxel, i) => (drawn[voxel] = edit.labels[i]));
    this.labels = { ...labels, labels: drawn };
  }

  undo(): void {
    this.labels = this.#before.at(-1) ?? null;
    this.#before = this.#before.slice(0, -1);
  }

  clear(): void {
    this.hand = 'look';
    this.labels = null;
    this.#before = [];
  }
}

/** A brush draws scar only in wall, so all of the stack is wall. */
function emptyOn(grid: Grid): LabelVolume {
  const [columns, rows, slices] = grid.size;
  return { ...gridOf(grid), labels: new Uint8Array(columns * rows * slices).fill(Label.viable) };
}
