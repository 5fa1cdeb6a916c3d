/** The patients of a cohort as named in the commands: a table, the folder of a run, or a '.scarcohort' file. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { everyReason } from '../../app/messages/everyReason.ts';
import type { ModelCard } from '../../pipeline/analysing/models.ts';
import { proposeColumns, type ColumnMapping, type ToldColumns } from '../../pipeline/cohort/columns.ts';
import { readMapping } from '../../pipeline/cohort/mappingFile.ts';
import { cohortOf, notesOnIds, patientsOf, type Cohort, type CohortPatient } from '../../pipeline/cohort/patients.ts';
import { readSavedCohort, withStudies } from '../../pipeline/cohort/savedCohort.ts';
import { readTable, type Table } from '../../pipeline/cohort/table.ts';
import { COHORT_FILE } from '../../studies/cohort/cohortFolder.ts';
import { say, UsageError } from './output.ts';
import { readText } from './readText.ts';

export interface TableOptions extends ToldColumns {
  /** A file that says what the columns are. */
  readonly mapping?: string | undefined;
}

export interface ReadTable {
  readonly table: Table;
  readonly mapping: ColumnMapping;
  readonly cohort: Cohort;
}

export interface CohortInput {
  readonly patients: readonly CohortPatient[];
  readonly rows: { readonly read: number; readonly leftOutCount: number; readonly leftOut: Cohort['leftOut'] | null };
  readonly notes: Cohort['notes'];
  /** null where it did not come from a table. */
  readonly mapping: ColumnMapping | null;
}

/**
 * A table with what its columns are; each is reported, so that nothing is assumed silently.
 * @param needsEvents false if the outcomes are only passed on
 * @throws UsageError for a column that the table lacks; whatever the table's faults throw
 */
export async function readTableOfPatients(
  file: string,
  { mapping: mappingFile, ...told }: TableOptions,
  needsEvents: boolean,
): Promise<ReadTable> {
  const table = readTable(await readText(file));
  for (const column of Object.values(told)) {
    if (column !== undefined && !table.columns.includes(column)) {
      throw new UsageError(`${file} has no column '${column}'. It has: ${table.columns.join(', ')}.`);
    }
  }
  const mapping =
    mappingFile === undefined ? proposeColumns(table, told) : readMapping(await readText(mappingFile), table);
  for (const column of table.columns) {
    const { use, ...rest } = mapping[column];
    say(`${column}: ${use}${use === 'ignored' ? '' : ` ${JSON.stringify(rest)}`}`);
  }
  const cohort = needsEvents ? cohortOf(table, mapping) : patientsOf(table, mapping);
  for (const note of cohort.notes) say(everyReason.en(note));
  for (const { row, why } of cohort.leftOut) say(`Row ${row} is left out: ${everyReason.en(why)}`);
  return { table, mapping, cohort };
}

/**
 * The patients that a command gets.
 * @param cards of the networks here, which must be those that analysed the images
 * @throws SavedCohortError and whatever a table's faults throw
 */
export async function readCohortInput(
  given: string,
  options: TableOptions,
  cards: readonly ModelCard[],
): Promise<CohortInput> {
  const isFolder = (await stat(given).catch(() => null))?.isDirectory() ?? false;
  if (isFolder || given.endsWith('.scarcohort')) {
    const file = isFolder ? path.join(given, COHORT_FILE) : given;
    const { patients, studies, rows } = readSavedCohort(await readText(file), cards);
    return {
      patients: withStudies(patients, studies),
      rows: { read: rows.read, leftOutCount: rows.leftOut, leftOut: null },
      notes: notesOnIds(patients),
      mapping: null,
    };
  }
  const { table, mapping, cohort } = await readTableOfPatients(given, options, true);
  return {
    patients: cohort.patients,
    rows: { read: table.rows.length, leftOutCount: cohort.leftOut.length, leftOut: cohort.leftOut },
    notes: cohort.notes,
    mapping,
  };
}
