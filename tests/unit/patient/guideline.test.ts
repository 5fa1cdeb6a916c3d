import { describe, expect, it } from 'vitest';
import {
  defibrillatorRecommendations,
  hadInfarct,
  type GuidelineId,
  type Recommendation,
} from '../../../src/core/patient/guideline.ts';

type Facts = Parameters<typeof defibrillatorRecommendations>[1];
const FACTS: Facts = {
  ischaemic: true,
  nyha: 2,
  daysSinceInfarct: 40,
  revascularised: false,
  treatedThreeMonths: true,
};

function metBy(guideline: GuidelineId, lvef: number, facts: Facts): unknown {
  const found = defibrillatorRecommendations({ lvef }, facts).filter((one) => one.guideline === guideline);
  return Object.fromEntries(found.map(({ id, met }) => [id, met]));
}

function one(guideline: GuidelineId, id: Recommendation['id'], facts: Facts, lvef = 30): Recommendation {
  const found = defibrillatorRecommendations({ lvef }, facts).find((r) => r.guideline === guideline && r.id === id);
  if (!found) throw new Error(`${guideline} has no ${id}`);
  return found;
}

describe('2017 AHA/ACC/HRS', () => {
  it('asks LVEF of 35% or less with NYHA II or III, or 30% or less with NYHA I, 40 days after the infarct', () => {
    expect(metBy('aha2017', 35, FACTS)).toMatchObject({ lvef35: true, lvef30: false });
    expect(metBy('aha2017', 36, FACTS)).toMatchObject({ lvef35: false, lvef30: false });
    expect(metBy('aha2017', 30, { ...FACTS, nyha: 1 })).toMatchObject({ lvef35: false, lvef30: true });
    expect(metBy('aha2017', 31, { ...FACTS, nyha: 1 })).toMatchObject({ lvef35: false, lvef30: false });
    expect(metBy('aha2017', 30, { ...FACTS, nyha: 4 })).toMatchObject({ lvef35: false, lvef30: false });
    expect(metBy('aha2017', 30, { ...FACTS, daysSinceInfarct: 39 })).toMatchObject({ lvef35: false });
  });

  it('waits 90 days after a revascularisation', () => {
    const after = (days: number): unknown =>
      one('aha2017', 'lvef35', { ...FACTS, revascularised: true, daysSinceRevascularisation: days }).met;
    expect(after(89)).toBe(false);
    expect(after(90)).toBe(true);
  });

  it('has a third class I: NSVT after an infarct, LVEF of 40% or less, and inducible', () => {
    const facts: Facts = { priorInfarct: true, nsvt: true, inducible: true };
    expect(one('aha2017', 'nsvt40', facts, 40)).toMatchObject({ met: true, grade: 'I B-R' });
    expect(one('aha2017', 'nsvt40', facts, 41).met).toBe(false);
    expect(one('aha2017', 'nsvt40', { ...facts, inducible: false }, 40).met).toBe(false);
  });
});

describe('2022 AHA/ACC/HFSA and 2022 ESC', () => {
  it('grade NYHA I differently: recommended after an infarct by one, only to be considered by the other', () => {
    const facts: Facts = { ...FACTS, nyha: 1 };
    expect(one('aha2022', 'lvef30', facts)).toMatchObject({ met: true, grade: '1 B-R' });
    expect(one('esc2022', 'lvef30', facts)).toMatchObject({ met: true, grade: 'IIa B' });
    expect(one('esc2022', 'lvef35', FACTS)).toMatchObject({ met: true, grade: 'I A' });
  });

  it('ask for three months of treatment', () => {
    expect(one('esc2022', 'lvef35', { ...FACTS, treatedThreeMonths: false }).met).toBe(false);
  });

  it('take no infarct ever as nothing to wait for, but not for what is for patients after one', () => {
    const facts: Facts = { ischaemic: true, nyha: 2, priorInfarct: false, treatedThreeMonths: true };
    expect(one('aha2022', 'lvef35', facts).met).toBe(true);
    expect(one('aha2022', 'lvef30', { ...facts, nyha: 1 }).met).toBe(false);
  });
});

describe('a criterion that is open', () => {
  it('names the answers that would close it, and none where it is closed', () => {
    const { criteria, met } = one('aha2017', 'lvef35', { ischaemic: true, nyha: 2, revascularised: true });
    expect(met).toBeNull();
    expect(Object.fromEntries(criteria.map(({ id, closedBy }) => [id, closedBy]))).toEqual({
      ischaemic: [],
      lvef35: [],
      nyha2or3: [],
      daysSinceInfarct: ['priorInfarct', 'daysSinceInfarct'],
      daysSinceRevascularisation: ['daysSinceRevascularisation'],
      treatment: ['treatedThreeMonths'],
    });
  });

  it('leaves a recommendation unmet where another criterion is not met', () => {
    expect(metBy('aha2017', 60, {})).toEqual({ lvef35: false, lvef30: false, nsvt40: false });
  });
});

it('takes the LVEF of CMR only where there is no other', () => {
  const met = (covariates: { lvef?: number; lvefCmr?: number }): unknown =>
    defibrillatorRecommendations(covariates, FACTS)[0].met;
  expect(met({ lvefCmr: 30 })).toBe(true);
  expect(met({ lvef: 40, lvefCmr: 30 })).toBe(false);
});

it('an infarct of known age is an infarct', () => {
  expect(hadInfarct({ daysSinceInfarct: 3 })).toBe(true);
  expect(hadInfarct({})).toBeUndefined();
});
