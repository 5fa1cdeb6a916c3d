import { expect, it } from 'vitest';
import { whyNone } from '../../../../src/app/case/state/noStackError.ts';

it('a segmentation without its images is told from files that hold nothing to open', () => {
  expect(whyNone({ series: [], segmentations: ['seg.dcm'] })).toBe('segmentationAlone');
  expect(whyNone({ series: [], segmentations: [] })).toBe('noStack');
});
