/** Masks that came with images: how they are recognised, and what their values may mean. */
import { Label } from '../../core/volume/volume.ts';
import type { MaskValue } from './reasons.ts';

/** More values than this are not labels. */
const MOST_LABELS = 24;
/** At least this share of a mask's neighbours in a row are equal; fewer of an image's in air. */
const LEAST_FLAT = 0.75;

/** The values of a mask, ascending; null if these are an image's. A mask has few of them, whole and in flat regions. */
export function maskValues(voxels: Float32Array): number[] | null {
  const values = new Set<number>();
  let flat = 0;
  let before = NaN;
  for (const value of voxels) {
    if (value === before) flat += 1;
    else if (!values.has(value)) {
      if (!Number.isInteger(value) || values.size === MOST_LABELS) return null;
      values.add(value);
    }
    before = value;
  }
  return flat >= LEAST_FLAT * voxels.length ? [...values].sort((a, b) => a - b) : null;
}

/** Conventions of masks: value to label. */
const CONVENTIONS: readonly Readonly<Record<number, number>>[] = [
  // EMIDEC: pool, viable, scar, no-reflow.
  { 1: Label.bloodPool, 2: Label.viable, 3: Label.scar, 4: Label.noReflow },
  // MyoPS: viable, left pool, right pool, oedema (which is not scar), scar.
  {
    200: Label.viable,
    500: Label.bloodPool,
    600: Label.background,
    1220: Label.viable,
    2221: Label.scar,
  },
];

/**
 * What a mask's values may mean, to be confirmed by the reader: those of a convention that has them all, with wall and
 * pool; scar, if there is only one value. null for anything else.
 */
export function mappingOf(values: readonly number[]): MaskValue[] | null {
  const labels = values.filter((value) => value !== 0);
  const convention = CONVENTIONS.find((one) => labels.every((value) => value in one));
  const mapped = convention ? labels.map((value) => ({ value, label: convention[value] })) : [];
  if (hasWallAndPool(mapped)) return mapped;
  return labels.length === 1 ? [{ value: labels[0], label: Label.scar }] : null;
}

/** Whether a mask of these values can be the whole segmentation. */
export function hasWallAndPool(values: readonly MaskValue[]): boolean {
  return [Label.bloodPool, Label.viable].every((label) => values.some((one) => one.label === label));
}

/** A mask's voxels as labels; a value that is not mapped is background. */
export function mappedLabels(voxels: Float32Array, mapping: readonly MaskValue[]): Uint8Array {
  const labelOf = new Map(mapping.map(({ value, label }) => [value, label]));
  return Uint8Array.from(voxels, (value) => labelOf.get(value) ?? Label.background);
}
