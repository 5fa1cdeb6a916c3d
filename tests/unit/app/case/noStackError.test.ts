import { expect, it } from 'vitest';
import { caseKept, whyNone } from '../../../../src/app/case/state/noStackError.ts';

it('a segmentation without its images is told from files that hold nothing to open', () => {
  expect(whyNone({ series: [], segmentations: ['seg.dcm'] })).toBe('segmentationAlone');
  expect(whyNone({ series: [], segmentations: [] })).toBe('noStack');
});

it('an open case that stays is told why, each reason once and no more than a few', () => {
  const refused = (['notMedical', 'fileEmpty', 'notMedical', 'zipDamaged', 'zipInZip'] as const).map((code) => ({
    path: code,
    why: { code },
  }));
  const told = ['notMedical', 'fileEmpty', 'zipDamaged'].map((code) => ({ code }));
  expect(caseKept({ series: [], refused })).toEqual({ code: 'noStackCaseKept', why: told });
});
