import type { Grid } from '../../core/volume/volume.ts';
import type { SeriesSummary, Study } from './study.ts';

/** Headers round spacing and directions; slices of the same scan differ by no more than this share of a voxel. */
const SAME_SHARE = 0.05;

/** The other image of the same scan, by its words and size: the magnitude of a PSIR, or the PSIR of a magnitude. */
export function findCompanion({ series }: Study, taken: SeriesSummary): SeriesSummary | null {
  if (taken.contrast === 'unknown') return null;
  const wanted = taken.contrast === 'PSIR' ? 'magnitude' : 'PSIR';
  return (
    series.find(
      (one) =>
        one.id !== taken.id &&
        one.usable &&
        one.contrast === wanted &&
        one.slices === taken.slices &&
        one.columns === taken.columns &&
        one.rows === taken.rows,
    ) ?? null
  );
}

/** Whether two images have their voxels in the same places of the patient, so that the labels of one fit the other. */
export function isSameGrid(a: Grid, b: Grid): boolean {
  if (a.frame === null || b.frame === null || a.size.some((n, axis) => n !== b.size[axis])) return false;
  const [one, other] = [corners(a), corners(b)];
  const least = Math.min(...a.spacing);
  return one.every((corner, i) => Math.hypot(...corner.map((mm, axis) => mm - other[i][axis])) < SAME_SHARE * least);
}

/** The first voxel and the last along each axis, mm. */
function corners({ size, spacing, frame }: Grid): number[][] {
  if (frame === null) return [];
  const { origin, columnStep, rowStep, sliceStep } = frame;
  const far = [columnStep, rowStep, sliceStep].map((step, axis) =>
    origin.map((mm, i) => mm + step[i] * spacing[axis] * (size[axis] - 1)),
  );
  return [[...origin], ...far];
}
