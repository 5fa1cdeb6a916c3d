import { parseArgs } from 'node:util';
import { simulatePatients, type SimulatedPatient } from '../core/phantom/cohort.ts';
import { EFFECTS } from '../core/phantom/constants.ts';
import { quantiles } from '../core/quantiles.ts';
import { patientOnAnatomy, readAnatomies } from '../studies/simulation/anatomies.ts';
import { helpText } from './support/help.ts';
import { runCommand, tryOutputs, UsageError, writeJson } from './support/output.ts';
import { REFIT_YEARS, summariseSimulation, type SimulationSummary } from '../studies/simulation/simulationSummary.ts';

const HELP = helpText({
  use: 'simulate --',
  does: 'Simulates a cohort and refits the published effects on it, so that anyone can see what the constants mean. Prints a table.',
  options: {
    '--effect low|mid|high': 'Which end of the published effects the outcomes follow, mid by default.',
    '--patients N': 'The number of patients, at least 100. By default 20,000, and 2,000 with --anatomies.',
    '--seed N': 'The seed, 1 by default.',
    '--anatomies DIR':
      'Gives each patient a heart warped from one of the labelled stacks in DIR/<case>/{image,mask}.nii.gz, and the risk that its measured scar has.',
    '--out FILE': 'Also writes the table as JSON.',
  },
});
/** A warped heart takes some ten milliseconds, a patient alone almost none. */
const PATIENTS = { alone: 20_000, onAnatomies: 2000 };
const PROGRESS_EVERY = 500;

await runCommand(HELP, async () => {
  const { values: options } = parseArgs({
    options: {
      effect: { type: 'string', default: 'mid' },
      patients: { type: 'string' },
      seed: { type: 'string', default: '1' },
      anatomies: { type: 'string' },
      out: { type: 'string' },
    },
  });
  const effect = EFFECTS.find((name) => name === options.effect);
  const count = Number(options.patients ?? (options.anatomies === undefined ? PATIENTS.alone : PATIENTS.onAnatomies));
  const seed = Number(options.seed);
  if (!effect || !Number.isInteger(count) || count < 100 || !Number.isInteger(seed)) throw new UsageError(HELP);
  await tryOutputs(options.out);

  const drawn = simulatePatients(count, effect, seed);
  const anatomies = options.anatomies === undefined ? null : await readAnatomies(options.anatomies);
  const patients = drawn.map((patient, i) => {
    if (anatomies === null) return patient;
    if (i % PROGRESS_EVERY === 0) process.stderr.write(`hearts: ${i} of ${count}\n`);
    return patientOnAnatomy(anatomies, patient, effect).patient;
  });
  const summary = summariseSimulation(patients, effect, seed);
  process.stdout.write(
    [
      `Simulated cohort: effect ${effect}, ${count} patients, seed ${seed}. None of them exists.`,
      ...(anatomies === null ? [] : heartLines(drawn, patients, anatomies.length)),
      ...summaryLines(summary),
      '',
    ].join('\n'),
  );
  if (options.out !== undefined) await writeJson(summary, options.out);
});

/** How closely the real hearts could match the drawn ones. */
function heartLines(
  drawn: readonly SimulatedPatient[],
  warped: readonly SimulatedPatient[],
  anatomies: number,
): string[] {
  const spread = (patients: readonly SimulatedPatient[], of: (patient: SimulatedPatient) => number): string => {
    const [p5, median, p95] = quantiles(patients.map(of), [0.05, 0.5, 0.95]);
    return `${median.toFixed(1)} (${p5.toFixed(1)} to ${p95.toFixed(1)})`;
  };
  const line = (name: string, of: (patient: SimulatedPatient) => number): string =>
    `  ${name.padEnd(22)} ${spread(warped, of).padEnd(26)} drawn ${spread(drawn, of)}`;
  return [
    `Hearts warped from ${anatomies} real ones: median (5th to 95th percentile), and what was drawn for them:`,
    line('wall, g', ({ lvMassG }) => lvMassG),
    line('cavity, mL', ({ edvMl }) => edvMl),
    line('scar, % of the wall', ({ scarPercent }) => scarPercent),
    line('grey zone, g', ({ greyZoneG }) => greyZoneG),
  ];
}

function summaryLines(summary: SimulationSummary): string[] {
  const list = (risks: Record<string, number>): string =>
    Object.entries(risks)
      .map(([year, value]) => `F(${year}) ${value.toFixed(3)}`)
      .join('  ');
  return [
    `Net risk (other deaths taken away)   ${list(summary.netRisk)}`,
    `Crude risk (other deaths at work)    ${list(summary.crudeRisk)}`,
    `Events ${(100 * summary.eventShare).toFixed(1)}%, ${summary.eventsPer100PatientYears.toFixed(2)} per 100 patient-years; ` +
      `median follow-up ${summary.medianFollowUpYears.toFixed(1)} years; C of the truth ${summary.trueC.toFixed(3)}`,
    '',
    `Published effects, refitted here by univariable Cox over ${REFIT_YEARS} years (sHR: theirs is a subdistribution ratio):`,
    ...summary.refits.map(
      (r) =>
        `  ${r.name.padEnd(44)} ${r.refit.toFixed(3).padStart(7)}   published ${r.ratio} (${r.low} to ${r.high}), ` +
        `${r.source}: ${r.verdict === 'inside' ? 'inside' : `${r.verdict} the interval`}`,
    ),
  ];
}
