import { constants } from 'node:fs';
import { access, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AnyReason } from '../../app/messages/reasons.ts';
import { everyReason } from '../../app/messages/everyReason.ts';
import { ScarcastError, SentenceError } from '../../core/errors.ts';

/** Writes a result as JSON to a file, or to standard output where none is named. */
export async function writeJson(value: unknown, out: string | undefined): Promise<void> {
  const plain = (_: string, one: unknown): unknown => (one instanceof Float64Array ? [...one] : one);
  await writeText(`${JSON.stringify(value, plain, 2)}\n`, out);
}

/** Writes a result to a file, or to standard output where none is named. */
export async function writeText(text: string, out: string | undefined): Promise<void> {
  if (out === undefined) process.stdout.write(text);
  else await writeWhole(out, text);
}

/** Writes a file whole or not at all: first next to it, and then in its place. */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  // A device or a pipe, such as /dev/stdout, has no place next to it.
  if (await isSpecial(file)) {
    await writeFile(file, content);
    return;
  }
  const part = `${file}.${process.pid}.part`;
  try {
    await writeFile(part, content);
    await rename(part, file);
  } catch (cause) {
    await rm(part, { force: true });
    throw new OutputError(file, cause);
  }
}

const isSpecial = async (file: string): Promise<boolean> => {
  const found = await stat(file).catch(() => null);
  return found !== null && !found.isFile() && !found.isDirectory();
};

/**
 * Checks before the work whether its results can be written.
 * @param files those that are named; undefined ones are skipped
 * @throws OutputError
 */
export async function tryOutputs(...files: readonly (string | undefined)[]): Promise<void> {
  for (const file of files) {
    if (file === undefined || (await isSpecial(file))) continue;
    const found = await stat(file).catch(() => null);
    if (found?.isDirectory()) throw new OutputError(file, new Error('it is a folder'));
    await access(path.dirname(path.resolve(file)), constants.W_OK).catch((cause: unknown) => {
      throw new OutputError(file, cause);
    });
  }
}

/** A result cannot be written to the requested place. */
class OutputError extends SentenceError {
  constructor(file: string, cause: unknown) {
    super(`${file} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
  }
}

/** What node:util's parseArgs throws for unknown options. */
const isUsageError = (error: unknown): error is Error =>
  error instanceof TypeError && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');

/** What the system says about a file: no such file, no permission, no space. */
const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';

/**
 * Runs a command. What is meant for the user becomes one line and exit code 1: a Scarcast error, a wrong option, a file
 * that the system cannot open. Any other error is a bug and keeps its trace.
 * @param use the command's usage, printed for --help
 */
export async function runCommand(use: string, command: () => Promise<void>): Promise<void> {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    process.stdout.write(`${use}\n`);
    return;
  }
  try {
    await command();
  } catch (error) {
    if (error instanceof ScarcastError) say(everyReason.en(error.reason as AnyReason));
    else if (isUsageError(error)) say(`${error.message}\nWith --help the command explains its options.`);
    else if (isSystemError(error)) say(`${error.message}.`);
    else throw error;
    process.exitCode = 1;
  }
}

/**
 * Writes lines to standard error. Control characters from a file are shown as such: some would move the terminal's
 * cursor, or change its title or what was printed.
 */
export function say(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

export const printable = (text: string): string =>
  text.replace(
    /[\0-\x08\x0b-\x1f\x7f-\x9f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );

/** A command was called with the wrong arguments. */
export class UsageError extends SentenceError {}
