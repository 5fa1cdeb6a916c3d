/**
 * npm run simulate -- [--effect low|mid|high] [--patients N] [--seed N] [--out FILE]: a simulated cohort, and the published
 * effects refitted on it beside their published intervals, so that anyone sees what the constants mean.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { EFFECTS } from '../core/phantom/constants.ts';
import { REFIT_YEARS, summariseSimulation } from './simulationSummary.ts';

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

const summary = summariseSimulation(effect, count, seed);
print();
if (options.out !== undefined) await writeFile(options.out, `${JSON.stringify(summary, null, 2)}\n`);

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
    ...summary.refits.map(
      (r) =>
        `  ${r.name.padEnd(44)} ${r.refit.toFixed(3).padStart(7)}   published ${r.ratio} (${r.low} to ${r.high}), ` +
        `${r.source}: ${r.verdict === 'inside' ? 'inside' : `${r.verdict} the interval`}`,
    ),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
