/**
 * Cross-entropy plus soft Dice, value and gradient in plain arrays: one read-back per step, and no chain of small
 * kernels.
 */
import type { Loss } from './trainNetwork.ts';

export interface LossSpec {
  /** Weight of each class in the cross-entropy. */
  readonly classWeights: readonly number[];
  /** Groups of classes whose soft Dice counts, e.g. [[1], [2, 3, 4], [3, 4], [4]], each with its weight. */
  readonly groups: readonly { readonly classes: readonly number[]; readonly weight: number }[];
}

/** Keeps an absent group's Dice from being 0/0: worth a few tens of pixels. */
const DICE_SMOOTHING_PIXELS = 30;

/**
 * Mean weighted cross-entropy over pixels, plus the sum over groups of weight x (1 - soft Dice), Dice pooled over the batch
 * (Milletari et al., 3DV 2016, with the plain sum in the denominator).
 * @param logits pixels x classes, class fastest
 * @param labels a class for each pixel
 */
export function segmentationLoss(logits: Float32Array, labels: Uint8Array, classes: number, spec: LossSpec): Loss {
  const pixels = labels.length;
  const probabilities = new Float32Array(logits.length);
  let crossEntropy = 0;
  let totalWeight = 0;
  for (let p = 0; p < pixels; p++) {
    const at = p * classes;
    let largest = -Infinity;
    for (let c = 0; c < classes; c++) largest = Math.max(largest, logits[at + c]);
    let total = 0;
    for (let c = 0; c < classes; c++) total += probabilities[at + c] = Math.exp(logits[at + c] - largest);
    for (let c = 0; c < classes; c++) probabilities[at + c] /= total;
    const weight = spec.classWeights[labels[p]];
    totalWeight += weight;
    crossEntropy -= weight * (logits[at + labels[p]] - largest - Math.log(total));
  }

  const gradient = new Float32Array(logits.length);
  for (let p = 0; p < pixels; p++) {
    const at = p * classes;
    const weight = spec.classWeights[labels[p]] / totalWeight;
    for (let c = 0; c < classes; c++) gradient[at + c] = weight * probabilities[at + c];
    gradient[at + labels[p]] -= weight;
  }

  let value = crossEntropy / totalWeight;
  for (const group of spec.groups) {
    const member = new Uint8Array(classes);
    for (const c of group.classes) member[c] = 1;
    const inGroup = new Float32Array(pixels);
    let overlap = 0;
    let sum = 0;
    for (let p = 0; p < pixels; p++) {
      let q = 0;
      for (const c of group.classes) q += probabilities[p * classes + c];
      inGroup[p] = q;
      const truth = member[labels[p]];
      overlap += q * truth;
      sum += q + truth;
    }
    const numerator = 2 * overlap + DICE_SMOOTHING_PIXELS;
    const denominator = sum + DICE_SMOOTHING_PIXELS;
    value += group.weight * (1 - numerator / denominator);
    for (let p = 0; p < pixels; p++) {
      const slope = -group.weight * ((2 * member[labels[p]]) / denominator - numerator / (denominator * denominator));
      const q = inGroup[p];
      for (let c = 0; c < classes; c++) {
        gradient[p * classes + c] += slope * probabilities[p * classes + c] * (member[c] - q);
      }
    }
  }
  return { value, gradients: [gradient] };
}
