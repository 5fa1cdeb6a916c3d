/**
 * Trains the head of the image branch anew on a hospital's own patients, and its fusion with the covariate branch; cross-validation is
 * nested.
 */
import {
  REFIT_RULE,
  type HeadNotRefitted,
  type HospitalRefit,
  type RefittedImage,
} from '../../core/patient/hospitalRefit.ts';
import type { LogLogistic } from '../../core/patient/logLogistic.ts';
import { Random } from '../../core/random.ts';
import { meanLaw } from '../../nn/networks/covariateBranch.ts';
import { headLaws } from '../../nn/networks/imageHead.ts';
import {
  chooseHeadPenalty,
  fitHead,
  HEAD_PENALTIES,
  headEffectiveParameters,
  headLawsOutOfFold,
  type HeadCase,
} from '../../nn/training/fitImageHead.ts';
import type { SurvivalTable } from '../../nn/training/survivalTable.ts';
import { compareWithShipped, type Laws } from './refitFigures.ts';
import { FEW_MEMBERS, fusedOutOfFold, fusionOf, MEMBERS, type Nested, type ToRefit } from './refitFusion.ts';

const SEED = 27;

/** A heart with its latent vector, by the patient's index. */
type PlacedCase = HeadCase & { readonly row: number };

/** The image branch with a head trained on these patients, or why it stays as shipped. */
export function refitImage(
  table: SurvivalTable,
  judged: readonly ToRefit[],
  nested: Nested,
  horizonYears: number,
): Pick<HospitalRefit, 'image' | 'headNotRefitted'> {
  const cases = judged.flatMap(({ image }, row): PlacedCase[] => {
    const latent = image?.latent;
    if (!image || !latent) return [];
    return [{ row, reading: { ...image, latent }, timeYears: table.time[row], event: table.event[row] }];
  });
  const penalties = allowedPenalties(cases, judged);
  if ('code' in penalties) return { image: null, headNotRefitted: penalties };
  return { image: refitted(table, judged, nested, cases, penalties.allowed, horizonYears), headNotRefitted: null };
}

/** The penalties with no more effective parameters than the events allow. */
function allowedPenalties(
  cases: readonly PlacedCase[],
  judged: readonly ToRefit[],
): { readonly allowed: readonly number[] } | HeadNotRefitted {
  const { leastEventsForHead, eventsPerParameter } = REFIT_RULE;
  const events = cases.filter(({ event }) => event === 1).length;
  if (events < leastEventsForHead) {
    const withImage = judged.filter(({ image }) => image !== null);
    const couldBe = withImage.filter(({ patient }) => patient.outcome === 'event').length;
    return couldBe >= leastEventsForHead
      ? { code: 'imagesWithoutLatent', patients: withImage.length - cases.length }
      : { code: 'tooFewEventsForHead', events: couldBe, needed: leastEventsForHead };
  }
  const needs = HEAD_PENALTIES.map((penalty) => eventsPerParameter * headEffectiveParameters(cases, penalty));
  const allowed = HEAD_PENALTIES.filter((_, k) => needs[k] <= events);
  if (allowed.length > 0) return { allowed };
  return { code: 'tooFewEventsForHead', events, needed: Math.ceil(Math.min(...needs)) };
}

function refitted(
  table: SurvivalTable,
  judged: readonly ToRefit[],
  nested: Nested,
  cases: readonly PlacedCase[],
  penalties: readonly number[],
  horizonYears: number,
): RefittedImage {
  const random = new Random(SEED);
  const byFold = nested.folds.map(({ training }) => imagesIn(cases, training, table.time.length, penalties, random));
  const images: (LogLogistic | null)[] = [];
  nested.folds.forEach(({ test }, k) => {
    for (const i of test) images[i] = byFold[k][i];
  });
  const fused = fusedOutOfFold(table, nested, (k) => byFold[k]);
  const penalty = chooseHeadPenalty(cases, penalties, random);
  const shippedBy = (model: 'image' | 'fused'): Laws => judged.map(({ shipped }) => shipped[model]);
  return {
    recipe: { members: MEMBERS, penalty, effectiveParameters: headEffectiveParameters(cases, penalty) },
    head: fitHead(cases, penalty, MEMBERS, random),
    alone: compareWithShipped(table, images, shippedBy('image'), horizonYears),
    fused: {
      ...compareWithShipped(table, fused, shippedBy('fused'), horizonYears),
      fusion: fusionOf(table, nested.laws, images),
    },
  };
}

/** By the patient's index, the laws of heads that had not seen the patient; for patients in training, of inner heads. */
function imagesIn(
  cases: readonly PlacedCase[],
  training: Uint32Array,
  patients: number,
  penalties: readonly number[],
  random: Random,
): Laws {
  const inTraining = new Set(training);
  const seen = cases.filter(({ row }) => inTraining.has(row));
  const penalty = chooseHeadPenalty(seen, penalties, random);
  const head = fitHead(seen, penalty, MEMBERS, random);
  const images = new Array<LogLogistic | null>(patients).fill(null);
  headLawsOutOfFold(seen, penalty, FEW_MEMBERS, random).forEach((law, i) => (images[seen[i].row] = law));
  for (const { row, reading } of cases) if (!inTraining.has(row)) images[row] = meanLaw(headLaws(head, reading));
  return images;
}
