/** What the segmentation loses when cases are disturbed, on phantom slices beyond the heart, and between PSIR and magnitude images. */
import { SentenceError } from '../../core/errors.ts';
import { Random } from '../../core/random.ts';
import { evaluateCase, meanOf, type CaseEvaluation } from './caseEvaluation.ts';
import { isHeartDoubtful } from '../../core/segmentation/reliability.ts';
import { isHeart, type LabelVolume } from '../../core/volume/volume.ts';
import { segmentStack, type SegmentationNetworks, type StackSegmentation } from '../../nn/segmentStack.ts';
import { drawPhantomCases } from '../../nn/training/phantomCases.ts';
import { findCompanion } from '../../pipeline/reading/companion.ts';
import { readStudy } from '../../pipeline/reading/readStudy.ts';
import { readCase } from '../files/caseFolder.ts';
import { asScanned } from './asScanned.ts';
import { NO_HEART, VARIANTS, type Variant } from './variants.ts';
import { inputFiles, nodeLoadWasm } from '../files/inputFiles.ts';

/** Another seed than the training's phantoms. */
const PHANTOMS = { count: 24, seed: 4711 };
const SEED = 29;

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
  const variants: Record<string, VariantFigures> = {};
  const noHeart: Record<string, NoHeartFigures> = {};
  const draw = async (make: Variant): Promise<Run[]> => {
    const runs: Run[] = [];
    for (const [k, one] of cases.entries()) {
      const { image, labels } = make(asScanned(await readCase(folder, one.id)), new Random(SEED + k));
      runs.push({ found: await segmentStack(image, one.networks, {}), labels });
    }
    return runs;
  };
  for (const [name, make] of Object.entries(VARIANTS)) {
    variants[name] = variantFigures(await draw(make));
    log(`${name}: ${JSON.stringify(variants[name])}`);
  }
  for (const [name, make] of Object.entries(NO_HEART)) {
    const drawn = (await draw(make)).filter(({ found }) => found.casePlausibility !== null);
    noHeart[name] = {
      drawn: drawn.length,
      believed: drawn.filter(({ found }) => !isHeartDoubtful(found.looksAgree)).length,
    };
    log(`${name}: ${JSON.stringify(noHeart[name])}`);
  }
  const phantoms = await phantomSlices(networks);
  return { cases: cases.length, variants, noHeart, phantoms, studies };
}

/** A segmentation and the truth that it is compared with. */
interface Run {
  readonly found: StackSegmentation;
  readonly labels: LabelVolume;
}

/** How a variant's cases fared. */
interface VariantFigures {
  /** Mean Dice of pool and wall together, and of the structures. */
  readonly heart: number;
  readonly cavity: number | null;
  readonly myocardium: number | null;
  readonly scar: number | null;
  /**
   * Cases with a Dice of the heart under `LOST`; of these, those in which nothing was drawn, and those that were drawn
   * and trusted.
   */
  readonly lost: number;
  readonly nothingDrawn: number;
  readonly lostAndBelieved: number;
  /** Of the cases with a Dice of `GOOD` or more, those that were called doubtful. */
  readonly good: number;
  readonly goodAndDoubted: number;
}

interface NoHeartFigures {
  readonly drawn: number;
  readonly believed: number;
}

const LOST = 0.5;
const GOOD = 0.8;

function variantFigures(runs: readonly Run[]): VariantFigures {
  const hearts = runs.map(({ found, labels }) => heartDice(found.labels, labels));
  const lost = runs.filter((_, k) => hearts[k] < LOST);
  const good = runs.filter((_, k) => hearts[k] >= GOOD);
  const isDrawn = ({ found }: Run): boolean => found.casePlausibility !== null;
  const isDoubted = ({ found }: Run): boolean => isHeartDoubtful(found.looksAgree);
  return {
    heart: Number((hearts.reduce((sum, dice) => sum + dice, 0) / hearts.length).toFixed(4)),
    ...meanDice(runs.map(({ found, labels }) => evaluateCase(found.labels, labels))),
    lost: lost.length,
    nothingDrawn: lost.filter((run) => !isDrawn(run)).length,
    lostAndBelieved: lost.filter((run) => isDrawn(run) && !isDoubted(run)).length,
    good: good.length,
    goodAndDoubted: good.filter(isDoubted).length,
  };
}

function heartDice(found: LabelVolume, truth: LabelVolume): number {
  let [one, other, both] = [0, 0, 0];
  truth.labels.forEach((label, at) => {
    const [here, there] = [isHeart(found.labels[at]), isHeart(label)];
    one += Number(here);
    other += Number(there);
    both += Number(here && there);
  });
  return one + other > 0 ? (2 * both) / (one + other) : 1;
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
