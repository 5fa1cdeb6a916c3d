/** The curves of a saved case. */
import * as v from 'valibot';
import { COVARIATES, type CovariateId } from '../../core/patient/covariates.ts';
import { CONTEMPORARY_RATES } from '../../core/patient/rates.ts';
import { EFFECTS } from '../../core/phantom/constants.ts';
import { FIVE_ANSWERS } from '../../nn/networks/fiveAnswers.ts';
import { calibrationSchema } from './calibrationFile.ts';
import { byName, count, list, number, percentage, share, words } from './schemaParts.ts';

const sentence = v.object({ code: v.literal('sentence'), english: words });
const bare = <Code extends string>(code: Code) => v.object({ code: v.literal(code) });
const covariate = v.picklist(COVARIATES.map(({ id }) => id));

const whyNot = v.variant('code', [
  v.object({ code: v.literal('recentInfarct'), days: number, minDays: number }),
  bare('noReflow'),
  bare('notIschaemic'),
  bare('noHeartFailure'),
  v.object({ code: v.literal('otherNyhaClass'), nyha: count }),
  bare('nonIschaemicScar'),
  bare('defibrillator'),
  v.object({ code: v.literal('outOfTrainingRange'), covariate }),
  bare('unlikeSimulatedHearts'),
  bare('noVentricle'),
  bare('lengthsNotKnown'),
  sentence,
]);

const restsOn = v.variant('code', [
  v.object({ code: v.literal('realOutcomes'), patients: count, ischaemic: count, suddenDeaths: count }),
  v.object({ code: v.literal('realCohort'), patients: count, suddenDeaths: count, otherDeaths: count }),
  v.object({
    code: v.literal('simulatedOutcomes'),
    hearts: count,
    warped: count,
    realHearts: count,
    effect: v.picklist(EFFECTS),
  }),
  v.object({ code: v.literal('realAndSimulatedOutcomes'), simulatedPatients: count }),
  v.object({ code: v.literal('expertContours'), patients: count }),
  v.object({ code: v.literal('hospitalOutcomes'), patients: count, events: count }),
  v.object({ code: v.literal('hospitalAndSimulatedOutcomes'), patients: count, events: count }),
  v.object({ code: v.literal('hospitalHead'), patients: count, events: count }),
  v.object({ code: v.literal('hospitalHeadAndCovariates'), patients: count, events: count }),
  sentence,
]);

const atYears = <T>(value: v.GenericSchema<T, T>) => v.object({ '1': value, '4': value, '5': value, '10': value });
const interval01 = v.tuple([share, share]);

const madeOnPatients = { patients: count, events: count, madeBy: words, madeOn: words };

const prediction = v.object({
  mu: number,
  sigma: number,
  risk: atYears(share),
  crudeRisk: atYears(share),
  otherDeath: atYears(share),
  interval: atYears(interval01),
  intervalFrom: v.object({
    refits: v.exactOptional(atYears(interval01)),
    shrinkage: v.exactOptional(atYears(interval01)),
    missingInputs: v.exactOptional(atYears(interval01)),
    image: v.exactOptional(atYears(interval01)),
    rate: v.exactOptional(atYears(interval01)),
    calibration: v.exactOptional(atYears(interval01)),
  }),
  crudeInterval: atYears(interval01),
  curve: list(v.object({ t: number, s: share, low: share, high: share, extrapolated: v.boolean() })),
  followUpYears: number,
  restsOn,
  simulated: v.boolean(),
  recalibrated: v.exactOptional(
    v.variant('code', [
      v.object({ code: v.literal('recalibratedOn'), ...madeOnPatients }),
      v.object({
        code: v.literal('refittedOn'),
        ...madeOnPatients,
        harrell: v.nullable(share),
        shippedHarrell: v.nullable(share),
      }),
    ]),
  ),
});

const ratedEntries = {
  covariates: prediction,
  fiveAnswers: v.nullable(prediction),
  fused: v.nullable(prediction),
};
const rated = v.object(ratedEntries);
const imageEffect = v.object({ factor: number, interval: v.tuple([number, number]), simulated: v.literal(true) });

const networkInput = v.picklist([
  ...COVARIATES.map(({ id }) => id).filter((id): id is Exclude<CovariateId, 'ethnicity'> => id !== 'ethnicity'),
  'ischaemic' as const,
]);

const explanation = v.object({
  atYears: number,
  logOdds: number,
  meanLogOdds: number,
  effects: list(v.object({ id: networkInput, logOdds: number })),
});

export const survivalSchema = v.object({
  applies: v.object({ yes: v.boolean(), why: list(whyNot) }),
  covariates: prediction,
  image: v.nullable(prediction),
  fused: v.nullable(prediction),
  fiveAnswers: v.nullable(prediction),
  missingFiveAnswers: list(v.picklist(FIVE_ANSWERS)),
  leads: v.picklist(['covariates', 'fiveAnswers']),
  atRate: v.nullable(v.object({ afterInfarct: rated, heartFailure: rated })),
  usualRate: v.picklist(['music', ...CONTEMPORARY_RATES]),
  hospital: v.nullable(
    v.object({
      ...ratedEntries,
      image: v.nullable(prediction),
      calibration: calibrationSchema,
      explanation: v.optional(v.nullable(explanation), null),
    }),
  ),
  imageEffects: v.nullable(v.object({ low: imageEffect, mid: imageEffect, high: imageEffect })),
  unusedInputs: list(words),
  missingInputs: list(words),
  costOfMissing: byName(number),
  percentile: percentage,
  explanation,
});
