import { writeFile } from 'node:fs/promises';
import type { AnyReason } from '../../app/messages/reasons.ts';
import { inEnglish } from '../../app/messages/reasonsEn.ts';
import { ScarcastError, SentenceError } from '../../core/errors.ts';

/** Writes a result as JSON to a file, or to standard output where none is named. */
export async function writeJson(value: unknown, out: string | undefined): Promise<void> {
  const plain = (_: string, one: unknown): unknown => (one instanceof Float64Array ? [...one] : one);
  const text = `${JSON.stringify(value, plain, 2)}\n`;
  if (out === undefined) process.stdout.write(text);
  else await writeFile(out, text);
}

/** Runs a command: an error that is meant for the user becomes one line and exit code 1; any other keeps its trace. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (!(error instanceof ScarcastError)) throw error;
    process.stderr.write(`${inEnglish(error.reason as AnyReason)}\n`);
    process.exitCode = 1;
  }
}

/** A command was called with the wrong arguments. */
export class UsageError extends SentenceError {}
