/** What scanners, archives and anonymisers really write, against the letter of the standard or at its edges; made here byte by byte. */
import { inEnglish } from '../../../../src/app/messages/reasonsEn.ts';
import { describe, expect, it } from 'vitest';
import type { DicomElements } from 'dcmjs';
import { nodeLoadWasm } from '../../../../src/studies/files/inputFiles.ts';
import { openPart10 } from '../../../../src/core/dicom/part10.ts';
import { readStudy, type ReadableStudy } from '../../../../src/pipeline/reading/readStudy.ts';
import { memoryFile, type SeriesSummary, type Stack } from '../../../../src/pipeline/reading/study.ts';
import { EXPLICIT, IMPLICIT, syntheticDicom, syntheticStack, type SyntheticSlice } from '../../../syntheticDicom.ts';

const read = (files: readonly Uint8Array[]): Promise<ReadableStudy> =>
  readStudy(
    files.map((bytes, i) => memoryFile(`IM${i}`, bytes)),
    { loadWasm: nodeLoadWasm },
  );

async function chosenStack(open: ReadableStudy): Promise<Stack> {
  const chosen = open.study.series.find((series) => series.chosen);
  if (!chosen) throw new Error(`nothing chosen: ${JSON.stringify(open.study)}`);
  return open.loadStack(chosen.id, {});
}

const loaded = async (files: readonly Uint8Array[]): Promise<Stack> => chosenStack(await read(files));

async function onlySeries(files: readonly Uint8Array[]): Promise<SeriesSummary> {
  const { study } = await read(files);
  expect(study.refused).toEqual([]);
  expect(study.series).toHaveLength(1);
  return study.series[0];
}

/** The voxels of `syntheticStack`. */
const expectedVoxels = (slices: number): number[] =>
  Array.from({ length: 12 * slices }, (_, i) => 100 * Math.floor(i / 12) + (i % 12));

/** Elements as bytes put in before the pixels of an explicit little-endian file. */
function withBytes(file: Uint8Array, bytes: readonly number[]): Uint8Array {
  const at = Buffer.from(file).lastIndexOf(Buffer.from([0xe0, 0x7f, 0x10, 0x00]));
  return Uint8Array.from([...file.subarray(0, at), ...bytes, ...file.subarray(at)]);
}

const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];
const tag = (group: number, element: number): number[] => [group & 255, group >> 8, element & 255, element >> 8];
const uint32 = (n: number): number[] => [n & 255, (n >> 8) & 255, (n >> 16) & 255, (n >>> 24) & 255];
const UNDEFINED = [0xff, 0xff, 0xff, 0xff];
const ITEM = tag(0xfffe, 0xe000);
const ITEM_END = [...tag(0xfffe, 0xe00d), 0, 0, 0, 0];
const SEQUENCE_END = [...tag(0xfffe, 0xe0dd), 0, 0, 0, 0];
const short = (group: number, element: number, vr: string, value: readonly number[]): number[] => [
  ...tag(group, element),
  ...ascii(vr),
  value.length & 255,
  value.length >> 8,
  ...value,
];
const implicit = (group: number, element: number, value: readonly number[]): number[] => [
  ...tag(group, element),
  ...uint32(value.length),
  ...value,
];

/** The header's element in another form; it must stand there as `syntheticDicom` wrote it. */
function replaced(file: Uint8Array, before: readonly number[], after: readonly number[]): Uint8Array {
  const at = Buffer.from(file).indexOf(Buffer.from(before));
  if (at < 0) throw new Error('the element to replace is not there');
  return Uint8Array.from([...file.subarray(0, at), ...after, ...file.subarray(at + before.length)]);
}

describe('elements that are not as the standard has them', () => {
  const stack = syntheticStack(5, 10);

  it.each<[string, readonly number[]]>([
    [
      'a private sequence that an archive made UN of undefined length, its items implicit (Philips)',
      [
        ...tag(0x2001, 0x0010),
        ...ascii('LO'),
        4,
        0,
        ...ascii('PHIL'),
        ...tag(0x2001, 0x105f),
        ...ascii('UN'),
        0,
        0,
        ...UNDEFINED,
        ...ITEM,
        ...UNDEFINED,
        ...implicit(0x2001, 0x102d, [1, 0]),
        ...ITEM_END,
        ...SEQUENCE_END,
      ],
    ],
    [
      'the same inside an item',
      [
        ...tag(0x2001, 0x105f),
        ...ascii('SQ'),
        0,
        0,
        ...UNDEFINED,
        ...ITEM,
        ...UNDEFINED,
        ...tag(0x2005, 0x1402),
        ...ascii('UN'),
        0,
        0,
        ...UNDEFINED,
        ...ITEM,
        ...UNDEFINED,
        ...implicit(0x2005, 0x1403, ascii('AB')),
        ...ITEM_END,
        ...SEQUENCE_END,
        ...ITEM_END,
        ...SEQUENCE_END,
      ],
    ],
    ['a value of odd length', short(0x0018, 0x1250, 'SH', ascii('Torso'))],
    [
      'a value of odd length in an item of undefined length',
      [
        ...tag(0x0029, 0x1140),
        ...ascii('SQ'),
        0,
        0,
        ...UNDEFINED,
        ...ITEM,
        ...UNDEFINED,
        ...short(0x0029, 0x1041, 'LO', ascii('Siemens')),
        ...ITEM_END,
        ...SEQUENCE_END,
      ],
    ],
    [
      'bytes in an item that look like the end of an item',
      [
        ...tag(0x0029, 0x1140),
        ...ascii('SQ'),
        0,
        0,
        ...UNDEFINED,
        ...ITEM,
        ...UNDEFINED,
        ...tag(0x0029, 0x1010),
        ...ascii('OB'),
        0,
        0,
        ...uint32(8),
        ...ITEM_END,
        ...ITEM_END,
        ...SEQUENCE_END,
      ],
    ],
    [
      'an empty sequence of undefined length',
      [...tag(0x0008, 0x1140), ...ascii('SQ'), 0, 0, ...UNDEFINED, ...SEQUENCE_END],
    ],
    ['a VR that nobody knows', [...tag(0x0029, 0x1009), ...ascii('ZZ'), 0, 0, ...uint32(4), 1, 2, 3, 4]],
    ['64-bit numbers', [...tag(0x0029, 0x1020), ...ascii('UV'), 0, 0, ...uint32(8), 1, 2, 3, 4, 5, 6, 7, 8]],
    ['a group length', short(0x0029, 0x0000, 'UL', [4, 0, 0, 0])],
  ])('%s', async (_name, bytes) => {
    const { volume, series } = await loaded(stack.map((file) => withBytes(file, bytes)));
    expect(series).toMatchObject({ slices: 5, spacing: [1.5, 1.5, 10] });
    expect([...volume.voxels]).toEqual(expectedVoxels(5));
  });

  it('decimals with a comma', async () => {
    const files = syntheticStack(5, 10, (k) => ({
      elements: {
        '00280030': ['DS', '1,5', '1,25'],
        '00200032': ['DS', `${6 * k},5`, `${-5 * k}`, `${-6 * k}`],
      },
    }));
    expect(await onlySeries(files)).toMatchObject({ slices: 5, spacing: [1.25, 1.5, expect.any(Number) as number] });
  });

  it.each<[string, [readonly number[], readonly number[]]]>([
    ['rows as UL', [short(0x28, 0x10, 'US', [3, 0]), short(0x28, 0x10, 'UL', [3, 0, 0, 0])]],
    ['rows as IS', [short(0x28, 0x10, 'US', [3, 0]), short(0x28, 0x10, 'IS', ascii('3 '))]],
    ['rows as UN', [short(0x28, 0x10, 'US', [3, 0]), [...tag(0x28, 0x10), ...ascii('UN'), 0, 0, ...uint32(2), 3, 0]]],
    [
      'spacing as UN',
      [
        short(0x28, 0x30, 'DS', ascii('1.5\\1.5 ')),
        [...tag(0x28, 0x30), ...ascii('UN'), 0, 0, ...uint32(8), ...ascii('1.5\\1.5 ')],
      ],
    ],
    ['spacing as LO', [short(0x28, 0x30, 'DS', ascii('1.5\\1.5 ')), short(0x28, 0x30, 'LO', ascii('1.5\\1.5 '))]],
    ['spacing as SH', [short(0x28, 0x30, 'DS', ascii('1.5\\1.5 ')), short(0x28, 0x30, 'SH', ascii('1.5\\1.5 '))]],
    [
      'spacing as FD',
      [
        short(0x28, 0x30, 'DS', ascii('1.5\\1.5 ')),
        short(0x28, 0x30, 'FD', [...new Uint8Array(Float64Array.of(1.5, 1.5).buffer)]),
      ],
    ],
    [
      'spacing padded with zeros',
      [short(0x28, 0x30, 'DS', ascii('1.5\\1.5 ')), short(0x28, 0x30, 'DS', ascii('1.5 \\ 1.5\0\0'))],
    ],
  ])('%s', async (_name, [before, after]) => {
    const { volume } = await loaded(stack.map((file) => replaced(file, before, after)));
    expect(volume.spacing).toEqual([1.5, 1.5, 10]);
    expect([...volume.voxels]).toEqual(expectedVoxels(5));
  });

  it.each([
    [EXPLICIT, IMPLICIT],
    [IMPLICIT, EXPLICIT],
  ])('a meta header that says %s over a data set in %s', async (said, true_) => {
    const headers = syntheticStack(5, 10, () => ({ transferSyntax: said }));
    const bodies = syntheticStack(5, 10, () => ({ transferSyntax: true_ }));
    const files = headers.map((file, k) => {
      const meta = file.subarray(0, file.length - openPart10(file).dataset.length);
      return Uint8Array.from([...meta, ...openPart10(bodies[k]).dataset]);
    });
    expect([...(await loaded(files)).volume.voxels]).toEqual(expectedVoxels(5));
  });

  it('pixels of odd length without padding, and padding behind the pixels', async () => {
    const odd = (k: number): Partial<SyntheticSlice> => ({
      columns: 3,
      rows: 3,
      pixels: new Uint8Array(9).fill(k + 1),
    });
    const files = syntheticStack(5, 10, odd);
    const shortened = files.map((file) => {
      const bytes = file.slice(0, file.length - 1);
      const at = Buffer.from(bytes).lastIndexOf(Buffer.from([0xe0, 0x7f, 0x10, 0x00]));
      new DataView(bytes.buffer).setUint32(at + 8, 9, true);
      return bytes;
    });
    const padded = files.map((file) =>
      Uint8Array.from([...file, ...tag(0xfffc, 0xfffc), ...ascii('OB'), 0, 0, ...uint32(4), 0, 0, 0, 0]),
    );
    for (const variant of [shortened, padded]) {
      const { volume } = await loaded(variant);
      expect([...volume.voxels]).toEqual(Array.from({ length: 45 }, (_, i) => Math.floor(i / 9) + 1));
    }
  });

  it('values that stand in the upper bits of their words', async () => {
    const files = syntheticStack(5, 10, (k) => ({
      pixels: Uint16Array.from({ length: 12 }, (_, i) => (100 * k + i) << 4),
      elements: { '00280101': ['US', 12], '00280102': ['US', 15] },
    }));
    expect([...(await loaded(files)).volume.voxels]).toEqual(expectedVoxels(5));
  });

  it('no modality, where the kind of object says MR', async () => {
    expect(await onlySeries(syntheticStack(5, 10, () => ({ elements: { '00080060': ['CS', ''] } })))).toMatchObject({
      slices: 5,
      chosen: true,
    });
  });
});

describe('geometry as vendors give it', () => {
  it.each([
    ['no spacing between slices (GE)', {}],
    ['a negative one', { '00180088': ['DS', -10] }],
    ['one that is wrong', { '00180088': ['DS', 3] }],
  ] as const)('%s: positions count', async (_name, elements) => {
    const files = syntheticStack(5, 10, () => ({ elements }));
    expect(await onlySeries(files)).toMatchObject({ slices: 5, spacing: [1.5, 1.5, 10], chosen: true });
  });

  it('pixels that are not square', async () => {
    const { volume } = await loaded(syntheticStack(5, 10, () => ({ spacing: [1.75, 1.25] })));
    expect(volume.spacing).toEqual([1.25, 1.75, 10]);
  });

  it.each([
    ['numbered', (k: number) => `LGE SAX ${k + 1}`],
    ['by level of the heart', (k: number) => `LGE_SAX_${['basal', 'mid', 'apical', 'mid 2', 'apex'][k]}`],
    ['by inversion time', (k: number) => `psir_sax_TI${280 + 10 * k}`],
    ['German', (k: number) => `LGE KA ${['basal', 'mitte', 'apikal', 'Mitte_2', 'Spitze'][k]}`],
    ['Chinese', (k: number) => `延迟强化 短轴${['基底', '中间', '心尖', '中部', '基底2'][k]}`],
  ])('one series for each slice, %s: one stack', async (_name, name) => {
    const files = syntheticStack(5, 10, (k) => ({
      elements: {
        '00080005': ['CS', 'ISO_IR 192'],
        '0020000E': ['UI', `1.2.9.${k}`],
        '00200011': ['IS', 20 + k],
        '0008103E': ['LO', name(k)],
      },
    }));
    expect(await onlySeries(files)).toMatchObject({ slices: 5, chosen: true });
  });

  it('three slices to a breath-hold, each a series: one stack', async () => {
    const files = syntheticStack(9, 8, (k) => ({
      elements: {
        '0020000E': ['UI', `1.2.9.${Math.floor(k / 3)}`],
        '00200011': ['IS', 20 + Math.floor(k / 3)],
        '0008103E': ['LO', `LGE SAX ${Math.floor(k / 3) + 1}`],
      },
    }));
    expect(await onlySeries(files)).toMatchObject({ slices: 9, spacing: [1.5, 1.5, 8], chosen: true });
  });

  it('whole stacks of one name stay apart', async () => {
    const files = [0, 1].flatMap((scan) =>
      syntheticStack(6, 8, () => ({
        elements: {
          '0020000E': ['UI', `1.2.9.${scan}`],
          '00200011': ['IS', 20 + scan],
          '0008103E': ['LO', `LGE SAX ${scan}`],
        },
      })),
    );
    const { study } = await read(files);
    expect(study.series.map(({ slices, usable, chosen }) => [slices, usable, chosen])).toEqual([
      [6, true, false],
      [6, true, true],
    ]);
  });

  it('two phases of the heart in one series: two stacks, either of them offered', async () => {
    const files = [250, 600].flatMap((time) =>
      syntheticStack(5, 10, () => ({ elements: { '00181060': ['DS', time], '0008103E': ['LO', 'LGE SAX'] } })),
    );
    const { study } = await read(files);
    expect(study.series.map(({ slices, usable }) => [slices, usable])).toEqual([
      [5, true],
      [5, true],
    ]);
  });

  it('a rescale of its own for each slice (Philips)', async () => {
    const files = syntheticStack(5, 10, (k) => ({
      pixels: Uint16Array.from({ length: 12 }, (_, i) => 10 * i),
      elements: { '00281052': ['DS', k], '00281053': ['DS', 1 + k / 2], '2005100E': ['FL', 0.01] },
    }));
    const { volume } = await loaded(files);
    expect([...volume.voxels]).toEqual(
      Array.from({ length: 60 }, (_, i) => (i % 12) * 10 * (1 + Math.floor(i / 12) / 2) + Math.floor(i / 12)),
    );
  });

  it('a person apart from another whose files an anonymiser gave the same UIDs', async () => {
    const files = [
      ...syntheticStack(4, 10, () => ({ elements: { '00100010': ['PN', 'A'] } })),
      ...syntheticStack(4, 7, () => ({ elements: { '00100010': ['PN', 'B'] } })),
    ];
    const { study } = await read(files);
    expect(study.series.map(({ slices }) => slices)).toEqual([4, 4]);
    expect(study.warnings).toMatchObject([{ code: 'severalPatients', patients: 2 }]);
  });
});

describe('enhanced multi-frame', () => {
  const value = (vr: string, ...values: (string | number)[]) => ({ vr, Value: values });
  const group = (elements: DicomElements) => ({ vr: 'SQ', Value: [elements] });
  const [cx, cy, cz, rx, ry, rz] = [0.6325649, 0.7655074, 0.117729, -0.3315277, 0.4049981, -0.852095];
  const normal = [cy * rz - cz * ry, cz * rx - cx * rz, cx * ry - cy * rx];

  /** Slices k, k, k+1, k+1, ..: a magnitude and a real (PSIR) frame of each place. */
  const pairs = (elements: SyntheticSlice['elements'] = {}): Uint8Array =>
    syntheticDicom({
      columns: 2,
      rows: 2,
      pixels: Uint16Array.from({ length: 4 * 10 }, (_, i) => i),
      elements: {
        '00080016': ['UI', '1.2.840.10008.5.1.4.1.1.4.1'],
        '00280008': ['IS', 10],
        '0008103E': ['LO', 'LGE SAX'],
        ...elements,
      },
      sequences: {
        '52009229': [
          {
            '00289110': group({ '00280030': value('DS', '1.5', '1.5'), '00180050': value('DS', '8') }),
            '00209116': group({ '00200037': value('DS', ...[cx, cy, cz, rx, ry, rz].map(String)) }),
          },
        ],
        '52009230': Array.from({ length: 10 }, (_, i) => ({
          '00209113': group({
            '00200032': value('DS', ...normal.map((n) => (n * 10 * Math.floor(i / 2)).toFixed(5))),
          }),
          '00189226': group({
            '00089007': value('CS', 'ORIGINAL', 'PRIMARY', 'CARDIAC', 'NONE'),
            '00089208': value('CS', i % 2 === 0 ? 'MAGNITUDE' : 'REAL'),
          }),
          '00289145': group({ '00281052': value('DS', i % 2 === 0 ? '0' : '-100'), '00281053': value('DS', '2') }),
        })),
      },
    });

  it('magnitude and PSIR in one object: two stacks, each with its frames and its rescale', async () => {
    const open = await read([pairs()]);
    expect(open.study.series.map(({ contrast, slices, chosen }) => [contrast, slices, chosen])).toEqual([
      ['magnitude', 5, false],
      ['PSIR', 5, true],
    ]);
    const { volume } = await chosenStack(open);
    expect(volume.spacing).toEqual([1.5, 1.5, 10]);
    expect([...volume.voxels]).toEqual(
      Array.from({ length: 20 }, (_, i) => 2 * (8 * Math.floor(i / 4) + 4 + (i % 4)) - 100),
    );
  });

  it('one without a place for its frames is listed with the reason', async () => {
    const file = syntheticDicom({
      columns: 2,
      rows: 2,
      pixels: new Uint16Array(20),
      elements: { '00280008': ['IS', 5] },
    });
    const { study } = await read([file]);
    expect(study.series).toMatchObject([{ usable: false, slices: 5 }]);
    expect(study.series[0].why).toMatchObject({ code: 'obstacle', obstacle: { code: 'noPlace' } });
  });
});

describe('what lies in the same folder', () => {
  const UID = '1.2.840.10008.5.1.4.1.1';
  const noPixels = (sopClass: string): Uint8Array => {
    const bytes = syntheticDicom({
      columns: 2,
      rows: 2,
      pixels: new Uint16Array(4),
      elements: { '00080016': ['UI', sopClass] },
    });
    return bytes.slice(0, Buffer.from(bytes).lastIndexOf(Buffer.from([0xe0, 0x7f, 0x10, 0x00])));
  };

  it.each<[string, Uint8Array, RegExp]>([
    ['a key object note', noPixels(`${UID}.88.59`), /report/],
    ['a presentation state', noPixels(`${UID}.11.1`), /presentation state/],
    ['an encapsulated PDF', noPixels(`${UID}.104.1`), /document/i],
    ['a spectrum', noPixels(`${UID}.4.2`), /spectrum/],
    ['a map of real numbers', noPixels(`${UID}.30`), /parametric map/],
    ['raw data', noPixels(`${UID}.66`), /raw data/],
    ['an ECG', noPixels(`${UID}.9.1.1`), /waveform/],
  ])('%s is passed over in words of its own', async (_name, bytes, reason) => {
    const { study } = await read([...syntheticStack(4, 10), bytes]);
    expect(study.series).toMatchObject([{ chosen: true, slices: 4 }]);
    expect(study.refused.map(({ path }) => path)).toEqual(['IM4']);
    expect(inEnglish(study.refused[0].why)).toMatch(reason);
  });

  it.each<[string, Partial<SyntheticSlice>, string]>([
    ['a mosaic (Siemens)', { elements: { '00080008': ['CS', 'ORIGINAL', 'PRIMARY', 'M', 'ND', 'MOSAIC'] } }, 'mosaic'],
    ['a secondary capture', { elements: { '00080016': ['UI', `${UID}.7`], '00080060': ['CS', 'OT'] } }, 'notMr'],
    ['an image without a position', { elements: { '00200032': ['DS', ''] } }, 'noPlace'],
    ['a single slice', {}, 'singleSlice'],
  ])('%s is listed with its reason', async (_name, change, code) => {
    const other = syntheticStack(1, 10, () => ({
      ...change,
      elements: {
        '0020000E': ['UI', '1.2.77'],
        '00200011': ['IS', 77],
        '0008103E': ['LO', 'other'],
        ...change.elements,
      },
    }));
    const { study } = await read([...syntheticStack(4, 10), ...other]);
    expect(study.series).toHaveLength(2);
    expect(study.series[0]).toMatchObject({ chosen: true, slices: 4 });
    expect(study.series[1]).toMatchObject({ usable: false, why: { code: 'obstacle', obstacle: { code } } });
  });

  it('the same image twice, once compressed: one of them', async () => {
    const files = syntheticStack(4, 10, (k) => ({
      elements: { '00080018': ['UI', `1.2.5.${k}`], '00200013': ['IS', k] },
    }));
    const again = syntheticStack(4, 10, (k) => ({
      transferSyntax: IMPLICIT,
      elements: { '00080018': ['UI', `1.2.5.${k}`], '00200013': ['IS', k] },
    }));
    const { study } = await read([...files, ...again]);
    expect(study.series).toMatchObject([{ slices: 4, chosen: true }]);
    expect(study.refused.map(({ why }) => why)).toEqual(
      [0, 1, 2, 3].map((k) => ({ code: 'sameImage', path: `IM${k}` })),
    );
  });
});
