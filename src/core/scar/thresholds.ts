/**
 * Scar by intensity inside a known myocardium: n standard deviations above remote myocardium (Kim et al., Circulation 1999)
 * and full width at half maximum (Amado et al., JACC 2004). Shifting or scaling the intensities changes nothing.
 */
import { quantiles } from '../volume/intensity.ts';
import { isHeart, isMyocardium, isScar, voxelVolumeMl, type LabelVolume, type Volume } from '../volume/volume.ts';
import { MYOCARDIUM_G_PER_ML } from './burden.ts';

/** Healthy wall to compare with. */
export interface RemoteRegion {
  /** Voxel indices in the volume. */
  readonly voxels: readonly number[];
  readonly slice: number;
  readonly mean: number;
  readonly sd: number;
}

export interface ThresholdScar {
  /** As shown to a reader, with its definition. */
  readonly name: string;
  readonly scarMl: number;
  readonly scarG: number;
  /** % of the myocardium. */
  readonly burdenPercent: number;
}

const SECTORS_PER_SLICE = 12;
/** A region of fewer voxels has too uncertain an SD (relative error 1/sqrt(2n): 13% at 30). */
const LEAST_REMOTE_VOXELS = 30;
const SD_MULTIPLES = [2, 3, 5, 6] as const;

/**
 * Finds a small homogeneous region of remote myocardium among all 60 degree sectors of the wall (in steps of 30 degrees, slice
 * by slice, without the pixels that touch blood or what lies outside): of the sectors free of labelled scar (of all, if
 * none is), in the more homogeneous half, the one of median mean. With the SD of the whole wall a threshold would be far too
 * high, with the darkest or the least varying sector far too low.
 * null where no sector has 30 voxels, or the wall is without any variation.
 */
export function findRemoteRegion(image: Volume, labels: LabelVolume): RemoteRegion | null {
  const sectors = wallSectors(labels)
    .map(({ slice, voxels }) => {
      const values = voxels.map((at) => image.voxels[at]);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
      return { slice, voxels, mean, sd: Math.sqrt(variance) };
    })
    .filter((sector) => sector.sd > 0);
  if (sectors.length === 0) return null;
  const withoutScar = sectors.filter(({ voxels }) => !voxels.some((at) => isScar(labels.labels[at])));
  const usable = withoutScar.length > 0 ? withoutScar : sectors;
  const homogeneous = usable
    .sort((a, b) => a.sd - b.sd)
    .slice(0, Math.ceil(usable.length / 2))
    .sort((a, b) => a.mean - b.mean);
  return homogeneous[Math.floor((homogeneous.length - 1) / 2)];
}

function wallSectors(labels: LabelVolume): { slice: number; voxels: number[] }[] {
  const [columns, rows, slices] = labels.size;
  const plane = columns * rows;
  const found: { slice: number; voxels: number[] }[] = [];
  for (let slice = 0; slice < slices; slice++) {
    const centre = heartCentre(labels, slice);
    if (centre === null) continue;
    const slots: number[][] = Array.from({ length: SECTORS_PER_SLICE }, () => []);
    for (let row = 1; row < rows - 1; row++) {
      for (let column = 1; column < columns - 1; column++) {
        const at = slice * plane + row * columns + column;
        const inWall = [at, at - 1, at + 1, at - columns, at + columns].every((near) =>
          isMyocardium(labels.labels[near]),
        );
        if (!inWall) continue;
        const angle = Math.atan2(row - centre[1], column - centre[0]) / (2 * Math.PI) + 1;
        slots[Math.floor(angle * SECTORS_PER_SLICE) % SECTORS_PER_SLICE].push(at);
      }
    }
    slots.forEach((slot, index) => {
      const voxels = [...slot, ...slots[(index + 1) % SECTORS_PER_SLICE]];
      if (voxels.length >= LEAST_REMOTE_VOXELS) found.push({ slice, voxels });
    });
  }
  return found;
}

function heartCentre(labels: LabelVolume, slice: number): [number, number] | null {
  const [columns, rows] = labels.size;
  let count = 0;
  let column = 0;
  let row = 0;
  for (let p = 0; p < columns * rows; p++) {
    if (!isHeart(labels.labels[slice * columns * rows + p])) continue;
    count += 1;
    column += p % columns;
    row += Math.floor(p / columns);
  }
  return count > 0 ? [column / count, row / count] : null;
}

/**
 * Scar inside the myocardium by each method, keyed '2SD', '3SD', '5SD', '6SD' and 'FWHM'; empty without a remote region.
 * FWHM's half is counted from the remote mean, not from the stored zero, because PSIR images are stored with an offset; its
 * maximum is the 99th percentile of what lies above 5 SD (no scar if nothing does).
 */
export function thresholdScar(
  image: Volume,
  labels: LabelVolume,
  remote: RemoteRegion | null,
): Readonly<Record<string, ThresholdScar>> {
  if (remote === null) return {};
  const wall: number[] = [];
  labels.labels.forEach((label, at) => {
    if (isMyocardium(label)) wall.push(image.voxels[at]);
  });
  const ml = voxelVolumeMl(labels);
  const above = (name: string, threshold: number): ThresholdScar => {
    const count = wall.reduce((sum, value) => (value > threshold ? sum + 1 : sum), 0);
    const scarMl = count * ml;
    return { name, scarMl, scarG: scarMl * MYOCARDIUM_G_PER_ML, burdenPercent: (100 * count) / wall.length };
  };
  const methods: Record<string, ThresholdScar> = {};
  for (const n of SD_MULTIPLES) {
    methods[`${n}SD`] = above(`${n} SD above remote myocardium`, remote.mean + n * remote.sd);
  }
  const candidates = wall.filter((value) => value > remote.mean + 5 * remote.sd);
  const maximum = candidates.length > 0 ? quantiles(candidates, [0.99])[0] : Infinity;
  methods['FWHM'] = above(
    'Half of the way from remote myocardium to the brightest scar (FWHM)',
    (remote.mean + maximum) / 2,
  );
  return methods;
}
