/** How much blood pool, wall, scar and no-reflow a segmentation holds. */
import { isMyocardium, isScar, Label, voxelVolumeMl, type LabelVolume } from '../volume/volume.ts';

/** Density of myocardium, g/mL: the value that CMR mass is computed with (SCMR, Schulz-Menger et al., JCMR 2020). */
export const MYOCARDIUM_G_PER_ML = 1.05;

/** mL, g and % of the myocardium; myocardium counts viable, scar and no-reflow, and scar counts no-reflow. */
export interface Burden {
  readonly bloodPoolMl: number;
  readonly myocardiumMl: number;
  readonly myocardiumG: number;
  readonly scarMl: number;
  readonly scarG: number;
  readonly burdenPercent: number;
  readonly noReflowMl: number;
  readonly noReflowG: number;
  readonly noReflowPercent: number;
}

/** Measures some or all slices, voxel counts times voxel volume. Percentages are 0 where there is no myocardium. */
export function measureBurden(labels: LabelVolume, firstSlice = 0, endSlice = labels.size[2]): Burden {
  const plane = labels.size[0] * labels.size[1];
  let pool = 0;
  let wall = 0;
  let scar = 0;
  let noReflow = 0;
  for (let at = firstSlice * plane; at < endSlice * plane; at++) {
    const label = labels.labels[at];
    if (label === Label.bloodPool) pool += 1;
    else if (isMyocardium(label)) {
      wall += 1;
      if (isScar(label)) scar += 1;
      if (label === Label.noReflow) noReflow += 1;
    }
  }
  const ml = voxelVolumeMl(labels);
  const share = (part: number): number => (wall > 0 ? (100 * part) / wall : 0);
  return {
    bloodPoolMl: pool * ml,
    myocardiumMl: wall * ml,
    myocardiumG: wall * ml * MYOCARDIUM_G_PER_ML,
    scarMl: scar * ml,
    scarG: scar * ml * MYOCARDIUM_G_PER_ML,
    burdenPercent: share(scar),
    noReflowMl: noReflow * ml,
    noReflowG: noReflow * ml * MYOCARDIUM_G_PER_ML,
    noReflowPercent: share(noReflow),
  };
}
