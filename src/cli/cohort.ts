/**
 * npm run cohort -- validate TABLE [--mapping FILE.json] [--save-mapping FILE.json] [--rate usual|music|afterInfarct|heartFailure]
 *   [--everyone] [--samples N] [--out FILE]
 *     holds the shipped models, as they are, against a cohort's own outcomes. --mapping says what the columns are; without it that is
 *     told from their names and values, and --save-mapping writes it, to be checked and mended.
 * npm run cohort -- summarise [--data DIR]
 *     summarises the real cohort beside the shipped covariate branch, as `npm run train -- survival` does at its end.
 */
import { parseArgs } from 'node:util';
import { everyReason } from '../app/messages/everyReason.ts';
import { CONTEMPORARY_RATES } from '../core/patient/rates.ts';
import { proposeColumns, type ColumnMapping } from '../pipeline/cohort/columns.ts';
import { readMapping, writeMapping } from '../pipeline/cohort/mappingFile.ts';
import { cohortOf } from '../pipeline/cohort/patients.ts';
import { readTable, type Table } from '../pipeline/cohort/table.ts';
import { validateCohort, type CohortRate } from '../pipeline/cohort/validateCohort.ts';
import { DATA_FOLDER } from '../studies/files/dataFolder.ts';
import { loadNodeModels, MODELS_FOLDER } from '../studies/files/shippedModels.ts';
import { writeCohort } from '../studies/survival/summariseCohort.ts';
import { runCommand, say, tryOutputs, UsageError, writeJson, writeWhole } from './support/output.ts';
import { readText } from './support/readText.ts';

const USE =
  'Use: npm run cohort -- validate TABLE [--mapping FILE.json] [--save-mapping FILE.json] ' +
  '[--rate usual|music|afterInfarct|heartFailure] [--everyone] [--samples 200] [--out FILE], or ' +
  'npm run cohort -- summarise [--data DIR]';
const RATES: readonly CohortRate[] = ['usual', 'music', ...CONTEMPORARY_RATES];

await runCommand(USE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      data: { type: 'string', default: DATA_FOLDER },
      mapping: { type: 'string' },
      'save-mapping': { type: 'string' },
      rate: { type: 'string', default: 'usual' },
      everyone: { type: 'boolean', default: false },
      samples: { type: 'string', default: '200' },
      out: { type: 'string' },
    },
  });
  const [what, path, ...more] = positionals;
  if (what === 'summarise' && path === undefined) {
    await writeCohort(values.data, MODELS_FOLDER);
    return;
  }
  if (what !== 'validate' || path === undefined || more.length > 0) throw new UsageError(USE);
  await tryOutputs(values.out, values['save-mapping']);
  const rate = RATES.find((one) => one === values.rate);
  if (rate === undefined) throw new UsageError(`--rate takes ${RATES.join(', ')}, not ${values.rate}.`);
  const samples = Number(values.samples);
  if (!Number.isInteger(samples) || samples < 20) {
    throw new UsageError(`--samples takes a whole number of 20 or more, not ${values.samples}.`);
  }

  const table = readTable(await readText(path));
  const mapping =
    values.mapping === undefined ? proposeColumns(table) : readMapping(await readText(values.mapping), table);
  tell(mapping, table);
  if (values['save-mapping'] !== undefined) await writeWhole(values['save-mapping'], writeMapping(mapping));
  const { patients, leftOut, notes } = cohortOf(table, mapping);
  for (const note of notes) say(everyReason.en(note));
  for (const { row, why } of leftOut) say(`Row ${row} is left out: ${everyReason.en(why)}`);

  const models = await loadNodeModels(MODELS_FOLDER);
  const result = validateCohort(patients, models, { rate, onlyApplicable: !values.everyone, samples });
  await writeJson(
    {
      n: result.followUp.patients,
      events: result.followUp.events,
      rate,
      onlyApplicable: !values.everyone,
      ...result,
      rows: {
        read: table.rows.length,
        leftOut: leftOut.map(({ row, why }) => ({ row, why: everyReason.en(why), ...why })),
      },
      notes: notes.map((note) => ({ sentence: everyReason.en(note), ...note })),
      weights: models.cards.map(({ name, version, sha256 }) => ({ name, version, sha256 })),
    },
    values.out,
  );
});

/** What each column was taken for, so that nothing is taken for anything in silence. */
function tell(mapping: ColumnMapping, { columns }: Table): void {
  for (const column of columns) {
    const { use, ...rest } = mapping[column];
    say(`${column}: ${use}${use === 'ignored' ? '' : ` ${JSON.stringify(rest)}`}`);
  }
}
