/**
 * `npm run bench [-- --out FILE] [--beside DIR] [--teaching]`: how fast the page and its backends are on this machine, in Node and
 * in headless Chromium, with every ratio taken within one run; `--beside` takes another build of the page, to be
 * measured in turns with this one. Writes docs/bench.md; JSON to FILE. `--teaching` measures only the teaching room and
 * updates its section.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median } from 'd3';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { loadNodeModels, MODELS_FOLDER } from '../src/studies/files/shippedModels.ts';
import { benchBackend, type BackendResult, type Seconds } from './benchBackend.ts';
import { benchTeaching, teachingTable, type KnobTimes } from './benchTeaching.ts';
import { CONTENDERS, type InNode, type NetworkTimes, type Times } from './benchNetworks.ts';
import { findChromium } from './findChromium.ts';
import { mainThreadTasks, type MainThreadTasks } from './mainThreadTasks.ts';
import { serve } from './serve.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const TABLE = join(ROOT, 'docs/bench.md');
const DIST = join(ROOT, 'dist');
/** After the first. */
const WARM_CASES = 5;
/** Of the networks by engine, and of one worker against two. */
const ROUNDS = 7;
/**
 * WebGPU in software takes a minute or two for what WASM does in seconds: one case, to count what it compiles and
 * dispatches.
 */
const WARM_CASES_IN_SOFTWARE = 0;
const CASE_MS = 300_000;
/**
 * For everything on WebGPU: in software on a busy machine one case may take longer, and the rest must not wait for it.
 */
const WEBGPU_MS = 180_000;
const ASK_EVERY_MS = 50;
/** A Chromium without a driver may never say that it has no adapter. */
const PROBE_MS = 20_000;

const GRAPHICS = {
  none: ['--disable-gpu'],
  hardware: ['--enable-unsafe-webgpu'],
  software: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
};

interface Column {
  readonly name: string;
  readonly result: BackendResult;
  readonly peakMb: number | null;
}

interface PageResult {
  readonly firstViewBytes: number;
  readonly toFirstCurveBytes: number;
  readonly interactiveSeconds: number;
  readonly networksReadySeconds: number;
  readonly firstCase: Seconds;
  readonly nextCase: Seconds;
  /** Of the page's main thread, from the click to the curve and a second beyond, in both cases. */
  readonly tasks: MainThreadTasks;
  readonly peakMb: number | null;
}

const note = (line: string): void => void process.stderr.write(`${line}\n`);
const executablePath = findChromium(note);

async function withBrowser<Result>(
  graphics: readonly string[],
  use: (browser: Browser) => Promise<Result>,
): Promise<Result> {
  const asRoot = process.getuid?.() === 0;
  const browser = await chromium.launch({ executablePath, args: [...graphics, ...(asRoot ? ['--no-sandbox'] : [])] });
  try {
    return await use(browser);
  } finally {
    await browser.close();
  }
}

/** The peak memory of a renderer of the browser, including its workers; null if the system does not say. */
async function peakRendererMb(browser: Browser): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const peaks = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? NaN) / 1000);
  return Math.max(...peaks);
}

async function inNode(): Promise<Column> {
  note('Node, WASM');
  const result = await benchBackend(() => loadNodeModels(MODELS_FOLDER), WARM_CASES, null);
  return { name: 'Node, WASM', result, peakMb: process.resourceUsage().maxRSS / 1000 };
}

/** The networks by engine, in Node, with relaxed SIMD switched on if it needs a flag. */
function networksInNode(): InNode {
  note('Networks, Node');
  const output = execFileSync(
    process.execPath,
    [
      '--experimental-wasm-relaxed-simd',
      '--import',
      'tsx',
      join(ROOT, 'scripts/benchNetworksInNode.ts'),
      String(ROUNDS),
    ],
    { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return JSON.parse(output) as InNode;
}

interface InBrowser {
  readonly columns: Column[];
  readonly networks: NetworkTimes;
}

/** The backends alone in a browser: WASM, and WebGPU on the graphics processor or, without one, in software. */
async function inBrowser(): Promise<InBrowser> {
  const folder = mkdtempSync(join(tmpdir(), 'scarcast-bench-'));
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    base: './',
    build: {
      outDir: folder,
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 2000,
      rolldownOptions: {
        input: join(ROOT, 'scripts/benchPage.ts'),
        output: { entryFileNames: 'page.js' },
        checks: { pluginTimings: false },
      },
    },
  });
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><title>Bench</title><script type="module" src="page.js"></script>',
  );
  const server = await serve(folder, { port: 0, base: '/' });
  const open = async (browser: Browser): Promise<Page> => {
    const page = await browser.newPage();
    await page.goto(server.url);
    await page.waitForFunction('"bench" in globalThis');
    return page;
  };
  const column =
    (name: string, backend: string, cases: number) =>
    async (browser: Browser): Promise<Column> => {
      note(name);
      const page = await open(browser);
      const result = await page.evaluate<BackendResult>(`bench('${backend}', ${cases})`);
      return { name, result, peakMb: await peakRendererMb(browser) };
    };
  const adapterOf = (browser: Browser): Promise<string | null> =>
    open(browser).then((page) => page.evaluate<string | null>('adapterName()'));
  try {
    const columns = [await withBrowser(GRAPHICS.none, column('Chromium, WASM', 'wasm', WARM_CASES))];
    for (const graphics of [GRAPHICS.hardware, GRAPHICS.software]) {
      const adapter = await withBrowser(graphics, (browser) =>
        Promise.race([adapterOf(browser), wait(PROBE_MS, null)]),
      );
      if (adapter === null) continue;
      const cases = adapter.includes('swiftshader') ? WARM_CASES_IN_SOFTWARE : WARM_CASES;
      const name = `Chromium, WebGPU (${adapter})`;
      const measured = await withBrowser(graphics, (browser) =>
        Promise.race([column(name, 'webgpu', cases)(browser), wait(WEBGPU_MS, null)]),
      );
      if (measured === null) note(`${name}: not done after ${WEBGPU_MS / 1000} s, left out`);
      else columns.push(measured);
      break;
    }
    note('Networks, Chromium');
    const networks = await withBrowser(GRAPHICS.none, async (browser) =>
      (await open(browser)).evaluate<NetworkTimes>(`networks(${ROUNDS})`),
    );
    return { columns, networks };
  } finally {
    await server.close();
    rmSync(folder, { recursive: true });
  }
}

/** Bytes of the answer as sent, compressed. */
function weigh(url: string): Promise<number> {
  return new Promise((done, fail) => {
    request(url, { headers: { 'Accept-Encoding': 'br' } }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => (bytes += chunk.length));
      response.on('end', () => done(bytes));
      response.on('error', fail);
    })
      .on('error', fail)
      .end();
  });
}

/**
 * Runs in the page before anything else: when it can be used, when its networks are ready, and each stage that it
 * names.
 */
const RECORDER = `
  globalThis.record = { interactive: null, firstView: [], ready: null, stages: [] };
  const text = (id) => document.querySelector('[data-testid="' + id + '"]')?.textContent ?? '';
  new MutationObserver(() => {
    if (record.interactive === null && text('try-demo') !== '') {
      requestAnimationFrame(() => setTimeout(() => {
        record.interactive ??= performance.now();
        // At once: what follows the first view starts as soon as that is ready.
        const before = performance.getEntriesByType('resource').filter((one) => one.startTime < record.interactive);
        record.firstView = [location.href, ...before.map((one) => one.name)];
      }));
    }
    if (record.ready === null && text('backend') !== '') record.ready = performance.now();
    const stage = document.querySelector('[data-testid="cancel"]') ? text('status') : null;
    if (record.stages.at(-1)?.stage !== stage) record.stages.push({ stage, at: performance.now() });
  }).observe(document, { subtree: true, childList: true, characterData: true });`;

/** Polls from outside: waiting inside the page turns text into code, which its policy forbids. */
async function until(page: Page, condition: string): Promise<void> {
  for (const end = performance.now() + CASE_MS; performance.now() < end; await wait(ASK_EVERY_MS)) {
    if (await page.evaluate<boolean>(condition)) return;
  }
  throw new Error(`The page did not come to this in ${CASE_MS / 1000} s: ${condition}`);
}

interface Recorded {
  readonly interactive: number;
  readonly firstView: readonly string[];
  readonly ready: number;
  readonly stages: readonly { readonly stage: string | null; readonly at: number }[];
}

/** The page itself, in a browser with no cache: from its address to a second curve. */
async function ofThePage(): Promise<PageResult> {
  note('The page');
  const server = await serve(join(ROOT, 'dist'), { port: 0, base: '/' });
  try {
    return await withBrowser(GRAPHICS.none, async (browser) => {
      const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
      const page = await context.newPage();
      const urls = new Set<string>();
      context.on('request', (one) => {
        // The service worker keeps the build for use without a network; the page does not wait for it.
        if (one.url().startsWith(server.url) && !one.serviceWorker()) urls.add(one.url());
      });
      const weighed = async (addresses: Iterable<string>): Promise<number> => {
        const sizes = await Promise.all([...addresses].map(weigh));
        return sizes.reduce((sum, bytes) => sum + bytes, 0);
      };
      await page.addInitScript(RECORDER);
      await page.goto(server.url, { waitUntil: 'commit' });
      await until(page, 'record.interactive !== null');
      await until(page, 'record.ready !== null');
      const recorded = (): Promise<Recorded> => page.evaluate('record');
      const { interactive, firstView, ready } = await recorded();
      const firstViewBytes = await weighed(firstView);
      await page.getByTestId('offline').waitFor({ timeout: CASE_MS });

      const seconds: Seconds[] = [];
      let toFirstCurveBytes = 0;
      const tasks = await mainThreadTasks(page, async () => {
        for (const button of ['try-demo', 'demo']) {
          await page.evaluate('record.stages.length = 0');
          await page.getByTestId(button).click();
          await until(page, 'record.stages.length > 1 && record.stages.at(-1).stage === null');
          await page.getByTestId('curve').waitFor();
          await page.waitForTimeout(1000);
          seconds.push(stageSeconds((await recorded()).stages));
          if (toFirstCurveBytes === 0) toFirstCurveBytes = await weighed(urls);
        }
      });
      return {
        firstViewBytes,
        toFirstCurveBytes,
        interactiveSeconds: interactive / 1000,
        networksReadySeconds: ready / 1000,
        firstCase: seconds[0],
        nextCase: seconds[1],
        tasks,
        peakMb: await peakRendererMb(browser),
      };
    });
  } finally {
    await server.close();
  }
}

/** The teaching room, with its networks ready. */
async function ofTheTeachingRoom(): Promise<KnobTimes[]> {
  note('The teaching room');
  const server = await serve(DIST, { port: 0, base: '/' });
  try {
    return await withBrowser(GRAPHICS.none, async (browser) => {
      const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
      await page.goto(server.url);
      // tsx names functions with a helper that a page does not have.
      await page.evaluate('globalThis.__name = (named) => named');
      // What the service worker keeps is fetched first.
      await page.getByTestId('offline').waitFor({ timeout: CASE_MS });
      return benchTeaching(page);
    });
  } finally {
    await server.close();
  }
}

const TEACHING = '## The teaching room';

function teachingSection(times: readonly KnobTimes[]): string {
  return `${TEACHING}

From a turn of a knob to the frame that shows what follows it, ms by the clock, on WASM: medians of several turns of each. The stack waits
until the knob has been still for a moment, and the networks wait for the stack; both waits are in. \`npm run bench -- --teaching\` measures
this alone; here with ${fixed(loadavg()[0], 1)} programs running as it ended, itself among them.

${teachingTable(times)}
`;
}

/** A page open on a build, with its networks ready, whose demo can be run again and again. */
interface OpenPage {
  readonly oneCase: () => Promise<Seconds>;
  readonly close: () => Promise<void>;
}

async function openPage(browser: Browser, folder: string, query: string): Promise<OpenPage> {
  const server = await serve(folder, { port: 0, base: '/' });
  const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
  await page.addInitScript(RECORDER);
  await page.goto(`${server.url}${query}`, { waitUntil: 'commit' });
  await until(page, 'record.ready !== null');
  await page.getByTestId('offline').waitFor({ timeout: CASE_MS });
  let cases = 0;
  return {
    async oneCase() {
      await page.bringToFront();
      await page.evaluate('record.stages.length = 0');
      await page.getByTestId(cases++ === 0 ? 'try-demo' : 'demo').click();
      await until(page, 'record.stages.length > 1 && record.stages.at(-1).stage === null');
      await page.getByTestId('curve').waitFor();
      return stageSeconds((await page.evaluate<Recorded>('record')).stages);
    },
    async close() {
      await page.close();
      await server.close();
    },
  };
}

/** Seconds of the demo in several pages in turns, by page, each the median of `ROUNDS` after a first that does not count. */
async function inTurns(pages: readonly (readonly [folder: string, query: string])[]): Promise<Seconds[]> {
  return withBrowser(GRAPHICS.none, async (browser) => {
    const open: OpenPage[] = [];
    for (const [folder, query] of pages) open.push(await openPage(browser, folder, query));
    const seconds: Seconds[][] = open.map(() => []);
    for (const { oneCase } of open) await oneCase();
    for (let round = 0; round < ROUNDS; round++) {
      for (const [which, { oneCase }] of open.entries()) seconds[which].push(await oneCase());
    }
    for (const { close } of open) await close();
    return seconds.map((ofPage) => {
      const all = { ...Object.assign({}, ...ofPage) } as Seconds;
      const medianOf = (value: (one: Seconds) => number): number => median(ofPage.map(value)) ?? NaN;
      return {
        ...Object.fromEntries(Object.keys(all).map((stage) => [stage, medianOf((one) => one[stage] ?? 0)])),
        [WHOLE]: medianOf(total),
      };
    });
  });
}

const WHOLE = 'From the click to the curve';

function stageSeconds(stages: Recorded['stages']): Seconds {
  const seconds: Record<string, number> = {};
  stages.slice(1).forEach(({ at }, i) => {
    const { stage, at: began } = stages[i];
    if (stage !== null) seconds[stage] = (seconds[stage] ?? 0) + (at - began) / 1000;
  });
  return seconds;
}

const total = (seconds: Seconds): number => Object.values(seconds).reduce((sum, each) => sum + each, 0);
const fixed = (value: number, digits: number): string => value.toFixed(digits);
const kb = (bytes: number): string => `${fixed(bytes / 1000, 1)} kB`;
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function backendTable(columns: readonly Column[]): string {
  const [node] = columns;
  const line = (name: string, cell: (column: Column) => string): string => row([name, ...columns.map(cell)]);
  const number = (value: number | undefined, digits: number): string =>
    value === undefined ? '–' : fixed(value, digits);
  const stages = (from: 'cold' | 'warm'): string[] => [
    ...Object.keys(node.result[from] ?? {}).map((stage) =>
      line(`${stage}, ${from}, s`, ({ result }) => number(result[from]?.[stage], 3)),
    ),
    line(`All of a case, ${from}, s`, ({ result }) => number(result[from] ? total(result[from]) : undefined, 2)),
  ];
  const ofNode = ({ warm }: BackendResult): number | undefined =>
    warm && node.result.warm ? total(warm) / total(node.result.warm) : undefined;
  return [
    row(['', ...columns.map(({ name }) => name)]),
    row(['---', ...columns.map(() => '---:')]),
    ...stages('cold'),
    ...stages('warm'),
    line("A warm case, times Node's", ({ result }) => number(ofNode(result), 2)),
    line('Matrix product of 1024, GFLOP/s', ({ result }) => number(result.speed?.matmulGflops, 1)),
    line('Whole segmentation stage, GFLOP/s', ({ result }) => number(result.speed?.segmentationGflops, 1)),
    line('Segmentation, % of the matrix product', ({ result }) =>
      number(result.speed ? 100 * result.speed.segmentationOfMatmul : undefined, 0),
    ),
    line('Shaders by the end of the first case', ({ result }) => String(result.webgpu?.shaders ?? '–')),
    line('Shaders that later cases added', ({ result }) => String(result.webgpu?.shadersAfterwards ?? '–')),
    line('Dispatches a case', ({ result }) => String(result.webgpu?.dispatchesACase ?? '–')),
    line('Peak memory, MB', ({ peakMb }) => (peakMb === null ? '–' : fixed(peakMb, 0))),
  ].join('\n');
}

function pageTable(page: PageResult): string {
  const { tasks } = page;
  const stages = [...new Set([...Object.keys(page.firstCase), ...Object.keys(page.nextCase)])];
  const second = (seconds: Seconds, stage: string): string => (stage in seconds ? fixed(seconds[stage], 2) : '–');
  return [
    row(['', 'First case', 'Next case']),
    row(['---', '---:', '---:']),
    ...stages.map((stage) => row([`${stage}, s`, second(page.firstCase, stage), second(page.nextCase, stage)])),
    row(['From the click to the curve, s', fixed(total(page.firstCase), 2), fixed(total(page.nextCase), 2)]),
    '',
    row(['', '']),
    row(['---', '---:']),
    row(['Asked for before the page could be used, compressed', kb(page.firstViewBytes)]),
    row(['Everything to the first curve, compressed', kb(page.toFirstCurveBytes)]),
    row(['Start to a page that can be used, s', fixed(page.interactiveSeconds, 2)]),
    row(['Start until the networks are ready, s', fixed(page.networksReadySeconds, 2)]),
    row(["Longest task of the page's thread in both cases, ms of processor", fixed(tasks.longestCpuMs, 0)]),
    row(['The same, ms by the clock', fixed(tasks.longestMs, 0)]),
    row(['Tasks over 50 ms, by processor and by the clock', `${tasks.overCpu}, ${tasks.over}`]),
    row(['Peak memory of the page with its workers, MB', page.peakMb === null ? '–' : fixed(page.peakMb, 0)]),
  ].join('\n');
}

function networkTable(node: NetworkTimes, browser: NetworkTimes): string {
  const line = (name: string, times: Times, digits: number): string =>
    row([name, ...CONTENDERS.map((who) => (times[who] === null ? '–' : fixed(times[who], digits)))]);
  const ratios = (name: string, times: Times): string => {
    const against = times['onnxruntime-web'] ?? NaN;
    return row([name, ...CONTENDERS.map((who) => (times[who] === null ? '–' : fixed(against / times[who], 2)))]);
  };
  const block = (where: string, { batch, stageCold, stageWarm, greatestDifference }: NetworkTimes): string[] => [
    line(`${where}: four slices, ms`, batch, 1),
    ratios(`${where}: four slices, times as fast as onnxruntime-web`, batch),
    line(`${where}: whole segmentation, cold, ms`, stageCold, 0),
    line(`${where}: whole segmentation, warm, ms`, stageWarm, 0),
    ratios(`${where}: whole segmentation, warm, times as fast as onnxruntime-web`, stageWarm),
    row([
      `${where}: greatest difference of a logit from tfjs's`,
      ...CONTENDERS.map((who) => greatestDifference[who]?.toExponential(0) ?? '–'),
    ]),
  ];
  return [
    row(['', ...CONTENDERS]),
    row(['---', ...CONTENDERS.map(() => '---:')]),
    ...block('Chromium', browser),
    ...block('Node', node),
  ].join('\n');
}

function turnsTable(names: readonly string[], seconds: readonly Seconds[]): string {
  return [
    row(['', ...names, 'Ratio']),
    row(['---', ...names.map(() => '---:'), '---:']),
    ...['Segmenting', WHOLE].map((stage) =>
      row([
        `${stage}, s`,
        ...seconds.map((one) => fixed(one[stage], 2)),
        fixed(seconds[1][stage] / seconds[0][stage], 2),
      ]),
    ),
  ].join('\n');
}

const { values } = parseArgs({
  options: { out: { type: 'string' }, beside: { type: 'string' }, teaching: { type: 'boolean' } },
});
if (values.teaching) {
  const section = teachingSection(await ofTheTeachingRoom());
  const before = readFileSync(TABLE, 'utf8');
  const rest = before.split(/^(?=## )/m).filter((part) => !part.startsWith(TEACHING));
  writeFileSync(TABLE, `${rest.join('').trimEnd()}\n\n${section}`);
  process.stdout.write(section);
  process.exit();
}
const load = loadavg()[0];
const { networks: networksNode, trainingStepMs } = networksInNode();
const node = await inNode();
const { columns: browserColumns, networks: networksBrowser } = await inBrowser();
const columns = [node, ...browserColumns];
const page = await ofThePage();
note('One worker and two');
const workers = await inTurns([
  [DIST, '?workers=1'],
  [DIST, '?workers=2'],
]);
const { beside } = values;
if (beside !== undefined) note('Another build');
const builds =
  beside === undefined
    ? null
    : await inTurns([
        [resolve(beside), ''],
        [DIST, ''],
      ]);
const teaching = await ofTheTeachingRoom();
const chromiumVersion = await withBrowser(GRAPHICS.none, (browser) => Promise.resolve(browser.version()));
const machine = {
  processor: cpus()[0]?.model ?? 'unknown',
  threads: cpus().length,
  loadBefore: load,
  node: process.version,
  chromium: chromiumVersion,
};
const text = `# How fast it is

Written by \`npm run bench\`, on one machine in one run: ${machine.processor}, ${machine.threads} threads,
${fixed(load, 1)} programs running on it before the bench began; Node ${machine.node.slice(1)}, Chromium ${machine.chromium}. The case is the
synthetic demo patient, ${columns[0].result.slices} slices. Seconds are by the clock, so other programs lengthen them; ratios were taken side by side.

## The networks, by who runs them

The segmentation's two networks with the same weights on the same input, on one thread: by onnxruntime-web, by tfjs's own WASM kernels
and by ours under tfjs, in turns; medians of ${ROUNDS} rounds. Cold is the first segmentation, with its networks made ready.
onnxruntime-web keeps channels first, so its whole segmentation includes the change of axes.

${networkTable(networksNode, networksBrowser)}

A step of the second stage's training, on 8 slices, with the drawing of its views: ${fixed(trainingStepMs, 0)} ms in Node, the median of 12.

## The backends alone

The steps of \`src/pipeline/analysing/analyse.ts\`; warm is the median of ${WARM_CASES} cases after the first; WebGPU in software
(swiftshader) runs the first case only.
The segmentation's work is counted from its networks' layers; the time is that of the whole stage, with resampling, flips
and interpolation back.

${backendTable(columns)}

## The page

The build, served compressed to a Chromium with an empty cache, on WASM; the stages are named as in the page.

${pageTable(page)}

## One worker and two

The page on the same machine, in turns; medians of ${ROUNDS} cases after a first.

${turnsTable(['One worker', 'Two workers'], workers)}
${
  builds === null
    ? ''
    : `
## Compared with another build

The page of another build and this one, in turns; medians of ${ROUNDS} cases after a first.

${turnsTable(['The other', 'This one'], builds)}
`
}
${teachingSection(teaching)}`;
writeFileSync(TABLE, text);
if (values.out !== undefined) {
  const networks = { node: networksNode, chromium: networksBrowser, trainingStepMs };
  writeFileSync(
    values.out,
    `${JSON.stringify({ machine, networks, backends: columns, page, workers, builds, teaching }, null, 2)}\n`,
  );
}
process.stdout.write(text);
