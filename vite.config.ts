import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

/** Vite's development server injects styles from JavaScript; the page that is built keeps the policy as index.html has it. */
const allowInjectedStylesInDevelopment: Plugin = {
  name: 'allow-injected-styles-in-development',
  apply: 'serve',
  transformIndexHtml: (html) => html.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
};

export default defineConfig({
  // Relative addresses: the build works under any path of a static host.
  base: './',
  plugins: [svelte(), allowInjectedStylesInDevelopment],
  resolve: {
    // The umbrella package adds layers, converters and two backends that nothing here uses: 149 kB instead of 346 kB gzipped.
    alias: [{ find: /^@tensorflow\/tfjs$/, replacement: '@tensorflow/tfjs-core' }],
  },
  build: {
    // The page's policy forbids data: for fonts and fetches, and inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // tfjs's WebGPU backend is one chunk of this order, loaded by the inference worker only.
    chunkSizeWarningLimit: 1500,
  },
  worker: { format: 'es' },
});
