import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { compiledKernels } from './src/studies/files/compiledKernels.ts';

// Once, before the tests run side by side and each of them wants them.
await compiledKernels();

/** They measure time or memory, or run WebGPU in software, which takes all of a small machine: one browser at a time, after the others. */
const ALONE = ['speed', 'correction', 'endurance', 'webgpu'].map((name) => `tests/e2e/${name}.test.ts`);

/** A page on a machine of two threads, beside a second one, may take seconds to follow. */
const inBrowser = { testTimeout: 300_000, hookTimeout: 120_000, expect: { poll: { timeout: 10_000 } } };

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [svelte()],
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts'],
          // TensorFlow.js and the networks are loaded once a worker, not once a file: a test that changes what files share puts it back.
          isolate: false,
          // One less than the processors, vitest's own choice, is one on a small machine.
          maxWorkers: '100%',
          // For what hangs: a slow machine that does other work is none. What must be quick measures its own processor time.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          ...inBrowser,
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          exclude: ALONE,
          // Starting browsers and waiting for pages leaves room for a second one, on a machine of two threads too.
          maxWorkers: 2,
        },
      },
      {
        test: {
          ...inBrowser,
          name: 'e2e-alone',
          include: ALONE,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
