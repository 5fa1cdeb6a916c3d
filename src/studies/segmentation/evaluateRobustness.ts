/** What the segmentation loses when cases are disturbed, on phantom slices beyond the heart, and between PSIR and magnitude images. */
import { SentenceError } from '../../core/errors.ts';
import { Random } from '../../core/random.ts';
import { evaluateCase, meanOf, type CaseEvaluation } from './caseEvaluation.ts';
import { robustWindow } from '../../core/volume/intensity.ts';
import { bilinear, nearestLabel, type PlaneMap } from '../../core/volume/plane.ts';
import { isHeart, type LabelVolume } from '../../core/volume/volume.ts';
import { segmentStack, type SegmentationNetworks } from '../../nn/segmentStack.ts';
import { drawPhantomCases } from '../../nn/training/phantomCases.ts';
import { findCompanion } from '../../pipeline/reading/companion.ts';
import { readStudy } from '../../pipeline/reading/readStudy.ts';
import { readCase, type LabelledCase } from '../files/caseFolder.ts';
import { inputFiles, nodeLoadWasm } from '../files/inputFiles.ts';

/** Another seed than the training's phantoms. */
const PHANTOMS = { count: 24, seed: 4711 };
const SEED = 29;

/** A disturbance in the image's plane, in mm around its middle: turned, scaled, flipped, then moved by shares of the field. */
interface Disturbance {
  readonly angle: number;
  readonly scale: number;
  readonly flip: boolean;
  readonly shift: readonly [number, number];
}

const STILL: Disturbance = { angle: 0, scale: 1, flip: false, shift: [0, 0] };

const DISTURBANCES: Readonly<Record<string, (random: Random) => Disturbance>> = {
  'as it is': () => STILL,
  'shifted by up to 30% of the field': (random) => ({
    ...STILL,
    shift: [0.6 * (random.next() - 0.5), 0.6 * (random.next() - 0.5)],
  }),
  'turned by any angle': (random) => ({ ...STILL, angle: 2 * Math.PI * random.next() }),
  flipped: () => ({ ...STILL, flip: true }),
  'scaled by 0.7': () => ({ ...STILL, scale: 0.7 }),
  'scaled by 1.4': () => ({ ...STILL, scale: 1.4 }),
};

/** A study holds no pair of images to compare. */
class NoPairError extends SentenceError {
  constructor(path: string) {
    super(`${path} has no PSIR with a magnitude image of the same slices.`);
  }
}

/** Cases of a folder and the networks that read them. */
interface Reader {
  readonly ids: readonly string[];
  readonly networks: SegmentationNetworks;
}

/** Phantoms and studies are read by the first reader. */
export async function evaluateRobustness(
  folder: string,
  readers: readonly Reader[],
  studyPaths: readonly string[],
  log: (line: string) => void,
): Promise<Record<string, unknown>> {
  const cases = readers.flatMap(({ ids, networks }) => ids.map((id) => ({ id, networks })));
  const [{ networks }] = readers;

  const studies: Record<string, MagnitudeAgreement> = {};
  for (const study of studyPaths) studies[study] = await magnitudeAgreement(study, networks);
  const disturbed: Record<string, ReturnType<typeof meanDice>> = {};
  for (const [name, draw] of Object.entries(DISTURBANCES)) {
    const evaluations: CaseEvaluation[] = [];
    for (const [k, one] of cases.entries()) {
      const { image, labels } = disturb(await readCase(folder, one.id), draw(new Random(SEED + k)));
      evaluations.push(evaluateCase((await segmentStack(image, one.networks, {})).labels, labels));
    }
    disturbed[name] = meanDice(evaluations);
    log(`${name}: ${JSON.stringify(disturbed[name])}`);
  }
  const phantoms = await phantomSlices(networks);
  return { cases: cases.length, disturbed, phantoms, studies };
}

/** A study's PSIR and magnitude images of the same slices, and the Dice between what is segmented in each. */
interface MagnitudeAgreement {
  readonly series: readonly number[];
  readonly cavity: number | null;
  readonly myocardium: number | null;
  readonly scar: number | null;
}

async function magnitudeAgreement(study: string, networks: SegmentationNetworks): Promise<MagnitudeAgreement> {
  const opened = await readStudy(await inputFiles(study), { loadWasm: nodeLoadWasm });
  const taken = opened.study.series.find((series) => series.chosen);
  const other = taken && findCompanion(opened.study, taken);
  if (!taken || !other) throw new NoPairError(study);
  const labelsOf = async (id: string): Promise<LabelVolume> =>
    (await segmentStack((await opened.loadStack(id, {})).volume, networks, {})).labels;
  const { cavity, myocardium, scar } = meanDice([evaluateCase(await labelsOf(other.id), await labelsOf(taken.id))]);
  return { series: [taken.number, other.number], cavity, myocardium, scar };
}

function meanDice(evaluations: readonly CaseEvaluation[]): Record<'cavity' | 'myocardium' | 'scar', number | null> {
  const mean = (name: 'cavity' | 'myocardium' | 'scar'): number | null => {
    const value = meanOf(evaluations.map(({ dice }) => dice[name]));
    return value === null ? null : Number(value.toFixed(4));
  };
  return { cavity: mean('cavity'), myocardium: mean('myocardium'), scar: mean('scar') };
}

/** The same case with its image and labels moved; what comes in from beyond the image is as dark as its darkest part. */
function disturb({ id, image, labels }: LabelledCase, { angle, scale, flip, shift }: Disturbance): LabelledCase {
  const [columns, rows, slices] = image.size;
  const [columnMm, rowMm] = image.spacing;
  const cos = Math.cos(angle) / scale;
  const sin = Math.sin(angle) / scale;
  const mirror = flip ? -1 : 1;
  const middle = [(columns - 1) / 2, (rows - 1) / 2];
  // From the new image's pixel to the old one's: the inverse of the movement, in mm, in pixels of either axis.
  const map: Omit<PlaneMap, 'c' | 'f'> = {
    a: mirror * cos,
    b: (mirror * sin * rowMm) / columnMm,
    d: (-sin * columnMm) / rowMm,
    e: cos,
  };
  const { zero } = robustWindow(image.voxels);
  const voxels = new Float32Array(image.voxels.length);
  const moved = new Uint8Array(voxels.length);
  const plane = columns * rows;
  for (let slice = 0; slice < slices; slice++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const u = column - middle[0] - shift[0] * columns;
        const v = row - middle[1] - shift[1] * rows;
        const x = middle[0] + map.a * u + map.b * v;
        const y = middle[1] + map.d * u + map.e * v;
        const at = slice * plane + row * columns + column;
        voxels[at] = bilinear(image.voxels, slice * plane, columns, rows, x, y, zero);
        moved[at] = nearestLabel(labels.labels, slice * plane, columns, rows, x, y);
      }
    }
  }
  return { id, image: { ...image, voxels }, labels: { ...labels, labels: moved } };
}

/** How many phantom slices beyond base and apex are found empty, and how many that show a ventricle are not. */
async function phantomSlices(networks: SegmentationNetworks): Promise<Record<string, number>> {
  const count = { beyond: 0, beyondFoundEmpty: 0, within: 0, withinFound: 0 };
  for (const { image, labels } of drawPhantomCases(PHANTOMS.count, PHANTOMS.seed)) {
    const found = await segmentStack(image, networks, {});
    for (let slice = 0; slice < image.size[2]; slice++) {
      const [there, here] = [holdsHeart(labels, slice), holdsHeart(found.labels, slice)];
      if (there) {
        count.within += 1;
        if (here) count.withinFound += 1;
      } else {
        count.beyond += 1;
        if (!here) count.beyondFoundEmpty += 1;
      }
    }
  }
  return count;
}

function holdsHeart({ size: [columns, rows], labels }: LabelVolume, slice: number): boolean {
  return labels.subarray(slice * columns * rows, (slice + 1) * columns * rows).some(isHeart);
}
