import { readdirSync, readFileSync } from 'node:fs';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_EDITS, recordCorrections, recordStep, withEdit } from '../../../../src/core/editing/edits.ts';
import { NO_NOTES } from '../../../../src/pipeline/saving/readersNotes.ts';
import { LATENT } from '../../../../src/core/patient/heartImage.ts';
import type { Volume } from '../../../../src/core/volume/volume.ts';
import { makeHeart } from '../../../../src/core/phantom/heart.ts';
import { Random } from '../../../../src/core/random.ts';
import { fromTypedJson, toTypedJson, TypedJsonError } from '../../../../src/core/typedJson.ts';
import type { Prediction, Survival } from '../../../../src/pipeline/analysing/analysis.ts';
import {
  CaseFileError,
  findImage,
  imageHash,
  readCaseFile,
  writeCaseFile,
  type CaseFileContent,
  type SavedCase,
} from '../../../../src/pipeline/saving/caseFile.ts';
import { caseAbout } from '../../../../src/app/messages/caseAbout.ts';
import { isCaseFileName } from '../../../../src/pipeline/saving/caseFileName.ts';
import { measureScar, readScar } from '../../../../src/pipeline/analysing/measureScar.ts';
import { takeOutNoData } from '../../../../src/core/volume/noData.ts';
import { EMPTY_STUDY, memoryFile, type Stack } from '../../../../src/pipeline/reading/study.ts';
import { LONGEST_MS, MORE, SEED } from '../../../fuzz.ts';
import { hospitalCalibration, hospitalRefit } from '../../../hospitalCalibration.ts';
import { SPEC } from '../../phantom/specs.ts';
import { processorMs } from '../../../processorTime.ts';

const TIME_MS = 10_000 * MORE;

const { volume, labels: network } = makeHeart(SPEC, new Random(8));
const grid = { size: volume.size, spacing: volume.spacing, frame: volume.frame };
const labels = withEdit(network, { voxels: [...network.labels.keys()].slice(500, 560), labels: Array(60).fill(3) });
const edits = recordStep(NO_EDITS, 'brush', network, labels);
const scar = measureScar(readScar(volume, labels, 'first', { reference: 'oneRegion' }));

const atYears = <T>(value: T) => ({ '1': value, '4': value, '5': value, '10': value });
const prediction: Prediction = {
  mu: 3.25,
  sigma: 1.1,
  risk: atYears(0.0456),
  crudeRisk: atYears(0.042),
  otherDeath: atYears(0.1),
  interval: atYears([0.02, 0.09] as const),
  intervalFrom: { refits: atYears([0.02, 0.09] as const) },
  crudeInterval: atYears([0.02, 0.08] as const),
  curve: [{ t: 0, s: 1, low: 1, high: 1, extrapolated: false }],
  followUpYears: 4.7,
  restsOn: { code: 'expertContours', patients: 3 },
  simulated: false,
};
const RECALIBRATED = {
  code: 'recalibratedOn',
  patients: 212,
  events: 31,
  madeBy: 'A hospital',
  madeOn: 'today',
} as const;
const rated = { covariates: prediction, fiveAnswers: null, fused: prediction };

const survival: Survival = {
  covariates: prediction,
  image: prediction,
  fused: prediction,
  fiveAnswers: prediction,
  missingFiveAnswers: ['ntProBnp'],
  leads: 'fiveAnswers',
  atRate: { afterInfarct: rated, heartFailure: rated },
  usualRate: 'afterInfarct',
  hospital: {
    covariates: { ...prediction, recalibrated: RECALIBRATED },
    fiveAnswers: null,
    fused: null,
    image: prediction,
    calibration: {
      ...hospitalCalibration([{ name: 'covariates', sha256: 'c'.repeat(64) }]),
      refit: hospitalRefit,
    },
    explanation: { atYears: 4, logOdds: -1, meanLogOdds: -2, effects: [{ id: 'qrs', logOdds: 1 }] },
  },
  imageEffects: null,
  unusedInputs: [],
  missingInputs: ['qrs'],
  costOfMissing: { qrs: 0.01 },
  percentile: 40,
  explanation: { atYears: 5, logOdds: -2, meanLogOdds: -2, effects: [{ id: 'age', logOdds: 0.1 }] },
  applies: { yes: false, why: [{ code: 'outOfTrainingRange', covariate: 'age' }] },
};

/** A NIfTI header with a name in it. */
const header = new Uint8Array(352);
const view = new DataView(header.buffer);
view.setInt32(0, 348, true);
[3, ...volume.size].forEach((n, i) => view.setInt16(40 + 2 * i, n, true));
view.setFloat32(108, 352, true);
header.set(new TextEncoder().encode('Muster Maerta 1956'), 148);
header.set([0x6e, 0x2b, 0x31, 0], 344);

const saved: SavedCase = {
  series: {
    id: 'series-1',
    number: 31,
    description: 'Herz von Frau Muster',
    fileVolume: { code: 'fileVolume', format: 'NIfTI', file: 2, volume: null },
    slices: volume.size[2],
    columns: volume.size[0],
    rows: volume.size[1],
    spacing: volume.spacing,
    contrast: 'PSIR',
    chosen: true,
    usable: true,
    kind: 'real',
    why: { code: 'takenByHand' },
  },
  grid,
  source: { kind: 'nifti', header },
  imageSha256: imageHash(volume.voxels),
  voxels: volume.voxels,
  noData: null,
  patient: 'Muster Märta',
  analysis: {
    labels,
    refused: [],
    segmentation: {
      slices: volume.size[2],
      spacing: volume.spacing,
      from: 'network',
      plausibility: Array.from({ length: volume.size[2] }, (_, slice) => (slice === 1 ? null : 0.9)),
      casePlausibility: 0.9,
      apex: { end: 'first', from: 'mask' },
    },
    corrections: recordCorrections(network, labels, edits),
    scar,
    heart: {
      mu: 2,
      sigma: 1,
      reconstructionError: 0.1,
      latent: Array.from({ length: LATENT }, (_, k) => k / 7),
      attention: Float32Array.of(0.1, -2.5e-8, 3),
    },
    findings: { noReflowMl: 0, nonIschaemicPattern: false },
    survival,
    intervals: null,
    warnings: [{ code: 'unsureSlices', slices: [1] }],
  },
  survival,
  network: network.labels,
  edits,
  clinical: { covariates: { age: 63, lvef: 31 }, facts: { ischaemic: true } },
  notes: {
    checkedSlices: [1],
    excludedSlices: [2],
    lockedSlices: [0],
    impression: 'Vorderwandnarbe',
    signedBy: 'M. M.',
  },
  scar: { method: 'FWHM', greyZone: '2-3SD', places: { reference: 'oneRegion' }, labels: labels.labels },
  weights: [{ name: 'segment', version: '1.2', sha256: 'ab'.repeat(32) }],
  backend: 'wasm',
  version: '0.1.0',
};

const content = (pixels: boolean, identity: boolean): CaseFileContent => ({
  pixels,
  identity,
  about: caseAbout(pixels, identity, false),
});
const NAMELESS = content(false, false);
const open = (bytes: Uint8Array): Promise<SavedCase> => readCaseFile(memoryFile('case.scarcast', bytes));
/** All that a file says, unpacked. */
const words = (bytes: Uint8Array): string =>
  Object.values(unzipSync(bytes))
    .map((file) => Buffer.from(file).toString('latin1'))
    .join('\n');

interface Manifest {
  schemaVersion: number;
  about: string;
  contains: { pixels: boolean; identity: boolean };
}
const manifestOf = (bytes: Uint8Array): Manifest =>
  JSON.parse(strFromU8(unzipSync(bytes)['manifest.json'])) as Manifest;

describe('a saved case', () => {
  it('comes back to the last digit, with corrections that can still be undone', async () => {
    const bytes = writeCaseFile(saved, content(true, true));
    expect(await open(bytes)).toEqual(saved);
  });

  it('comes back with what of the image holds no value, and the same hash', async () => {
    const voxels = volume.voxels.slice();
    voxels.fill(NaN, 0, 40);
    voxels[99] = -1e6;
    const noData = takeOutNoData(voxels);
    const padded = { ...saved, voxels, noData, imageSha256: imageHash(voxels) };
    expect(noData?.slice(0, 41)).toEqual(Uint8Array.from({ length: 41 }, (_, i) => (i < 40 ? 1 : 0)));
    const reopened = await open(writeCaseFile(padded, content(true, true)));
    expect(reopened).toEqual(padded);
    expect(reopened.voxels && imageHash(reopened.voxels)).toBe(padded.imageSha256);
  });

  it('holds by default neither pixels nor a word of who the patient is, and says so', async () => {
    const bytes = writeCaseFile(saved, NAMELESS);
    const reopened = await open(bytes);
    expect(reopened.voxels).toBeNull();
    expect(reopened.patient).toBeNull();
    expect(reopened.series).toEqual({ ...saved.series, description: '' });
    expect(reopened.analysis).toEqual(saved.analysis);
    expect(reopened.survival).toEqual(saved.survival);
    expect(words(bytes)).not.toMatch(/Muster|M.rta|Maerta|1956/);
    expect(Object.keys(unzipSync(bytes))).toEqual(['manifest.json', 'case.json']);
    expect(manifestOf(bytes).contains).toEqual({ pixels: false, identity: false });
    expect(manifestOf(bytes).about).toContain('It holds no pixel of the image. It does not name the patient.');
  });

  it('says what it holds where more was asked for', () => {
    const { about, contains } = manifestOf(writeCaseFile(saved, content(true, true)));
    expect(contains).toEqual({ pixels: true, identity: true });
    expect(about).toContain('It holds the pixels of the image. IT NAMES THE PATIENT.');
  });

  it('is the same to the byte each time', () => {
    expect(writeCaseFile(saved, NAMELESS)).toEqual(writeCaseFile(saved, NAMELESS));
  });
});

describe('a case of an earlier version', () => {
  const released = readdirSync('tests/golden').filter(isCaseFileName);
  const golden = (name: string): Promise<SavedCase> => open(readFileSync(`tests/golden/${name}`));

  it('opens, forever, and is the same case when it is saved again', async () => {
    expect(released).toContain('case-0.1.0.scarcast');
    for (const name of released) {
      const one = await golden(name);
      const again = await open(writeCaseFile(one, content(false, true)));
      expect(again, name).toEqual(one);
    }
  });

  it('of format 3 has no word of the reader, and one of format 4 keeps it', async () => {
    expect((await golden('case-format-3.scarcast')).notes).toEqual(NO_NOTES);
    const { notes, survival: curve } = await golden('case-format-4.scarcast');
    expect(curve.hospital).toBeNull();
    const said = { checkedSlices: [0, 2], impression: 'Scar of the anterior wall', signedBy: 'A. B.' };
    expect(notes).toEqual({ ...NO_NOTES, ...said });
    const strange = { ...saved, notes: { ...saved.notes, checkedSlices: [volume.size[2]] } };
    expect(() => writeCaseFile(strange, NAMELESS), 'a slice that is not there').toThrow(CaseFileError);
  });

  it('of format 5 keeps a hospital’s calibration, and that the heart was shown', async () => {
    const { analysis, survival: curve } = await golden('case-format-5.scarcast');
    expect(curve.hospital?.covariates?.recalibrated).toEqual(RECALIBRATED);
    expect(analysis.warnings.at(-1)).toEqual({ code: 'heartShown', place: { centre: [30, 31], diameterMm: 70 } });
  });

  it('of format 6 keeps what was left out and locked, and that a mask was gone on with', async () => {
    const { analysis, notes, edits } = await golden('case-format-6.scarcast');
    expect([notes.excludedSlices, notes.lockedSlices, analysis.scar.excluded]).toEqual([[2], [1], [2]]);
    expect(analysis.heart?.latent).toBeNull();
    expect([analysis.corrections?.tools, edits.done.map(({ tool }) => tool)]).toEqual([['mask'], ['mask']]);
  });

  it('of 0.1.0 has reasons where it had sentences, and its numbers', async () => {
    const { analysis, survival: curve } = await golden('case-0.1.0.scarcast');
    expect(curve.applies.why).toEqual([
      { code: 'recentInfarct', days: 12, minDays: 40 },
      { code: 'defibrillator' },
      { code: 'outOfTrainingRange', covariate: 'age' },
    ]);
    expect(analysis.warnings).toEqual([
      { code: 'unsureSlices', slices: [0, 1] },
      { code: 'unsureSlices', slices: [0, 3] },
      { code: 'scarTooSmall', foundMl: 0.6, minMl: 1 },
      { code: 'slicesOffLine', shifts: [{ slice: 2, mm: 6 }] },
      { code: 'sliceFilledIn', after: 2 },
    ]);
    expect([curve.covariates, curve.image, curve.fused].map((one) => one?.restsOn.code)).toEqual([
      'realOutcomes',
      'simulatedOutcomes',
      'realAndSimulatedOutcomes',
    ]);
    expect(curve.fused?.risk['5']).toBeCloseTo(0.23005930572039676, 12);
  });
});

describe('what is no case that can be read', () => {
  const bytes = writeCaseFile(saved, NAMELESS);

  it('is told by its name, so that a damaged one is told too', () => {
    expect(isCaseFileName('folder/Case.SCARCAST')).toBe(true);
    expect(isCaseFileName('scarcast.zip')).toBe(false);
  });

  it('of a newer format is refused with what to do', async () => {
    const entries = unzipSync(bytes);
    const manifest = { ...manifestOf(bytes), schemaVersion: 7 };
    const newer = zipSync({ ...entries, 'manifest.json': new TextEncoder().encode(JSON.stringify(manifest)) });
    await expect(open(newer)).rejects.toMatchObject({ reason: { code: 'caseFileNewer', itsFormat: 7 } });
  });

  it('of a format that never was is refused', async () => {
    const entries = unzipSync(bytes);
    for (const schemaVersion of [0, -5, 0.5, '3', null]) {
      const manifest = strToU8(JSON.stringify({ ...manifestOf(bytes), schemaVersion }));
      await expect(open(zipSync({ ...entries, 'manifest.json': manifest })), String(schemaVersion)).rejects.toThrow(
        CaseFileError,
      );
    }
  });

  it('or holds something else is refused', async () => {
    await expect(open(new Uint8Array())).rejects.toThrow(CaseFileError);
    await expect(open(zipSync({ 'other.txt': Uint8Array.of(1) }))).rejects.toThrow(CaseFileError);
    const entries = unzipSync(bytes);
    await expect(open(zipSync({ 'manifest.json': entries['manifest.json'] }))).rejects.toThrow(CaseFileError);
  });

  it('or is cut off anywhere is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
        await expect(open(bytes.slice(0, length))).rejects.toThrow(CaseFileError);
      }),
      { numRuns: 25 },
    );
  });

  it(
    'with any byte changed gives the very same case or is refused',
    async () => {
      const whole = toTypedJson(await open(bytes));
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
          const changed = bytes.slice();
          changed[at] ^= change;
          const start = processorMs();
          try {
            expect(toTypedJson(await open(changed)) === whole).toBe(true);
          } catch (error) {
            if (!(error instanceof CaseFileError)) throw error;
          }
          expect(processorMs() - start).toBeLessThan(LONGEST_MS);
        }),
        { numRuns: 40 * MORE, seed: SEED },
      );
    },
    TIME_MS,
  );
});

describe('the content of a case file', () => {
  const bytes = writeCaseFile(saved, NAMELESS);
  /** A file with its content changed and its hash updated, as only a program would do. */
  const withContent = (json: unknown): Uint8Array => {
    const packed = strToU8(toTypedJson(json));
    const manifest = { ...manifestOf(bytes), files: { 'case.json': bytesToHex(sha256(packed)) } };
    return zipSync({ 'manifest.json': strToU8(JSON.stringify(manifest)), 'case.json': packed }, { level: 1 });
  };
  const contentOf = (): Record<string, unknown> =>
    fromTypedJson(strFromU8(unzipSync(bytes)['case.json'])) as Record<string, unknown>;

  /** The places of all values that are neither object nor list. */
  const leaves = (value: unknown, path: readonly string[] = []): (readonly string[])[] =>
    typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)
      ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))
      : [path];

  const replaced = (value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown => {
    if (key === undefined) return by;
    const inner = replaced((value as Record<string, unknown>)[key], rest, by);
    return Array.isArray(value) ? value.with(Number(key), inner) : { ...(value as object), [key]: inner };
  };

  it('is checked to the leaf', async () => {
    const whole = contentOf();
    const places = leaves(whole);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...places),
        fc.constantFrom<unknown>({ not: 'this' }, NaN, -Infinity, [[]]),
        async (place, value) => {
          await expect(open(withContent(replaced(whole, place, value))), place.join('.')).rejects.toThrow(
            CaseFileError,
          );
        },
      ),
      { numRuns: 60 * MORE, seed: SEED },
    );
  });

  it('loses what the schema does not know', async () => {
    const whole = contentOf();
    const more = { ...whole, name: 'Muster', series: { ...(whole['series'] as object), ward: '7' } };
    expect(await open(withContent(more))).toEqual(await open(bytes));
  });

  it(
    'is refused at once where it has more than any case: slices, words, lists',
    async () => {
      const whole = contentOf();
      for (const [place, value] of [
        [
          ['grid', 'size'],
          [1, 1, 500_000],
        ],
        [['series', 'description'], 'a'.repeat(9_000_000)],
        [['analysis', 'warnings'], Array(50_000).fill({ code: 'noVentricle' })],
      ] as const) {
        const hostile = withContent(replaced(whole, place, value));
        const start = processorMs();
        await expect(open(hostile), place.join('.')).rejects.toThrow(CaseFileError);
        expect(processorMs() - start).toBeLessThan(LONGEST_MS);
      }
    },
    TIME_MS,
  );

  it('fits together: one size, one number of slices, corrections within the image', async () => {
    const whole = contentOf();
    for (const [place, value] of [
      [['network'], new Uint8Array(7)],
      [
        ['grid', 'size'],
        [3, 3, 3],
      ],
      [['analysis', 'segmentation', 'plausibility'], [0.5]],
      [['edits', 'done', '0', 'runs'], Uint32Array.of(2 ** 31, 9, 0, 1)],
    ] as const) {
      await expect(open(withContent(replaced(whole, place, value))), place.join('.')).rejects.toMatchObject({
        reason: { code: 'caseFilePartsDiffer' },
      });
    }
  });
});

describe('the image of a case without pixels', () => {
  const stack: Stack = { volume, series: saved.series, source: saved.source, labels: null, warnings: [], refused: [] };
  const found = (changed: Partial<Volume>): Promise<Stack> =>
    findImage(
      {
        study: { ...EMPTY_STUDY, series: [saved.series] },
        loadStack: () => Promise.resolve({ ...stack, volume: { ...volume, ...changed } }),
      },
      saved,
      {},
    );

  it('is told by its voxels, its spacing and its place', async () => {
    expect((await found({})).volume).toEqual(volume);
    const [x, y, z] = volume.spacing;
    const turned = volume.frame && {
      ...volume.frame,
      columnStep: volume.frame.rowStep,
      rowStep: volume.frame.columnStep,
    };
    for (const changed of [{ spacing: [x, y, 2 * z] }, { frame: turned }, { frame: null }] as Partial<Volume>[]) {
      await expect(found(changed)).rejects.toMatchObject({ reason: { code: 'otherGeometry' } });
    }
    const voxels = volume.voxels.map((value) => value + 1);
    await expect(found({ voxels })).rejects.toMatchObject({ reason: { code: 'otherImage' } });
  });

  it('keeps the lengths that the reader entered where its files tell none', async () => {
    const { volume: joined } = await found({ spacing: [1, 1, 1], lengthsUnknown: 'notGiven' });
    expect([joined.spacing, joined.lengthsUnknown]).toEqual([volume.spacing, undefined]);
  });
});

describe('JSON with typed arrays', () => {
  it('gives back every kind of number', () => {
    const value = {
      bytes: Uint8Array.of(0, 255),
      words: Uint32Array.of(2 ** 32 - 1),
      floats: Float32Array.of(-0.1, NaN, Infinity),
      list: [NaN, -Infinity, 1 / 3, 'text', null, true],
    };
    expect(fromTypedJson(toTypedJson(value))).toEqual(value);
  });

  it('refuses what it did not write', () => {
    for (const text of ['{', '{"$is":"Float64Array","base64":"AA=="}', '{"$is":"Uint8Array","base64":"?"}']) {
      expect(() => fromTypedJson(text)).toThrow(TypedJsonError);
    }
  });
});
