/** One random view of a training case: what a stage's network sees, and the labels that it should answer. */
import { Random } from '../../core/random.ts';
import type { IntensityWindow } from '../../core/volume/intensity.ts';
import type { VentriclePlace } from '../../core/segmentation/ventriclePlace.ts';
import { bilinear, nearestLabel, pointsPerPixel, squareMap, type PlaneMap } from '../../core/volume/plane.ts';
import type { LabelVolume, Volume } from '../../core/volume/volume.ts';
import { scaleIntensity, squareAround, writeChannels, type CascadeStage } from '../networks/segmentation.ts';

export interface TrainingCase {
  readonly id: string;
  readonly image: Volume;
  readonly labels: LabelVolume;
  readonly place: VentriclePlace;
  /** The intensity window of the whole stack, and of the region around the ventricle. */
  readonly stackWindow: IntensityWindow;
  readonly regionWindow: IntensityWindow;
}

/** How far a stage's random views go. Lengths in pixels of the stage's square; SD of a normal unless it says range or share. */
export interface AugmentationSpec {
  readonly shift: number;
  /** Share of views taken from anywhere in the image, so that the network learns what is not a ventricle. */
  readonly anywhere: number;
  /** Share of views that show no heart at all: noise, discs and rings. */
  readonly empty: number;
  /** Share of views in which another patient, not a constant, fills what is beyond the image. */
  readonly surrounded: number;
  readonly logScale: number;
  readonly logAspect: number;
  readonly elastic: number;
  /** Share of views with dark and bright exchanged. */
  readonly inverted: number;
  /** Share of views with the sign of the magnetisation lost, as in a magnitude image, and the range of the null in the window. */
  readonly magnitude: number;
  readonly magnitudeNull: number;
  readonly logGamma: number;
  readonly logGain: number;
  readonly offset: number;
  readonly shading: number;
  /** Range of the noise's SD, in units of the window. */
  readonly noise: number;
  /** Share of views blurred. */
  readonly blur: number;
  /** Share of views with a faint copy of the slice half a field away. */
  readonly ghost: number;
  /** Neighbouring slices shifted against this one, as between breath-holds. */
  readonly neighbourShift: number;
  /** Share of views whose neighbours are mixed with the slice itself, as if slices were thin or there were only one. */
  readonly thin: number;
}

/** What a stage's network sees, size x size x 3, channel fastest, and the label of each pixel in the case. */
export interface View {
  readonly input: Float32Array;
  readonly target: Uint8Array;
}

/**
 * Draws one view of one slice.
 * @param around another patient, whose slices fill what is beyond the image in some views; null for none
 */
export function drawView(
  training: TrainingCase,
  slice: number,
  around: TrainingCase | null,
  stage: CascadeStage,
  spec: AugmentationSpec,
  random: Random,
): View {
  const { size } = stage;
  if (random.next() < spec.empty) return emptyView(spec, size, random);
  const surroundings = random.next() < spec.surrounded ? around : null;
  const map = randomMap(training, stage, spec, random);
  const { x, y } = warpedPoints(map, size, randomWaves(spec.elastic, size, random));
  const intensity = randomIntensity(spec, size, random);
  const planeOf = samplesAt(training, surroundings, stage, map, x, y);
  const view = (which: number, shiftX: number, shiftY: number): Float32Array => {
    const plane = planeOf(which, shiftX, shiftY);
    intensity(plane);
    return plane;
  };
  const here = view(slice, 0, 0);
  const ownShare = random.next() < spec.thin ? random.next() : 0;
  const neighbour = (which: number): Float32Array => {
    const plane = view(which, spec.neighbourShift * random.normal(), spec.neighbourShift * random.normal());
    return ownShare > 0 ? plane.map((value, p) => ownShare * here[p] + (1 - ownShare) * value) : plane;
  };
  const before = slice > 0 ? neighbour(slice - 1) : here;
  const after = slice < training.image.size[2] - 1 ? neighbour(slice + 1) : here;
  const input = new Float32Array(3 * size * size);
  writeChannels(here, before, after, input, 0);
  return { input, target: labelsAt(training, surroundings, slice, x, y) };
}

/** The native point of each pixel of the square, displaced by the waves. */
function warpedPoints(map: PlaneMap, size: number, wave: Waves): { x: Float32Array; y: Float32Array } {
  const x = new Float32Array(size * size);
  const y = new Float32Array(size * size);
  const { du, dv } = wave.onSquare(size);
  for (let p = 0; p < x.length; p++) {
    const u = (p % size) + du[p];
    const v = Math.floor(p / size) + dv[p];
    x[p] = map.a * u + map.b * v + map.c;
    y[p] = map.d * u + map.e * v + map.f;
  }
  return { x, y };
}

/** The slice of another stack that is as far from its ends. */
const alike = (slice: number, { image: { size } }: TrainingCase, { image: { size: other } }: TrainingCase): number =>
  Math.round((slice / Math.max(1, size[2] - 1)) * (other[2] - 1));

const wrapped = (at: number, length: number): number => at - length * Math.floor(at / length);

/**
 * Windowed intensities of a slice at the points, shifted by pixels of the square. Beyond the image: the other patient's
 * slices, repeated in both directions, or the window's zero.
 */
function samplesAt(
  training: TrainingCase,
  around: TrainingCase | null,
  stage: CascadeStage,
  map: PlaneMap,
  x: Float32Array,
  y: Float32Array,
): (slice: number, shiftX: number, shiftY: number) => Float32Array {
  const windowOf = (one: TrainingCase): IntensityWindow => ('mm' in stage.pixel ? one.stackWindow : one.regionWindow);
  const [columns, rows] = training.image.size;
  const own = windowOf(training);
  const points = pointsPerPixel(map);
  const beyond = around && {
    size: around.image.size,
    window: windowOf(around),
    slice: (which: number) => alike(which, training, around),
  };
  return (which, shiftX, shiftY) => {
    const out = new Float32Array(x.length);
    for (let p = 0; p < out.length; p++) {
      if (beyond && !(x[p] >= -0.5 && y[p] >= -0.5 && x[p] <= columns - 0.5 && y[p] <= rows - 0.5)) {
        const [width, height] = beyond.size;
        const value = bilinear(
          around.image.voxels,
          beyond.slice(which) * width * height,
          width,
          height,
          wrapped(x[p] + map.a * shiftX + map.b * shiftY, width),
          wrapped(y[p] + map.d * shiftX + map.e * shiftY, height),
          beyond.window.zero,
        );
        out[p] = (value - beyond.window.zero) / beyond.window.range;
        continue;
      }
      let total = 0;
      for (let j = 0; j < points; j++) {
        for (let i = 0; i < points; i++) {
          const u = (i - (points - 1) / 2) / points + shiftX;
          const v = (j - (points - 1) / 2) / points + shiftY;
          total += bilinear(
            training.image.voxels,
            which * columns * rows,
            columns,
            rows,
            x[p] + map.a * u + map.b * v,
            y[p] + map.d * u + map.e * v,
            own.zero,
          );
        }
      }
      out[p] = (total / (points * points) - own.zero) / own.range;
    }
    return out;
  };
}

function labelsAt(
  training: TrainingCase,
  around: TrainingCase | null,
  slice: number,
  x: Float32Array,
  y: Float32Array,
): Uint8Array {
  const [columns, rows] = training.labels.size;
  return Uint8Array.from(x, (_, p) => {
    const isWithin = x[p] >= -0.5 && y[p] >= -0.5 && x[p] <= columns - 0.5 && y[p] <= rows - 0.5;
    if (isWithin || !around) {
      return nearestLabel(training.labels.labels, slice * columns * rows, columns, rows, x[p], y[p]);
    }
    const [width, height] = around.labels.size;
    const plane = alike(slice, training, around) * width * height;
    return nearestLabel(
      around.labels.labels,
      plane,
      width,
      height,
      Math.min(wrapped(x[p], width), width - 1),
      Math.min(wrapped(y[p], height), height - 1),
    );
  });
}

const MOST_SHAPES = 10;

/** Noise on a plain ground, mostly with discs and rings in it, which continue through the neighbours. */
function emptyView(spec: AugmentationSpec, size: number, random: Random): View {
  const ground = random.next();
  const shapes = Array.from({ length: Math.floor((MOST_SHAPES + 1) * random.next()) }, () => ({
    u: size * random.next(),
    v: size * random.next(),
    radius: size * (0.03 + 0.3 * random.next()),
    flatness: Math.exp(0.3 * random.normal()),
    rim: random.next() < 0.5 ? random.next() : 0,
    inside: 1.3 * random.next(),
    border: 1.3 * random.next(),
    tapers: 0.1 * random.normal(),
  }));
  const intensity = randomIntensity(spec, size, random);
  const grain = 0.15 * random.next();
  const [here, before, after] = [0, -1, 1].map((step) => {
    const plane = new Float32Array(size * size).fill(ground);
    for (const { u, v, radius, flatness, rim, inside, border, tapers } of shapes) {
      const outer = radius * (1 + step * tapers);
      for (let p = 0; p < plane.length; p++) {
        const far = Math.hypot(((p % size) - u) * flatness, (Math.floor(p / size) - v) / flatness);
        if (far < outer) plane[p] = far < outer * (1 - rim) ? inside : border;
      }
    }
    for (let p = 0; p < plane.length; p++) plane[p] += grain * random.normal();
    intensity(plane);
    return plane;
  });
  const input = new Float32Array(3 * size * size);
  writeChannels(here, before, after, input, 0);
  return { input, target: new Uint8Array(size * size) };
}

/** Square pixel to native pixel: any rotation, both flips, scale and aspect, shift. */
export function randomMap(
  training: TrainingCase,
  stage: CascadeStage,
  spec: Pick<AugmentationSpec, 'shift' | 'anywhere' | 'logScale' | 'logAspect'>,
  random: Random,
): PlaneMap {
  const { image } = training;
  const anywhere = random.next() < spec.anywhere;
  const centre: [number, number] = anywhere
    ? [random.next() * image.size[0], random.next() * image.size[1]]
    : [...training.place.centre];
  const plain = squareMap(squareAround(stage, { ...training.place, centre }), image);
  const angle = random.next() * 2 * Math.PI;
  const scale = Math.exp(spec.logScale * random.normal());
  const aspect = Math.exp(spec.logAspect * random.normal());
  const flip = random.next() < 0.5 ? -1 : 1;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  // In mm around the centre: rotate, flip, then stretch along the image's own axes (the header's aspect may be wrong).
  const a = plain.a * scale * aspect * cos * flip;
  const b = -plain.a * scale * aspect * sin;
  const d = (plain.e * scale * sin * flip) / aspect;
  const e = (plain.e * scale * cos) / aspect;
  const half = (stage.size - 1) / 2;
  const u = half + (anywhere ? 0 : spec.shift * random.normal());
  const v = half + (anywhere ? 0 : spec.shift * random.normal());
  return { a, b, c: centre[0] - a * u - b * v, d, e, f: centre[1] - d * u - e * v };
}

/** A smooth displacement, in pixels. */
export interface Waves {
  at(u: number, v: number): [number, number];
  /** At every pixel of a square, column fastest. */
  onSquare(size: number): { du: Float32Array; dv: Float32Array };
}

/** A smooth displacement made of three plane waves; amplitude in pixels. */
export function randomWaves(amplitude: number, size: number, random: Random): Waves {
  const waves = [0, 1, 2].map(() => ({
    fu: (random.normal() * 2 * Math.PI) / size,
    fv: (random.normal() * 2 * Math.PI) / size,
    phase: random.next() * 2 * Math.PI,
    du: random.normal() * amplitude,
    dv: random.normal() * amplitude,
  }));
  return {
    at(u, v) {
      let du = 0;
      let dv = 0;
      for (const wave of waves) {
        const s = Math.sin(wave.fu * u + wave.fv * v + wave.phase);
        du += wave.du * s;
        dv += wave.dv * s;
      }
      return [du, dv];
    },
    onSquare(side) {
      const du = new Float32Array(side * side);
      const dv = new Float32Array(side * side);
      for (const wave of waves) {
        // sin(a + b) from the sines and cosines of both: two of each per row and column, not one for every pixel.
        const column = Float64Array.from({ length: 2 * side }, (_, i) =>
          i < side ? Math.sin(wave.fu * i + wave.phase) : Math.cos(wave.fu * (i - side) + wave.phase),
        );
        for (let v = 0; v < side; v++) {
          const [sin, cos] = [Math.sin(wave.fv * v), Math.cos(wave.fv * v)];
          for (let u = 0; u < side; u++) {
            const s = column[u] * cos + column[side + u] * sin;
            du[u + side * v] += wave.du * s;
            dv[u + side * v] += wave.dv * s;
          }
        }
      }
      return { du, dv };
    },
  };
}

/** Powers are looked up: windowed intensities beyond this are cut off by the network's own range. */
const MOST_POWER = 4;
const POWER_STEPS = 1024;

/** value^gamma for 0 to `MOST_POWER`, linear between steps of 1/256; 0 and 1 are exact. */
function powerTable(gamma: number): (value: number) => number {
  const steps = Float64Array.from({ length: POWER_STEPS + 2 }, (_, i) => ((i * MOST_POWER) / POWER_STEPS) ** gamma);
  return (value) => {
    const at = Math.min(value, MOST_POWER) * (POWER_STEPS / MOST_POWER);
    const below = Math.floor(at);
    return steps[below] + (at - below) * (steps[below + 1] - steps[below]);
  };
}

/** Normal numbers, drawn once: views take a run of them from any position. */
const GRAIN = ((random) => Float32Array.from({ length: 1 << 16 }, () => random.normal()))(new Random(1));

/**
 * A random change of windowed intensities into a network's input, in place, the same for a slice and its neighbours
 * except for the noise.
 */
function randomIntensity(spec: AugmentationSpec, size: number, random: Random): (plane: Float32Array) => void {
  const isInverted = random.next() < spec.inverted;
  const fold = random.next() < spec.magnitude ? spec.magnitudeNull * random.next() : null;
  const power = powerTable(Math.exp(spec.logGamma * random.normal()));
  const gain = Math.exp(spec.logGain * random.normal());
  const offset = spec.offset * random.normal();
  const shading = (slope: number): Float64Array =>
    Float64Array.from({ length: size }, (_, i) => Math.exp(slope * (i / size - 0.5)));
  const shadeU = shading(spec.shading * random.normal());
  const shadeV = shading(spec.shading * random.normal());
  const noise = random.next() < 0.5 ? spec.noise * random.next() : 0;
  const blur = random.next() < spec.blur;
  const ghost = random.next() < spec.ghost ? 0.3 * random.next() : 0;
  const ghostAt = (size >> 1) * (random.next() < 0.5 ? 1 : size);
  return (plane) => {
    if (blur) boxBlur(plane, size);
    if (ghost > 0) {
      const still = plane.slice();
      for (let p = 0; p < plane.length; p++) plane[p] += ghost * still[(p + ghostAt) % plane.length];
    }
    const grainFrom = Math.floor(GRAIN.length * random.next());
    for (let v = 0; v < size; v++) {
      for (let u = 0; u < size; u++) {
        const p = u + size * v;
        let value = plane[p];
        if (isInverted) value = 1 - value;
        if (noise > 0) value += noise * GRAIN[(grainFrom + p) & (GRAIN.length - 1)];
        if (fold !== null) value = Math.abs(value - fold) / (1 - fold);
        value = value < 0 ? -power(-value) : power(value);
        plane[p] = scaleIntensity(value * gain * shadeU[u] * shadeV[v] + offset);
      }
    }
  };
}

/** Mean over 3 x 3, borders kept. */
function boxBlur(plane: Float32Array, size: number): void {
  const source = plane.slice();
  for (let v = 1; v < size - 1; v++) {
    for (let u = 1; u < size - 1; u++) {
      let total = 0;
      for (let j = -1; j <= 1; j++) for (let i = -1; i <= 1; i++) total += source[u + i + size * (v + j)];
      plane[u + size * v] = total / 9;
    }
  }
}
