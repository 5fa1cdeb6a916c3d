import { expect, it } from 'vitest';
import { caseKept, whyNone } from '../../../../src/app/case/state/noStackError.ts';

it('a segmentation without its images is told from files that hold nothing to open', () => {
  expect(whyNone({ series: [], segmentations: ['seg.dcm'], refused: [] })).toEqual({ code: 'segmentationAlone' });
  expect(whyNone({ series: [], segmentations: [], refused: [] })).toEqual({ code: 'noStack' });
});

it('a table of patients is told from files that no room opens', () => {
  const of = (...paths: string[]): Parameters<typeof whyNone>[0] => ({
    series: [],
    segmentations: [],
    refused: paths.map((path) => ({ path, why: { code: 'notMedical' } })),
  });
  expect(whyNone(of('register.CSV'))).toEqual({ code: 'cohortAlone' });
  expect(caseKept(of('register.csv', 'run.scarcohort'))).toEqual({ code: 'cohortAlone' });
  expect(whyNone(of('register.csv', 'letter.txt'))).toEqual({ code: 'noStack' });
});

it('an open case that stays is told why, each reason once and no more than a few', () => {
  const refused = (['notMedical', 'fileEmpty', 'notMedical', 'zipDamaged', 'zipInZip'] as const).map((code) => ({
    path: code,
    why: { code },
  }));
  const told = ['notMedical', 'fileEmpty', 'zipDamaged'].map((code) => ({ code }));
  expect(caseKept({ series: [], refused })).toEqual({ code: 'noStackCaseKept', why: told });
});
