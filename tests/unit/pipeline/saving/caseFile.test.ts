import { strFromU8, unzipSync, zipSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_EDITS, recordCorrections, recordStep, withEdit } from '../../../../src/core/editing/edits.ts';
import { makeHeart } from '../../../../src/core/phantom/heart.ts';
import { Random } from '../../../../src/core/random.ts';
import { fromTypedJson, toTypedJson, TypedJsonError } from '../../../../src/core/typedJson.ts';
import type { Survival } from '../../../../src/pipeline/analysing/analysis.ts';
import {
  CaseFileError,
  imageHash,
  readCaseFile,
  writeCaseFile,
  type SavedCase,
} from '../../../../src/pipeline/saving/caseFile.ts';
import { isCaseFileName } from '../../../../src/pipeline/saving/caseFileName.ts';
import { measureScar, readScar } from '../../../../src/pipeline/analysing/measureScar.ts';
import { memoryFile } from '../../../../src/pipeline/reading/study.ts';
import { LONGEST_MS, MORE, SEED } from '../../../fuzz.ts';
import { SPEC } from '../../phantom/specs.ts';

const TIME_MS = 10_000 * MORE;

const { volume, labels: network } = makeHeart(SPEC, new Random(8));
const grid = { size: volume.size, spacing: volume.spacing, frame: volume.frame };
const labels = withEdit(network, { voxels: [...network.labels.keys()].slice(500, 560), labels: Array(60).fill(3) });
const edits = recordStep(NO_EDITS, 'brush', network, labels);
const scar = measureScar(readScar(volume, labels, 'first', { reference: 'oneRegion' }));

const atYears = <T>(value: T) => ({ '1': value, '5': value, '10': value });
/** Survival and analysis are kept as they are, whatever they hold: a few fields stand for all. */
const prediction = {
  mu: 3.25,
  sigma: 1.1,
  risk: atYears(0.0456),
  crudeRisk: atYears(0.042),
  interval: atYears([0.02, 0.09] as const),
  curve: [{ t: 0, s: 1, low: 1, high: 1, extrapolated: false }],
  restsOn: { code: 'expertContours', patients: 3 },
};

const survival = {
  covariates: prediction,
  image: prediction,
  fused: prediction,
  unusedInputs: [],
  missingInputs: ['qrs'],
  applies: { yes: true, why: [] },
} as unknown as Survival;

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
    slices: volume.size[2],
    columns: volume.size[0],
    rows: volume.size[1],
    spacing: volume.spacing,
    contrast: 'PSIR',
    chosen: true,
    usable: true,
    reason: 'Taken: chosen by hand.',
  },
  grid,
  source: { kind: 'nifti', header },
  imageSha256: imageHash(volume.voxels),
  voxels: volume.voxels,
  patient: 'Muster Märta',
  analysis: {
    labels,
    segmentation: {
      slices: volume.size[2],
      spacing: volume.spacing,
      from: 'network',
      plausibility: [0.9, null],
      casePlausibility: 0.9,
      apex: { end: 'first', from: 'mask' },
    },
    corrections: recordCorrections(network, labels, edits),
    scar,
    heart: { mu: 2, sigma: 1, reconstructionError: 0.1, attention: Float32Array.of(0.1, -2.5e-8, 3) },
    findings: { noReflowMl: 0, nonIschaemicPattern: false },
    survival,
    warnings: [{ code: 'noVentricle' }],
  } as unknown as SavedCase['analysis'],
  survival,
  network: network.labels,
  edits,
  clinical: { covariates: { age: 63, lvef: 31 }, facts: { ischaemic: true } },
  scar: { method: 'FWHM', greyZone: '2-3SD', places: { reference: 'oneRegion' }, labels: labels.labels },
  weights: [{ name: 'segment', version: '1.2', sha256: 'ab'.repeat(32) }],
  backend: 'wasm',
  version: '0.1.0',
};

const NAMELESS = { pixels: false, identity: false };
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
    const bytes = writeCaseFile(saved, { pixels: true, identity: true });
    expect(await open(bytes)).toEqual(saved);
  });

  it('holds by default neither pixels nor a word of who the patient is, and says so', async () => {
    const bytes = writeCaseFile(saved, NAMELESS);
    const reopened = await open(bytes);
    expect(reopened.voxels).toBeNull();
    expect(reopened.patient).toBeNull();
    expect(reopened.series.description).toBe('');
    expect(reopened.analysis).toEqual(saved.analysis);
    expect(reopened.survival).toEqual(saved.survival);
    expect(words(bytes)).not.toMatch(/Muster|M.rta|Maerta|1956/);
    expect(Object.keys(unzipSync(bytes))).toEqual(['manifest.json', 'case.json']);
    expect(manifestOf(bytes).contains).toEqual({ pixels: false, identity: false });
    expect(manifestOf(bytes).about).toContain('It holds no pixel of the image. It does not name the patient.');
  });

  it('says what it holds where more was asked for', () => {
    const { about, contains } = manifestOf(writeCaseFile(saved, { pixels: true, identity: true }));
    expect(contains).toEqual({ pixels: true, identity: true });
    expect(about).toContain('It holds the pixels of the image. IT NAMES THE PATIENT.');
  });

  it('is the same to the byte each time', () => {
    expect(writeCaseFile(saved, NAMELESS)).toEqual(writeCaseFile(saved, NAMELESS));
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
          const start = performance.now();
          try {
            expect(toTypedJson(await open(changed)) === whole).toBe(true);
          } catch (error) {
            if (!(error instanceof CaseFileError)) throw error;
          }
          expect(performance.now() - start).toBeLessThan(LONGEST_MS);
        }),
        { numRuns: 40 * MORE, seed: SEED },
      );
    },
    TIME_MS,
  );
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
