/**
 * `npm run check`: types, and lint and unit tests of what has changed since main: the tests that import a changed file themselves.
 * It is meant for every few minutes; `npm test`, which runs all tests, is for the end.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path/posix';

const git = (...args: readonly string[]): string[] =>
  execFileSync('git', args, { encoding: 'utf8' }).split('\n').filter(Boolean);

/** Where this branch left main; if there is no main, or this is main, the last commit. */
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

/**
 * The tests that changed, or that import a file that did: tests further away run for minutes if many files depend on
 * it.
 */
function testsOf(changedFiles: ReadonlySet<string>): string[] {
  const tests = git('ls-files', '--cached', '--others', '--exclude-standard', 'tests/unit/**/*.test.ts').filter(
    existsSync,
  );
  return tests.filter((test) => {
    const imported = readFileSync(test, 'utf8').matchAll(/(?:from|import\() ?'(\.[^'?]+)/g);
    return changedFiles.has(test) || [...imported].some(([, path]) => changedFiles.has(join(test, '..', path)));
  });
}

const tests = testsOf(new Set(code));
const results = await Promise.all([
  // What has not changed since the last time is kept in .svelte-check: a quarter of the time.
  run('svelte-check', ['--incremental', '--tsconfig', './tsconfig.json', '--fail-on-warnings', '--output', 'human']),
  code.length > 0 ? run('eslint', ['--max-warnings', '0', '--no-warn-ignored', ...code]) : true,
  changed.length > 0 ? run('prettier', ['--check', '--ignore-unknown', '--log-level', 'warn', ...changed]) : true,
  tests.length > 0 ? run('vitest', ['run', '--project', 'unit', ...tests]) : true,
]);
process.exitCode = results.every(Boolean) ? 0 : 1;
