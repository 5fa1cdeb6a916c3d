/** `npm test`: every check there is; ends with one line that counts them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from './findChromium.ts';

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What this reads of the JSON reporter's file. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

const PASSED: Count = { passed: 1, failed: 0, skipped: 0 };
const FAILED: Count = { passed: 0, failed: 1, skipped: 0 };

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function run(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<boolean> {
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
  const [status] = (await once(child, 'exit')) as [number | null];
  return status === 0;
}

const npmScript = async (name: string): Promise<Count> =>
  (await run('npm', ['run', '--silent', name], {})) ? PASSED : FAILED;

/** Runs one of vitest's projects and counts its tests. A run that failed without a failed test (a file that would not load) is one failure. */
async function vitest(project: string, environment: Readonly<Record<string, string>>): Promise<Count> {
  const folder = mkdtempSync(join(tmpdir(), 'scarcast-test-'));
  try {
    const report = join(folder, 'report.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const succeeded = await run(
      'npx',
      ['--no-install', 'vitest', 'run', '--project', project, ...reporters],
      environment,
    );
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
      readFileSync(report, 'utf8'),
    ) as VitestReport;
    for (const { fullName, status } of testResults.flatMap((file) => file.assertionResults)) {
      if (status === 'skipped' || status === 'pending') say(`skipped: ${fullName}`);
    }
    return {
      passed: numPassedTests,
      failed: succeeded ? numFailedTests : Math.max(1, numFailedTests),
      skipped: numPendingTests + numTodoTests,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Step = readonly [name: string, run: () => Promise<Count>];

/** One after the other. */
type Lane = readonly Step[];

/**
 * One group after the other, the lanes of a group side by side. Nothing else runs during the browser tests, because some of
 * them measure time.
 */
const groups: readonly (readonly Lane[])[] = [
  [
    [
      ['lint', () => npmScript('lint')],
      ['build', () => npmScript('build')],
      ['build as one file', () => npmScript('build:single')],
      ['size', () => npmScript('size')],
    ],
    [
      ['types', () => npmScript('types')],
      ['unit tests', () => vitest('unit', {})],
    ],
  ],
  [[['browser tests', () => vitest('e2e*', { CHROMIUM_PATH: findChromium(say) })]]],
];

const total = { passed: 0, failed: 0, skipped: 0 };
const summary: string[] = [];
for (const group of groups) {
  await Promise.all(
    group.map(async (lane) => {
      for (const step of lane) await take(step);
    }),
  );
}

async function take([name, step]: Step): Promise<void> {
  say(`\n== ${name}`);
  const start = performance.now();
  let count: Count;
  try {
    count = await step();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    count = FAILED;
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  summary.push(`${name}: ${describe(count)} (${seconds} s)`);
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
}

function describe({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

say(`\n${summary.join('\n')}`);
say(describe(total));
process.exitCode = total.failed > 0 ? 1 : 0;
