/**
 * Hearts of simulated patients on real anatomies: a labelled stack's ventricle, wall, noise and artefacts, smoothly warped to
 * the patient's cavity and mass, its own scar taken out and the patient's put in. What is real is all but the scar's signal,
 * which follows the phantom's physics between the stack's own blood and wall; so the truth is as exact as a phantom's.
 */
import type { Random } from '../random.ts';
import { apexFromMask } from '../segmentation/anatomy.ts';
import { MYOCARDIUM_G_PER_ML } from '../scar/burden.ts';
import { readWall } from '../scar/wall.ts';
import { quantiles } from '../quantiles.ts';
import { bilinear } from '../volume/plane.ts';
import {
  isHeart,
  isMyocardium,
  isScar,
  Label,
  voxelVolumeMl,
  type LabelVolume,
  type Volume,
} from '../volume/volume.ts';
import { patientScar, withMeasuredHeart, type SimulatedPatient } from './cohort.ts';
import { INVERSION_EFFICIENCY, Tissue, type Effect } from './constants.ts';
import { drawAcquisition } from './drawHeart.ts';
import type { Acquisition } from './heartSpec.ts';
import { contrastT1Ms, nullingTimeMs, tissueSignals } from './inversionRecovery.ts';
import { scarShape } from './leftVentricle.ts';
import { blur, blurKernel } from './pointSpread.ts';
import { rankScar } from './rankScar.ts';
import { valueNoise } from './valueNoise.ts';

/** Directions at which a slice's outlines are tabled. */
const ANGLES = 64;
const ANGLE_STEP = (2 * Math.PI) / ANGLES;
/** Outlines are smoothed over this many of them, SD. */
const OUTLINE_SMOOTHING = 2;
/** Points a pixel, along each side, by which its area is shared out among directions. */
const OUTLINE_POINTS = 2;

/** What lies this near to an expert's scar is its fringe, and is taken out with it, mm. */
const FRINGE_MM = 3;
/** What is left of the noise where scar was taken out: what differs from the mean of so many mm around. */
const NOISE_REACH_MM = 4;
/** Fewer viable voxels than this do not say how bright a slice's wall is. */
const LEAST_VIABLE = 20;

/** The field that the heart image shows, in pixels near those of a scan. */
const GRID = { side: 96, pixelMm: 1.5 } as const;
/** How far a real ventricle may be changed: beyond, the patient's heart is the nearest that it can become. [choice] */
const LIMITS = { length: [0.85, 1.25], cavity: [0.8, 1.5], wall: [0.6, 1.6] } as const;
/** Waves that bend a slice: their number, their length, mm, and amplitude, mm, SD. [choice] */
const WAVES = { count: 3, lengthMm: 110, amplitudeMm: 2 } as const;
/** How ragged scar is that grows from where an expert drew it, mm. [choice] */
const RAGGED_MM = 2.5;

/** Mean radius of pool and of heart by direction from the middle, mm. */
interface Outline {
  /** Column and row. */
  readonly centre: readonly [number, number];
  readonly inner: Float64Array;
  readonly outer: Float64Array;
}

/** A real ventricle without its scar. */
export interface Anatomy {
  /** Slices from apex to base. */
  readonly image: Volume;
  /** Background, blood pool and viable myocardium. */
  readonly labels: LabelVolume;
  /** By slice; null where there is no heart. */
  readonly outlines: readonly (Outline | null)[];
  /** Blood less viable wall, by slice. */
  readonly contrast: readonly number[];
  /** mm from where the expert drew scar, negative inside it; null where there was none. */
  readonly fromScarMm: Float32Array | null;
}

/**
 * Takes an expert's scar out of a stack, and reads what a warp needs.
 * @returns null where a stack has no blood pool or no wall free of scar
 */
export function readAnatomy(stack: Volume, drawn: LabelVolume): Anatomy | null {
  const [image, labels] = apexFirst(stack, drawn);
  const [columns, rows, slices] = image.size;
  const plane = columns * rows;
  const fromScarMm = distanceFromScar(labels);
  const isFree = (at: number): boolean =>
    isMyocardium(labels.labels[at]) && (fromScarMm === null || fromScarMm[at] > FRINGE_MM);

  const median = (take: (at: number) => boolean, slice: number, least: number): number | null => {
    const values: number[] = [];
    for (let at = slice * plane; at < (slice + 1) * plane; at++) if (take(at)) values.push(image.voxels[at]);
    return values.length >= least ? quantiles(values, [0.5])[0] : null;
  };
  const every = Array.from({ length: slices }, (_, slice) => slice);
  const blood = fillGaps(every.map((slice) => median((at) => labels.labels[at] === Label.bloodPool, slice, 1)));
  const viable = fillGaps(every.map((slice) => median(isFree, slice, LEAST_VIABLE)));
  if (blood === null || viable === null) return null;

  const voxels = image.voxels.slice();
  every.forEach((slice) => {
    for (let at = slice * plane; at < (slice + 1) * plane; at++) {
      if (!isMyocardium(labels.labels[at]) || isFree(at)) continue;
      voxels[at] =
        viable[slice] +
        image.voxels[at] -
        meanAround(image, at, (one) => isMyocardium(labels.labels[one]) && !isFree(one));
    }
  });
  const { centres } = readWall(labels);
  return {
    image: { ...image, voxels },
    labels: { ...labels, labels: labels.labels.map((label) => (isMyocardium(label) ? Label.viable : label)) },
    outlines: centres.map((centre, slice) => centre && outlineOf(labels, slice, centre)),
    contrast: blood.map((value, slice) => value - viable[slice]),
    fromScarMm,
  };
}

/** Image and labels with the apex in the first slice. */
function apexFirst(image: Volume, labels: LabelVolume): [Volume, LabelVolume] {
  if (apexFromMask(labels) !== 'last') return [image, labels];
  const plane = image.size[0] * image.size[1];
  const turned = <T extends Float32Array | Uint8Array>(values: T): T => {
    const other = values.slice() as T;
    for (let slice = 0; slice < image.size[2]; slice++) {
      other.set(values.subarray(slice * plane, (slice + 1) * plane), (image.size[2] - 1 - slice) * plane);
    }
    return other;
  };
  return [
    { ...image, voxels: turned(image.voxels) },
    { ...labels, labels: turned(labels.labels) },
  ];
}

/** By voxel of the wall, mm from the nearest voxel of scar, or within scar less the mm to viable wall. */
function distanceFromScar({ labels, size, spacing }: LabelVolume): Float32Array | null {
  const [columns, rows] = size;
  const scar: number[] = [];
  const viable: number[] = [];
  labels.forEach((label, at) => {
    if (isScar(label)) scar.push(at);
    else if (label === Label.viable) viable.push(at);
  });
  if (scar.length === 0 || viable.length === 0) return null;
  const place = (at: number): readonly [number, number, number] => [
    (at % columns) * spacing[0],
    (Math.floor(at / columns) % rows) * spacing[1],
    Math.floor(at / (columns * rows)) * spacing[2],
  ];
  const distance = new Float32Array(labels.length).fill(Infinity);
  const nearest = (from: readonly number[], to: readonly number[], sign: 1 | -1): void => {
    const places = to.map(place);
    for (const at of from) {
      const [x, y, z] = place(at);
      let least = Infinity;
      for (const [u, v, w] of places) least = Math.min(least, (u - x) ** 2 + (v - y) ** 2 + (w - z) ** 2);
      distance[at] = sign * Math.sqrt(least);
    }
  };
  nearest(viable, scar, 1);
  nearest(scar, viable, -1);
  return distance;
}

/** Values with each gap as the nearest known one; null where none is known. */
function fillGaps(values: readonly (number | null)[]): number[] | null {
  const known = values.flatMap((value, at) => (value === null ? [] : [{ at, value }]));
  if (known.length === 0) return null;
  return values.map(
    (_, at) => known.reduce((best, one) => (Math.abs(one.at - at) < Math.abs(best.at - at) ? one : best)).value,
  );
}

function meanAround({ voxels, size, spacing }: Volume, at: number, take: (at: number) => boolean): number {
  const [columns, rows] = size;
  const column = at % columns;
  const row = Math.floor(at / columns) % rows;
  const [across, down] = [Math.round(NOISE_REACH_MM / spacing[0]), Math.round(NOISE_REACH_MM / spacing[1])];
  let sum = 0;
  let count = 0;
  for (let v = Math.max(0, row - down); v <= Math.min(rows - 1, row + down); v++) {
    for (let u = Math.max(0, column - across); u <= Math.min(columns - 1, column + across); u++) {
      const one = at + (v - row) * columns + u - column;
      if (!take(one)) continue;
      sum += voxels[one];
      count += 1;
    }
  }
  return sum / count;
}

/** The radii that give each direction the area that it holds, so that papillary gaps and corners do no harm. */
function outlineOf({ labels, size, spacing }: LabelVolume, slice: number, centre: readonly [number, number]): Outline {
  const [columns, rows] = size;
  const area = (spacing[0] * spacing[1]) / OUTLINE_POINTS ** 2;
  const pool = new Float64Array(ANGLES);
  const heart = new Float64Array(ANGLES);
  for (let at = 0; at < columns * rows; at++) {
    const label = labels[slice * columns * rows + at];
    if (!isHeart(label)) continue;
    for (let point = 0; point < OUTLINE_POINTS ** 2; point++) {
      const shift = (k: number): number => (k + 0.5) / OUTLINE_POINTS - 0.5;
      const x = ((at % columns) + shift(point % OUTLINE_POINTS) - centre[0]) * spacing[0];
      const y = (Math.floor(at / columns) + shift(Math.floor(point / OUTLINE_POINTS)) - centre[1]) * spacing[1];
      const angle = Math.floor(((Math.atan2(y, x) + 2 * Math.PI) % (2 * Math.PI)) / ANGLE_STEP) % ANGLES;
      heart[angle] += area;
      if (label === Label.bloodPool) pool[angle] += area;
    }
  }
  const radii = (areas: Float64Array): Float64Array =>
    smoothed(areas).map((value) => Math.sqrt((2 * value) / ANGLE_STEP));
  return { centre, inner: radii(pool), outer: radii(heart) };
}

function smoothed(values: Float64Array): Float64Array {
  const reach = 3 * OUTLINE_SMOOTHING;
  return values.map((_, at) => {
    let sum = 0;
    let weights = 0;
    for (let k = -reach; k <= reach; k++) {
      const weight = Math.exp((-k * k) / (2 * OUTLINE_SMOOTHING ** 2));
      sum += weight * values[(at + k + ANGLES) % ANGLES];
      weights += weight;
    }
    return sum / weights;
  });
}

/** How a ventricle is stretched: along its axis, its cavity's radius, its wall's thickness. */
interface Stretch {
  readonly length: number;
  readonly cavity: number;
  readonly wall: number;
}

const within = (value: number, [least, most]: readonly [number, number]): number =>
  Math.min(most, Math.max(least, value));

/** The stretch that gives the patient's cavity and mass, as near as the limits allow. */
function stretchFor({ labels, outlines }: Anatomy, { edvMl, lvMassG }: SimulatedPatient): Stretch {
  let poolMm3 = 0;
  let byWall = 0;
  let byWallSquared = 0;
  for (const outline of outlines) {
    if (outline === null) continue;
    outline.inner.forEach((inner, angle) => {
      const wall = outline.outer[angle] - inner;
      poolMm3 += 0.5 * inner * inner * ANGLE_STEP * labels.spacing[2];
      byWall += inner * wall * ANGLE_STEP * labels.spacing[2];
      byWallSquared += 0.5 * wall * wall * ANGLE_STEP * labels.spacing[2];
    });
  }
  const larger = (edvMl * 1000) / poolMm3;
  const length = within(Math.cbrt(larger), LIMITS.length);
  const cavity = within(Math.sqrt(larger / length), LIMITS.cavity);
  // wall^2 byWallSquared + wall cavity byWall = the mass asked for
  const volume = (lvMassG / MYOCARDIUM_G_PER_ML) * 1000;
  const linear = cavity * byWall;
  const root = Math.sqrt(linear * linear + (4 * byWallSquared * volume) / length);
  return { length, cavity, wall: within((root - linear) / (2 * byWallSquared), LIMITS.wall) };
}

/** A patient's heart on a real anatomy. */
export interface WarpedHeart {
  readonly volume: Volume;
  readonly labels: LabelVolume;
  /** The patient with the measures that the heart has, the risk that the law gives them, and an outcome drawn from it. */
  readonly patient: SimulatedPatient;
}

/**
 * The heart of a simulated patient, from a real one: turned, mirrored, bent, stretched to the patient's cavity and mass; scar of
 * the patient's share of the wall and grey zone's share of it, grown or shrunk from where the expert drew scar, or in a coronary
 * territory where the heart had none.
 * @param effect whose law gives the risk
 */
export function warpedHeart(anatomy: Anatomy, patient: SimulatedPatient, effect: Effect, random: Random): WarpedHeart {
  const { image, labels: source, outlines } = anatomy;
  const [columns, rows, slices] = source.size;
  const plane = columns * rows;
  const stretch = stretchFor(anatomy, patient);
  const grid = {
    size: [GRID.side, GRID.side, slices] as const,
    spacing: [GRID.pixelMm, GRID.pixelMm, source.spacing[2] * stretch.length] as const,
    frame: null,
  };
  const area = GRID.side ** 2;
  const voxels = new Float32Array(area * slices);
  const labels = new Uint8Array(area * slices);
  const noise = valueNoise(random);
  const bend = drawWaves(random);
  const turn = 2 * Math.PI * random.next();
  const mirror = random.next() < 0.5 ? -1 : 1;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const territory = scarShape(patientScar(patient, random), random);
  const wall: { index: number[]; order: number[]; patch: number[] } = { index: [], order: [], patch: [] };

  const held = outlines.flatMap((outline, slice) => (outline === null ? [] : [slice]));
  const middle = [0, 1].map(
    (axis) => held.reduce((sum, slice) => sum + (outlines[slice] as Outline).centre[axis], 0) / held.length,
  );
  for (const slice of held) {
    const outline = outlines[slice] as Outline;
    const height = (slice - held[0] + 0.5) / held.length;
    // a slice keeps its shift against the others
    const [offsetX, offsetY] = [0, 1].map((axis) => (outline.centre[axis] - middle[axis]) * source.spacing[axis]);
    for (let pixel = 0; pixel < area; pixel++) {
      const x = ((pixel % GRID.side) - (GRID.side - 1) / 2) * GRID.pixelMm;
      const y = (Math.floor(pixel / GRID.side) - (GRID.side - 1) / 2) * GRID.pixelMm;
      const [bentX, bentY] = bend(x, y);
      const u = mirror * (cos * bentX + sin * bentY) - offsetX;
      const v = cos * bentY - sin * bentX - offsetY;
      const radius = Math.hypot(u, v);
      const { from, depth } = sourceRadius(outline, stretch, radius, Math.atan2(v, u));
      const scale = radius > 0 ? from / radius : 1;
      const column = outline.centre[0] + (u * scale) / source.spacing[0];
      const row = outline.centre[1] + (v * scale) / source.spacing[1];
      const at = slice * area + pixel;
      voxels[at] = bilinear(image.voxels, slice * plane, columns, rows, column, row, 0);
      const [nearColumn, nearRow] = [Math.round(column), Math.round(row)];
      if (nearColumn < 0 || nearRow < 0 || nearColumn >= columns || nearRow >= rows) continue;
      const near = slice * plane + nearRow * columns + nearColumn;
      labels[at] = source.labels[near];
      if (labels[at] !== Label.viable) continue;
      const fine = noise(x / 3.5, y / 3.5, 7 + slice * 2);
      const ragged = 0.7 * noise(x / 9, y / 9, slice) + 0.5 * fine;
      const away = (height * u) / (radius + 1e-9);
      const aside = (height * v) / (radius + 1e-9);
      wall.index.push(at);
      wall.patch.push(fine);
      wall.order.push(
        anatomy.fromScarMm === null
          ? territory.order(away, aside, depth, ragged)
          : anatomy.fromScarMm[near] + RAGGED_MM * ragged,
      );
    }
  }

  const voxelG = voxelVolumeMl(grid) * MYOCARDIUM_G_PER_ML;
  const scarVoxels = Math.round((patient.scarPercent / 100) * wall.index.length);
  const greyVoxels = Math.round(patient.greyFraction * scarVoxels);
  if (scarVoxels > 0) {
    const first = wall.order.reduce((least, value) => Math.min(least, value), Infinity);
    const { chosen, core } = rankScar(
      wall.order.map((value) => value - first),
      wall.patch,
      scarVoxels,
      greyVoxels,
    );
    const tissues = new Uint8Array(voxels.length);
    for (const i of chosen) {
      labels[wall.index[i]] = Label.scar;
      tissues[wall.index[i]] = Tissue.greyZone;
    }
    for (const c of core) tissues[wall.index[chosen[c]]] = Tissue.core;
    addScar(voxels, tissues, anatomy.contrast, drawAcquisition(random));
  }
  const pool = labels.reduce((sum, label) => sum + (label === Label.bloodPool ? 1 : 0), 0);
  return {
    volume: { ...grid, voxels },
    labels: { ...grid, labels },
    patient: withMeasuredHeart(
      patient,
      {
        lvMassG: wall.index.length * voxelG,
        edvMl: pool * voxelVolumeMl(grid),
        scarG: scarVoxels * voxelG,
        greyZoneG: greyVoxels * voxelG,
      },
      effect,
      random,
    ),
  };
}

/** A smooth bending of the plane: where a point comes from, mm. */
function drawWaves(random: Random): (x: number, y: number) => [number, number] {
  const waves = Array.from({ length: WAVES.count }, () => {
    const direction = 2 * Math.PI * random.next();
    const number = (2 * Math.PI * (0.5 + random.next())) / WAVES.lengthMm;
    return {
      byX: number * Math.cos(direction),
      byY: number * Math.sin(direction),
      phase: 2 * Math.PI * random.next(),
      alongX: WAVES.amplitudeMm * random.normal(),
      alongY: WAVES.amplitudeMm * random.normal(),
    };
  });
  return (x, y) => {
    let [bentX, bentY] = [x, y];
    for (const { byX, byY, phase, alongX, alongY } of waves) {
      const wave = Math.sin(byX * x + byY * y + phase) - Math.sin(phase);
      bentX += alongX * wave;
      bentY += alongY * wave;
    }
    return [bentX, bentY];
  };
}

/** An outline's radius in a direction, between those tabled. */
function radiusAt(radii: Float64Array, direction: number): number {
  const at = (direction / ANGLE_STEP - 0.5 + ANGLES) % ANGLES;
  const low = Math.floor(at);
  return radii[low] * (1 - at + low) + radii[(low + 1) % ANGLES] * (at - low);
}

/** Where on a ray from the middle of a slice a point of the stretched heart comes from, mm, and how deep in the wall it lies. */
function sourceRadius(
  { inner, outer }: Outline,
  stretch: Stretch,
  radius: number,
  direction: number,
): { readonly from: number; readonly depth: number } {
  const endocardium = radiusAt(inner, direction);
  const epicardium = radiusAt(outer, direction);
  const newInner = stretch.cavity * endocardium;
  const newWall = stretch.wall * (epicardium - endocardium);
  if (radius < newInner) return { from: radius / stretch.cavity, depth: 0 };
  if (radius < newInner + newWall) {
    return { from: endocardium + (radius - newInner) / stretch.wall, depth: (radius - newInner) / newWall };
  }
  return { from: epicardium + radius - newInner - newWall, depth: 1 };
}

/** Adds the signal of grey zone and core to a scar-free stack, blurred as the scan blurs. */
function addScar(
  voxels: Float32Array,
  tissues: Uint8Array,
  contrast: readonly number[],
  { fieldTesla, bloodT1Ms, repetitionMs, noReflowLambda, inversionOffsetMs, acquiredMm }: Acquisition,
): void {
  const nullMs = nullingTimeMs(
    contrastT1Ms(Tissue.myocardium, fieldTesla, bloodT1Ms),
    repetitionMs,
    INVERSION_EFFICIENCY[fieldTesla],
  );
  const signals = tissueSignals(
    { field: fieldTesla, bloodT1Ms, repetitionMs, noReflowLambda, acute: false },
    nullMs + inversionOffsetMs,
  );
  const shareOfBlood = (tissue: number): number =>
    (signals[tissue] - signals[Tissue.myocardium]) / (signals[Tissue.blood] - signals[Tissue.myocardium]);
  const kernel = blurKernel(acquiredMm / GRID.pixelMm);
  const area = GRID.side ** 2;
  const scratch = new Float32Array(area);
  contrast.forEach((blood, slice) => {
    const added = Float32Array.from(tissues.subarray(slice * area, (slice + 1) * area), (tissue) =>
      tissue === 0 ? 0 : blood * shareOfBlood(tissue),
    );
    blur(added, scratch, GRID.side, GRID.side, kernel, kernel);
    for (let pixel = 0; pixel < area; pixel++) voxels[slice * area + pixel] += added[pixel];
  });
}
