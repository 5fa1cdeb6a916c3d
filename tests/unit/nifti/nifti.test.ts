import fc from 'fast-check';
import { gunzipSync, gzipSync } from 'fflate';
import * as reader from 'nifti-reader-js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeNiftiMask } from '../../../src/core/nifti/mask.ts';
import { gunzipBounded, isNifti, NiftiError, readNifti } from '../../../src/core/nifti/nifti.ts';
import type { LabelVolume, PatientFrame, Vector3 } from '../../../src/core/volume/volume.ts';
import { MORE, SEED } from '../../fuzz.ts';
import { dataWith } from '../../realData.ts';

const DATA = dataWith('nifti');

/** float32 of coordinates up to some hundred millimetres. */
const FLOAT32_TOLERANCE = 1e-4;

interface Made {
  readonly version?: 1 | 2;
  readonly littleEndian?: boolean;
  readonly dim?: readonly number[];
  readonly pixdim?: readonly number[];
  readonly slope?: number;
  readonly intercept?: number;
  readonly qform?: { readonly code: number; readonly quaternion: Vector3; readonly offset: Vector3 };
  readonly sform?: readonly (readonly number[])[];
  readonly values?: readonly number[];
}

/** A NIfTI file of int16, written to the specification (nifti1.h, nifti2.h). */
function made(options: Made): Uint8Array {
  const { version = 1, littleEndian: le = true, dim = [3, 2, 3, 2], pixdim = [1, 1.4, 1.5, 8] } = options;
  const values = options.values ?? Array.from({ length: 12 }, (_, i) => i - 3);
  const offset = version === 1 ? 352 : 544;
  const bytes = new Uint8Array(offset + 2 * values.length);
  const view = new DataView(bytes.buffer);
  const [float, size] = version === 1 ? [view.setFloat32.bind(view), 4] : [view.setFloat64.bind(view), 8];
  const at =
    version === 1
      ? {
          dim: 40,
          type: 70,
          pixdim: 76,
          vox: 108,
          slope: 112,
          inter: 116,
          q: 252,
          s: 254,
          quat: 256,
          off: 268,
          srow: 280,
        }
      : {
          dim: 16,
          type: 12,
          pixdim: 104,
          vox: 168,
          slope: 176,
          inter: 184,
          q: 344,
          s: 348,
          quat: 352,
          off: 376,
          srow: 400,
        };
  const int = (where: number, n: number): void =>
    version === 1 ? view.setInt16(where, n, le) : view.setInt32(where, n, le);
  view.setInt32(0, version === 1 ? 348 : 540, le);
  bytes.set(new TextEncoder().encode(version === 1 ? 'n+1\0' : 'n+2\0\r\n\x1a\n'), version === 1 ? 344 : 4);
  dim.forEach((n, i) => {
    if (version === 1) view.setInt16(at.dim + 2 * i, n, le);
    else view.setBigInt64(at.dim + 8 * i, BigInt(n), le);
  });
  view.setInt16(at.type, 4, le);
  view.setInt16(at.type + 2, 16, le);
  pixdim.forEach((mm, i) => float(at.pixdim + size * i, mm, le));
  if (version === 1) float(at.vox, offset, le);
  else view.setBigInt64(at.vox, BigInt(offset), le);
  float(at.slope, options.slope ?? 0, le);
  float(at.inter, options.intercept ?? 0, le);
  if (options.qform) {
    int(at.q, options.qform.code);
    options.qform.quaternion.forEach((x, i) => float(at.quat + size * i, x, le));
    options.qform.offset.forEach((x, i) => float(at.off + size * i, x, le));
  }
  if (options.sform) {
    int(at.s, 1);
    options.sform.flat().forEach((x, i) => float(at.srow + size * i, x, le));
  }
  values.forEach((value, i) => view.setInt16(offset + 2 * i, value, le));
  return bytes;
}

const OBLIQUE = [
  [-0.8, 0.3, 4, 10],
  [0.9, 1.2, -3, -20],
  [0.1, -0.7, 6, 30],
];

describe('NIfTI', () => {
  it.each([
    [1, true],
    [1, false],
    [2, true],
    [2, false],
  ] as const)('version %s, little endian %s: voxels, spacing and frame', (version, littleEndian) => {
    const { volume } = readNifti(made({ version, littleEndian, sform: OBLIQUE, slope: 2, intercept: 5 }));
    expect(volume.size).toEqual([2, 3, 2]);
    expect([...volume.voxels]).toEqual(Array.from({ length: 12 }, (_, i) => 2 * (i - 3) + 5));
    expect(volume.spacing[0]).toBeCloseTo(Math.hypot(-0.8, 0.9, 0.1), 5);
    // RAS to LPS: x and y change sign, z does not.
    expect(volume.frame?.origin).toEqual([-10, 20, 30]);
    volume.frame?.columnStep.forEach((x, i) =>
      expect(x).toBeCloseTo([0.8, -0.9, 0.1][i] / Math.hypot(-0.8, 0.9, 0.1), 5),
    );
  });

  it('takes a slope of zero as none', () => {
    expect(readNifti(made({ slope: 0, intercept: 7 })).volume.voxels[0]).toBe(-3);
  });

  it('takes spacing from pixdim and no frame where the sform is a bare unit matrix, or absent', () => {
    const unit = [
      [-1, 0, 0, 0],
      [0, -1, 0, 0],
      [0, 0, 1, 0],
    ];
    for (const options of [{ sform: unit }, { sform: unit.map((row) => row.map(Math.abs)) }, {}]) {
      const { volume } = readNifti(made(options));
      expect(volume.frame).toBeNull();
      volume.spacing.forEach((mm, i) => expect(mm).toBeCloseTo([1.4, 1.5, 8][i], 6));
    }
  });

  it('takes the diagonal that programs write without knowing the orientation as unknown', () => {
    const plain = [
      [1.4, 0, 0, 0],
      [0, 1.5, 0, 0],
      [0, 0, 8, 0],
    ];
    expect(readNifti(made({ sform: plain })).volume.frame).toBeNull();
    const placed = plain.map((row, i) => [...row.slice(0, 3), 10 * i - 40]);
    expect(readNifti(made({ sform: placed })).volume.frame).not.toBeNull();
  });

  it('agrees with nifti-reader-js on the matrix of any qform', () => {
    fc.assert(
      fc.property(
        fc.tuple(...[0, 1, 2].map(() => fc.float({ min: Math.fround(-0.57), max: Math.fround(0.57), noNaN: true }))),
        fc.constantFrom(-1, 1),
        ([b, c, d], handed) => {
          const file = made({
            pixdim: [handed, 1.4, 1.5, 8],
            qform: { code: 1, quaternion: [b, c, d], offset: [11, -12, 13] },
          });
          const { spacing, frame } = readNifti(file).volume;
          const { affine } = reader.readHeader(file.buffer as ArrayBuffer);
          if (!frame) throw new Error('no frame');
          [frame.columnStep, frame.rowStep, frame.sliceStep].forEach((step, column) =>
            [-1, -1, 1].forEach((sign, row) =>
              expect(Math.abs(sign * step[row] * spacing[column] - affine[row][column])).toBeLessThan(
                FLOAT32_TOLERANCE,
              ),
            ),
          );
        },
      ),
    );
  });

  it('refuses what it cannot take with its reason', () => {
    const file = made({});
    expect(() => readNifti(file.slice(0, file.length - 1))).toThrow(/volumeCutOff/);
    expect(() => readNifti(made({ dim: [3, 2, -3, 2] }))).toThrow(NiftiError);
    const rgb = file.slice();
    rgb[70] = 128;
    expect(() => readNifti(rgb)).toThrow(/voxelsNotGrey/);
    expect(isNifti(new Uint8Array(400))).toBe(false);
    expect(readNifti(made({ dim: [4, 2, 3, 2, 1] })).volume.size).toEqual([2, 3, 2]);
  });

  it('refuses gzip that is cut off or damaged', () => {
    const packed = gzipSync(made({ values: Array.from({ length: 12 }, (_, i) => i * 1000) }));
    expect(gunzipBounded(packed)).toHaveLength(352 + 24);
    for (const length of [5, 30, packed.length - 12])
      expect(() => gunzipBounded(packed.slice(0, length))).toThrow(NiftiError);
  });

  it('ends on a header with any byte changed, with an image or with its own error', () => {
    const file = made({ sform: OBLIQUE });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 351 }), fc.integer({ min: 0, max: 255 }), (at, value) => {
        const changed = file.slice();
        changed[at] = value;
        try {
          expect(readNifti(changed).volume.voxels.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(NiftiError);
        }
      }),
      { numRuns: 500 * MORE, seed: SEED },
    );
  });
});

describe('NIfTI mask', () => {
  const frame: PatientFrame = {
    origin: [1, -2, 3],
    columnStep: [0.6, 0.8, 0],
    rowStep: [0.8, -0.6, 0],
    sliceStep: [0, 0, -1],
  };
  const labels: LabelVolume = {
    size: [2, 3, 2],
    spacing: [1.5, 1.25, 8],
    frame,
    labels: Uint8Array.from({ length: 12 }, (_, i) => i % 5),
  };

  it.each([
    [1, true],
    [1, false],
    [2, true],
    [2, false],
  ] as const)('version %s, little endian %s: keeps the header but for type and scale', (version, littleEndian) => {
    const input = made({ version, littleEndian, sform: OBLIQUE, slope: 3, intercept: -9 });
    const { header, volume } = readNifti(input);
    const mask = gunzipSync(writeNiftiMask(labels, { kind: 'nifti', header }));
    const read = readNifti(mask);
    expect([...read.volume.voxels]).toEqual([...labels.labels]);
    expect({ ...read.volume, voxels: null }).toEqual({ ...volume, voxels: null });
    expect(mask.length).toBe(header.length + 12);
    const [type, scale] = version === 1 ? [70, 112] : [12, 176];
    const written = new Set([type, type + 1, type + 2, type + 3, ...Array.from({ length: 40 }, (_, i) => scale + i)]);
    header.forEach((byte, i) => {
      if (!written.has(i)) expect(mask[i]).toBe(byte);
    });
  });

  it('leaves out all free text and every extension of the input, which may name the patient', () => {
    const { header } = readNifti(made({ version: 1, littleEndian: true, sform: OBLIQUE, slope: 1, intercept: 0 }));
    const name = new TextEncoder().encode('SMITH^JOHN');
    const extended = new Uint8Array(header.length + 32);
    extended.set(header);
    // db_name, descrip, aux_file, intent_name of nifti1.h, and an extension.
    for (const at of [14, 148, 228, 328, header.length + 8]) extended.set(name, at);
    new DataView(extended.buffer).setFloat32(108, extended.length, true);
    const mask = gunzipSync(writeNiftiMask(labels, { kind: 'nifti', header: extended }));
    expect(new TextDecoder('latin1').decode(mask)).not.toContain('SMITH');
    expect([...readNifti(mask).volume.voxels]).toEqual([...labels.labels]);
  });

  it('from DICOM: i column, j row, k slice, the affine turned from LPS to RAS', () => {
    const mask = gunzipSync(writeNiftiMask(labels, { kind: 'dicom' }));
    const { volume } = readNifti(mask);
    expect([...volume.voxels]).toEqual([...labels.labels]);
    volume.frame?.origin.forEach((mm, i) => expect(mm).toBeCloseTo(frame.origin[i], 5));
    volume.frame?.sliceStep.forEach((x, i) => expect(x).toBeCloseTo(frame.sliceStep[i], 5));
    const { affine, sform_code, scl_slope, datatypeCode } = reader.readHeader(mask.buffer) as reader.NIFTI1;
    expect({ sform_code, scl_slope, datatypeCode }).toEqual({ sform_code: 1, scl_slope: 1, datatypeCode: 2 });
    const expected = [
      [-0.6 * 1.5, -0.8 * 1.25, 0, -1],
      [-0.8 * 1.5, 0.6 * 1.25, 0, 2],
      [0, 0, -8, 3],
    ];
    expected.forEach((row, i) => row.forEach((x, j) => expect(affine[i][j]).toBeCloseTo(x, 5)));
  });

  it('without a frame claims no orientation', () => {
    const mask = gunzipSync(writeNiftiMask({ ...labels, frame: null }, { kind: 'synthetic' }));
    expect(readNifti(mask).volume).toMatchObject({ frame: null, spacing: [1.5, 1.25, 8] });
  });

  it('is the same bytes each time', () => {
    expect(writeNiftiMask(labels, { kind: 'dicom' })).toEqual(writeNiftiMask(labels, { kind: 'dicom' }));
  });

  it('refuses a header of another shape', () => {
    const { header } = readNifti(made({ dim: [3, 3, 2, 2] }));
    expect(() => writeNiftiMask(labels, { kind: 'nifti', header })).toThrow(NiftiError);
  });
});

describe.skipIf(DATA === null)('real NIfTI', () => {
  const file = (name: string): Uint8Array =>
    gunzipBounded(new Uint8Array(readFileSync(join(DATA ?? '', 'nifti', 'samplePositive', name))));

  it('samplePositive: the spacing is pixdim, the orientation unknown', () => {
    const { volume } = readNifti(file('image.nii.gz'));
    expect(volume.size).toEqual([248, 258, 7]);
    expect(volume.spacing).toEqual([1.40625, 1.40625, 13]);
    expect(volume.frame).toBeNull();
  });

  it('a mask written on samplePositive has its shape, pixdim, qform and sform, and the expert labels back', () => {
    const image = file('image.nii.gz');
    const { header } = readNifti(image);
    const expert = readNifti(file('mask.nii.gz')).volume;
    const labels = { ...expert, labels: Uint8Array.from(expert.voxels) };
    const mask = gunzipSync(writeNiftiMask(labels, { kind: 'nifti', header }));
    for (const [from, to] of [
      [40, 56],
      [76, 108],
      [252, 328],
    ]) {
      expect(mask.slice(from, to)).toEqual(image.slice(from, to));
    }
    const back = readNifti(mask).volume.voxels;
    expect(back.every((label, i) => label === expert.voxels[i])).toBe(true);
    expect(back).toHaveLength(expert.voxels.length);
  });
});
