import { svelte } from '@sveltejs/vite-plugin-svelte';
import { createLogger, defineConfig, type Logger, type LogLevel, type Plugin } from 'vite';

/** Vite's development server injects styles from JavaScript; the page that is built keeps the policy as index.html has it. */
const allowInjectedStylesInDevelopment: Plugin = {
  name: 'allow-injected-styles-in-development',
  apply: 'serve',
  transformIndexHtml: (html) => html.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
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

const rolldownOptions = { checks: { pluginTimings: false } };

export default defineConfig(({ command }) => {
  const logLevel = command === 'build' ? 'warn' : 'info';
  return {
    logLevel,
    customLogger: withoutDecoderWarnings(logLevel),
    // Relative addresses: the build works under any path of a static host.
    base: './',
    plugins: [svelte(), allowInjectedStylesInDevelopment],
    build: {
      // The page's policy forbids data: for fonts and fetches, and inline scripts.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      // A worker is one chunk, loaded beside the page.
      chunkSizeWarningLimit: 1500,
      rolldownOptions,
    },
    worker: { format: 'es', rolldownOptions },
  };
});
