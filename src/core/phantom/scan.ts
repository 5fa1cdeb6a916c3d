import type { Random } from '../random.ts';
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
import { SAMPLES } from './points.ts';
import { blur, blurKernel } from './pointSpread.ts';
import type { Noise } from './valueNoise.ts';

/** Share of the signal that is the tissues' own texture. [choice] */
const TEXTURE = 0.08;
/**
 * Width of the smoothing of PSIR's reference, mm, and the term that keeps air from blowing up, in units of blood's
 * signal in the reference. [choice]
 */
const REFERENCE_SMOOTHING_MM = 14;
const REFERENCE_FLOOR = 0.5;
/** Position of the surface coils relative to the heart, mm, and the distance at which they lose half. [choice] */
const COIL_MM = [-75, -60] as const;
const COIL_REACH_MM = 130;

/**
 * Scans slices of a drawn heart: inversion-recovery signal from each tissue's T1 after contrast, coil shading,
 * ghosts, the acquisition's resolution, complex noise, and PSIR or magnitude.
 * @param points as drawn, four per voxel (points.ts)
 * @param taken which slices
 * @param randomOf where a slice's noise comes from
 * @returns the stored values, slice after slice
 */
export function takeImage(
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
  const scanner = makeScanner(spec, sigma);
  const area = columns * rows;
  const voxels = new Float32Array(area * taken.length);
  const referenceFlip = Math.sin((REFERENCE_FLIP_DEGREES * Math.PI) / 180) / Math.sin((FLIP_DEGREES * Math.PI) / 180);
  for (const [nth, slice] of taken.entries()) {
    const drift = INVERSION_TIME_DRIFT_MS_PER_SLICE * (slice - (slices - 1) / 2);
    const inversionMs = Math.max(80, nullMs + acquisition.inversionOffsetMs + drift);
    const signals = tissueSignals(contrast, inversionMs);
    const references = tissueSignals(contrast, inversionMs + repetitionMs / 2).map((signal) => signal * referenceFlip);
    gatherSignal(scanner, { points, noise, slice, signals, references });
    const out = voxels.subarray(nth * area, (nth + 1) * area);
    scanSlice(scanner, references[Tissue.blood], randomOf(slice), out);
    for (let i = 0; i < area; i++) out[i] = Math.round(acquisition.storedScale * out[i]) + acquisition.storedOffset;
  }
  return voxels;
}

/** What one acquisition reuses for each slice: its kernels, its coil and buffers for a slice's images. */
interface Scanner {
  readonly spec: HeartSpec;
  readonly columnKernel: readonly number[];
  readonly rowKernel: readonly number[];
  readonly motionKernel: readonly number[];
  /** SD of white noise that the kernels reduce to the acquisition's. */
  readonly whiteSigma: number;
  readonly coil: Float32Array;
  readonly real: Float32Array;
  readonly imaginary: Float32Array;
  readonly referenceReal: Float32Array;
  readonly referenceImaginary: Float32Array;
  readonly magnitude: Float32Array;
  readonly scratch: Float32Array;
}

function makeScanner(spec: HeartSpec, sigma: number): Scanner {
  const { acquisition, size, spacing } = spec;
  const columnKernel = blurKernel(acquisition.acquiredMm / spacing[0]);
  const rowKernel = blurKernel(acquisition.acquiredMm / spacing[1]);
  const motionKernel = acquisition.motionBlurMm > spacing[1] ? blurKernel(acquisition.motionBlurMm / spacing[1]) : [1];
  const image = (): Float32Array => new Float32Array(size[0] * size[1]);
  return {
    spec,
    columnKernel,
    rowKernel,
    motionKernel,
    whiteSigma: sigma / Math.sqrt(energy(columnKernel) * energy(rowKernel)),
    coil: coilSensitivity(spec),
    real: image(),
    imaginary: image(),
    referenceReal: image(),
    referenceImaginary: image(),
    magnitude: image(),
    scratch: image(),
  };
}

/** Signals by tissue of the inverted image and of the reference, for one slice of a drawn heart. */
interface SliceSignals {
  readonly points: Uint8Array;
  readonly noise: Noise;
  readonly slice: number;
  readonly signals: Float64Array;
  readonly references: Float64Array;
}

/**
 * Writes the coil's signal of a slice, with the tissues' texture, and that of its reference to `real` and
 * `referenceReal`.
 */
function gatherSignal(scanner: Scanner, { points, noise, slice, signals, references }: SliceSignals): void {
  const { real, referenceReal, coil } = scanner;
  const [columns] = scanner.spec.size;
  for (let i = 0; i < real.length; i++) {
    const at = (slice * real.length + i) * SAMPLES;
    let signal = 0;
    let reference = 0;
    for (let s = 0; s < SAMPLES; s++) {
      const tissue = points[at + s] % TISSUE_COUNT;
      signal += signals[tissue];
      reference += references[tissue];
    }
    const column = i % columns;
    const row = (i / columns) | 0;
    const texture = 1 + TEXTURE * (noise(column / 3, row / 3, slice * 5.3) + noise(column / 11, row / 11, slice * 7.1));
    real[i] = (signal / SAMPLES) * texture * coil[i];
    referenceReal[i] = (reference / SAMPLES) * coil[i];
  }
}

/**
 * Ghosts, motion, noise, resolution, and the magnitude or the phase-sensitive image of the result.
 * @param referenceBlood signal of blood in the reference
 */
function scanSlice(scanner: Scanner, referenceBlood: number, random: Random, out: Float32Array): void {
  const { spec, real, imaginary, referenceReal, referenceImaginary, magnitude, scratch, whiteSigma } = scanner;
  const [columns, rows] = spec.size;
  const { acquisition, spacing } = spec;
  const area = columns * rows;
  const resolve = (image: Float32Array): void =>
    blur(image, scratch, columns, rows, scanner.columnKernel, scanner.rowKernel);
  if (acquisition.ghosting > 0) {
    const half = columns * (rows >> 1);
    scratch.set(real);
    for (let i = 0; i < area; i++) real[i] += acquisition.ghosting * scratch[(i + half) % area];
  }
  blur(real, scratch, columns, rows, [1], scanner.motionKernel);
  for (let i = 0; i < area; i++) {
    real[i] += whiteSigma * random.normal();
    imaginary[i] = whiteSigma * random.normal();
  }
  resolve(real);
  resolve(imaginary);
  if (acquisition.contrast !== 'PSIR') {
    for (let i = 0; i < area; i++) out[i] = Math.hypot(real[i], imaginary[i]);
    return;
  }
  for (let i = 0; i < area; i++) {
    referenceReal[i] += whiteSigma * random.normal();
    referenceImaginary[i] = whiteSigma * random.normal();
  }
  resolve(referenceReal);
  resolve(referenceImaginary);
  for (let i = 0; i < area; i++) {
    const size = Math.sqrt(referenceReal[i] ** 2 + referenceImaginary[i] ** 2);
    magnitude[i] = size;
    out[i] = (real[i] * referenceReal[i] + imaginary[i] * referenceImaginary[i]) / (size + 1e-12);
  }
  const radii = [REFERENCE_SMOOTHING_MM / spacing[0], REFERENCE_SMOOTHING_MM / spacing[1]] as const;
  for (let pass = 0; pass < 2; pass++) boxBlur(magnitude, scratch, columns, rows, radii);
  const floor = REFERENCE_FLOOR * referenceBlood;
  for (let i = 0; i < area; i++) out[i] /= magnitude[i] + floor;
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
