/** The workflow for clusters: parts side by side, one of them killed, resumed, gathered and validated. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallTable, writeStudies } from '../../../syntheticCohort.ts';

const PATIENTS = 10;
const TIMEOUT_MS = 300_000;
const hasSnakemake = spawnSync('snakemake', ['--version']).status === 0;

let folder: string;
let out: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'scarcast-workflow-'));
  out = join(folder, 'out');
});
afterAll(() => rmSync(folder, { recursive: true }));

const SNAKEMAKE = ['--snakefile', resolve('workflow/Snakefile'), '--cores', '2'];
const config = (): object => ({
  dir: 'studies',
  table: 'table.csv',
  id: 'pid',
  time: 'years',
  event: 'scd',
  out: 'out',
  parts: 2,
});

/** When each study's result was written. */
const written = (): Map<string, number> => {
  const results = join(out, 'studies');
  const names = existsSync(results) ? readdirSync(results).filter((name) => name.endsWith('.json')) : [];
  return new Map(names.map((name) => [name, statSync(join(results, name)).mtimeMs]));
};

describe.skipIf(!hasSnakemake)('the workflow, where snakemake is installed', () => {
  it('says what its config file lacks', () => {
    writeFileSync(join(folder, 'lacking.json'), JSON.stringify({ ...config(), table: undefined }));
    const { status, stderr } = spawnSync('snakemake', [...SNAKEMAKE, '--configfile', 'lacking.json'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toContain('Give table in the config file');
  });

  it(
    'gives the cohort of a plain run, though a part was killed, and does no study twice',
    async () => {
      writeStudies(join(folder, 'studies'), PATIENTS);
      writeFileSync(join(folder, 'table.csv'), smallTable(PATIENTS));
      writeFileSync(join(folder, 'config.json'), JSON.stringify(config()));
      const asked = [...SNAKEMAKE, '--configfile', 'config.json'];

      const first = spawn('snakemake', asked, { cwd: folder, stdio: 'ignore' });
      const ended = once(first, 'exit');
      const lock = join(out, 'part-1-of-2.lock');
      while (first.exitCode === null && !(existsSync(lock) && written().size > 0)) await wait(20);
      process.kill(Number.parseInt(readFileSync(lock, 'utf8'), 10), 'SIGKILL');
      expect(await ended).toEqual([1, null]);
      // The other part was allowed to finish.
      expect(readdirSync(join(out, 'parts'))).toEqual(['2-of-2.done']);
      expect(existsSync(join(out, 'cohort.csv'))).toBe(false);
      const before = written();

      const second = spawnSync('snakemake', asked, { cwd: folder, encoding: 'utf8' });
      expect(second.status, second.stderr).toBe(0);
      const after = written();
      expect(after.size).toBe(PATIENTS);
      for (const [name, at] of before) expect(after.get(name), name).toBe(at);

      const columns = ['--table', join(folder, 'table.csv'), '--id', 'pid', '--time', 'years', '--event', 'scd'];
      const plain = spawnSync(
        process.execPath,
        [
          '--import',
          'tsx',
          'src/cli/cohort.ts',
          'run',
          join(folder, 'studies'),
          ...columns,
          '--out',
          join(folder, 'plain'),
        ],
        { encoding: 'utf8' },
      );
      expect(plain.status, plain.stderr).toBe(0);
      const csv = (of: string): string => readFileSync(join(folder, of, 'cohort.csv'), 'utf8');
      expect(csv('out')).toBe(csv('plain'));
      const validation = JSON.parse(readFileSync(join(out, 'validation.json'), 'utf8')) as {
        n: number;
        events: number;
      };
      expect([validation.n, validation.events]).toEqual([10, 4]);
    },
    TIMEOUT_MS,
  );
});
