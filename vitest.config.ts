import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { compiledKernels } from './src/studies/files/compiledKernels.ts';

// Once, before the tests run side by side and each of them wants them.
await compiledKernels();

/** They measure time: one browser at a time, after the others. */
const ALONE = ['speed', 'correction'].map((name) => `tests/e2e/${name}.test.ts`);

/** First what takes longest, WebGPU in software, so that it does not end alone; the rest as vitest has it. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => /\/(webgpu|accessibility)\.test\.ts$/.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/** A page on a machine of two threads that runs two may take seconds to follow. */
const inBrowser = { testTimeout: 300_000, hookTimeout: 120_000, expect: { poll: { timeout: 10_000 } } };

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
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
          // Starting browsers and waiting for pages leaves room for a second one, on a machine of two threads too. A third gains nothing.
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
