import { halfWidthAbout } from '../../../core/patient/interval.ts';
import { logOddsOfRisk } from '../../../core/patient/logLogistic.ts';
import { covariateBranch } from '../../../nn/networks/covariateBranch.ts';
import { INPUTS } from '../musicStudy.ts';
import { mean, percent, table } from './markdown.ts';
import type { ReportInput } from './reportInput.ts';

/** Inputs that may be unknown together. */
const MASKS: Readonly<Record<string, readonly string[]>> = {
  age: ['age'],
  LVEF: ['lvef'],
  'QRS duration, LBBB': ['qrs', 'lbbb'],
  'all of the electrocardiogram': ['heartRate', 'qrs', 'lbbb', 'atrialFibrillation'],
  'all of the history': ['smoker', 'diabetes', 'hypertension', 'hypercholesterolaemia'],
  'all drugs': ['betaBlocker', 'aceInhibitorOrArb', 'lipidLowering', 'diuretic', 'antiarrhythmic', 'digoxin'],
  'all but age, sex and LVEF': INPUTS.map(({ name }) => name as string).filter(
    (name) => !['age', 'male', 'lvef'].includes(name),
  ),
  everything: INPUTS.map(({ name }) => name),
};

export const LOOKED_AT_YEARS = 5;

export function missingInputs({ patients, network }: ReportInput): string[] {
  const known = patients.map((patient) => ({
    patient,
    full: covariateBranch(network, patient.covariates, { ischaemic: patient.ischaemic }),
  }));
  return [
    '## When inputs are missing',
    '',
    'The curve takes the training mean for a missing input. The interval takes in what the input could be, given the known ones, from',
    'the joint law of the training patients (100 draws), and has the curve in its middle: where the draws lie to one side, as those of',
    "LVEF do for a wide QRS, that is an error of the curve, and widens the interval both ways. Tried on MUSIC's patients by hiding what",
    `is known: the share whose risk at ${LOOKED_AT_YEARS} years with all inputs lies in the 90% interval without them, and half that interval's width on the`,
    'log-odds.',
    '',
    ...table(
      ['hidden', 'held by draws alone', 'held by the shown interval', 'from draws', 'from refits'],
      Object.entries(MASKS).map(([name, mask]) => {
        const found = known.map(({ patient, full }) => {
          const left = Object.fromEntries(Object.entries(patient.covariates).filter(([id]) => !mask.includes(id)));
          const answer = covariateBranch(network, left, { ischaemic: patient.ischaemic });
          const draws = halfWidthAbout(answer, answer.imputations, LOOKED_AT_YEARS);
          const refits = halfWidthAbout(answer, answer.refits, LOOKED_AT_YEARS);
          const distance = Math.abs(logOddsOfRisk(full, LOOKED_AT_YEARS) - logOddsOfRisk(answer, LOOKED_AT_YEARS));
          return { draws, refits, byDraws: distance <= draws, shown: distance <= Math.hypot(draws, refits) };
        });
        const share = (of: (one: (typeof found)[number]) => boolean): string =>
          percent(found.filter(of).length / found.length, 0);
        return [
          name,
          share(({ byDraws }) => byDraws),
          share(({ shown }) => shown),
          mean(found.map(({ draws }) => draws)).toFixed(2),
          mean(found.map(({ refits }) => refits)).toFixed(2),
        ];
      }),
    ),
  ];
}
