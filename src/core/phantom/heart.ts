import { MYOCARDIUM_G_PER_ML } from '../scar/burden.ts';
import { Random } from '../random.ts';
import {
  type Grid,
  Label,
  LABEL_COUNT,
  type LabelVolume,
  type PatientFrame,
  type Vector3,
  type Volume,
  voxelVolumeMl,
} from '../volume/volume.ts';
import { makeBody } from './body.ts';
import {
  FLIP_DEGREES,
  INVERSION_EFFICIENCY,
  INVERSION_TIME_DRIFT_MS_PER_SLICE,
  REFERENCE_FLIP_DEGREES,
  Tissue,
  TISSUE_COUNT,
} from './constants.ts';
import type { HeartSpec } from './heartSpec.ts';
import { contrastT1Ms, nullingTimeMs, tissueSignals } from './inversionRecovery.ts';
import { ANGLES, type LeftVentricle, shapeLeftVentricle } from './leftVentricle.ts';
import { blur, blurKernel } from './pointSpread.ts';
import { lowest, rankScar } from './rankScar.ts';
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

/** A volume whose place in the patient is known. */
export interface PlacedVolume extends Volume {
  readonly frame: PatientFrame;
}

export interface Heart {
  readonly volume: PlacedVolume;
  readonly labels: LabelVolume;
  readonly truth: HeartTruth;
}

/**
 * Each voxel is sampled at four points, each at another depth of the slice: edges blur in plane and through the slice.
 * In shares of a voxel and of the slice's thickness (its profile weighs the middle most).
 */
const SAMPLE_COLUMN = [-0.25, 0.25, 0.25, -0.25] as const;
const SAMPLE_ROW = [-0.25, -0.25, 0.25, 0.25] as const;
const SAMPLE_DEPTH = [-0.25, 0.08, -0.08, 0.25] as const;
const SAMPLES = 4;

/** A plausible short axis: image right, image down, and apex to base, in DICOM LPS, before the in-plane rotation. */
const APEX_TO_BASE: Vector3 = [-0.6, 0.6, 0.5291502622];
const IMAGE_RIGHT: Vector3 = [0.7727, 0.6117, 0.1826];
/** Where the endocardial apex lies in the patient, mm. */
const APEX_MM: Vector3 = [80, -70, -40];

const TRABECULAE_MM = 4;
const RIGHT_WALL_MM = 3;

/**
 * Makes a synthetic LGE short-axis stack: tissues drawn at four points a voxel, inversion-recovery signal from their T1
 * after contrast, coil shading, complex noise, PSIR or magnitude. Slices run from apex to base. The same spec and seed give
 * the same voxels.
 */
export function makeHeart(spec: HeartSpec, random: Random): Heart {
  const { grid, points, noise, truth } = drawHeart(spec, random, () => true);
  const voxels = takeImage(spec, points, noise, everySlice(spec), () => random);
  return { volume: { ...grid, voxels }, labels: { ...grid, labels: majorityLabels(points) }, truth };
}

/** A heart before a scanner looks at it: what lies at four points of each voxel. */
export interface DrawnHeart {
  readonly grid: Grid & { readonly frame: PatientFrame };
  /** Tissue and label of each point, in one byte. */
  readonly points: Uint8Array;
  readonly noise: Noise;
  readonly truth: HeartTruth;
}

const everySlice = ({ size }: HeartSpec): number[] => Array.from({ length: size[2] }, (_, slice) => slice);

/**
 * Draws wall, blood pool and scar in every slice, and in those that `isWhole` takes what lies around them too: the heart is the
 * same, and a single slice is there ten times as fast.
 */
export function drawHeart(spec: HeartSpec, random: Random, isWhole: (slice: number) => boolean): DrawnHeart {
  const [, , slices] = spec.size;
  const thickness = spec.sliceThicknessMm;
  // the base plane lies half a slice above the last slice that shows the ventricle
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
 * Scans slices of a heart that was drawn: another acquisition of the same heart. Each slice has noise of its own, so that it is the
 * same whether it is scanned alone or in its stack.
 * @param spec as the heart was drawn by, but for inversion time, contrast, field, noise, shading, resolution and ghosts
 */
export function scanSlices(spec: HeartSpec, heart: DrawnHeart, slices: readonly number[], seed: number): Float32Array {
  return takeImage(spec, heart.points, heart.noise, slices, (slice) => new Random(seed + SLICE_SEEDS * (slice + 1)));
}

/** A prime, to keep the slices' seeds apart. */
const SLICE_SEEDS = 104_729;

export const heartLabels = ({ grid, points }: DrawnHeart): LabelVolume => ({ ...grid, labels: majorityLabels(points) });

/** 1 in each voxel labelled scar of whose points of scar most are grey zone. */
export function greyZoneVoxels({ points }: DrawnHeart): Uint8Array {
  const labels = majorityLabels(points);
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

function cross(a: Vector3, b: Vector3): Vector3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** Points of the wall that may become scar. */
interface WallPoints {
  /** Index into the tissues. */
  readonly index: number[];
  /** The scar's order (leftVentricle.ts). */
  readonly order: number[];
  /** 0 endocardium to 1 epicardium. */
  readonly depth: number[];
  /** Patchiness, about -1 to 1. */
  readonly patch: number[];
}

/** What a point is made of and what it counts as, in one byte: a papillary muscle is myocardium inside the blood pool. */
const point = (tissue: number, label: number): number => tissue + TISSUE_COUNT * label;
const POOL_BLOOD = point(Tissue.blood, Label.bloodPool);
const POOL_MUSCLE = point(Tissue.myocardium, Label.bloodPool);
const WALL = point(Tissue.myocardium, Label.viable);

function drawTissues(
  spec: HeartSpec,
  ventricle: LeftVentricle,
  shifts: Float64Array,
  noise: Noise,
  random: Random,
  isWhole: (slice: number) => boolean,
) {
  const heterogeneity = (spec.scar.kind === 'none' ? undefined : spec.scar.heterogeneity) ?? 1;
  const [columns, rows, slices] = spec.size;
  const [columnMm, rowMm] = spec.spacing;
  const tissues = new Uint8Array(columns * rows * slices * SAMPLES);
  const wall: WallPoints = { index: [], order: [], depth: [], patch: [] };
  const body = makeBody(random, noise);
  const cos = Math.cos(spec.rotation);
  const sin = Math.sin(spec.rotation);
  const toAngle = ANGLES / (2 * Math.PI);
  const radiusMm = ventricle.radiusMm;
  const rightSize = 1 + 0.1 * random.normal();
  const fatMm = 2.5 * Math.exp(0.4 * random.normal());
  const papillaryAngles = [-0.75 + 0.2 * random.normal(), 1.35 + 0.2 * random.normal()];
  const papillaryMm = radiusMm * (0.15 + 0.02 * random.normal());

  for (let slice = 0; slice < slices; slice++) {
    const middle = (ventricle.heights[slice * SAMPLES] + ventricle.heights[slice * SAMPLES + 3]) / 2;
    const bodyAt = body(middle, slice);
    const vesselsAt = middle > 1 ? greatVessels(radiusMm, middle) : null;
    const whole = isWhole(slice);
    const shiftX = shifts[slice * 2];
    const shiftY = shifts[slice * 2 + 1];
    for (let sample = 0; sample < SAMPLES; sample++) {
      const plane = slice * SAMPLES + sample;
      const height = ventricle.heights[plane];
      const contour = plane * ANGLES;
      let widest = 0;
      for (let a = 0; a < ANGLES; a++) widest = Math.max(widest, ventricle.epicardium[contour + a]);
      const inVentricle = widest > 0;
      const bull = Math.max(0, height);

      // the right ventricle: an ellipse to the left that the left ventricle bites into; none near the apex
      const rise = Math.sqrt(Math.max(0, Math.min(1, (height - 0.1) / 0.6)));
      const rightX = -widest * (0.36 + 0.34 * rise);
      const rightY = widest * 0.14;
      const rightA = widest * (0.5 + 0.42 * rise * rightSize);
      const rightB = widest * (0.5 + 0.48 * rise * rightSize);
      const fatHere = fatMm * (height < 0.15 ? 1.8 : 1);
      const padLeft = rightA + RIGHT_WALL_MM + 2.2 * fatHere;
      const padDown = rightB + RIGHT_WALL_MM + 1.3 * fatHere;
      const reach = !whole
        ? widest
        : inVentricle
          ? Math.max(widest + 3 * fatHere, 1.2 * Math.hypot(padLeft - rightX, 0.7 * padDown))
          : 0;

      const papillaryShare = Math.max(0, 1 - ((height - 0.5) / 0.33) ** 2);
      const papillaryRadius = papillaryMm * Math.sqrt(papillaryShare);
      const [anterior, posterior] = papillaryAngles.map((angle) => {
        const a = ((Math.round(angle * toAngle) % ANGLES) + ANGLES) % ANGLES;
        const distance = Math.max(0, 0.92 * ventricle.endocardium[contour + a] - papillaryRadius * 1.15);
        return [distance * Math.cos(angle), distance * Math.sin(angle)] as const;
      });

      for (let row = 0; row < rows; row++) {
        const v = (row - (rows - 1) / 2 + SAMPLE_ROW[sample]) * rowMm - spec.centreMm[1];
        // rows that a heart alone does not reach
        if (!whole && Math.abs(v - shiftX * sin - shiftY * cos) > reach) continue;
        let at = (slice * rows + row) * columns * SAMPLES + sample;
        for (let column = 0; column < columns; column++, at += SAMPLES) {
          const u = (column - (columns - 1) / 2 + SAMPLE_COLUMN[sample]) * columnMm - spec.centreMm[0];
          const x = u * cos + v * sin - shiftX;
          const y = v * cos - u * sin - shiftY;
          const distance2 = x * x + y * y;
          if (distance2 > reach * reach) {
            if (!whole) continue;
            // away from the heart two points a voxel do
            const neighbour = tissues[at - 1];
            if (sample % 2 === 1 && neighbour < TISSUE_COUNT) tissues[at] = neighbour;
            else tissues[at] = vesselsAt !== null ? (vesselsAt(x, y) ?? bodyAt(x, y)) : bodyAt(x, y);
            continue;
          }
          const distance = Math.sqrt(distance2);
          let angle = Math.round(Math.atan2(y, x) * toAngle);
          if (angle < 0) angle += ANGLES;
          if (angle === ANGLES) angle = 0;
          const inner = ventricle.endocardium[contour + angle];
          const outer = ventricle.epicardium[contour + angle];
          if (distance < inner) {
            let tissue = POOL_BLOOD;
            if (inner - distance < TRABECULAE_MM && noise(x / 3.5, y / 3.5, height * 12) > 0.4) tissue = POOL_MUSCLE;
            const near = Math.min(
              (x - anterior[0]) ** 2 + (y - anterior[1]) ** 2,
              (x - posterior[0]) ** 2 + (y - posterior[1]) ** 2,
            );
            if (near < 1.7 * papillaryRadius ** 2) {
              const lobes = 1 + 0.7 * noise(x / 4, y / 4, height * 6);
              if (near < papillaryRadius ** 2 * lobes) tissue = POOL_MUSCLE;
            }
            tissues[at] = tissue;
          } else if (distance < outer) {
            tissues[at] = WALL;
            const depth = (distance - inner) / (outer - inner);
            const scale = bull / (distance + 1e-9);
            const coarse = heterogeneity * noise(x / 9, y / 9, height * 8);
            const fine = heterogeneity * noise(x / 3.5, y / 3.5, 7 + height * 20);
            wall.index.push(at);
            wall.depth.push(depth);
            wall.order.push(ventricle.scarOrder(x * scale, y * scale, depth, 0.7 * coarse + 0.5 * fine));
            wall.patch.push(fine);
          } else if (whole) {
            const lean = 0.25 * (y - rightY);
            const rx = (x - rightX + lean) / rightA;
            const ry = (y - rightY) / rightB;
            const right = rx * rx + ry * ry;
            const wallX = (x - rightX + lean) / (rightA + RIGHT_WALL_MM);
            const wallY = (y - rightY) / (rightB + RIGHT_WALL_MM);
            const padX = (x - rightX + lean) / padLeft;
            const padY = (y - rightY) / padDown;
            if (rise > 0 && right < 1) {
              tissues[at] = right > 0.7 && noise(x / 4, y / 4, height * 9) > 0.55 ? Tissue.myocardium : Tissue.blood;
            } else if (rise > 0 && wallX * wallX + wallY * wallY < 1) tissues[at] = Tissue.myocardium;
            else if (
              (rise > 0 && padX * padX + padY * padY < 1) ||
              distance - outer < Math.max(1.3, fatHere * (0.75 - 0.6 * (x / (distance + 1))))
            ) {
              tissues[at] = Tissue.fat;
            } else tissues[at] = bodyAt(x, y);
          }
        }
      }
    }
  }
  return { tissues, wall };
}

/** Above the base plane: left atrium, aortic root, outflow of the right ventricle and right atrium, thin-walled, in fat. */
function greatVessels(radiusMm: number, height: number): (x: number, y: number) => number | null {
  const r = radiusMm * Math.max(0.55, 1.15 - 0.5 * (height - 1));
  const chambers = [
    [0.28 * r, 0.42 * r, 0.62 * r, 0.5 * r],
    [-0.22 * r, -0.3 * r, 0.38 * r, 0.38 * r],
    [-0.75 * r, -0.85 * r, 0.42 * r, 0.36 * r],
    [-0.95 * r, 0.25 * r, 0.55 * r, 0.62 * r],
  ] as const;
  return (x, y) => {
    let rim = false;
    for (const [cx, cy, a, b] of chambers) {
      const dx = (x - cx) / a;
      const dy = (y - cy) / b;
      const inside = dx * dx + dy * dy;
      if (inside < 1) return Tissue.blood;
      const wx = (x - cx) / (a + 2.5);
      const wy = (y - cy) / (b + 2.5);
      if (wx * wx + wy * wy < 1) rim = true;
    }
    if (rim) return Tissue.myocardium;
    const fx = (x + 0.3 * r) / (1.35 * r);
    const fy = (y + 0.1 * r) / (1.15 * r);
    return fx * fx + fy * fy < 1 ? Tissue.fat : null;
  };
}

/**
 * Turns the first points in the scar's order into scar until its mass is what the spec asks for, its patchy border into
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
  for (const tissue of tissues) if (tissue === POOL_BLOOD || tissue === POOL_MUSCLE) pool++;
  return {
    scarG: scarPoints * pointG,
    greyZoneG: greyPoints * pointG,
    coreG: (scarPoints - greyPoints) * pointG,
    noReflowG: noReflowPoints * pointG,
    myocardiumG: points * pointG,
    bloodPoolMl: pool * pointMl,
  };
}

/** The label that most of a voxel's points have; between equals the same corner always decides, so that volumes keep. */
function majorityLabels(points: Uint8Array): Uint8Array {
  const voxels = points.length / SAMPLES;
  const labels = new Uint8Array(voxels);
  const counts = new Uint8Array(LABEL_COUNT);
  for (let v = 0; v < voxels; v++) {
    const at = v * SAMPLES;
    // most voxels lie outside the heart
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

/** How much of the signal the tissues' own texture is. [choice] */
const TEXTURE = 0.08;
/** Width of the smoothing of PSIR's reference, mm, and what keeps air from blowing up, in signals of blood's reference. [choice] */
const REFERENCE_SMOOTHING_MM = 14;
const REFERENCE_FLOOR = 0.5;
/** Where the surface coils lie from the heart, mm, and the distance at which they lose half. [choice] */
const COIL_MM = [-75, -60] as const;
const COIL_REACH_MM = 130;

function takeImage(
  spec: HeartSpec,
  points: Uint8Array,
  noise: Noise,
  taken: readonly number[],
  randomOf: (slice: number) => Random,
): Float32Array {
  const [columns, rows, slices] = spec.size;
  const { acquisition } = spec;
  const { fieldTesla, bloodT1Ms, repetitionMs } = acquisition;
  const efficiency = INVERSION_EFFICIENCY[fieldTesla];
  const nullMs = nullingTimeMs(contrastT1Ms(Tissue.myocardium, fieldTesla, bloodT1Ms), repetitionMs, efficiency);
  const contrast = {
    field: fieldTesla,
    bloodT1Ms,
    repetitionMs,
    noReflowLambda: acquisition.noReflowLambda,
    acute: spec.scar.kind === 'infarct' && spec.scar.acute,
  };
  const sigma = tissueSignals(contrast, nullMs)[Tissue.blood] / acquisition.bloodSnr;
  const referenceFlip = Math.sin((REFERENCE_FLIP_DEGREES * Math.PI) / 180) / Math.sin((FLIP_DEGREES * Math.PI) / 180);
  const columnKernel = blurKernel(acquisition.acquiredMm / spec.spacing[0]);
  const rowKernel = blurKernel(acquisition.acquiredMm / spec.spacing[1]);
  const motionKernel =
    acquisition.motionBlurMm > spec.spacing[1] ? blurKernel(acquisition.motionBlurMm / spec.spacing[1]) : [1];
  // white noise that the interpolation brings down to sigma
  const whiteSigma = sigma / Math.sqrt(energy(columnKernel) * energy(rowKernel));
  const coil = coilSensitivity(spec);
  const psir = acquisition.contrast === 'PSIR';

  const area = columns * rows;
  const voxels = new Float32Array(area * taken.length);
  const real = new Float32Array(area);
  const imaginary = new Float32Array(area);
  const referenceReal = new Float32Array(area);
  const referenceImaginary = new Float32Array(area);
  const magnitude = new Float32Array(area);
  const scratch = new Float32Array(area);
  for (const [nth, slice] of taken.entries()) {
    const random = randomOf(slice);
    const drift = INVERSION_TIME_DRIFT_MS_PER_SLICE * (slice - (slices - 1) / 2);
    const inversionMs = Math.max(80, nullMs + acquisition.inversionOffsetMs + drift);
    const signals = tissueSignals(contrast, inversionMs);
    const references = tissueSignals(contrast, inversionMs + repetitionMs / 2).map((signal) => signal * referenceFlip);
    for (let i = 0; i < area; i++) {
      const at = (slice * area + i) * SAMPLES;
      let signal = 0;
      let reference = 0;
      for (let s = 0; s < SAMPLES; s++) {
        const tissue = points[at + s] % TISSUE_COUNT;
        signal += signals[tissue];
        reference += references[tissue];
      }
      const column = i % columns;
      const row = (i / columns) | 0;
      const texture =
        1 + TEXTURE * (noise(column / 3, row / 3, slice * 5.3) + noise(column / 11, row / 11, slice * 7.1));
      real[i] = (signal / SAMPLES) * texture * coil[i];
      referenceReal[i] = (reference / SAMPLES) * coil[i];
    }
    if (acquisition.ghosting > 0) {
      const half = columns * (rows >> 1);
      scratch.set(real);
      for (let i = 0; i < area; i++) real[i] += acquisition.ghosting * scratch[(i + half) % area];
    }
    blur(real, scratch, columns, rows, [1], motionKernel);
    for (let i = 0; i < area; i++) {
      real[i] += whiteSigma * random.normal();
      imaginary[i] = whiteSigma * random.normal();
    }
    blur(real, scratch, columns, rows, columnKernel, rowKernel);
    blur(imaginary, scratch, columns, rows, columnKernel, rowKernel);
    const out = voxels.subarray(nth * area, (nth + 1) * area);
    if (!psir) {
      for (let i = 0; i < area; i++) out[i] = Math.hypot(real[i], imaginary[i]);
    } else {
      for (let i = 0; i < area; i++) {
        referenceReal[i] += whiteSigma * random.normal();
        referenceImaginary[i] = whiteSigma * random.normal();
      }
      blur(referenceReal, scratch, columns, rows, columnKernel, rowKernel);
      blur(referenceImaginary, scratch, columns, rows, columnKernel, rowKernel);
      for (let i = 0; i < area; i++) {
        const size = Math.sqrt(referenceReal[i] ** 2 + referenceImaginary[i] ** 2);
        magnitude[i] = size;
        out[i] = (real[i] * referenceReal[i] + imaginary[i] * referenceImaginary[i]) / (size + 1e-12);
      }
      const radii = [REFERENCE_SMOOTHING_MM / spec.spacing[0], REFERENCE_SMOOTHING_MM / spec.spacing[1]] as const;
      for (let pass = 0; pass < 2; pass++) boxBlur(magnitude, scratch, columns, rows, radii);
      const floor = REFERENCE_FLOOR * references[Tissue.blood];
      for (let i = 0; i < area; i++) out[i] /= magnitude[i] + floor;
    }
    for (let i = 0; i < area; i++) out[i] = Math.round(acquisition.storedScale * out[i]) + acquisition.storedOffset;
  }
  return voxels;
}

/** Sensitivity of the surface coils in front of the heart, 1 at the heart. */
function coilSensitivity(spec: HeartSpec): Float32Array {
  const [columns, rows] = spec.size;
  const cos = Math.cos(spec.rotation);
  const sin = Math.sin(spec.rotation);
  const strength = spec.acquisition.coilShading;
  const at = (x: number, y: number): number =>
    1 / (1 + ((x - COIL_MM[0]) ** 2 + (y - COIL_MM[1]) ** 2) / COIL_REACH_MM ** 2);
  const heart = at(0, 0);
  const coil = new Float32Array(columns * rows);
  for (let i = 0; i < coil.length; i++) {
    const u = ((i % columns) - (columns - 1) / 2) * spec.spacing[0] - spec.centreMm[0];
    const v = (((i / columns) | 0) - (rows - 1) / 2) * spec.spacing[1] - spec.centreMm[1];
    coil[i] = 1 + strength * (at(u * cos + v * sin, v * cos - u * sin) / heart - 1);
  }
  return coil;
}

/** Share of a white noise's variance that the kernel leaves. */
function energy(kernel: readonly number[]): number {
  return 2 * kernel.reduce((total, k) => total + k * k, 0) - kernel[0] ** 2;
}

/** Mean over a box of radius `radii` voxels, clipped at the edge. */
function boxBlur(
  image: Float32Array,
  scratch: Float32Array,
  columns: number,
  rows: number,
  radii: readonly [number, number],
): void {
  const pass = (lines: number, length: number, lineStep: number, step: number, radius: number): void => {
    scratch.set(image);
    const reach = Math.max(1, Math.min(length - 1, Math.round(radius)));
    for (let line = 0; line < lines; line++) {
      const start = line * lineStep;
      let sum = 0;
      let count = 0;
      for (let i = 0; i < reach; i++) {
        sum += scratch[start + i * step];
        count++;
      }
      for (let i = 0; i < length; i++) {
        if (i + reach < length) {
          sum += scratch[start + (i + reach) * step];
          count++;
        }
        if (i - reach - 1 >= 0) {
          sum -= scratch[start + (i - reach - 1) * step];
          count--;
        }
        image[start + i * step] = sum / count;
      }
    }
  };
  pass(rows, columns, columns, 1, radii[0]);
  pass(columns, rows, 1, columns, radii[1]);
}
