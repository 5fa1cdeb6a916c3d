import { describe, expect, it } from 'vitest';
import { fileName } from '../../../../src/app/case/saving/fileName.ts';

const DAY = new Date(2026, 2, 2);

describe('the name of a saved file', () => {
  it('holds the day, the reader’s label, the kind, and which of them it is', () => {
    expect(fileName('baseline', DAY, 'report', 1, 'dcm')).toBe('2026-03-02-baseline.report.dcm');
    expect(fileName('baseline', DAY, 'report', 2, 'dcm')).toBe('2026-03-02-baseline.report-2.dcm');
    expect(fileName('', DAY, 'case', 1, 'scarcast')).toBe('2026-03-02.case.scarcast');
  });

  it('is one that every system takes, in any script', () => {
    expect(fileName(' ../ 随访 1: a/b? ', DAY, 'mask', 1, 'nii.gz')).toBe('2026-03-02-随访-1-a-b.mask.nii.gz');
    expect(fileName('???', DAY, 'mask', 1, 'nii.gz')).toBe('2026-03-02.mask.nii.gz');
  });
});
