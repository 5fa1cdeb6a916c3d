/**
 * A phantom is drawn at four points of each voxel: what a point is made of, and what the points say about their voxel.
 */
import { Label, LABEL_COUNT } from '../volume/volume.ts';
import { Tissue, TISSUE_COUNT } from './constants.ts';

/**
 * Each voxel is sampled at four points, each at a different depth of the slice, so edges blur in plane and through the
 * slice. In shares of a voxel and of the slice's thickness (its profile gives the middle the most weight).
 */
export const SAMPLE_COLUMN = [-0.25, 0.25, 0.25, -0.25] as const;
export const SAMPLE_ROW = [-0.25, -0.25, 0.25, 0.25] as const;
export const SAMPLE_DEPTH = [-0.25, 0.08, -0.08, 0.25] as const;
export const SAMPLES = 4;

/** What a point is made of and what it counts as, in one byte: a papillary muscle is myocardium inside the blood pool. */
export const point = (tissue: number, label: number): number => tissue + TISSUE_COUNT * label;
export const POOL_BLOOD = point(Tissue.blood, Label.bloodPool);
export const POOL_MUSCLE = point(Tissue.myocardium, Label.bloodPool);
export const WALL = point(Tissue.myocardium, Label.viable);

/** The label that most of a voxel's points have; in a tie the same corner always decides, so that volumes are kept. */
export function majorityLabels(points: Uint8Array): Uint8Array {
  const voxels = points.length / SAMPLES;
  const labels = new Uint8Array(voxels);
  const counts = new Uint8Array(LABEL_COUNT);
  for (let v = 0; v < voxels; v++) {
    const at = v * SAMPLES;
    // most voxels are outside the heart
    if (
      points[at] < TISSUE_COUNT &&
      points[at + 1] < TISSUE_COUNT &&
      points[at + 2] < TISSUE_COUNT &&
      points[at + 3] < TISSUE_COUNT
    )
      continue;
    counts.fill(0);
    for (let s = 0; s < SAMPLES; s++) counts[(points[at + s] / TISSUE_COUNT) | 0]++;
    let best = (points[at] / TISSUE_COUNT) | 0;
    for (let label = 0; label < LABEL_COUNT; label++) if (counts[label] > counts[best]) best = label;
    labels[v] = best;
  }
  return labels;
}

/**
 * 1 in each voxel labelled scar in which most points of scar are grey zone.
 * @param labels the points' majority labels
 */
export function trueGreyZone(points: Uint8Array, labels: Uint8Array): Uint8Array {
  return labels.map((label, voxel) => {
    if (label !== Label.scar) return 0;
    let grey = 0;
    let core = 0;
    for (let s = 0; s < SAMPLES; s++) {
      const tissue = points[voxel * SAMPLES + s] % TISSUE_COUNT;
      if (tissue === Tissue.greyZone) grey++;
      else if (tissue === Tissue.core) core++;
    }
    return grey >= core ? 1 : 0;
  });
}
