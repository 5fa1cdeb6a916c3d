/** What format 1 said in English sentences is now a reason, so that a page in another language can say it too. */
import { strFromU8, unzipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fromTypedJson } from '../../../../src/core/typedJson.ts';
import type { Warning } from '../../../../src/pipeline/analysing/analysis.ts';
import { migrateCase } from '../../../../src/pipeline/saving/migrateCase.ts';

interface Content {
  readonly analysis: { readonly warnings: readonly unknown[] };
}

const golden = fromTypedJson(
  strFromU8(unzipSync(readFileSync('tests/golden/case-0.1.0.scarcast'))['case.json']),
) as Content;

const migrated = (sentence: string): Warning => {
  const content = { ...golden, analysis: { ...golden.analysis, warnings: [sentence] } };
  return (migrateCase(content, 1) as { analysis: { warnings: [Warning] } }).analysis.warnings[0];
};

it.each<[string, Warning]>([
  [
    'The files are of 2 patients in 3 studies: see which one was taken.',
    { code: 'severalPatients', patients: 2, studies: 3 },
  ],
  [
    'The files are of 2 studies, perhaps of several people: see which one was taken.',
    { code: 'severalStudies', studies: 2 },
  ],
  [
    'Series 4 holds images of several sizes (4 x 3, 6 x 2): each is a stack by itself.',
    { code: 'severalSizes', series: 4, sizes: ['4 x 3', '6 x 2'] },
  ],
  [
    'The slices lie 13.0 to 15.6 mm apart; volumes take the mean, 13.4 mm.',
    { code: 'gapsAveraged', leastMm: 13, mostMm: 15.6, meanMm: 13.4 },
  ],
  [
    'Slices shifted in their own plane against the first (number and mm): 2 by 5.1, 3 by 1.5.',
    {
      code: 'slicesShifted',
      slices: [
        { slice: 2, mm: 5.1 },
        { slice: 3, mm: 1.5 },
      ],
    },
  ],
  ['2 slices were scanned more than once; the last scan of each was taken.', { code: 'someRepeated', count: 2 }],
  ['The file does not say how the image lies in the patient: no directions are named.', { code: 'directionsNotNamed' }],
  [
    "The segmentation is that of a DICOM SEG that lay with the images, not the network's.",
    { code: 'labelsFromSegmentation' },
  ],
  ['No segmentation that lay with the images was made on this series.', { code: 'noSegmentationHere' }],
  [
    'A segmentation was passed over: It is empty.',
    { code: 'segmentationPassedOver', why: { code: 'sentence', english: 'It is empty.' } },
  ],
  ['Something that nobody said.', { code: 'sentence', english: 'Something that nobody said.' }],
])('%s', (sentence, reason) => {
  expect(migrated(sentence)).toEqual(reason);
});
