/** Where the left ventricle may be: what the first stage sees at several scales, the most likely place first. */
import { ventricleDiameterMm, type VentriclePlace } from '../core/segmentation/ventriclePlace.ts';
import { componentsOf } from '../core/volume/components.ts';
import type { IntensityWindow } from '../core/volume/intensity.ts';
import { FLIPS, lyingAnotherWay, lyingAsBefore, LYING_WAYS } from '../core/volume/lying.ts';
import { squareMap, type Square } from '../core/volume/plane.ts';
import type { Volume } from '../core/volume/volume.ts';
import { LOCATE, squareAround } from './networks/segmentation.ts';
import type { RunOptions } from './runNetwork.ts';
import type { RunStage } from './runStage.ts';
import { softmaxInPlace, stageInput } from './stageInput.ts';

/** A place, and how strongly the first stage's output supports it. */
interface Seen extends VentriclePlace {
  /** The sum of the probabilities of its pixels, in shares of its own disc, over the slices. */
  readonly weight: number;
}

/** How many places are segmented if the first does not convince. */
export const MOST_CANDIDATES = 5;
const CHANNELS = LOCATE.network.inputChannels;
/** A pixel counts as ventricle from this probability; if none does, from the other. */
const PROBABILITIES = [0.5, 0.15];
/** A breath-hold may shift a slice by this many of the first stage's pixels (4 mm). */
const REACH = 2;
/** Parts of one look that are followed up. */
const MOST_PARTS = 2;
/** The median of the ventricles that the first stage learned from (EMIDEC), pool and wall. */
const USUAL_DIAMETER_MM = 71;
/** Two places are the same if centre and diameter differ by less than this share of the diameter. */
const AGREEMENT = 0.15;
/** The whole field is looked at too, if its scale differs from the header's by at least this factor. */
const OTHER_SCALE = 1.3;

/**
 * Candidates for the left ventricle's place, each searched for on demand. The first is where a look at the header's
 * scale finds most, refined by a second look there; then come that first find itself, the look's other parts, and what
 * looks at other scales find: the header may be wrong, and a large field hides a heart that is off its centre. None
 * where no look finds anything.
 * @param options `directionsUnknown`: as in `segmentStack`; `onProgress` is called for the first look only
 */
export async function* findVentricle(
  image: Volume,
  window: IntensityWindow,
  run: RunStage,
  options: RunOptions & { readonly directionsUnknown?: boolean | undefined },
): AsyncGenerator<VentriclePlace, void, undefined> {
  const { size } = LOCATE;
  const [columns, rows] = image.size;
  const middle: [number, number] = [(columns - 1) / 2, (rows - 1) / 2];
  const { pixelMm } = squareAround(LOCATE, { centre: middle, diameterMm: NaN });
  const field = Math.max(columns * image.spacing[0], rows * image.spacing[1]);
  // A field larger than the square is shrunk rather than cut.
  const wide = Math.max(pixelMm, field / size);
  const first: Square = { centre: middle, size, pixelMm: wide };
  const others: Square[] = [];
  if (wide > OTHER_SCALE * (field / size)) others.push({ ...first, pixelMm: field / size });
  if (wide > OTHER_SCALE * pixelMm) others.push(...quarters(image, pixelMm));
  const looks = [first, ...others];
  const found: VentriclePlace[] = [];
  const isNew = (place: VentriclePlace): boolean => {
    const known = found.some((other) => agree(other, place, image));
    if (!known) found.push(place);
    return !known;
  };
  for (const [k, square] of looks.entries()) {
    const look = async (at: Square, done: number, ways: readonly number[]): Promise<Seen[]> => {
      const input = stageInput(image, at, window, LOCATE);
      const asked = new Float32Array(ways.length * input.length);
      ways.forEach((way, i) => asked.set(lyingAnotherWay(input, size, CHANNELS, way), i * input.length));
      const logits = await run(asked, {
        signal: options.signal,
        onProgress: k === 0 ? (fraction) => options.onProgress?.((done + fraction) / 2) : undefined,
      });
      softmaxInPlace(logits, 2);
      const mean = new Float32Array(logits.length / ways.length);
      ways.forEach((way, i) => {
        const one = lyingAsBefore(logits.subarray(i * mean.length, (i + 1) * mean.length), size, 2, way);
        for (let p = 0; p < mean.length; p++) mean[p] += one[p] / ways.length;
      });
      return placesIn(mean, at, image);
    };
    const seen = await look(square, 0, options.directionsUnknown ? LYING_WAYS : [0]);
    const [most] = seen;
    if (most !== undefined) {
      // A second look where it was found, at the best known size: small, large and half-found ventricles are then seen
      // whole.
      const again = { centre: most.centre, size, pixelMm: (pixelMm * most.diameterMm) / USUAL_DIAMETER_MM };
      // Its flips too, so that the place hardly depends on how the stack is stored.
      const [second] = await look(again, 1, options.directionsUnknown ? LYING_WAYS : FLIPS);
      if (second !== undefined && isNew(second)) yield second;
    }
    for (const place of seen) if (isNew(place)) yield place;
  }
}

/** Squares at the first stage's own scale over the quarters of a field that does not fit into one. */
function quarters({ size: [columns, rows], spacing }: Volume, pixelMm: number): Square[] {
  return [0.25, 0.75].flatMap((y) =>
    [0.25, 0.75].map((x) => ({
      centre: [x * (columns - 1), y * (rows - 1)] as const,
      size: LOCATE.size,
      pixelMm: Math.max(pixelMm, (0.6 * Math.max(columns * spacing[0], rows * spacing[1])) / LOCATE.size),
    })),
  );
}

function agree(one: VentriclePlace, other: VentriclePlace, { spacing }: Volume): boolean {
  const apartMm = Math.hypot(
    (one.centre[0] - other.centre[0]) * spacing[0],
    (one.centre[1] - other.centre[1]) * spacing[1],
  );
  return Math.max(apartMm, Math.abs(one.diameterMm - other.diameterMm)) < AGREEMENT * one.diameterMm;
}

/** Where ventricles are by the first stage's probabilities over a square, the best supported first. */
function placesIn(probabilities: Float32Array, square: Square, image: Volume): Seen[] {
  const { size } = square;
  const slices = image.size[2];
  const probability = probabilities.filter((_, at) => at % 2 === 1);
  for (const least of PROBABILITIES) {
    const probable = new Uint8Array(probability.length).map((_, at) => Number(probability[at] > least));
    const parts = componentsOf(probable, [size, size, slices], REACH).slice(0, MOST_PARTS);
    if (parts.length > 0) return parts.map((part) => placeOf(part, probability, square, image));
  }
  return [];
}

/** @param part the indices of its pixels */
function placeOf(part: readonly number[], probability: Float32Array, square: Square, image: Volume): Seen {
  const { size } = square;
  const areas = new Float64Array(image.size[2]);
  let weight = 0;
  let x = 0;
  let y = 0;
  for (const at of part) {
    areas[Math.floor(at / (size * size))] += square.pixelMm ** 2;
    weight += probability[at];
    x += probability[at] * (at % size);
    y += probability[at] * (Math.floor(at / size) % size);
  }
  const map = squareMap(square, image);
  return {
    centre: [map.c + (map.a * x) / weight, map.f + (map.e * y) / weight],
    diameterMm: ventricleDiameterMm([...areas].filter((area) => area > 0)),
    weight,
  };
}
