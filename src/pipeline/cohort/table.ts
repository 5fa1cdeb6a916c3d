/** A file of rows and columns, as spreadsheets and statistics programs write it. */
import { dsvFormat } from 'd3';
import { ScarcastError } from '../../core/errors.ts';

export type TableFault =
  | { readonly code: 'emptyTable' }
  | { readonly code: 'raggedRow'; readonly row: number; readonly cells: number; readonly columns: number }
  | { readonly code: 'sameColumnName'; readonly column: string };

/** The file is not a table. */
export class TableError extends ScarcastError<TableFault> {}

export interface Table {
  readonly columns: readonly string[];
  /** Trimmed cells, as many in each row as there are columns. */
  readonly rows: readonly (readonly string[])[];
  /** The number of rows[0] in the file, as a spreadsheet shows it. */
  readonly firstRow: number;
  readonly decimal: '.' | ',';
}

const DELIMITERS = [',', ';', '\t', '|'];

const MISSING = new Set(
  'na n/a #n/a <na> nan null #null! none unknown missing ? . - -- 不详 未知 缺失'.split(' ').concat(''),
);
const LIMIT = /^[<>≤≥]=?\s*(?=[-\d.,])/;
export const WITH_COMMA = /^[<>≤≥]?=?\s*-?\d*,\d+\s*%?$/;
const WITH_POINT = /^[<>≤≥]?=?\s*-?\d*\.\d+\s*%?$/;
/** 1,020 in a column with 950 is over a thousand; alone, or with 0,950, it is a little over one. */
const THOUSANDS = /^[1-9]\d{0,2},\d{3}$/;
const HUNDREDS = /^[1-9]\d{2,}$/;

/** Whether a cell says that its value is unknown. */
export const isMissing = (cell: string): boolean => MISSING.has(cell.toLowerCase());

/**
 * Decodes a text file: UTF-8; UTF-16 if it says so, as Excel's Unicode text does; or Windows-1252 if it is not UTF-8, as spreadsheets still
 * write.
 */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  const text = new TextDecoder().decode(bytes);
  return text.includes('\ufffd') ? new TextDecoder('windows-1252').decode(bytes) : text;
}

/** The text without byte order mark and Excel's first line 'sep=;', how many lines that removed, and the delimiter of its cells. */
function delimited(text: string): { body: string; linesBefore: number; delimiter: string } {
  const plain = text.replace(/^\ufeff/, '');
  const told = /^"?sep=(.)"?[^\S\r\n]*(?:\r\n|\n|\r|$)/i.exec(plain);
  if (told) return { body: plain.slice(told[0].length), linesBefore: 1, delimiter: told[1] };
  const firstLine = plain.slice(0, plain.search(/[\r\n]|$/));
  const delimiter = DELIMITERS.reduce((best, one) =>
    firstLine.split(one).length > firstLine.split(best).length ? one : best,
  );
  return { body: plain, linesBefore: 0, delimiter };
}

/** A comma that separates cells cannot be part of a number. */
export const decimalWith = (delimiter: string): Table['decimal'] => (delimiter === ',' ? '.' : ',');

/** Whether the commas of a column's cells may separate thousands, so that nobody can tell what its numbers are. */
export function mayBeThousands(cells: readonly string[]): boolean {
  const commas = cells.filter((cell) => WITH_COMMA.test(cell));
  return commas.length > 0 && commas.every((cell) => THOUSANDS.test(cell)) && cells.some((cell) => HUNDREDS.test(cell));
}

/** A row as written, and its number in a spreadsheet. */
interface WrittenRow {
  readonly cells: readonly string[];
  readonly row: number;
}

/** The non-empty rows of a table's text, and the delimiter of their cells; quotes as in RFC 4180. */
export function rowsIn(text: string): { readonly rows: readonly WrittenRow[]; readonly delimiter: string } {
  const { body, linesBefore, delimiter } = delimited(text);
  const rows = dsvFormat(delimiter)
    .parseRows(body)
    .map((cells, at) => ({ cells, row: at + 1 + linesBefore }))
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  return { rows, delimiter };
}

/** Reads a table: quotes as in RFC 4180; empty rows are dropped. @throws TableError */
export function readTable(text: string): Table {
  const written = rowsIn(text);
  const { delimiter } = written;
  const [head, ...rows] = written.rows.map(({ cells, row }) => ({ cells: cells.map((cell) => cell.trim()), row }));
  if (head === undefined || rows.length === 0) throw new TableError({ code: 'emptyTable' });
  const columns = head.cells;
  const ragged = rows.find(({ cells }) => cells.length !== columns.length);
  if (ragged) {
    throw new TableError({ code: 'raggedRow', row: ragged.row, cells: ragged.cells.length, columns: columns.length });
  }
  const twice = columns.find((name, at) => name !== '' && columns.indexOf(name) !== at);
  if (twice !== undefined) throw new TableError({ code: 'sameColumnName', column: twice });
  const cells = rows.flatMap((one) => one.cells);
  const isComma = cells.some((cell) => WITH_COMMA.test(cell)) && !cells.some((cell) => WITH_POINT.test(cell));
  return {
    columns,
    rows: rows.map((one) => one.cells),
    firstRow: rows[0].row,
    decimal: isComma ? decimalWith(delimiter) : '.',
  };
}

/** The number in a cell: a limit such as '>89' counts as its number, '42 %' as 42; NaN if there is none. */
export function numberIn(cell: string, decimal: Table['decimal']): number {
  const plain = cell.replace(LIMIT, '').replace(/\s*%$/, '');
  if (plain === '') return NaN;
  return Number(decimal === ',' ? plain.replace(',', '.') : plain);
}

/** The cells of a column, row by row. */
export function cellsOf({ columns, rows }: Table, column: string): string[] {
  const at = columns.indexOf(column);
  return rows.map((cells) => cells[at]);
}
