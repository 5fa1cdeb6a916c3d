import { MYOCARDIUM_G_PER_ML } from '../scar/burden.ts';
import { Random } from '../random.ts';
import { cross } from '../volume/vectors.ts';
import {
  type Grid,
  Label,
  type LabelVolume,
  type PatientFrame,
  type Vector3,
  type Volume,
  voxelVolumeMl,
} from '../volume/volume.ts';
import { Tissue } from './constants.ts';
import type { HeartSpec } from './heartSpec.ts';
import { shapeLeftVentricle } from './leftVentricle.ts';
import { majorityLabels, point, POOL_BLOOD, POOL_MUSCLE, SAMPLE_DEPTH, SAMPLES } from './points.ts';
import { lowest, rankScar } from './rankScar.ts';
import { takeImage } from './scan.ts';
import { drawTissues, type WallPoints } from './tissues.ts';
import { type Noise, valueNoise } from './valueNoise.ts';

/** What the phantom is made of, before the image's pixels blur it. scarG holds grey zone, core and no-reflow; coreG = scarG - greyZoneG. */
export interface HeartTruth {
  readonly scarG: number;
  readonly greyZoneG: number;
  readonly coreG: number;
  readonly noReflowG: number;
  readonly myocardiumG: number;
  readonly bloodPoolMl: number;
}

/** A volume whose position in the patient is known. */
export interface PlacedVolume extends Volume {
  readonly frame: PatientFrame;
}

export interface Heart {
  readonly volume: PlacedVolume;
  readonly labels: LabelVolume;
  readonly truth: HeartTruth;
}

/** A plausible short axis: image right, image down, and apex to base, in DICOM LPS, before the in-plane rotation. */
const APEX_TO_BASE: Vector3 = [-0.6, 0.6, 0.5291502622];
const IMAGE_RIGHT: Vector3 = [0.7727, 0.6117, 0.1826];
/** Where the endocardial apex is in the patient, mm. */
const APEX_MM: Vector3 = [80, -70, -40];

/**
 * Makes a synthetic LGE short-axis stack: tissues drawn at four points per voxel, inversion-recovery signal from their
 * T1 after contrast, coil shading, complex noise, PSIR or magnitude. Slices run from apex to base. The same spec and
 * seed give the same voxels.
 */
export function makeHeart(spec: HeartSpec, random: Random): Heart {
  const { grid, points, noise, truth } = drawHeart(spec, random, () => true);
  const voxels = takeImage(spec, points, noise, everySlice(spec), () => random);
  return { volume: { ...grid, voxels }, labels: { ...grid, labels: majorityLabels(points) }, truth };
}

/** A heart before it is scanned: what is at four points of each voxel. */
export interface DrawnHeart {
  readonly grid: Grid & { readonly frame: PatientFrame };
  /** Tissue and label of each point, in one byte. */
  readonly points: Uint8Array;
  readonly noise: Noise;
  readonly truth: HeartTruth;
}

const everySlice = ({ size }: HeartSpec): number[] => Array.from({ length: size[2] }, (_, slice) => slice);

/**
 * Draws wall, pool and scar in every slice, and in those that `isWhole` selects also the muscle in the pool and what is
 * around the heart. The wall, its scar and the truth are the same however many slices are whole.
 */
export function drawHeart(spec: HeartSpec, random: Random, isWhole: (slice: number) => boolean): DrawnHeart {
  const [, , slices] = spec.size;
  const thickness = spec.sliceThicknessMm;
  // the base plane is half a slice above the last slice that shows the ventricle
  const top = slices - spec.slicesAboveBase - 0.5;
  const sliceHeightMm = (slice: number): number => spec.lengthMm + (slice - top) * spec.spacing[2];
  const planes = new Float64Array(slices * SAMPLES);
  for (let p = 0; p < planes.length; p++) {
    planes[p] = sliceHeightMm(Math.floor(p / SAMPLES)) + SAMPLE_DEPTH[p % SAMPLES] * thickness;
  }
  const ventricle = shapeLeftVentricle(spec, planes, spec.spacing[2] / SAMPLES, random);
  const noise = valueNoise(random);
  const shifts = Float64Array.from({ length: slices * 2 }, () => spec.acquisition.breathHoldShiftMm * random.normal());

  const grid = { size: spec.size, spacing: spec.spacing, frame: patientFrame(spec, sliceHeightMm(0)) };
  const { tissues, wall } = drawTissues(spec, ventricle, shifts, noise, random, isWhole);
  return { grid, points: tissues, noise, truth: placeScar(spec, tissues, wall, grid) };
}

/**
 * Scans slices of a heart that was drawn: another acquisition of the same heart. Each slice has its own noise, so it is
 * the same whether it is scanned alone or in its stack.
 * @param spec as the heart was drawn, except for inversion time, contrast, field, noise, shading, resolution and ghosts
 */
export function scanSlices(spec: HeartSpec, heart: DrawnHeart, slices: readonly number[], seed: number): Float32Array {
  return takeImage(spec, heart.points, heart.noise, slices, (slice) => new Random(seed + SLICE_SEEDS * (slice + 1)));
}

/** A prime, to keep the slices' seeds apart. */
const SLICE_SEEDS = 104_729;

export const heartLabels = ({ grid, points }: DrawnHeart): LabelVolume => ({ ...grid, labels: majorityLabels(points) });

function patientFrame(spec: HeartSpec, firstSliceMm: number): PatientFrame {
  const cos = Math.cos(spec.rotation);
  const sin = Math.sin(spec.rotation);
  const right = unit(IMAGE_RIGHT);
  const normal = unit(APEX_TO_BASE);
  const down = cross(normal, right);
  const columnStep = unit([0, 1, 2].map((i) => cos * right[i] - sin * down[i]) as unknown as Vector3);
  const rowStep = cross(normal, columnStep);
  const u = -((spec.size[0] - 1) / 2) * spec.spacing[0] - spec.centreMm[0];
  const v = -((spec.size[1] - 1) / 2) * spec.spacing[1] - spec.centreMm[1];
  const at = (i: 0 | 1 | 2): number => APEX_MM[i] + u * columnStep[i] + v * rowStep[i] + firstSliceMm * normal[i];
  return { origin: [at(0), at(1), at(2)], columnStep, rowStep, sliceStep: normal };
}

function unit([x, y, z]: Vector3): Vector3 {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

/**
 * Turns the first points in the scar's order into scar until it has the spec's mass, its patchy border into
 * grey zone and, in an acute infarct, its depth into no-reflow.
 */
function placeScar(spec: HeartSpec, tissues: Uint8Array, wall: WallPoints, grid: Grid): HeartTruth {
  const pointMl = voxelVolumeMl(grid) / SAMPLES;
  const pointG = pointMl * MYOCARDIUM_G_PER_ML;
  const points = wall.index.length;
  const { scar } = spec;
  const scarPoints = scar.kind === 'none' ? 0 : Math.min(points, Math.round(scar.scarG / pointG));

  let greyPoints = 0;
  let noReflowPoints = 0;
  if (scar.kind !== 'none' && scarPoints > 0) {
    greyPoints = Math.round(scarPoints * scar.greyFraction);
    const { chosen, border, core } = rankScar(wall.order, wall.patch, scarPoints, greyPoints);
    for (const i of chosen) tissues[wall.index[i]] = point(Tissue.greyZone, Label.scar);
    for (const c of core) tissues[wall.index[chosen[c]]] = point(Tissue.core, Label.scar);
    if (scar.kind === 'infarct' && scar.acute && scar.noReflowFraction > 0) {
      noReflowPoints = Math.min(core.length, Math.round(scarPoints * scar.noReflowFraction));
      const within = Float64Array.from(core, (c) => border[c] + 1.2 * Math.abs(wall.depth[chosen[c]] - 0.35));
      for (const n of lowest(within, noReflowPoints))
        tissues[wall.index[chosen[core[n]]]] = point(Tissue.noReflow, Label.noReflow);
    }
  }
  let pool = 0;
  for (let i = 0; i < tissues.length; i++) if (tissues[i] === POOL_BLOOD || tissues[i] === POOL_MUSCLE) pool++;
  return {
    scarG: scarPoints * pointG,
    greyZoneG: greyPoints * pointG,
    coreG: (scarPoints - greyPoints) * pointG,
    noReflowG: noReflowPoints * pointG,
    myocardiumG: points * pointG,
    bloodPoolMl: pool * pointMl,
  };
}
