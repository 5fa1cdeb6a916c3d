import { drawHeartSpec } from '../../core/phantom/drawHeart.ts';
import { makeHeart } from '../../core/phantom/heart.ts';
import { Random } from '../../core/random.ts';
import type { TrainingCase } from './augmentation.ts';
import { prepareCase } from './trainSegmentation.ts';

/** Pixels of scanners in use, mm, and fields of view that hold a chest. [choice] */
const PIXEL_MM = { least: 0.9, most: 2.2 };
const FIELD_MM = { least: 260, most: 400 };
const SLICE_MM = { least: 6, most: 12 };
/** Apex to base with a slice or two to spare at either end. [choice] */
const STACK_MM = { least: 80, most: 130 };

/**
 * Synthetic hearts as training cases: any scanner, field, position and rotation, with slices above the base and below the
 * apex, which experts' stacks do not show. Case k depends on the seed and k alone.
 */
export function drawPhantomCases(count: number, seed: number): TrainingCase[] {
  return Array.from({ length: count }, (_, k) => {
    const random = new Random(Math.imul(seed, 1_000_003) + k);
    const between = (range: { least: number; most: number }): number =>
      range.least + (range.most - range.least) * random.next();
    const pixelMm = between(PIXEL_MM);
    const side = Math.round(between(FIELD_MM) / pixelMm);
    const sliceMm = between(SLICE_MM);
    const slices = Math.round(between(STACK_MM) / sliceMm);
    const { volume, labels } = makeHeart(
      drawHeartSpec([side, side, slices], [pixelMm, pixelMm, sliceMm], random),
      random,
    );
    return prepareCase(`phantom ${k + 1}`, volume, labels);
  });
}
