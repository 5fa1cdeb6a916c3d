/**
 * What a person at a terminal meets: help, wrong options, places that cannot be written, hostile text. No model is
 * loaded.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { printable, tryOutputs, writeWhole } from '../../../src/cli/support/output.ts';
import { inputFiles } from '../../../src/studies/files/inputFiles.ts';
import { lockRun, RunLockedError } from '../../../src/studies/files/trainingRun.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'scarcast-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (command: string, ...args: readonly string[]): Ran =>
  spawnSync(process.execPath, ['--import', 'tsx', `src/cli/${command}.ts`, ...args], { encoding: 'utf8' });

describe('a command', () => {
  it('says how it is used, for --help and for an option that there is not, without a trace', () => {
    const help = run('simulate', '--help');
    expect(help).toMatchObject({ status: 0, stderr: '' });
    expect(help.stdout).toMatch(/^Use: npm run simulate/);
    const wrong = run('simulate', '--no-such-option');
    expect(wrong.status).toBe(1);
    expect(wrong.stderr).toContain('--no-such-option');
    expect(wrong.stderr).toContain('--help');
    expect(wrong.stderr).not.toMatch(/^\s+at /m);
  });

  it('tries its output before the work', async () => {
    const file = join(folder, 'none/out.json');
    await expect(tryOutputs(file)).rejects.toThrow(`${file} cannot be written`);
    await expect(tryOutputs(folder)).rejects.toThrow('it is a folder');
    await tryOutputs(join(folder, 'out.json'), undefined, '/dev/null');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('makes its folder before hours of work, or says why it cannot', () => {
    const taken = join(folder, 'taken.md');
    writeFileSync(taken, '');
    const { status, stderr } = run('reportSurvival', '--out', taken);
    rmSync(taken);
    expect(status).toBe(1);
    expect(stderr).toContain(taken);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('writes a file whole or not at all, with nothing left beside it', async () => {
    const file = join(folder, 'whole.json');
    await writeWhole(file, 'first');
    await writeWhole(file, 'second');
    mkdirSync(join(folder, 'taken'));
    await expect(writeWhole(join(folder, 'taken'), 'third')).rejects.toThrow('cannot be written');
    expect(readFileSync(file, 'utf8')).toBe('second');
    expect(readdirSync(folder).sort()).toEqual(['taken', 'whole.json']);
  });

  it("shows a file's control characters, and does not send them to the terminal", () => {
    expect(printable('\x1b]0;owned\x07 a\tb\nc \x9b2J')).toBe('\\x1b]0;owned\\x07 a\tb\nc \\x9b2J');
  });
});

describe('the files of a folder', () => {
  it('are found through links; a link back ends, and one to nowhere is listed, to be refused with its reason', async () => {
    const study = join(folder, 'study');
    mkdirSync(join(study, 'inner'), { recursive: true });
    mkdirSync(join(folder, 'elsewhere'));
    writeFileSync(join(folder, 'elsewhere/IM2'), '2');
    writeFileSync(join(study, 'IM1'), '1');
    symlinkSync(join(folder, 'elsewhere'), join(study, 'linked'));
    symlinkSync(join(study, 'IM1'), join(study, 'inner/IM3'));
    symlinkSync(study, join(study, 'inner/back'));
    symlinkSync(join(folder, 'nowhere'), join(study, 'broken'));
    expect((await inputFiles(study)).map(({ path }) => path)).toEqual(['IM1', 'broken', 'inner/IM3', 'linked/IM2']);
  });
});

describe('a run', () => {
  it('is kept from a second process while the first lives, and no longer', () => {
    const file = join(folder, 'run/state');
    mkdirSync(join(folder, 'run'));
    // This test's own parent process lives as long as it does.
    writeFileSync(`${file}.lock`, String(process.ppid));
    expect(() => lockRun(file)).toThrow(RunLockedError);
    const gone = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim();
    writeFileSync(`${file}.lock`, gone);
    lockRun(file);
    expect(Number.parseInt(readFileSync(`${file}.lock`, 'utf8'), 10)).toBe(process.pid);
    lockRun(file);
    rmSync(`${file}.lock`);
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it('goes on where it was killed on another machine, whose process has the number of one here', () => {
    const file = join(folder, 'shared/state');
    mkdirSync(join(folder, 'shared'));
    writeFileSync(`${file}.lock`, `${process.ppid} ${hostname()}`);
    expect(() => lockRun(file)).toThrow(RunLockedError);
    writeFileSync(`${file}.lock`, `${process.ppid} another-machine`);
    lockRun(file);
    expect(Number.parseInt(readFileSync(`${file}.lock`, 'utf8'), 10)).toBe(process.pid);
  });
});
