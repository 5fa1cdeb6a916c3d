/**
 * npm run simulate -- [--effect low|mid|high] [--patients N] [--seed N] [--out FILE]: a simulated cohort, and the published
 * effects refitted on it beside their published intervals, so that anyone sees what the constants mean.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { simulatePatients } from '../core/phantom/cohort.ts';
import type { SimulatedPatient } from '../core/phantom/cohort.ts';
import { EFFECTS, PUBLISHED } from '../core/phantom/constants.ts';
import type { PublishedEffect } from '../core/phantom/constants.ts';
import { aalenJohansen } from '../core/survival/aalenJohansen.ts';
import { harrellC } from '../core/survival/concordance.ts';
import { fitCoxRidge } from '../core/survival/coxRidge.ts';
import { stepAt } from '../core/survival/kaplanMeier.ts';
import { risk } from '../core/survival/logLogistic.ts';

/** The refits end here, near the follow-up of the published cohorts. */
const REFIT_YEARS = 6;
const SHOWN_YEARS = [1, 3, 5, 10] as const;
const CRUDE_YEARS = [5, 10] as const;

interface Refit extends PublishedEffect {
  readonly refit: number;
  readonly verdict: 'inside' | 'below' | 'above';
}

const { values: options } = parseArgs({
  options: {
    effect: { type: 'string', default: 'mid' },
    patients: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string' },
  },
});
const effect = EFFECTS.find((name) => name === options.effect);
const count = Number(options.patients);
const seed = Number(options.seed);
if (!effect || !Number.isInteger(count) || count < 100 || !Number.isInteger(seed)) {
  process.stderr.write(
    'Use: npm run simulate -- [--effect low|mid|high] [--patients N (at least 100)] [--seed N] [--out FILE]\n',
  );
  process.exit(2);
}

const patients = simulatePatients(count, effect, seed);
const time = Float64Array.from(patients, (patient) => patient.timeYears);
const status = Uint8Array.from(patients, (patient) => patient.status);
const event = status.map((s) => (s === 1 ? 1 : 0));
const incidence = aalenJohansen(time, status, 2);
const mean = (of: (patient: SimulatedPatient) => number): number => patients.reduce((sum, p) => sum + of(p), 0) / count;
const byYear = (years: readonly number[], of: (year: number) => number): Record<string, number> =>
  Object.fromEntries(years.map((year) => [String(year), of(year)]));

const has = (condition: (patient: SimulatedPatient) => boolean) => (patient: SimulatedPatient) =>
  condition(patient) ? 1 : 0;
const lvef = (patient: SimulatedPatient): number => patient.covariates.lvef ?? NaN;
const everyone = (): boolean => true;
const refits: Refit[] = [
  refit(
    PUBLISHED.greyOver5,
    (p) => p.scarG > 0,
    has((p) => p.greyZoneG > 5),
  ),
  refit(
    PUBLISHED.greyPer10,
    (p) => lvef(p) <= 35,
    (p) => p.greyZoneG / 10,
  ),
  refit(
    PUBLISHED.greyOver5PreservedLvef,
    (p) => lvef(p) > 35,
    has((p) => p.greyZoneG >= 5),
  ),
  refit(
    PUBLISHED.lvefUnder35,
    everyone,
    has((p) => lvef(p) < 35),
  ),
  refit(
    PUBLISHED.lvefUnder35Scd,
    everyone,
    has((p) => lvef(p) < 35),
  ),
  refit(PUBLISHED.lvefPerPercent, everyone, lvef),
  refit(
    PUBLISHED.scarOver5,
    everyone,
    has((p) => p.scarPercent > 5),
  ),
];

const summary = {
  effect,
  patients: count,
  seed,
  netRisk: byYear(SHOWN_YEARS, (t) => mean((p) => risk({ mu: p.trueMu, sigma: p.trueSigma }, t))),
  crudeRisk: byYear(CRUDE_YEARS, (t) => stepAt(incidence.time, incidence.incidence[0], t, 0)),
  eventShare: mean((p) => (p.status === 1 ? 1 : 0)),
  medianFollowUpYears: [...time].sort((a, b) => a - b)[Math.floor(count / 2)],
  eventsPer100PatientYears: (100 * event.reduce((sum, e) => sum + e, 0)) / time.reduce((sum, t) => sum + t, 0),
  trueC: harrellC(
    time,
    event,
    Float64Array.from(patients, (patient) => -patient.trueMu),
  ).c,
  refits,
};

print();
if (options.out !== undefined) await writeFile(options.out, `${JSON.stringify(summary, null, 2)}\n`);

/** Univariable Cox over the first REFIT_YEARS among the patients that the published study took. */
function refit(
  published: PublishedEffect,
  taken: (patient: SimulatedPatient) => boolean,
  input: (patient: SimulatedPatient) => number,
): Refit {
  const chosen = patients.filter(taken);
  const model = fitCoxRidge(
    Float64Array.from(chosen, input),
    Float64Array.from(chosen, (patient) => Math.min(patient.timeYears, REFIT_YEARS)),
    Uint8Array.from(chosen, (patient) => (patient.status === 1 && patient.timeYears <= REFIT_YEARS ? 1 : 0)),
    0,
  );
  const ratio = Math.exp(model.coefficients[0]);
  return {
    ...published,
    refit: ratio,
    verdict: ratio < published.low ? 'below' : ratio > published.high ? 'above' : 'inside',
  };
}

function print(): void {
  const list = (risks: Record<string, number>): string =>
    Object.entries(risks)
      .map(([year, value]) => `F(${year}) ${value.toFixed(3)}`)
      .join('  ');
  const lines = [
    `Simulated cohort: effect ${summary.effect}, ${count} patients, seed ${seed}. None of them exists.`,
    `Net risk (other deaths taken away)   ${list(summary.netRisk)}`,
    `Crude risk (other deaths at work)    ${list(summary.crudeRisk)}`,
    `Events ${(100 * summary.eventShare).toFixed(1)}%, ${summary.eventsPer100PatientYears.toFixed(2)} per 100 patient-years; ` +
      `median follow-up ${summary.medianFollowUpYears.toFixed(1)} years; C of the truth ${summary.trueC.toFixed(3)}`,
    '',
    `Published effects, refitted here by univariable Cox over ${REFIT_YEARS} years (sHR: theirs is a subdistribution ratio):`,
    ...refits.map(
      (r) =>
        `  ${r.name.padEnd(44)} ${r.refit.toFixed(3).padStart(7)}   published ${r.ratio} (${r.low} to ${r.high}), ` +
        `${r.source}: ${r.verdict === 'inside' ? 'inside' : `${r.verdict} the interval`}`,
    ),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
