/** A reader's corrections of a segmentation: what changed, in which order, and back again. */
import type { LabelVolume } from '../volume/volume.ts';

/** Voxels (indices into the labels) and the label that each takes. */
export interface Edit {
  readonly voxels: readonly number[];
  readonly labels: readonly number[];
}

export type EditTool = 'brush' | 'eraser' | 'contour' | 'threshold' | 'copy' | 'clear' | 'interpolate';

/** An edit that was made: what it changed, from what to what. */
export interface EditStep {
  readonly tool: EditTool;
  readonly voxels: Uint32Array;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** The steps that hold, in order, and those taken back, the latest last. */
export interface EditHistory {
  readonly done: readonly EditStep[];
  readonly undone: readonly EditStep[];
}

export const NO_EDITS: EditHistory = { done: [], undone: [] };

interface Edited {
  readonly labels: LabelVolume;
  readonly history: EditHistory;
}

/** Makes an edit. One that changes nothing leaves labels and history as they are; what was undone is forgotten otherwise. */
export function applyEdit(labels: LabelVolume, history: EditHistory, tool: EditTool, edit: Edit): Edited {
  if (edit.voxels.length === 0) return { labels, history };
  const voxels = Uint32Array.from(edit.voxels);
  const step: EditStep = {
    tool,
    voxels,
    before: Uint8Array.from(voxels, (at) => labels.labels[at]),
    after: Uint8Array.from(edit.labels),
  };
  return {
    labels: withLabels(labels, step.voxels, step.after),
    history: { done: [...history.done, step], undone: [] },
  };
}

/** Takes the last edit back; as it is where there is none. */
export function undoEdit(labels: LabelVolume, { done, undone }: EditHistory): Edited {
  const step = done.at(-1);
  if (step === undefined) return { labels, history: { done, undone } };
  return {
    labels: withLabels(labels, step.voxels, step.before),
    history: { done: done.slice(0, -1), undone: [...undone, step] },
  };
}

/** Makes the last edit that was taken back again; as it is where there is none. */
export function redoEdit(labels: LabelVolume, { done, undone }: EditHistory): Edited {
  const step = undone.at(-1);
  if (step === undefined) return { labels, history: { done, undone } };
  return {
    labels: withLabels(labels, step.voxels, step.after),
    history: { done: [...done, step], undone: undone.slice(0, -1) },
  };
}

function withLabels(labels: LabelVolume, voxels: Uint32Array, values: Uint8Array): LabelVolume {
  const changed = labels.labels.slice();
  voxels.forEach((at, i) => (changed[at] = values[i]));
  return { ...labels, labels: changed };
}

/** What was changed by hand, for report and export. */
export interface CorrectionRecord {
  readonly edits: number;
  /** Indices of the slices that differ from what the network gave, from 0. */
  readonly slices: readonly number[];
  /** Voxels that differ. */
  readonly voxels: number;
  readonly tools: readonly EditTool[];
}

/** How a corrected segmentation differs from the network's; null where it does not. */
export function recordCorrections(
  network: LabelVolume,
  corrected: LabelVolume,
  history: EditHistory,
): CorrectionRecord | null {
  const plane = network.size[0] * network.size[1];
  const slices = new Set<number>();
  let voxels = 0;
  network.labels.forEach((label, at) => {
    if (label === corrected.labels[at]) return;
    voxels += 1;
    slices.add(Math.floor(at / plane));
  });
  if (voxels === 0) return null;
  return {
    edits: history.done.length,
    slices: [...slices].sort((a, b) => a - b),
    voxels,
    tools: [...new Set(history.done.map(({ tool }) => tool))],
  };
}
