/**
 * Hearts of simulated patients on real anatomies: a labelled stack's ventricle, wall, noise and artefacts, smoothly
 * warped to the patient's cavity and mass, with its own scar removed and the patient's added. All is real except the
 * scar's signal, which follows the phantom's physics between the stack's own blood and wall; so the truth is as exact
 * as a phantom's.
 */
import type { Random } from '../random.ts';
import { MYOCARDIUM_G_PER_ML } from '../scar/burden.ts';
import { bilinear } from '../volume/plane.ts';
import { Label, voxelVolumeMl, type LabelVolume, type Volume } from '../volume/volume.ts';
import { patientScar, withMeasuredHeart, type SimulatedPatient } from './cohort.ts';
import { INVERSION_EFFICIENCY, Tissue, type Effect } from './constants.ts';
import { drawAcquisition } from './drawHeart.ts';
import type { Acquisition } from './heartSpec.ts';
import { contrastT1Ms, nullingTimeMs, tissueSignals } from './inversionRecovery.ts';
import { scarShape, type ScarOrder } from './leftVentricle.ts';
import { blur, blurKernel } from './pointSpread.ts';
import { rankScar } from './rankScar.ts';
import { ANGLE_STEP, ANGLES, type Anatomy, type Outline } from './realAnatomy.ts';
import { valueNoise, type Noise } from './valueNoise.ts';

/** The field that the heart image shows, in pixels near those of a scan. */
const GRID = { side: 96, pixelMm: 1.5 } as const;
/**
 * How far a real ventricle may be changed: beyond this, the patient's heart is the nearest that can be reached.
 * [choice]
 */
const LIMITS = { length: [0.85, 1.25], cavity: [0.8, 1.5], wall: [0.6, 1.6] } as const;
/** Waves that bend a slice: their number, their length, mm, and amplitude, mm, SD. [choice] */
const WAVES = { count: 3, lengthMm: 110, amplitudeMm: 2 } as const;
/** How ragged scar is when it grows from where an expert drew it, mm. [choice] */
const RAGGED_MM = 2.5;

/** How a ventricle is stretched: along its axis, its cavity's radius, its wall's thickness. */
interface Stretch {
  readonly length: number;
  readonly cavity: number;
  readonly wall: number;
}

const within = (value: number, [least, most]: readonly [number, number]): number =>
  Math.min(most, Math.max(least, value));

/** The stretch that gives the patient's cavity and mass, as closely as the limits allow. */
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
  /** The patient with the heart's measures, the risk that the law gives for them, and an outcome drawn from it. */
  readonly patient: SimulatedPatient;
}

/**
 * The heart of a simulated patient, from a real one: turned, mirrored, bent, stretched to the patient's cavity and mass; scar of
 * the patient's share of the wall and grey zone's share of it, grown or shrunk from where the expert drew scar, or in a coronary
 * territory where the heart had none.
 * @param effect whose law gives the risk
 */
export function warpedHeart(anatomy: Anatomy, patient: SimulatedPatient, effect: Effect, random: Random): WarpedHeart {
  const { labels: source } = anatomy;
  const stretch = stretchFor(anatomy, patient);
  const grid = {
    size: [GRID.side, GRID.side, source.size[2]] as const,
    spacing: [GRID.pixelMm, GRID.pixelMm, source.spacing[2] * stretch.length] as const,
    frame: null,
  };
  const noise = valueNoise(random);
  const comesFrom = drawWarp(random);
  const territory = scarShape(patientScar(patient, random), random);
  const { voxels, labels, wall } = warp(anatomy, { stretch, comesFrom, order: territory.order, noise });

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
  const measured = {
    lvMassG: wall.index.length * voxelG,
    edvMl: pool * voxelVolumeMl(grid),
    scarG: scarVoxels * voxelG,
    greyZoneG: greyVoxels * voxelG,
  };
  return {
    volume: { ...grid, voxels },
    labels: { ...grid, labels },
    patient: withMeasuredHeart(patient, measured, effect, random),
  };
}

/**
 * Voxels of the warped wall that may become scar: their index, their rank in the scar's order, and how patchy it is
 * there.
 */
interface WallVoxels {
  readonly index: number[];
  readonly order: number[];
  readonly patch: number[];
}

interface Warp {
  readonly stretch: Stretch;
  /** Where a point of the picture comes from, mm from the middle. */
  readonly comesFrom: (x: number, y: number) => readonly [number, number];
  /** In which scar grows in a heart that had none. */
  readonly order: ScarOrder;
  readonly noise: Noise;
}

/** The ventricle on the heart image's grid, free of scar. */
function warp(
  { image, labels: source, outlines, fromScarMm }: Anatomy,
  { stretch, comesFrom, order, noise }: Warp,
): { readonly voxels: Float32Array; readonly labels: Uint8Array; readonly wall: WallVoxels } {
  const [columns, rows, slices] = source.size;
  const plane = columns * rows;
  const area = GRID.side ** 2;
  const voxels = new Float32Array(area * slices);
  const labels = new Uint8Array(area * slices);
  const wall: WallVoxels = { index: [], order: [], patch: [] };
  const held = outlines.flatMap((outline, slice) => (outline === null ? [] : [slice]));
  const middle = [0, 1].map(
    (axis) => held.reduce((sum, slice) => sum + (outlines[slice] as Outline).centre[axis], 0) / held.length,
  );
  for (const slice of held) {
    const outline = outlines[slice] as Outline;
    const height = (slice - held[0] + 0.5) / held.length;
    // a slice keeps its shift relative to the others
    const [offsetX, offsetY] = [0, 1].map((axis) => (outline.centre[axis] - middle[axis]) * source.spacing[axis]);
    for (let pixel = 0; pixel < area; pixel++) {
      const x = ((pixel % GRID.side) - (GRID.side - 1) / 2) * GRID.pixelMm;
      const y = (Math.floor(pixel / GRID.side) - (GRID.side - 1) / 2) * GRID.pixelMm;
      const [fromX, fromY] = comesFrom(x, y);
      const u = fromX - offsetX;
      const v = fromY - offsetY;
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
      wall.index.push(at);
      wall.patch.push(fine);
      if (fromScarMm !== null) wall.order.push(fromScarMm[near] + RAGGED_MM * ragged);
      else {
        const away = (height * u) / (radius + 1e-9);
        const aside = (height * v) / (radius + 1e-9);
        wall.order.push(order(away, aside, depth, ragged));
      }
    }
  }
  return { voxels, labels, wall };
}

/** A bend, a rotation and perhaps a reflection. */
function drawWarp(random: Random): Warp['comesFrom'] {
  const bend = drawWaves(random);
  const turn = 2 * Math.PI * random.next();
  const mirror = random.next() < 0.5 ? -1 : 1;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return (x, y) => {
    const [bentX, bentY] = bend(x, y);
    return [mirror * (cos * bentX + sin * bentY), cos * bentY - sin * bentX];
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

/** An outline's radius in a direction, interpolated between the tabulated ones. */
function radiusAt(radii: Float64Array, direction: number): number {
  const at = (direction / ANGLE_STEP - 0.5 + ANGLES) % ANGLES;
  const low = Math.floor(at);
  return radii[low] * (1 - at + low) + radii[(low + 1) % ANGLES] * (at - low);
}

/**
 * Where on a ray from the middle of a slice a point of the stretched heart comes from, mm, and how deep in the wall it
 * is.
 */
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
