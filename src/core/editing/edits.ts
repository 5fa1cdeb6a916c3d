/** A reader's corrections of a segmentation: what changed, in which order, and back again. */
import { dice, STRUCTURES } from '../segmentation/agreement.ts';
import { Label, type LabelVolume } from '../volume/volume.ts';

/** Voxels (indices into the labels) and the label that each takes. */
export interface Edit {
  readonly voxels: readonly number[];
  readonly labels: readonly number[];
}

export type EditTool =
  | 'brush'
  | 'eraser'
  | 'outline'
  | 'drag'
  | 'threshold'
  | 'interpolate'
  | 'copy'
  | 'move'
  | 'clear'
  | 'network'
  /** All contours taken from a mask that the reader opened. */
  | 'mask';

/**
 * An edit that was made, as a delta: four numbers for each run of voxels, which are its first voxel, its length, and
 * its label before and after.
 */
export interface EditStep {
  readonly tool: EditTool;
  readonly runs: Uint32Array;
}

/** The steps in force, in order, and those undone, the latest last. */
export interface EditHistory {
  readonly done: readonly EditStep[];
  readonly undone: readonly EditStep[];
}

export const NO_EDITS: EditHistory = { done: [], undone: [] };

/** The labels with an edit made. The input is not changed. */
export function withEdit(labels: LabelVolume, edit: Edit): LabelVolume {
  const changed = labels.labels.slice();
  edit.voxels.forEach((at, i) => (changed[at] = edit.labels[i]));
  return { ...labels, labels: changed };
}

/**
 * The history with the step from `before` to `after`; unchanged where they do not differ. Undone steps are forgotten.
 */
export function recordStep(history: EditHistory, tool: EditTool, before: LabelVolume, after: LabelVolume): EditHistory {
  const runs: number[] = [];
  const [from, to] = [before.labels, after.labels];
  for (let at = 0; at < from.length; at++) {
    if (from[at] === to[at]) continue;
    const first = at;
    while (at + 1 < from.length && from[at + 1] === from[first] && to[at + 1] === to[first]) at += 1;
    runs.push(first, at + 1 - first, from[first], to[first]);
  }
  if (runs.length === 0) return history;
  return { done: [...history.done, { tool, runs: Uint32Array.from(runs) }], undone: [] };
}

interface Edited {
  readonly labels: LabelVolume;
  readonly history: EditHistory;
}

/** Undoes the last step; unchanged where there is none. */
export function undoStep(labels: LabelVolume, { done, undone }: EditHistory): Edited {
  const step = done.at(-1);
  if (step === undefined) return { labels, history: { done, undone } };
  return {
    labels: withRuns(labels, step.runs, 2),
    history: { done: done.slice(0, -1), undone: [...undone, step] },
  };
}

/** Redoes the last step that was undone; unchanged where there is none. */
export function redoStep(labels: LabelVolume, { done, undone }: EditHistory): Edited {
  const step = undone.at(-1);
  if (step === undefined) return { labels, history: { done, undone } };
  return {
    labels: withRuns(labels, step.runs, 3),
    history: { done: [...done, step], undone: undone.slice(0, -1) },
  };
}

/** `side` 2 writes the labels before the step, 3 those after it. */
function withRuns(labels: LabelVolume, runs: Uint32Array, side: 2 | 3): LabelVolume {
  const changed = labels.labels.slice();
  for (let run = 0; run < runs.length; run += 4) {
    changed.fill(runs[run + side], runs[run], runs[run] + runs[run + 1]);
  }
  return { ...labels, labels: changed };
}

/** How a corrected segmentation differs from the network's, for page, report and files. */
export interface CorrectionRecord {
  readonly edits: number;
  readonly tools: readonly EditTool[];
  /** Indices of the slices that differ, from 0. */
  readonly slices: readonly number[];
  /** Voxels that differ: in total, and by what the network and the reader call them. */
  readonly voxels: number;
  readonly changes: readonly {
    readonly from: keyof typeof Label;
    readonly to: keyof typeof Label;
    readonly voxels: number;
  }[];
  /** Dice with the network's segmentation over the whole stack; null where neither has the structure. */
  readonly dice: Readonly<Record<keyof typeof STRUCTURES, number | null>>;
}

/** Says how corrected labels differ from the network's; null where they do not. */
export function recordCorrections(
  network: LabelVolume,
  corrected: LabelVolume,
  history: EditHistory,
): CorrectionRecord | null {
  const names = Object.keys(Label) as (keyof typeof Label)[];
  const plane = network.size[0] * network.size[1];
  const slices = new Set<number>();
  const counts = new Uint32Array(names.length ** 2);
  network.labels.forEach((label, at) => {
    if (label === corrected.labels[at]) return;
    counts[label * names.length + corrected.labels[at]] += 1;
    slices.add(Math.floor(at / plane));
  });
  if (slices.size === 0) return null;
  const changes = [...counts].flatMap((voxels, pair) =>
    voxels > 0 ? [{ from: names[Math.floor(pair / names.length)], to: names[pair % names.length], voxels }] : [],
  );
  const agreement = (name: keyof typeof STRUCTURES): number | null => {
    const value = dice(network, corrected, STRUCTURES[name]);
    return Number.isNaN(value) ? null : value;
  };
  return {
    edits: history.done.length,
    tools: [...new Set(history.done.map(({ tool }) => tool))],
    slices: [...slices].sort((a, b) => a - b),
    voxels: changes.reduce((sum, change) => sum + change.voxels, 0),
    changes,
    dice: {
      cavity: agreement('cavity'),
      myocardium: agreement('myocardium'),
      scar: agreement('scar'),
      noReflow: agreement('noReflow'),
    },
  };
}
