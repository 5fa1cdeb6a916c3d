/**
 * `npm run build:single`: the whole page as one HTML file, with code, styles, font, decoders, WASM and weights inside,
 * that opens from a disk with a double click. Its policy admits the two pieces of code and style by their hashes and
 * nothing from anywhere else.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build, type InlineConfig, type Plugin, type Rolldown } from 'vite';
import { kernelHashes } from './kernelHashes.ts';
import { bundledPackages } from './licences.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const MODELS = join(ROOT, 'public/models');
const FILE = join(ROOT, 'dist-single/scarcast.html');

/** It has to fit into an e-mail and on any USB stick. */
const MOST_BYTES = 8e6;

const bundled = bundledPackages(ROOT);
const define = { KERNEL_SHA256: JSON.stringify(await kernelHashes()) };
const sha256 = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const dataUrl = (bytes: Buffer): string => `data:application/octet-stream;base64,${bytes.toString('base64')}`;

/** Puts the models in place of their addresses. */
const embedModels: Plugin = {
  name: 'embed-models',
  enforce: 'pre',
  load(id) {
    if (!id.endsWith('/src/workers/modelFiles.ts')) return null;
    const files = readdirSync(MODELS, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.parentPath !== MODELS)
      .map((entry) => join(entry.parentPath, entry.name));
    const urls = files.map((file) => [relative(MODELS, file).replaceAll('\\', '/'), dataUrl(readFileSync(file))]);
    const code = `const urls = ${JSON.stringify(Object.fromEntries(urls))}; export const modelFileUrl = (_, path) => urls[path];`;
    return { code, moduleType: 'js' };
  },
};

/** Puts each worker in place of its address, as a blob. */
function embedWorkers(codes: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'embed-workers',
    enforce: 'pre',
    resolveId: (source) => (source.endsWith('?worker&url') ? `\0${basename(source, '?worker&url')}` : null),
    load(id) {
      const code = codes.get(id.slice(1));
      if (code === undefined) return null;
      return `export default URL.createObjectURL(new Blob([${JSON.stringify(code)}], { type: 'text/javascript' }));`;
    },
  };
}

async function bundle(input: string, format: 'es' | 'iife', plugins: Plugin[]): Promise<Rolldown.RolldownOutput> {
  const config: InlineConfig = {
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    base: './',
    define,
    publicDir: false,
    plugins: [svelte(), bundled.collect(), ...plugins],
    build: {
      write: false,
      assetsInlineLimit: () => true,
      modulePreload: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input: join(ROOT, input),
        output: { format, codeSplitting: false },
        checks: { pluginTimings: false },
      },
    },
  };
  return (await build(config)) as Rolldown.RolldownOutput;
}

function onlyCode({ output }: Rolldown.RolldownOutput): string {
  const chunks = output.filter((one) => one.type === 'chunk');
  if (chunks.length !== 1) throw new Error(`${chunks.length} pieces of code where one was to be.`);
  return chunks[0].code;
}

function assetOf({ output }: Rolldown.RolldownOutput, extension: string): string {
  const assets = output.filter((one) => one.type === 'asset').filter(({ fileName }) => fileName.endsWith(extension));
  if (assets.length !== 1) throw new Error(`${assets.length} files of ${extension} where one was to be.`);
  return String(assets[0].source);
}

/**
 * In a form that is safe inside an element: it must not end the element, and a parser would change a carriage return.
 */
function insideElement(text: string, tag: 'script' | 'style'): string {
  if (text.includes('\r') || text.includes('\0')) throw new Error('A control character would break the hash.');
  return tag === 'style' ? text : text.replaceAll(/<(?=\/script|script|!--)/gi, '\\x3C');
}

function replaceOnce(html: string, pattern: RegExp, by: string): string {
  if (html.match(new RegExp(pattern, 'g'))?.length !== 1) throw new Error(`Not once in the page: ${pattern}`);
  return html.replace(pattern, () => by);
}

const workers = new Map<string, string>();
for (const name of ['inference.worker.ts', 'reading.worker.ts']) {
  workers.set(name, onlyCode(await bundle(`src/workers/${name}`, 'iife', [embedModels])));
}
const page = await bundle('index.html', 'es', [embedWorkers(workers)]);
const script = insideElement(onlyCode(page), 'script');
const style = insideElement(assetOf(page, '.css'), 'style');
const policy = [
  "default-src 'none'",
  `script-src ${sha256(script)} 'wasm-unsafe-eval'`,
  // What the file itself contains: weights, WASM and font.
  'connect-src data:',
  'worker-src blob:',
  'img-src blob: data:',
  `style-src ${sha256(style)}`,
  'font-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

let html = assetOf(page, '.html');
html = replaceOnce(html, /content="default-src 'none'[^"]*"/, `content="${policy}"`);
html = html.replaceAll(/ *<link rel="(?:manifest|apple-touch-icon|icon)"[^>]*>\n/g, '');
html = replaceOnce(html, / *<link rel="stylesheet"[^>]*>\n/, `<style>${style}</style>\n`);
html = replaceOnce(html, / *<script type="module"[^>]*><\/script>\n/, `<script type="module">${script}</script>\n`);
const bytes = Buffer.byteLength(html);
if (bytes > MOST_BYTES) throw new Error(`The single file has ${bytes} bytes, more than ${MOST_BYTES}.`);
mkdirSync(join(FILE, '..'), { recursive: true });
writeFileSync(FILE, html);
writeFileSync(join(FILE, '../licences.txt'), bundled.text());
process.stdout.write(`${relative(ROOT, FILE)}: ${(bytes / 1e6).toFixed(2)} MB, of at most ${MOST_BYTES / 1e6} MB\n`);
