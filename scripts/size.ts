/** `npm run size`: the size of the build, gzipped as a plain host sends it, against its budgets. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));

/** kB of 1000 bytes. */
const FIRST_VIEW_BUDGET_KB = 150;
/** Code, WASM, weights and fonts: more than any one visit loads. */
const WHOLE_BUDGET_KB = 3000;

const gzippedKb = (file: string): number => gzipSync(readFileSync(join(DIST, file))).length / 1000;
const sumKb = (files: readonly string[]): number => files.reduce((sum, file) => sum + gzippedKb(file), 0);

/** The page itself and every file that it names: the scripts (Vite lists their static imports too), the styles and their font. */
function firstView(): string[] {
  const html = readFileSync(join(DIST, 'index.html'), 'utf8');
  const named = [...html.matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css))"/g)].map(([, file]) => String(file));
  if (named.length === 0) throw new Error('dist/index.html names no script: run `npm run build` first.');
  const fonts = named
    .filter((file) => file.endsWith('.css'))
    .flatMap((file) => [...readFileSync(join(DIST, file), 'utf8').matchAll(/url\(["']?([^"')]+\.woff2)/g)])
    .map(([, font]) => join('assets', String(font)));
  if (fonts.length === 0) throw new Error('The styles of the first view name no font.');
  return ['index.html', ...named, ...fonts];
}

const everything = readdirSync(DIST, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(DIST.length));

const budgets = [
  { name: 'first view', kb: sumKb(firstView()), budgetKb: FIRST_VIEW_BUDGET_KB },
  { name: 'whole build', kb: sumKb(everything), budgetKb: WHOLE_BUDGET_KB },
];
for (const { name, kb, budgetKb } of budgets) {
  const verdict = kb <= budgetKb ? 'within' : 'OVER';
  process.stdout.write(`${name}: ${kb.toFixed(1)} kB gzipped, ${verdict} its ${budgetKb} kB\n`);
}
process.exitCode = budgets.some(({ kb, budgetKb }) => kb > budgetKb) ? 1 : 0;
