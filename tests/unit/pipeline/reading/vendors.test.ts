/** What scanner vendors write in their own fields, and values of unknown kinds. */
import { describe, expect, it } from 'vitest';
import { nodeLoadWasm } from '../../../../src/studies/files/inputFiles.ts';
import { readStudy, type ReadableStudy } from '../../../../src/pipeline/reading/readStudy.ts';
import { memoryFile } from '../../../../src/pipeline/reading/study.ts';
import { syntheticStack, type SyntheticSlice } from '../../../syntheticDicom.ts';

const read = (files: readonly Uint8Array[]): Promise<ReadableStudy> =>
  readStudy(
    files.map((bytes, i) => memoryFile(`IM${i}`, bytes)),
    { loadWasm: nodeLoadWasm },
  );

const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];
/** Explicit little endian, with a length of two bytes. */
const short = (group: number, element: number, vr: string, value: readonly number[]): number[] => [
  ...[group & 255, group >> 8, element & 255, element >> 8],
  ...ascii(vr),
  ...[value.length & 255, value.length >> 8],
  ...value,
];

/** Elements as bytes put in before the pixels of an explicit little-endian file. */
function withBytes(file: Uint8Array, bytes: readonly number[]): Uint8Array {
  const at = Buffer.from(file).lastIndexOf(Buffer.from([0xe0, 0x7f, 0x10, 0x00]));
  return Uint8Array.from([...file.subarray(0, at), ...bytes, ...file.subarray(at)]);
}

/** As GE writes it: 0 magnitude, 1 phase, 2 real, 3 imaginary. */
const ge = (kind: number): number[] => [
  ...short(0x0043, 0x0010, 'LO', ascii('GEMS_PARM_01')),
  ...short(0x0043, 0x102f, 'SS', [kind, 0]),
];
const philips = (kind: string): number[] => [
  ...short(0x2005, 0x0010, 'LO', ascii('Philips MR Imaging DD 001 ')),
  ...short(0x2005, 0x1011, 'CS', ascii(kind.padEnd(2))),
];

describe('kinds of image by a maker’s own field', () => {
  it.each<[string, readonly (readonly [number[], string])[], string]>([
    [
      'GE',
      [
        [ge(1), 'phase'],
        [ge(0), 'magnitude'],
        [ge(3), 'imaginary'],
      ],
      'magnitude',
    ],
    [
      'Philips',
      [
        [philips('P'), 'phase'],
        [philips('M'), 'magnitude'],
        [philips('I'), 'imaginary'],
        [philips('CR'), 'real'],
      ],
      'real',
    ],
  ])('%s: each a stack of its own, and only brightness is measured', async (_maker, kinds, chosen) => {
    const elements = { '0008103E': ['LO', 'LGE SAX'] } as const;
    const files = kinds.flatMap(([bytes]) =>
      syntheticStack(5, 10, () => ({ elements })).map((file) => withBytes(file, bytes)),
    );
    const { study } = await read(files);
    expect(study.series.map(({ kind, slices }) => [kind, slices]).sort()).toEqual(
      kinds.map(([, kind]) => [kind, 5]).sort(),
    );
    expect(
      study.series
        .filter(({ usable }) => usable)
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(
      kinds
        .map(([, kind]) => kind)
        .filter((kind) => kind === 'magnitude' || kind === 'real')
        .sort(),
    );
    expect(study.series.find((one) => one.chosen)?.kind).toBe(chosen);
  });

  it('is none where the block belongs to somebody else', async () => {
    const other = [...short(0x0043, 0x0010, 'LO', ascii('OTHER MAKER ')), ...short(0x0043, 0x102f, 'SS', [1, 0])];
    const { study } = await read(syntheticStack(5, 10).map((file) => withBytes(file, other)));
    expect(study.series).toMatchObject([{ usable: true, chosen: true }]);
  });
});

describe('values of kinds that nobody knows', () => {
  it.each<[string, readonly number[]]>([
    [
      'two capitals, with the long length of the standard',
      [0x29, 0, 0x10, 0, ...ascii('ZZ'), 0, 0, 4, 0, 0, 0, 1, 2, 3, 4],
    ],
    ['two capitals, with a short length', short(0x0029, 0x0010, 'ZX', ascii('something'.padEnd(10)))],
    ['question marks', short(0x0029, 0x0010, '??', ascii('abcd'))],
  ])('%s, are stepped over', async (_, bytes) => {
    const opened = await read(syntheticStack(4, 10).map((file) => withBytes(file, bytes)));
    expect(opened.study.refused).toEqual([]);
    const { volume } = await opened.loadStack(opened.study.series[0].id, {});
    expect(volume.size).toEqual([4, 3, 4]);
  });
});

describe('a stack that another series goes on with', () => {
  /** Six slices of one series and six of the next, this many minutes later. */
  const two = (minutes: number): Uint8Array[] =>
    syntheticStack(12, 8, (k): Partial<SyntheticSlice> => {
      const time = `10${String(k < 6 ? 0 : minutes).padStart(2, '0')}00`;
      return {
        elements: {
          '0020000E': ['UI', k < 6 ? '1.2.3.4' : '1.2.3.5'],
          '00200011': ['IS', k < 6 ? 5 : 6],
          '00080022': ['DA', '20260102'],
          '00080032': ['TM', time],
        },
      };
    });

  it('is one, and said', async () => {
    const opened = await read(two(4));
    expect(opened.study.series).toMatchObject([{ slices: 12, chosen: true }]);
    const { warnings } = await opened.loadStack(opened.study.series[0].id, {});
    expect(warnings).toContainEqual({ code: 'seriesJoined', series: 2 });
  });

  it('is two where an hour lies between', async () => {
    const opened = await read(two(59));
    expect(opened.study.series).toMatchObject([{ slices: 6 }, { slices: 6 }]);
  });
});
