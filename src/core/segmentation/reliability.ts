/** How often a network is right at each stated confidence, and its confidence corrected by that. */

import { isHeart, type LabelVolume } from '../volume/volume.ts';

/** Bins of equal width over confidences from 0 to 1. */
export const RELIABILITY_BINS = 10;

/** For each bin of confidence: how many voxels, the sum of their confidences, and how many the expert labels the same. */
export interface ReliabilityCounts {
  readonly voxels: readonly number[];
  readonly confidence: readonly number[];
  readonly right: readonly number[];
}

/**
 * Counts over the voxels that a predicate selects.
 * @param confidence of each voxel's label, 0 to 1
 */
export function countReliability(
  labels: Uint8Array,
  confidence: Float32Array,
  expert: Uint8Array,
  takes: (label: number) => boolean,
): ReliabilityCounts {
  const counts = { voxels: zeros(), confidence: zeros(), right: zeros() };
  labels.forEach((label, at) => {
    if (!takes(label)) return;
    const bin = Math.min(RELIABILITY_BINS - 1, Math.floor(confidence[at] * RELIABILITY_BINS));
    counts.voxels[bin] += 1;
    counts.confidence[bin] += confidence[at];
    if (expert[at] === label) counts.right[bin] += 1;
  });
  return counts;
}

const zeros = (): number[] => new Array<number>(RELIABILITY_BINS).fill(0);

/** The counts of several cases in one. */
export function addReliability(cases: readonly ReliabilityCounts[]): ReliabilityCounts {
  const total = (of: (counts: ReliabilityCounts) => readonly number[]): number[] =>
    zeros().map((_, bin) => cases.reduce((sum, counts) => sum + of(counts)[bin], 0));
  return { voxels: total((c) => c.voxels), confidence: total((c) => c.confidence), right: total((c) => c.right) };
}

/** Mean over voxels of |confidence - share right| of their bin (expected calibration error, Guo et al., ICML 2017). */
export function expectedCalibrationError({ voxels, confidence, right }: ReliabilityCounts): number {
  const all = voxels.reduce((sum, count) => sum + count, 0);
  return voxels.reduce((sum, count, bin) => (count > 0 ? sum + Math.abs(confidence[bin] - right[bin]) / all : sum), 0);
}

/** A rising, piecewise linear map from stated confidence to the share that was right; constant beyond its ends. */
export interface ConfidenceMap {
  readonly stated: readonly number[];
  readonly right: readonly number[];
}

/** Bins with fewer voxels than this join the next: their share right is noise. */
const FEWEST_VOXELS = 200;

/**
 * The map that corrects confidence: isotonic regression of the share right on the bins' mean confidence (pool adjacent
 * violators, Ayer et al. 1955; Zadrozny and Elkan, KDD 2002).
 * @throws RangeError if no bin holds a voxel
 */
export function fitConfidenceMap({ voxels, confidence, right }: ReliabilityCounts): ConfidenceMap {
  const blocks: { voxels: number; confidence: number; right: number }[] = [];
  voxels.forEach((count, bin) => {
    if (count === 0) return;
    blocks.push({ voxels: count, confidence: confidence[bin], right: right[bin] });
    for (;;) {
      const [before, last] = blocks.slice(-2);
      if (blocks.length < 2) break;
      const rises = before.right / before.voxels < last.right / last.voxels;
      if (rises && before.voxels >= FEWEST_VOXELS) break;
      blocks.splice(-2, 2, {
        voxels: before.voxels + last.voxels,
        confidence: before.confidence + last.confidence,
        right: before.right + last.right,
      });
    }
  });
  if (blocks.length === 0) throw new RangeError('No voxel to learn confidence from.');
  return {
    stated: blocks.map((block) => block.confidence / block.voxels),
    right: blocks.map((block) => block.right / block.voxels),
  };
}

/** A corrected confidence. */
export function calibrated(confidence: number, { stated, right }: ConfidenceMap): number {
  const next = stated.findIndex((value) => value >= confidence);
  if (next === 0) return right[0];
  if (next < 0) return right[right.length - 1];
  const share = (confidence - stated[next - 1]) / (stated[next] - stated[next - 1]);
  return right[next - 1] + share * (right[next] - right[next - 1]);
}

/** How far a segmentation can be trusted, 0 to 1. */
export interface Plausibility {
  /** Mean confidence over each slice's heart; null where it has none. */
  readonly plausibility: readonly (number | null)[];
  /** The same over the heart of the whole stack. */
  readonly casePlausibility: number | null;
}

/** @param confidence of each voxel's label, 0 to 1 */
export function plausibilityOf(
  { labels, size: [columns, rows, slices] }: LabelVolume,
  confidence: Float32Array,
): Plausibility {
  const plane = columns * rows;
  const mean = (from: number, to: number): number | null => {
    let sum = 0;
    let count = 0;
    for (let at = from; at < to; at++) {
      if (!isHeart(labels[at])) continue;
      sum += confidence[at];
      count += 1;
    }
    return count > 0 ? sum / count : null;
  };
  return {
    plausibility: Array.from({ length: slices }, (_, slice) => mean(slice * plane, (slice + 1) * plane)),
    casePlausibility: mean(0, labels.length),
  };
}

/** A slice that is less plausible should be looked at (`npm run evaluate:anatomy` prints what it finds). */
export const DOUBTFUL_PLAUSIBILITY = 0.75;

/** Whether a reader should check a slice; not where nothing was found or no network drew. */
export const isDoubtful = (plausibility: number | null | undefined): boolean =>
  typeof plausibility === 'number' && plausibility < DOUBTFUL_PLAUSIBILITY;

/**
 * Below this agreement between the network's views what was segmented may not be a left ventricle (`npm run
 * evaluate:robustness` prints what it finds and what it misses).
 */
export const MIN_LOOKS_AGREE = 0.87;

/** Whether a segmentation may have missed the heart; not where nothing was found or no network drew. */
export const isHeartDoubtful = (looksAgree: number | null): boolean =>
  looksAgree !== null && looksAgree < MIN_LOOKS_AGREE;
