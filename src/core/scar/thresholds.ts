/**
 * Scar by intensity inside a known myocardium: n standard deviations above remote myocardium (Kim et al., Circulation 1999),
 * full width at half maximum (Amado et al., JACC 2004) and Otsu's threshold (IEEE Trans SMC 1979); and the grey zone by its
 * three usual definitions. Shifting or scaling the intensities changes nothing.
 *
 * Two rules apply to every method, since without them each counts too much (figures in docs/scar.md):
 * 1. The wall's edge shares its pixels with blood or fat. A pixel there counts only next to a pixel of the wall's
 * inside that counts; where the wall is too thin to have an inside, it counts by itself.
 * 2. No-reflow is dark. Where it is labelled, it counts as scar.
 */
import { quantiles } from '../quantiles.ts';
import { Label, voxelVolumeMl, type LabelVolume, type Volume } from '../volume/volume.ts';
import { MYOCARDIUM_G_PER_ML } from './burden.ts';
import type { Remote } from './remote.ts';
import type { Wall } from './wall.ts';

export const THRESHOLD_METHODS = ['2SD', '3SD', '5SD', '6SD', 'FWHM', 'Otsu'] as const;
export type ThresholdMethod = (typeof THRESHOLD_METHODS)[number];

const METHOD_NAMES: Readonly<Record<ThresholdMethod, string>> = {
  '2SD': '2 SD above remote myocardium',
  '3SD': '3 SD above remote myocardium',
  '5SD': '5 SD above remote myocardium',
  '6SD': '6 SD above remote myocardium',
  FWHM: 'Half of the way from remote myocardium to the brightest scar (FWHM)',
  Otsu: 'The threshold that best parts the wall in two (Otsu)',
};

export interface ThresholdScar {
  /** As shown to a reader, with its definition. */
  readonly name: string;
  readonly scarMl: number;
  readonly scarG: number;
  /** % of the myocardium. */
  readonly burdenPercent: number;
}

export const GREY_ZONE_DEFINITIONS = ['2-3SD', '2-5SD', '35-50%'] as const;
export type GreyZoneDefinition = (typeof GREY_ZONE_DEFINITIONS)[number];

const GREY_ZONE_NAMES: Readonly<Record<GreyZoneDefinition, string>> = {
  '2-3SD': 'Grey zone 2 to 3 SD above remote myocardium, core above',
  '2-5SD': 'Grey zone 2 to 5 SD above remote myocardium, core above',
  '35-50%': 'Grey zone 35 to 50% of the way from remote myocardium to the brightest scar, core above',
};

/** Schools define the grey zone differently: never a figure without its name, never one definition compared with another. */
export interface GreyZone {
  readonly name: string;
  readonly greyMl: number;
  readonly greyG: number;
  readonly coreMl: number;
  readonly coreG: number;
}

/** The wall's intensities as the methods see them. */
export interface WallSignal {
  readonly wall: Wall;
  /** For each voxel of the wall its intensity above the remote myocardium of its slice. */
  readonly excess: Float64Array;
  readonly remoteSd: number;
  /** Excess of the brightest scar: 99th percentile of the inner wall above 5 SD; infinite where nothing is above. */
  readonly brightest: number;
  /** For each voxel of the wall, 1 where it is labelled no-reflow. */
  readonly noReflow: Uint8Array;
}

/** The brightest scar is searched for above this many SD above remote. */
const CANDIDATE_SD = 5;

/** Compares the wall's intensities with remote myocardium. */
export function readSignal(image: Volume, labels: LabelVolume, wall: Wall, remote: Remote): WallSignal {
  const plane = wall.size[0] * wall.size[1];
  const excess = Float64Array.from(wall.voxels, (at) => image.voxels[at] - remote.means[Math.floor(at / plane)]);
  const candidates = excess.filter((value, i) => value > CANDIDATE_SD * remote.sd && wall.inner[i] === 1);
  return {
    wall,
    excess,
    remoteSd: remote.sd,
    brightest: candidates.length > 0 ? quantiles(candidates, [0.99])[0] : Infinity,
    noReflow: Uint8Array.from(wall.voxels, (at) => (labels.labels[at] === Label.noReflow ? 1 : 0)),
  };
}

/** The excess above which a method calls the wall scar. */
function thresholdOf(signal: WallSignal, method: ThresholdMethod): number {
  switch (method) {
    case '2SD':
      return 2 * signal.remoteSd;
    case '3SD':
      return 3 * signal.remoteSd;
    case '5SD':
      return 5 * signal.remoteSd;
    case '6SD':
      return 6 * signal.remoteSd;
    case 'FWHM':
      return signal.brightest / 2;
    case 'Otsu':
      return otsuThreshold(signal.excess);
  }
}

/**
 * The threshold that maximises the variance between the two classes, exactly (no histogram): half way between two
 * neighbouring values. It always divides the values, whether or not there is scar. Infinite where all are the same.
 */
export function otsuThreshold(values: Float64Array): number {
  const sorted = values.slice().sort();
  const count = sorted.length;
  const total = sorted.reduce((sum, value) => sum + value - sorted[0], 0);
  let below = 0;
  let greatest = 0;
  let threshold = Infinity;
  for (let i = 0; i + 1 < count; i++) {
    below += sorted[i] - sorted[0];
    if (sorted[i + 1] === sorted[i]) continue;
    const n = i + 1;
    const between = n * (count - n) * ((total - below) / (count - n) - below / n) ** 2;
    if (between > greatest) {
      greatest = between;
      threshold = (sorted[i] + sorted[i + 1]) / 2;
    }
  }
  return threshold;
}

/**
 * For each voxel of the wall, 1 where it is above a threshold by rule 1 or is no-reflow. A higher threshold never gives
 * more.
 */
function above({ wall, excess, noReflow }: WallSignal, threshold: number): Uint8Array {
  const [columns, rows] = wall.size;
  const neighbours = [-columns - 1, -columns, -columns + 1, -1, 1, columns - 1, columns, columns + 1];
  const plane = columns * rows;
  const found = noReflow.slice();
  const insideOfSlice = new Int8Array(plane);
  for (let slice = 0; slice < wall.size[2]; slice++) {
    const [start, end] = [wall.starts[slice], wall.starts[slice + 1]];
    if (start === end) continue;
    // 0 not inside the wall, 1 inside and over the threshold, -1 inside and not
    insideOfSlice.fill(0);
    for (let i = start; i < end; i++) {
      if (wall.inner[i]) insideOfSlice[wall.voxels[i] - slice * plane] = excess[i] > threshold ? 1 : -1;
    }
    for (let i = start; i < end; i++) {
      if (!(excess[i] > threshold)) continue;
      const at = wall.voxels[i] - slice * plane;
      // A step over the image's border ends beyond the plane or on the far side, where no inside of the wall can be
      // near.
      const beside = wall.inner[i] ? [] : neighbours.map((step) => insideOfSlice[at + step] ?? 0);
      if (beside.includes(1) || !beside.includes(-1)) found[i] = 1;
    }
  }
  return found;
}

/** The labels with a method's scar in place of theirs: no-reflow stays, all other wall is viable or scar. */
export function thresholdLabels(signal: WallSignal, labels: LabelVolume, method: ThresholdMethod): LabelVolume {
  const found = above(signal, thresholdOf(signal, method));
  const replaced = labels.labels.slice();
  signal.wall.voxels.forEach((at, i) => {
    if (replaced[at] !== Label.noReflow) replaced[at] = found[i] ? Label.scar : Label.viable;
  });
  return { ...labels, labels: replaced };
}

/** How much scar each method finds. */
export function thresholdScar(signal: WallSignal): Readonly<Record<ThresholdMethod, ThresholdScar>> {
  const wallMl = millilitres(signal, new Uint8Array(signal.excess.length).fill(1));
  const measure = (method: ThresholdMethod): ThresholdScar => {
    const found = above(signal, thresholdOf(signal, method));
    const scarMl = millilitres(signal, found);
    return {
      name: METHOD_NAMES[method],
      scarMl,
      scarG: scarMl * MYOCARDIUM_G_PER_ML,
      burdenPercent: 100 * (scarMl / wallMl),
    };
  };
  return {
    '2SD': measure('2SD'),
    '3SD': measure('3SD'),
    '5SD': measure('5SD'),
    '6SD': measure('6SD'),
    FWHM: measure('FWHM'),
    Otsu: measure('Otsu'),
  };
}

/** Grey zone and core by each definition. The brightest scar, and so a share of it, counts from the remote mean, not from zero. */
export function measureGreyZones(signal: WallSignal): Readonly<Record<GreyZoneDefinition, GreyZone>> {
  const measure = (definition: GreyZoneDefinition): GreyZone => {
    const [low, high] = greyZoneBounds(signal, definition);
    const coreMl = millilitres(signal, above(signal, high));
    const greyMl = millilitres(signal, above(signal, low)) - coreMl;
    return {
      name: GREY_ZONE_NAMES[definition],
      greyMl,
      greyG: greyMl * MYOCARDIUM_G_PER_ML,
      coreMl,
      coreG: coreMl * MYOCARDIUM_G_PER_ML,
    };
  };
  return { '2-3SD': measure('2-3SD'), '2-5SD': measure('2-5SD'), '35-50%': measure('35-50%') };
}

/** What a voxel is by a definition of the grey zone. */
export const Zone = { neither: 0, grey: 1, core: 2 } as const;

/** For each voxel of the volume one of `Zone`, by a definition. */
export function zoneVoxels(signal: WallSignal, definition: GreyZoneDefinition): Uint8Array {
  const { size, voxels } = signal.wall;
  const [low, high] = greyZoneBounds(signal, definition);
  const [grey, core] = [above(signal, low), above(signal, high)];
  const zones = new Uint8Array(size[0] * size[1] * size[2]);
  voxels.forEach((at, i) => {
    zones[at] = core[i] ? Zone.core : grey[i] ? Zone.grey : Zone.neither;
  });
  return zones;
}

/** 1 in the voxels of the volume that are in the grey zone by a definition. */
export const greyZoneVoxels = (signal: WallSignal, definition: GreyZoneDefinition): Uint8Array =>
  zoneVoxels(signal, definition).map((zone) => Number(zone === Zone.grey));

/** The excess above which the grey zone begins, and above which the core begins. */
function greyZoneBounds(
  { remoteSd, brightest }: WallSignal,
  definition: GreyZoneDefinition,
): readonly [number, number] {
  switch (definition) {
    case '2-3SD':
      return [2 * remoteSd, 3 * remoteSd];
    case '2-5SD':
      return [2 * remoteSd, 5 * remoteSd];
    case '35-50%':
      return [0.35 * brightest, 0.5 * brightest];
  }
}

/** The volume of the wall's flagged voxels. */
function millilitres({ wall }: WallSignal, flags: Uint8Array): number {
  let sum = 0;
  for (let slice = 0; slice + 1 < wall.starts.length; slice++) {
    let count = 0;
    for (let i = wall.starts[slice]; i < wall.starts[slice + 1]; i++) count += flags[i];
    sum += count * voxelVolumeMl(wall, slice);
  }
  return sum;
}
