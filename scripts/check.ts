/** `npm run check`: types, and lint and unit tests of what has changed since main. For every few minutes; `npm test` is for the end. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';

const git = (...args: readonly string[]): string[] =>
  execFileSync('git', args, { encoding: 'utf8' }).split('\n').filter(Boolean);

/** Where this branch left main; where there is no main, or this is it, the last commit. */
function base(): string {
  try {
    return git('merge-base', 'HEAD', 'main')[0];
  } catch {
    return 'HEAD';
  }
}

const since = base();
const changed = [...git('diff', '--name-only', since), ...git('ls-files', '--others', '--exclude-standard')].filter(
  (file) => existsSync(file),
);
const code = changed.filter((file) => /\.(ts|svelte|js|cjs)$/.test(file));

async function run(name: string, args: readonly string[]): Promise<boolean> {
  const child = spawn('npx', ['--no-install', name, ...args], { stdio: 'inherit' });
  const [status] = (await once(child, 'exit')) as [number | null];
  return status === 0;
}

const results = await Promise.all([
  // What has not changed since the last time is kept in .svelte-check: a quarter of the time.
  run('svelte-check', ['--incremental', '--tsconfig', './tsconfig.json', '--fail-on-warnings', '--output', 'human']),
  code.length > 0 ? run('eslint', ['--max-warnings', '0', '--no-warn-ignored', ...code]) : true,
  changed.length > 0 ? run('prettier', ['--check', '--ignore-unknown', '--log-level', 'warn', ...changed]) : true,
]);
const tested = code.length === 0 || (await run('vitest', ['run', '--project', 'unit', '--changed', since]));
process.exitCode = results.every(Boolean) && tested ? 0 : 1;
