/**
 * `npm run lighthouse`: Lighthouse's own scores of the built page, served compressed, on its simulated phone: the median of five
 * visits, each with an empty cache; writes docs/lighthouse.md. Exits with 1 if one is under its floor, and names what
 * cost points. Lighthouse uses the wall clock: on a machine that is busy with other work, with a printed benchmark far
 * under 1000, the performance score is not the page's.
 */
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { median } from 'd3';
import lighthouse from 'lighthouse';
import { chromium } from 'playwright-core';
import { findChromium } from './findChromium.ts';
import { serve } from './serve.ts';

const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const;
type Category = (typeof CATEGORIES)[number];
const FLOOR = 95;
const VISITS = 5;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

interface Visit {
  readonly scores: Readonly<Record<Category, number>>;
  /** Lighthouse's own benchmark of the machine at that moment. */
  readonly machine: number;
  readonly metrics: string;
  /** What cost points, by category. */
  readonly faults: readonly string[];
}

/** One visit in a fresh browser. */
async function visit(executablePath: string, url: string): Promise<Visit> {
  const port = await freePort();
  const asRoot = process.getuid?.() === 0;
  const browser = await chromium.launch({
    executablePath,
    args: [`--remote-debugging-port=${port}`, ...(asRoot ? ['--no-sandbox'] : [])],
  });
  try {
    const result = await lighthouse(url, { port, output: 'json', logLevel: 'error', onlyCategories: [...CATEGORIES] });
    if (!result) throw new Error('Lighthouse gave no result.');
    const { categories, audits, runtimeError, environment } = result.lhr;
    if (runtimeError) throw new Error(`Lighthouse: ${runtimeError.message}`);
    const faults = CATEGORIES.flatMap((category) =>
      categories[category].auditRefs
        .map(({ id, weight }) => ({ audit: audits[id], weight }))
        .filter(({ audit, weight }) => weight > 0 && audit.score !== null && audit.score < 0.9)
        .map(({ audit }) => `${category}: ${audit.title} ${audit.displayValue ?? ''}`.trimEnd()),
    );
    return {
      scores: Object.fromEntries(
        CATEGORIES.map((category) => [category, Math.round(100 * (categories[category].score ?? 0))]),
      ) as Record<Category, number>,
      machine: environment.benchmarkIndex,
      metrics: ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift']
        .map((id) => `${audits[id].title} ${audits[id].displayValue ?? '–'}`)
        .join(', '),
      faults,
    };
  } finally {
    await browser.close();
  }
}

/** The scores as a page of docs/. */
function asMarkdown(visits: readonly Visit[], medians: readonly number[]): string {
  const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return [
    '# Lighthouse',
    '',
    `Written by \`npm run lighthouse\`: the built page, served compressed, on Lighthouse's simulated phone; ${VISITS} visits, each with an`,
    'empty cache. The machine is its own benchmark of it in that moment: far under 1000 it is busy with other work.',
    '',
    row(['Visit', ...CATEGORIES, 'Machine', 'Metrics']),
    row(['---', ...CATEGORIES.map(() => '---:'), '---:', '---']),
    ...visits.map(({ scores, machine, metrics }, n) =>
      row([n + 1, ...CATEGORIES.map((category) => scores[category]), Math.round(machine), metrics]),
    ),
    row(['**Median**', ...medians.map((score) => `**${score}**`), '', '']),
    '',
  ].join('\n');
}

const executablePath = findChromium((line) => void process.stderr.write(`${line}\n`));
const server = await serve(fileURLToPath(new URL('../dist/', import.meta.url)), { port: 0, base: '/' });
try {
  const visits: Visit[] = [];
  for (let n = 1; n <= VISITS; n++) {
    const one = await visit(executablePath, server.url);
    visits.push(one);
    say(
      `${n}: ${CATEGORIES.map((category) => `${category} ${one.scores[category]}`).join(', ')}; ${one.metrics}; machine ${one.machine}`,
    );
  }
  for (const fault of new Set(visits.flatMap(({ faults }) => faults))) say(`cost points: ${fault}`);
  const medians = CATEGORIES.map((category) => median(visits, ({ scores }) => scores[category]) ?? 0);
  CATEGORIES.forEach((category, i) => {
    say(`${category}: ${medians[i]}, median of ${VISITS}, ${medians[i] >= FLOOR ? 'not under' : 'UNDER'} ${FLOOR}`);
    if (medians[i] < FLOOR) process.exitCode = 1;
  });
  await writeFile(fileURLToPath(new URL('../docs/lighthouse.md', import.meta.url)), asMarkdown(visits, medians));
} finally {
  await server.close();
}
