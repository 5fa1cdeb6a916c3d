/** What a table's columns are, as a file, so that nobody has to state it again for the next such table. */
import * as v from 'valibot';
import { ScarcastError } from '../../core/errors.ts';
import { UNITS } from '../../core/patient/units.ts';
import { NUMBER_SPECS, YES_NO_IDS, type ColumnMapping, type ColumnUse } from './columns.ts';
import type { Table } from './table.ts';

export type MappingFileFault =
  | { readonly code: 'noMapping' }
  | { readonly code: 'otherMappingVersion'; readonly version: number }
  | { readonly code: 'columnMissing'; readonly column: string };

/** A file that does not say what this table's columns are. */
export class MappingFileError extends ScarcastError<MappingFileFault> {}

const FORMAT = 'scarcast-columns';
const VERSION = 1;

const UNIT_IDS = [...new Set(Object.values(UNITS).flatMap((units) => units.map(({ id }) => id)))];

/** What one column is, in the form that files hold. */
export const columnUse = v.variant('use', [
  v.object({ use: v.literal('ignored') }),
  v.object({ use: v.literal('id') }),
  v.object({ use: v.literal('time'), unit: v.picklist(['days', 'months', 'years']) }),
  v.object({ use: v.literal('outcome'), means: v.record(v.string(), v.picklist(['event', 'otherDeath', 'none'])) }),
  v.object({
    use: v.literal('number'),
    id: v.picklist(NUMBER_SPECS.map(({ id }) => id)),
    unit: v.nullable(v.picklist(UNIT_IDS)),
    factor: v.picklist([1, 100]),
  }),
  v.object({
    use: v.literal('yesNo'),
    id: v.picklist(YES_NO_IDS),
    means: v.record(v.string(), v.picklist(['yes', 'no'])),
  }),
]);

const head = v.object({ format: v.literal(FORMAT), version: v.number() });
/** The whole file. */
export const mappingFile = v.object({
  format: v.literal(FORMAT),
  version: v.literal(VERSION),
  columns: v.record(v.string(), columnUse),
});

/** The text of the file. */
export function writeMapping(columns: ColumnMapping): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, columns }, null, 2)}\n`;
}

/**
 * What the file says of this table's columns; a column that it does not name is ignored.
 * @throws MappingFileError where it is no such file, is of another version, or names a column that the table lacks
 */
export function readMapping(text: string, table: Table): ColumnMapping {
  const parsed = parsedJson(text);
  const told = v.safeParse(head, parsed);
  if (!told.success) throw new MappingFileError({ code: 'noMapping' });
  const { version } = told.output;
  if (version !== VERSION) throw new MappingFileError({ code: 'otherMappingVersion', version });
  const read = v.safeParse(mappingFile, parsed);
  if (!read.success) throw new MappingFileError({ code: 'noMapping' });
  const columns: Readonly<Record<string, ColumnUse>> = read.output.columns;
  const missing = Object.keys(columns).find(
    (column) => columns[column].use !== 'ignored' && !table.columns.includes(column),
  );
  if (missing !== undefined) throw new MappingFileError({ code: 'columnMissing', column: missing });
  return Object.fromEntries(table.columns.map((column) => [column, columns[column] ?? { use: 'ignored' }]));
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return null;
  }
}
