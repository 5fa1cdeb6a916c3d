/** One random view of a training case: what a stage's network sees, and the labels that it should answer. */
import type { Random } from '../../core/random.ts';
import type { IntensityWindow } from '../../core/volume/intensity.ts';
import { bilinear, nearestLabel, pointsPerPixel, squareMap, type PlaneMap } from '../../core/volume/plane.ts';
import type { LabelVolume, Volume } from '../../core/volume/volume.ts';
import {
  scaleIntensity,
  squareAround,
  writeChannels,
  type Stage,
  type VentriclePlace,
} from '../networks/segmentation.ts';

export interface TrainingCase {
  readonly id: string;
  readonly image: Volume;
  readonly labels: LabelVolume;
  readonly place: VentriclePlace;
  /** The intensity window of the whole stack, and of the region around the ventricle. */
  readonly stackWindow: IntensityWindow;
  readonly regionWindow: IntensityWindow;
}

/** How far a stage's random views go. Lengths in pixels of the stage's square; SD of a normal unless it says range. */
export interface AugmentationSpec {
  readonly shift: number;
  /** Share of views taken from anywhere in the image, so that the network learns what is no ventricle. */
  readonly anywhere: number;
  readonly logScale: number;
  readonly logAspect: number;
  readonly elastic: number;
  /** Share of views with the sign of the magnetisation lost, as in a magnitude image. */
  readonly magnitude: number;
  readonly logGamma: number;
  readonly logGain: number;
  readonly offset: number;
  readonly shading: number;
  /** Range of the noise's SD, in units of the window. */
  readonly noise: number;
  /** Share of views blurred. */
  readonly blur: number;
  /** Neighbouring slices shifted against this one, as between breath-holds. */
  readonly neighbourShift: number;
}

/**
 * Draws one view of one slice.
 * @param input written from `inputOffset`: size x size x 3, channel fastest
 * @param target written from `targetOffset`: size x size labels as the case has them
 */
export function drawView(
  training: TrainingCase,
  slice: number,
  stage: Stage,
  spec: AugmentationSpec,
  random: Random,
  input: Float32Array,
  inputOffset: number,
  target: Uint8Array,
  targetOffset: number,
): void {
  const { image, labels } = training;
  const [columns, rows, slices] = image.size;
  const { size } = stage;
  const map = randomMap(training, stage, spec, random);
  const wave = randomWaves(spec.elastic, size, random);

  const x = new Float32Array(size * size);
  const y = new Float32Array(size * size);
  for (let v = 0; v < size; v++) {
    for (let u = 0; u < size; u++) {
      const [du, dv] = wave(u, v);
      x[u + size * v] = map.a * (u + du) + map.b * (v + dv) + map.c;
      y[u + size * v] = map.d * (u + du) + map.e * (v + dv) + map.f;
    }
  }
  const plane = columns * rows;
  for (let p = 0; p < size * size; p++) {
    target[targetOffset + p] = nearestLabel(labels.labels, slice * plane, columns, rows, x[p], y[p]);
  }

  const window = 'mm' in stage.pixel ? training.stackWindow : training.regionWindow;
  const intensity = randomIntensity(spec, size, random);
  const points = pointsPerPixel(map);
  const view = (which: number, shiftX: number, shiftY: number): Float32Array => {
    const out = new Float32Array(size * size);
    for (let p = 0; p < out.length; p++) {
      let total = 0;
      for (let j = 0; j < points; j++) {
        for (let i = 0; i < points; i++) {
          const u = (i - (points - 1) / 2) / points + shiftX;
          const v = (j - (points - 1) / 2) / points + shiftY;
          total += bilinear(
            image.voxels,
            which * plane,
            columns,
            rows,
            x[p] + map.a * u + map.b * v,
            y[p] + map.d * u + map.e * v,
            window.zero,
          );
        }
      }
      out[p] = (total / (points * points) - window.zero) / window.range;
    }
    intensity(out);
    for (let p = 0; p < out.length; p++) out[p] = scaleIntensity(out[p]);
    return out;
  };
  const neighbour = (which: number): Float32Array =>
    view(which, spec.neighbourShift * random.normal(), spec.neighbourShift * random.normal());
  const here = view(slice, 0, 0);
  const before = slice > 0 ? neighbour(slice - 1) : here;
  const after = slice < slices - 1 ? neighbour(slice + 1) : here;
  writeChannels(here, before, after, input, inputOffset);
}

/** Square pixel to native pixel: any rotation, both flips, scale and aspect, shift. */
export function randomMap(
  training: TrainingCase,
  stage: Stage,
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

/** A smooth displacement made of three plane waves; amplitude in pixels. */
export function randomWaves(
  amplitude: number,
  size: number,
  random: Random,
): (u: number, v: number) => [number, number] {
  const waves = [0, 1, 2].map(() => ({
    fu: (random.normal() * 2 * Math.PI) / size,
    fv: (random.normal() * 2 * Math.PI) / size,
    phase: random.next() * 2 * Math.PI,
    du: random.normal() * amplitude,
    dv: random.normal() * amplitude,
  }));
  return (u, v) => {
    let du = 0;
    let dv = 0;
    for (const wave of waves) {
      const s = Math.sin(wave.fu * u + wave.fv * v + wave.phase);
      du += wave.du * s;
      dv += wave.dv * s;
    }
    return [du, dv];
  };
}

/** A random change of intensities, in place, the same for a slice and its neighbours but for the noise. */
function randomIntensity(spec: AugmentationSpec, size: number, random: Random): (plane: Float32Array) => void {
  const fold = random.next() < spec.magnitude ? 0.35 * random.next() : null;
  const gamma = Math.exp(spec.logGamma * random.normal());
  const gain = Math.exp(spec.logGain * random.normal());
  const offset = spec.offset * random.normal();
  const shadeU = spec.shading * random.normal();
  const shadeV = spec.shading * random.normal();
  const noise = random.next() < 0.5 ? spec.noise * random.next() : 0;
  const blur = random.next() < spec.blur;
  return (plane) => {
    if (blur) boxBlur(plane, size);
    for (let p = 0; p < plane.length; p++) {
      const u = (p % size) / size - 0.5;
      const v = Math.floor(p / size) / size - 0.5;
      let value = plane[p];
      if (noise > 0) value += noise * random.normal();
      if (fold !== null) value = Math.abs(value - fold) / (1 - fold);
      value = Math.sign(value) * Math.abs(value) ** gamma;
      plane[p] = value * gain * Math.exp(shadeU * u + shadeV * v) + offset;
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
