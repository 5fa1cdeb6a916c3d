import { isHeart, type LabelVolume } from '../volume/volume.ts';
import type { StackEnd } from '../segmentation/anatomy.ts';

/** A segmented stack and which of its ends is the apex. */
export interface LevelledStack {
  readonly labels: LabelVolume;
  readonly apexEnd: StackEnd;
}

/**
 * The slice of another stack of the same heart at the same level: as far from the apex to the base, by share of the
 * slices that show the heart. A slice beyond apex or base finds the last one that shows it; null where one stack shows none.
 */
export function sliceAtSameLevel(here: LevelledStack, slice: number, other: LevelledStack): number | null {
  const [from, to] = [heartSlices(here.labels), heartSlices(other.labels)];
  if (!from || !to) return null;
  const share = Math.min(1, Math.max(0, (slice - from.first) / Math.max(1, from.last - from.first)));
  const turned = here.apexEnd === other.apexEnd ? share : 1 - share;
  return Math.round(to.first + turned * (to.last - to.first));
}

function heartSlices({ size, labels }: LabelVolume): { readonly first: number; readonly last: number } | null {
  const plane = size[0] * size[1];
  const first = labels.findIndex(isHeart);
  const last = labels.findLastIndex(isHeart);
  return first < 0 ? null : { first: Math.floor(first / plane), last: Math.floor(last / plane) };
}
