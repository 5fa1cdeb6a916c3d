import fc from 'fast-check';
import { gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { nodeLoadWasm } from '../../../src/studies/files/inputFiles.ts';
import { ScarcastError } from '../../../src/core/errors.ts';
import { NrrdError, readNrrd } from '../../../src/core/nrrd/nrrd.ts';
import { readStudy } from '../../../src/pipeline/reading/readStudy.ts';
import { memoryFile } from '../../../src/pipeline/reading/study.ts';
import { MORE, SEED } from '../../fuzz.ts';

const SIZE = [4, 3, 5] as const;
const values = Int16Array.from({ length: 60 }, (_, i) => i * 100 - 3000);

/** As 3D Slicer writes it, except for what is given. */
function nrrd(
  change: Record<string, string> = {},
  data: Uint8Array = new Uint8Array(values.slice().buffer),
): Uint8Array {
  const fields: Record<string, string> = {
    type: 'short',
    dimension: '3',
    space: 'left-posterior-superior',
    sizes: SIZE.join(' '),
    'space directions': '(1.5,0,0) (0,0,-1.5) (0,8,0)',
    kinds: 'domain domain domain',
    endian: 'little',
    encoding: 'raw',
    'space origin': '(10,-20,30)',
    ...change,
  };
  const lines = Object.entries(fields)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}`);
  const head = new TextEncoder().encode(`NRRD0004\n# Complete NRRD file format\n${lines.join('\n')}\nkey:=value\n\n`);
  return Uint8Array.from([...head, ...data]);
}

const frame = { origin: [10, -20, 30], columnStep: [1, 0, 0], rowStep: [0, 0, -1], sliceStep: [0, 1, 0] };

describe('NRRD', () => {
  it('gives voxels, spacing and place in LPS, from raw and from gzip', () => {
    for (const file of [nrrd(), nrrd({ encoding: 'gzip' }, gzipSync(new Uint8Array(values.slice().buffer)))]) {
      const { volume } = readNrrd(file);
      expect(volume).toMatchObject({ size: SIZE, spacing: [1.5, 1.5, 8], frame });
      expect([...volume.voxels]).toEqual([...values]);
    }
  });

  it.each([
    [
      'first',
      '2 4 3 5',
      'list domain domain domain',
      'none (1.5,0,0) (0,0,-1.5) (0,8,0)',
      (at: number, k: number) => 2 * at + k,
    ],
    [
      'last',
      '4 3 5 2',
      'domain domain domain list',
      '(1.5,0,0) (0,0,-1.5) (0,8,0) none',
      (at: number, k: number) => at + 60 * k,
    ],
    ['last and not named', '4 3 5 2', '', '', (at: number, k: number) => at + 60 * k],
  ])(
    'of four axes gives each of its volumes, where the axis that counts them is %s',
    (_, sizes, kinds, steps, place) => {
      const data = new Int16Array(120);
      for (let k = 0; k < 2; k++) for (let at = 0; at < 60; at++) data[place(at, k)] = 1000 * k + at;
      const change = { dimension: '4', sizes, kinds, 'space directions': steps };
      const file = nrrd(change, new Uint8Array(data.buffer));
      for (let k = 0; k < 2; k++) {
        const { volume, volumes } = readNrrd(file, k);
        expect([volumes, volume.size]).toEqual([2, SIZE]);
        expect(volume.frame).toEqual(steps === '' ? null : frame);
        expect([...volume.voxels]).toEqual(Array.from({ length: 60 }, (_unused, at) => 1000 * k + at));
      }
    },
  );

  it('turns RAS to LPS', () => {
    const turned = nrrd({
      space: 'right-anterior-superior',
      'space directions': '(-1.5,0,0) (0,0,-1.5) (0,-8,0)',
      'space origin': '(-10,20,30)',
    });
    expect(readNrrd(turned).volume.frame).toEqual(frame);
  });

  it('swaps big-endian voxels', () => {
    const swapped = new Uint8Array(values.slice().buffer);
    for (let i = 0; i < swapped.length; i += 2) swapped.subarray(i, i + 2).reverse();
    expect([...readNrrd(nrrd({ endian: 'big' }, swapped)).volume.voxels]).toEqual([...values]);
  });

  it('without directions has spacings and no frame', () => {
    const plain = nrrd({ space: '', 'space directions': '', 'space origin': '', spacings: '1.2 1.3 9' });
    expect(readNrrd(plain).volume).toMatchObject({ spacing: [1.2, 1.3, 9], frame: null });
  });

  it.each([
    [{ 'data file': 'x.raw' }, /voxelsInOtherFile/],
    [{ dimension: '5', sizes: '4 3 5 1 1' }, /dimensionsNotImage/],
    [{ dimension: '4', sizes: '4 3 5 3' }, /volumeCutOff/],
    [{ sizes: '4 3 50' }, /volumeCutOff/],
    [{ encoding: 'bzip2' }, /packedOtherwise/],
    [{ type: 'block' }, /voxelsNotGrey/],
  ])('refuses %j with its reason', (change, reason) => {
    expect(() => readNrrd(nrrd(change))).toThrow(NrrdError);
    expect(() => readNrrd(nrrd(change))).toThrow(reason);
  });

  it('is offered as a study by itself', async () => {
    const { study, loadStack } = await readStudy([memoryFile('heart.nrrd', nrrd())], { loadWasm: nodeLoadWasm });
    expect(study.series).toMatchObject([
      { description: '', fileVolume: { format: 'NRRD', file: null }, slices: 5, chosen: true },
    ]);
    expect((await loadStack(study.series[0].id, {})).source).toEqual({ kind: 'nrrd' });
  });

  it('damaged gives an error of our own', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.nat(), (at, value, cut) => {
        const bytes = nrrd();
        bytes[at % bytes.length] = value;
        try {
          readNrrd(bytes.subarray(0, bytes.length - (cut % 3 === 0 ? cut % bytes.length : 0)));
        } catch (error) {
          if (!(error instanceof ScarcastError)) throw error;
        }
      }),
      { numRuns: 500 * MORE, seed: SEED },
    );
  });
});
