import { describe, expect, it } from 'vitest';
import { WhatIf } from '../../../../src/app/case/state/whatIf.svelte.ts';
import type { Survival } from '../../../../src/pipeline/analysing/analysis.ts';
import type { Clinical } from '../../../../src/core/patient/covariates.ts';

const GIVEN: Clinical = { covariates: { age: 60, lvef: 30 }, facts: { ischaemic: true } };

/** A prediction that answers when the test lets it. */
function slowly(): {
  asked: Clinical[];
  predict: (clinical: Clinical) => Promise<Survival | null>;
  answer: () => Promise<void>;
} {
  const asked: Clinical[] = [];
  const waiting: (() => void)[] = [];
  return {
    asked,
    predict: (clinical) => {
      asked.push(clinical);
      return new Promise((resolve) => waiting.push(() => resolve({ percentile: clinical.covariates.age } as Survival)));
    },
    answer: async () => {
      waiting.shift()?.();
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

describe('what if', () => {
  it('lays what is tried over the answers, and asks once for the last of many steps', async () => {
    const { asked, predict, answer } = slowly();
    const whatIf = new WhatIf(() => GIVEN, predict);
    for (const age of [61, 62, 63]) whatIf.answer('age', age);
    await answer();
    expect(whatIf.survival, 'an answer to a question that is no longer asked').toBeNull();
    await answer();
    expect(whatIf.survival?.percentile).toBe(63);
    expect(asked).toEqual([61, 63].map((age) => ({ covariates: { age, lvef: 30 }, facts: { ischaemic: true } })));
  });

  it('forgets what was under way when it is cleared', async () => {
    const { asked, predict, answer } = slowly();
    const whatIf = new WhatIf(() => GIVEN, predict);
    whatIf.answer('age', 61);
    whatIf.clear();
    await answer();
    expect(whatIf.survival).toBeNull();
    await whatIf.follow();
    expect(asked).toHaveLength(1);
  });
});
