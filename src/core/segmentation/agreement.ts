/** How well two segmentations of one case agree. */
import { isMyocardium, isScar, Label, type LabelVolume } from '../volume/volume.ts';

/** A structure, by the labels that belong to it. */
export type Structure = (label: number) => boolean;

export const STRUCTURES = {
  cavity: (label: number) => label === Label.bloodPool,
  myocardium: isMyocardium,
  scar: isScar,
  noReflow: (label: number) => label === Label.noReflow,
} as const satisfies Record<string, Structure>;

export function voxelCount(labels: LabelVolume, structure: Structure): number {
  return labels.labels.reduce((count, label) => (structure(label) ? count + 1 : count), 0);
}

/** Dice's coefficient over the whole 3-D case (Dice 1945): 2 |A and B| / (|A| + |B|); NaN where both are empty. */
export function dice(a: LabelVolume, b: LabelVolume, structure: Structure): number {
  let both = 0;
  let sum = 0;
  a.labels.forEach((label, at) => {
    const inA = structure(label);
    const inB = structure(b.labels[at]);
    if (inA && inB) both += 1;
    sum += Number(inA) + Number(inB);
  });
  return (2 * both) / sum;
}

/**
 * The 95th percentile of the distances, in mm, from each border pixel of one segmentation to the nearest of the other, both
 * ways together, in the plane, slice by slice over the slices where both hold the structure (slices are too far apart
 * for a distance across them to mean anything). null where no slice holds it in both.
 */
export function hausdorff95Mm(a: LabelVolume, b: LabelVolume, structure: Structure): number | null {
  const distances: number[] = [];
  for (let slice = 0; slice < a.size[2]; slice++) {
    const borderA = borderMm(a, slice, structure);
    const borderB = borderMm(b, slice, structure);
    if (borderA.length === 0 || borderB.length === 0) continue;
    for (const mm of [...nearestMm(borderA, borderB), ...nearestMm(borderB, borderA)]) distances.push(mm);
  }
  if (distances.length === 0) return null;
  distances.sort((p, q) => p - q);
  return distances[Math.ceil(0.95 * distances.length) - 1];
}

function borderMm(labels: LabelVolume, slice: number, structure: Structure): [number, number][] {
  const [columns, rows] = labels.size;
  const [columnMm, rowMm] = labels.spacing;
  const inside = (column: number, row: number): boolean =>
    column >= 0 &&
    row >= 0 &&
    column < columns &&
    row < rows &&
    structure(labels.labels[column + columns * (row + rows * slice)]);
  const border: [number, number][] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (!inside(column, row)) continue;
      const deep =
        inside(column - 1, row) && inside(column + 1, row) && inside(column, row - 1) && inside(column, row + 1);
      if (!deep) border.push([column * columnMm, row * rowMm]);
    }
  }
  return border;
}

function nearestMm(from: readonly [number, number][], to: readonly [number, number][]): number[] {
  return from.map(([x, y]) => to.reduce((least, [u, v]) => Math.min(least, Math.hypot(x - u, y - v)), Infinity));
}
