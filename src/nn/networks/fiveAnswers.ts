/**
 * The branch beyond SSCAR: sudden death from five answers that, apart from LVEF, SSCAR's covariates lack. A
 * ridge-penalised log-logistic regression, fitted separately for each pattern of which of the five are known (pattern
 * submodels, Mercaldo and Blume, Biostatistics 2020;21:236): what is not known is not in the model that answers, and
 * needs no value in its place. Hidden layers were tried and gained nothing.
 */
import type { ApplicabilityFacts, Covariates } from '../../core/patient/covariates.ts';
import type { Band } from '../../core/patient/interval.ts';
import type { LogLogistic } from '../../core/patient/logLogistic.ts';
import { recalibrated, type Recalibration } from '../../core/patient/recalibration.ts';
import { CONTEMPORARY_RATES } from '../../core/patient/rates.ts';
import type { LoadedModel, ModelFile } from '../weights.ts';
import { packWeights } from '../weights.ts';
import { lawOf, meanLaw, memberOutput, parameterCount, type InputScaling } from './covariateBranch.ts';

export const FIVE_ANSWERS = ['lvef', 'nyha', 'priorInfarct', 'leftAtrium', 'ntProBnp'] as const;
export type FiveAnswer = (typeof FIVE_ANSWERS)[number];

/**
 * In the form that the regression takes: LVEF %, NYHA class, infarct 0 or 1, left atrium mm, ln of NT-proBNP in ng/L.
 * Absent = unknown.
 */
export type FiveAnswerValues = Readonly<Partial<Record<FiveAnswer, number>>>;

/** The model for one pattern. */
export interface PatternModel {
  /** Refits on bootstrap samples; the weights of the answers that the pattern lacks are 0. */
  readonly members: readonly Float64Array[];
  readonly recalibration: Recalibration;
  /** Mean log-odds of the training patients' risk by the horizon. */
  readonly centre: number;
}

export interface FiveAnswersModel {
  readonly scaling: readonly InputScaling[];
  /** By the pattern's number: bit k is set where answer k of FIVE_ANSWERS is known. */
  readonly patterns: readonly PatternModel[];
  readonly band: Pick<Band, 'refits' | 'shrinkage'>;
  /** Mean LVEF of the training patients, which the recalibration uses where none is known. */
  readonly meanLvefPercent: number;
  readonly followUpYears: number;
}

export interface FiveAnswersOutput extends LogLogistic {
  readonly refits: readonly LogLogistic[];
  readonly known: readonly FiveAnswer[];
  readonly missing: readonly FiveAnswer[];
  /** Known, but beyond the least or greatest value among the training patients. */
  readonly outOfTrainingRange: readonly FiveAnswer[];
  readonly band: Band;
  readonly recalibration: Recalibration;
}

export const MEMBER_SHAPE = { inputs: FIVE_ANSWERS.length, depth: 0, width: 0 } as const;
export const PATTERNS = 2 ** FIVE_ANSWERS.length;

/**
 * The five from what is known of the patient. CMR's LVEF replaces a missing one; a patient with an infarct of known age
 * has had one.
 */
export function fiveAnswersOf(
  { lvef, lvefCmr }: Covariates,
  { nyha, priorInfarct, daysSinceInfarct, leftAtrium, ntProBnp }: ApplicabilityFacts,
): FiveAnswerValues {
  const infarct = priorInfarct ?? (daysSinceInfarct === undefined ? undefined : true);
  const values = {
    lvef: lvef ?? lvefCmr,
    nyha,
    priorInfarct: infarct === undefined ? undefined : Number(infarct),
    leftAtrium,
    ntProBnp: ntProBnp === undefined ? undefined : Math.log(ntProBnp),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** The number of the pattern of known answers. */
export function patternOf(values: FiveAnswerValues): number {
  return FIVE_ANSWERS.reduce((bits, id, k) => bits + (values[id] === undefined ? 0 : 2 ** k), 0);
}

/** Answers in the form that the members take, 0 where unknown. */
export function fiveInputs(scaling: readonly InputScaling[], values: FiveAnswerValues): Float64Array {
  return Float64Array.from(FIVE_ANSWERS, (id, k) => {
    const value = values[id];
    return value === undefined ? 0 : (value - scaling[k].shift) / scaling[k].scale;
  });
}

/** The law of one patient by the regression for what is known, recalibrated to the training cohort. */
export function fiveAnswersBranch(
  model: FiveAnswersModel,
  values: FiveAnswerValues,
  { ischaemic }: Pick<ApplicabilityFacts, 'ischaemic'>,
): FiveAnswersOutput {
  const { members, recalibration, centre } = model.patterns[patternOf(values)];
  const x = fiveInputs(model.scaling, values);
  const patient = { lvefPercent: values.lvef ?? model.meanLvefPercent, ischaemic: ischaemic ?? true };
  const recalibrate = (law: LogLogistic): LogLogistic => recalibrated(law, recalibration, patient, 'music');
  const laws = members.map((parameters) => memberLaw(parameters, x));
  const isKnown = (id: FiveAnswer): boolean => values[id] !== undefined;
  return {
    ...recalibrate(meanLaw(laws)),
    refits: laws.map(recalibrate),
    known: FIVE_ANSWERS.filter(isKnown),
    missing: FIVE_ANSWERS.filter((id) => !isKnown(id)),
    outOfTrainingRange: FIVE_ANSWERS.filter((id, k) => {
      const value = values[id];
      return value !== undefined && (value < model.scaling[k].min || value > model.scaling[k].max);
    }),
    band: { ...model.band, centre },
    recalibration,
  };
}

function memberLaw(parameters: Float64Array, x: Float64Array): LogLogistic {
  const raw = new Float64Array(2);
  memberOutput(parameters, MEMBER_SHAPE, x, 0, new Float64Array(0), raw);
  return lawOf(raw);
}

/** model.json of the five answers; the rest is in its tensors. */
export interface FiveAnswersFile extends ModelFile {
  readonly inputs: readonly FiveAnswer[];
  readonly band: FiveAnswersModel['band'];
  readonly meanLvefPercent: number;
  readonly followUpYears: number;
}

const SCALING_FIELDS = ['shift', 'scale', 'min', 'max'] as const;
/** Spread, centre, then low and high of each shift. */
const RECALIBRATION_FIELDS = 2 + 2 * (2 + CONTEMPORARY_RATES.length);

/** The model as files. Parameters are stored as float32. */
export function packFiveAnswers(
  model: FiveAnswersModel,
  version: string,
): { readonly model: FiveAnswersFile; readonly weights: Uint8Array } {
  const { scaling, patterns, band, meanLvefPercent, followUpYears } = model;
  const { tensors, weights } = packWeights(
    [
      { name: 'scaling', shape: [scaling.length, SCALING_FIELDS.length] },
      { name: 'members', shape: [patterns.length, patterns[0].members.length, parameterCount(MEMBER_SHAPE)] },
      { name: 'recalibration', shape: [patterns.length, RECALIBRATION_FIELDS] },
    ],
    {
      scaling: Float32Array.from(scaling.flatMap((input) => SCALING_FIELDS.map((field) => input[field]))),
      members: Float32Array.from(patterns.flatMap(({ members }) => members.flatMap((one) => [...one]))),
      recalibration: Float32Array.from(
        patterns.flatMap(({ centre, recalibration: { spread, ischaemic, other, rates } }) => [
          spread,
          centre,
          ...[ischaemic, other, ...CONTEMPORARY_RATES.map((rate) => rates[rate])].flatMap(({ low, high }) => [
            low,
            high,
          ]),
        ]),
      ),
    },
    'float32',
  );
  return {
    model: { name: 'fiveAnswers', version, inputs: FIVE_ANSWERS, band, meanLvefPercent, followUpYears, tensors },
    weights,
  };
}

/** The model from files that `loadModel('fiveAnswers', ...)` has checked. */
export function fiveAnswersModel({
  file,
  arrays,
}: Pick<LoadedModel<FiveAnswersFile>, 'file' | 'arrays'>): FiveAnswersModel {
  const { band, meanLvefPercent, followUpYears } = file;
  const { scaling, members, recalibration } = arrays;
  const size = parameterCount(MEMBER_SHAPE);
  const each = members.length / size / PATTERNS;
  return {
    band,
    meanLvefPercent,
    followUpYears,
    scaling: FIVE_ANSWERS.map((_, k) => {
      const [shift, scale, min, max] = scaling.subarray(k * SCALING_FIELDS.length);
      return { shift, scale, min, max };
    }),
    patterns: Array.from({ length: PATTERNS }, (_, p) => {
      const [spread, centre, ...shifts] = recalibration.subarray(
        p * RECALIBRATION_FIELDS,
        (p + 1) * RECALIBRATION_FIELDS,
      );
      const shift = (k: number): { low: number; high: number } => ({ low: shifts[2 * k], high: shifts[2 * k + 1] });
      return {
        members: Array.from({ length: each }, (_unused, m) =>
          Float64Array.from(members.subarray((p * each + m) * size, (p * each + m + 1) * size)),
        ),
        centre,
        recalibration: {
          spread,
          ischaemic: shift(0),
          other: shift(1),
          rates: { afterInfarct: shift(2), heartFailure: shift(3) },
        },
      };
    }),
  };
}
