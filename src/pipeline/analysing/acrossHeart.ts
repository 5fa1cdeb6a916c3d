/**
 * Makes a short-axis stack from a volume of thin slices in another plane: axial, coronal or along the scanner's table.
 */
import { longAxisOf } from '../../core/segmentation/longAxis.ts';
import {
  HEART_FIELD_MM,
  middleOf,
  reformatVolume,
  USUAL_TOWARDS_BASE,
  type ShortAxisPlane,
} from '../../core/volume/reformat.ts';
import { along, cross, dot, unit } from '../../core/volume/vectors.ts';
import type { Vector3, Volume } from '../../core/volume/volume.ts';
import { segmentStack, type SegmentationNetworks, type StackSegmentation } from '../../nn/segmentStack.ts';
import { acrossPlane, cutOut } from '../reading/reformatted.ts';
import type { Stack } from '../reading/study.ts';

/** The first look covers the whole heart, wherever it is in the chest. */
const FIRST_FIELD_MM = 320;
const FIRST_LENGTH_MM = 160;
/** How far a heart's axis usually is from `USUAL_TOWARDS_BASE`: tried where the usual axis shows no heart. */
const TILT_DEGREES = 25;
/** The remaining error is about a quarter of the last rotation (`longAxisOf`). */
const SETTLED_DEGREES = 5;
const MOST_ROUNDS = 4;
/** A look that is as good as this needs no other. */
const GOOD = 0.7;

interface Look {
  readonly plane: ShortAxisPlane;
  readonly volume: Volume;
  readonly segmentation: StackSegmentation;
  /** How far the finding can be trusted, 0 to 1. */
  readonly score: number;
}

export interface AcrossHeart {
  readonly stack: Stack;
  /** The network's, on that stack; null where it was not run. */
  readonly segmentation: StackSegmentation | null;
}

interface Options {
  /** Called with the share done, 0 to 1. */
  readonly onProgress?: (fraction: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds the left ventricle in slices across the usual long axis, or some tilts of it, and rotates the slices until they
 * are across its own. If it is found nowhere the slices are across the usual axis, and hold no ventricle.
 * @throws BackendError, CancelledError
 */
export async function acrossHeart(
  stack: Stack,
  networks: SegmentationNetworks,
  { onProgress, signal }: Options,
): Promise<AcrossHeart> {
  const { volume } = stack;
  if (volume.frame === null)
    throw new RangeError('A volume that does not say how it lies cannot be cut across an axis.');
  const centre = middleOf(volume, volume.frame);
  let looks = 0;
  const look = async (plane: ShortAxisPlane, fieldMm: number, onlyAsStored = false): Promise<Look> => {
    const cut = reformatVolume(volume, plane, fieldMm);
    const most = 1 + TILTS.length + MOST_ROUNDS;
    const segmentation = await segmentStack(cut, networks, {
      onlyAsStored,
      signal,
      onProgress: (fraction) => onProgress?.((looks + fraction) / most),
    });
    looks += 1;
    const { casePlausibility, looksAgree } = segmentation;
    return { plane, volume: cut, segmentation, score: (casePlausibility ?? 0) * (looksAgree ?? 0) };
  };
  const usual = { towardsBase: USUAL_TOWARDS_BASE, centre, lengthMm: FIRST_LENGTH_MM };
  let best = await look(usual, FIRST_FIELD_MM);
  if (best.score < GOOD) {
    for (const towardsBase of TILTS) {
      const one = await look({ ...usual, towardsBase }, FIRST_FIELD_MM, true);
      if (one.score > best.score) best = one;
    }
  }
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const plane = longAxisOf(best.segmentation.labels);
    if (plane === null) break;
    const next = await look(plane, HEART_FIELD_MM);
    if (next.score === 0) break;
    const turned = degreesBetween(plane.towardsBase, best.plane.towardsBase);
    best = next;
    if (turned < SETTLED_DEGREES) break;
  }
  if (best.score === 0) return { stack: acrossPlane(stack, usual, 'usual'), segmentation: null };
  return { stack: cutOut(stack, best.volume, best.plane, 'network'), segmentation: best.segmentation };
}

const degreesBetween = (a: Vector3, b: Vector3): number => (Math.acos(Math.min(1, dot(a, b))) * 180) / Math.PI;

/** The usual axis tilted to four sides. */
const TILTS: readonly Vector3[] = (() => {
  const side = unit(cross(USUAL_TOWARDS_BASE, [0, 0, 1]));
  const up = cross(side, USUAL_TOWARDS_BASE);
  const turn = Math.tan((TILT_DEGREES * Math.PI) / 180);
  return [side, up].flatMap((way) => [turn, -turn].map((by) => unit(along(USUAL_TOWARDS_BASE, by, way))));
})();
