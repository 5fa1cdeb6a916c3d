import { readFileSync } from 'node:fs';

/** Columns of a comma-separated file by header, as text; quotes dropped. Enough for the oracle's files. */
export function readColumns(path: string): Record<string, string[]> {
  const [header, ...rows] = readFileSync(path, 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(',').map((cell) => cell.replaceAll('"', '')));
  return Object.fromEntries(header.map((name, column) => [name, rows.map((row) => row[column])]));
}

export function numbers(column: readonly string[]): Float64Array {
  return Float64Array.from(column, Number);
}
