import { describe, expect, it } from 'vitest';
import { EMPTY_STUDY, withTaken, type SeriesSummary, type Study } from '../../../../src/pipeline/reading/study.ts';

const series = (number: number, chosen: boolean): SeriesSummary => ({
  id: `series-${number}`,
  number,
  description: '',
  slices: 8,
  columns: 128,
  rows: 128,
  spacing: [1.5, 1.5, 10],
  contrast: 'unknown',
  chosen,
  usable: true,
  kind: 'real',
  why: { code: chosen ? 'takenBefore' : 'namedLongAxis' },
});

const STUDY: Study = { ...EMPTY_STUDY, series: [series(30, false), series(31, true)] };

describe('withTaken', () => {
  it('leaves the study as it is when what was taken by itself is opened', () => {
    expect(withTaken(STUDY, STUDY.series[1])).toEqual(STUDY);
  });

  it('says that another series was chosen by hand, so that numbers are not put down to the wrong one', () => {
    const { series: after } = withTaken(STUDY, STUDY.series[0]);
    expect(after.map(({ chosen }) => chosen)).toEqual([true, false]);
    expect(after.map(({ why }) => why.code)).toEqual(['takenByHand', 'takenBefore']);
  });
});
