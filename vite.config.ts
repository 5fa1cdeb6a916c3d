import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { createLogger, defineConfig, type Logger, type LogLevel, type Plugin } from 'vite';
import { bundledPackages } from './scripts/licences.ts';
import { kernelHashes } from './scripts/kernelHashes.ts';
import { messageShape } from './scripts/messageShape.ts';
import { en } from './src/app/messages/en.ts';
import { zh } from './src/app/messages/zh.ts';

/** Vite's development server injects styles from JavaScript; the page that is built keeps the policy as index.html has it. */
const allowInjectedStylesInDevelopment: Plugin = {
  name: 'allow-injected-styles-in-development',
  apply: 'serve',
  transformIndexHtml: (html) => html.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
};

/** A message that one language lacks. The types say so too, but a build does not look at types. */
const requireAllMessages: Plugin = {
  name: 'require-all-messages',
  apply: 'build',
  buildStart() {
    const [english, chinese] = [messageShape(en), messageShape(zh)];
    const alone = [
      ...english.filter((message) => !chinese.includes(message)),
      ...chinese.filter((message) => !english.includes(message)),
    ];
    if (alone.length > 0) this.error(`Messages that are not in both languages: ${alone.join('; ')}`);
  },
};

/** The decoders' glue asks for fs and path in Node only: the browser's build is right to leave them out, and need not say so. */
function withoutDecoderWarnings(logLevel: LogLevel): Logger {
  const logger = createLogger(logLevel);
  return {
    ...logger,
    warn: (message, options) => {
      if (!/externalized for browser compatibility, imported by "[^"]*@cornerstonejs/.test(message)) {
        logger.warn(message, options);
      }
    },
  };
}

const bundled = bundledPackages(fileURLToPath(new URL('.', import.meta.url)));

/** The licences of all that the build holds of others, as they ask. */
const writeLicences: Plugin = {
  name: 'write-licences',
  apply: 'build',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'licences.txt', source: bundled.text() });
  },
};

const PUBLIC = fileURLToPath(new URL('public/', import.meta.url));
const SERVICE_WORKER = 'serviceWorker.js';
/** For the host alone. */
const NOT_SERVED = ['_headers'];

/** Tells the service worker which files the build has, with the hash of each, and gives it a hash of them all, so that a changed one is noticed. */
const listFilesForServiceWorker: Plugin = {
  name: 'list-files-for-service-worker',
  apply: 'build',
  // Of what was written: Vite itself still changes code when the bundle is made.
  writeBundle({ dir }, bundle) {
    if (dir === undefined || !(SERVICE_WORKER in bundle)) return;
    const contents = new Map(Object.keys(bundle).map((path) => [path, readFileSync(join(dir, path))]));
    for (const entry of readdirSync(PUBLIC, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      const path = relative(PUBLIC, file).replaceAll('\\', '/');
      if (entry.isFile() && !NOT_SERVED.includes(path)) contents.set(path, readFileSync(file));
    }
    const code = String(contents.get(SERVICE_WORKER));
    contents.delete(SERVICE_WORKER);
    // The page itself is kept as './'.
    const files = [...contents]
      .map(([path, bytes]) => [path === 'index.html' ? './' : path, sha256(bytes)] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1));
    const list = JSON.stringify(Object.fromEntries(files));
    writeFileSync(
      join(dir, SERVICE_WORKER),
      code.replaceAll('BUILD_FILES', list).replaceAll('BUILD_HASH', JSON.stringify(sha256(code + list))),
    );
  },
};

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

const rolldownOptions = { checks: { pluginTimings: false } };

// Compiled before anything asks for their files.
const define = { KERNEL_SHA256: JSON.stringify(await kernelHashes()) };

export default defineConfig(({ command }) => {
  const logLevel = command === 'build' ? 'warn' : 'info';
  return {
    logLevel,
    customLogger: withoutDecoderWarnings(logLevel),
    // Relative addresses: the build works under any path of a static host.
    base: './',
    define,
    plugins: [
      svelte(),
      requireAllMessages,
      allowInjectedStylesInDevelopment,
      bundled.collect(),
      writeLicences,
      listFilesForServiceWorker,
    ],
    build: {
      // The page's policy forbids data: for fonts and fetches, and inline scripts.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      // A worker is one chunk, loaded next to the page.
      chunkSizeWarningLimit: 1500,
      rolldownOptions: {
        ...rolldownOptions,
        input: { index: 'index.html', serviceWorker: 'src/workers/serviceWorker.ts' },
        // A service worker rules over its own folder, and an update is told by its name, which must stay.
        output: {
          entryFileNames: ({ name }) => (name === 'serviceWorker' ? SERVICE_WORKER : 'assets/[name]-[hash].js'),
        },
      },
    },
    worker: { format: 'es', plugins: () => [bundled.collect()], rolldownOptions },
  };
});
