/** How much blood pool, wall, scar and no-reflow a segmentation holds. */
import { isMyocardium, isScar, Label, voxelVolumeMl, type LabelVolume } from '../volume/volume.ts';

/** Density of myocardium, g/mL: the value used to compute mass from CMR (SCMR, Schulz-Menger et al., JCMR 2020). */
export const MYOCARDIUM_G_PER_ML = 1.05;

/** mL, g and % of the myocardium; myocardium includes viable, scar and no-reflow, and scar includes no-reflow. */
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

/** Measures some or all slices, voxel counts times voxel volume, slice by slice. Percentages are 0 where there is no myocardium. */
export function measureBurden(labels: LabelVolume, firstSlice = 0, endSlice = labels.size[2]): Burden {
  const plane = labels.size[0] * labels.size[1];
  let bloodPoolMl = 0;
  let myocardiumMl = 0;
  let scarMl = 0;
  let noReflowMl = 0;
  for (let slice = firstSlice; slice < endSlice; slice++) {
    let pool = 0;
    let wall = 0;
    let scar = 0;
    let noReflow = 0;
    for (let at = slice * plane; at < (slice + 1) * plane; at++) {
      const label = labels.labels[at];
      if (label === Label.bloodPool) pool += 1;
      else if (isMyocardium(label)) {
        wall += 1;
        if (isScar(label)) scar += 1;
        if (label === Label.noReflow) noReflow += 1;
      }
    }
    const ml = voxelVolumeMl(labels, slice);
    bloodPoolMl += pool * ml;
    myocardiumMl += wall * ml;
    scarMl += scar * ml;
    noReflowMl += noReflow * ml;
  }
  const share = (ml: number): number => (myocardiumMl > 0 ? 100 * (ml / myocardiumMl) : 0);
  return {
    bloodPoolMl,
    myocardiumMl,
    myocardiumG: myocardiumMl * MYOCARDIUM_G_PER_ML,
    scarMl,
    scarG: scarMl * MYOCARDIUM_G_PER_ML,
    burdenPercent: share(scarMl),
    noReflowMl,
    noReflowG: noReflowMl * MYOCARDIUM_G_PER_ML,
    noReflowPercent: share(noReflowMl),
  };
}
