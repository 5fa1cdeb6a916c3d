/**
 * Files as found in practice: huge, packed, nested, in any character set; what is read of them, and what is refused.
 */
import { inEnglish } from '../../../../src/app/messages/reasonsEn.ts';
import { deflateSync, zipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeLoadWasm } from '../../../../src/studies/files/inputFiles.ts';
import { readDicomImage } from '../../../../src/core/dicom/dicomImage.ts';
import { parseHeader, personName } from '../../../../src/core/dicom/elements.ts';
import { readArchiveIdentity } from '../../../../src/core/dicom/exportOrigin.ts';
import { openPart10 } from '../../../../src/core/dicom/part10.ts';
import { inflate64 } from '../../../../src/pipeline/reading/inflate64.ts';
import { readStudy, type ReadableStudy } from '../../../../src/pipeline/reading/readStudy.ts';
import { memoryFile, type InputFile } from '../../../../src/pipeline/reading/study.ts';
import { zipFiles } from '../../../../src/pipeline/reading/zipFiles.ts';
import { dataWith } from '../../../realData.ts';
import { encodeRle, RLE, syntheticDicom, syntheticStack } from '../../../syntheticDicom.ts';

const DATA = dataWith('dicom');

const read = (files: readonly InputFile[]): Promise<ReadableStudy> => readStudy(files, { loadWasm: nodeLoadWasm });

/** Counts what is read of a file. */
function counted(file: InputFile): { file: InputFile; bytes: () => number } {
  let sum = 0;
  return {
    file: {
      ...file,
      async read(start, end) {
        const bytes = await file.read(start, end);
        sum += bytes.length;
        return bytes;
      },
    },
    bytes: () => sum,
  };
}

/** A slice whose pixels are far longer than its header. */
const large = (elements: Record<string, [string, ...string[]]> = {}): Uint8Array =>
  syntheticDicom({ columns: 512, rows: 512, pixels: new Uint16Array(512 * 512).fill(7), elements });

describe('the header pass', () => {
  it('reads no pixels, compressed or not', async () => {
    const pixels = Uint16Array.from({ length: 512 * 512 }, (_, i) => (i * 7919) & 0xfff);
    const packed = syntheticDicom({
      columns: 512,
      rows: 512,
      pixels,
      transferSyntax: RLE,
      encoded: [encodeRle(pixels)],
    });
    for (const bytes of [large(), packed]) {
      const { file, bytes: done } = counted(memoryFile('a', bytes));
      const { study } = await read([file]);
      expect(study.refused).toEqual([]);
      expect(done()).toBeLessThan(100_000);
      expect(bytes.length).toBeGreaterThan(500_000);
    }
  });

  it('reads more where the header is longer, private elements and all', async () => {
    const text = 'x'.repeat(9000);
    const elements = Object.fromEntries(
      Array.from({ length: 20 }, (_, i): [string, [string, string]] => [
        `002910${(i + 16).toString(16).toUpperCase()}`,
        ['LT', text],
      ]),
    );
    const { file, bytes } = counted(memoryFile('a', large(elements)));
    const { study } = await read([file]);
    expect(study.refused).toEqual([]);
    expect(bytes()).toBeGreaterThan(180_000);
  });

  it('tells a file that was cut off in its pixels, whatever its compression', async () => {
    const pixels = Uint16Array.from({ length: 512 * 512 }, (_, i) => (i * 7919) & 0xfff);
    const whole = [
      large(),
      syntheticDicom({ columns: 512, rows: 512, pixels, transferSyntax: RLE, encoded: [encodeRle(pixels)] }),
    ];
    const { study } = await read(whole.map((bytes, i) => memoryFile(`${i}`, bytes.slice(0, 200_000))));
    expect(study.refused.map(({ why }) => inEnglish(why))).toEqual([
      expect.stringMatching(/cut off/),
      expect.stringMatching(/cut off/),
    ]);
  });
});

describe('huge files', () => {
  const huge = (path: string, beginning: Uint8Array): InputFile => ({
    path,
    size: 2 ** 31,
    read: (start = 0, end = 2 ** 31) => {
      if (end - start > 2 ** 21) throw new Error('all of it was read');
      return Promise.resolve(beginning.slice(start, end));
    },
  });

  it('of 2 GB are refused before they are read', async () => {
    const nifti = new Uint8Array(1000);
    new DataView(nifti.buffer).setInt32(0, 348, true);
    nifti.set([0x6e, 0x2b, 0x31], 344);
    const gzip = Uint8Array.of(0x1f, 0x8b, 8, 0);
    const cutOff = large().slice(0, 400);
    const { study } = await read([
      huge('a.nii', nifti),
      huge('b.gz', gzip),
      huge('c.dcm', cutOff),
      huge('d', new Uint8Array(99)),
    ]);
    expect(study.refused.map(({ why }) => why.code)).toEqual([
      'fileTooLarge',
      'fileTooLarge',
      'fileTooLarge',
      'notMedical',
    ]);
  });
});

describe('zips', () => {
  const stack = syntheticStack(3, 8);

  it('name files without the dots that climb out of a folder', async () => {
    const zip = zipSync({ '../../etc/passwd': stack[0], '/root/./x': stack[1], 'a\\..\\..\\b': stack[2] });
    const inside = await zipFiles(memoryFile('s.zip', zip));
    expect(inside.map(({ path }) => path)).toEqual(['s.zip/etc/passwd', 's.zip/root/x', 's.zip/a/b']);
  });

  it('of 64-bit sizes are read', async () => {
    const { study } = await read([memoryFile('s.zip', zip64(stack))]);
    expect(study.refused).toEqual([]);
    expect(study.series).toMatchObject([{ slices: 3, chosen: true }]);
  });

  it('give a file’s beginning without unpacking the rest', async () => {
    const bytes = large();
    const noisy = bytes.slice();
    for (let i = 2000; i < noisy.length; i++) noisy[i] = (Math.imul(i, 2654435761) >>> 13) & 0xff;
    const zip = counted(memoryFile('s.zip', zipSync({ a: noisy })));
    const [entry] = await zipFiles(zip.file);
    expect(await entry.read(0, 1000)).toEqual(noisy.slice(0, 1000));
    expect(await entry.read(500, 700)).toEqual(noisy.slice(500, 700));
    expect(zip.bytes()).toBeLessThan(200_000);
    expect(await entry.read()).toEqual(noisy);
  });

  it('with Deflate64 are read, whole and in part', async () => {
    const [entry] = await zipFiles(memoryFile('s.zip', new Uint8Array(Buffer.from(DEFLATE64_ZIP, 'base64'))));
    const bytes = await entry.read();
    expect(bytes.slice(50_040, 50_080)).toEqual(bytes.slice(0, 40));
    expect(new TextDecoder().decode(bytes.slice(50_080))).toBe('end of file, end of file');
    expect(await entry.read(10, 60)).toEqual(bytes.slice(10, 60));
  });

  it('with the longest match that Deflate64 has are read', () => {
    const more = (60_000).toString(2).padStart(16, '0');
    // One block of fixed codes: 'A', the length code 285 with its 16 bits, distance 1, the end.
    const bits = ['1', '10', '01110001', '11000101', [...more].reverse().join(''), '00000', '0000000'].join('');
    const { bytes, ended } = inflate64(packedBits(bits), 60_004);
    expect(ended).toBe(true);
    expect(bytes).toEqual(new Uint8Array(60_004).fill(65));
  });

  it('that unpack to more than they say are stopped there', async () => {
    const zip = zipSync({ a: new Uint8Array(50_000_000) });
    const view = new DataView(zip.buffer);
    view.setUint32(view.getUint32(zip.length - 6, true) + 24, 1000, true);
    const [entry] = await zipFiles(memoryFile('s.zip', zip));
    await expect(entry.read()).rejects.toThrow(/zipDamaged/);
  });

  it('whose files say that they unpack to more than is opened are read but for those', async () => {
    const lying = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`f${i}`, new Uint8Array(10)]));
    const zip = zipSync({ ...lying, good: stack[0] }, { level: 0 });
    const view = new DataView(zip.buffer);
    let at = view.getUint32(zip.length - 6, true);
    for (let i = 0; i < 20; i++) {
      view.setUint32(at + 24, i === 0 ? 0x7fffffff : 60 * 2 ** 20, true);
      at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true);
    }
    const { study } = await read([memoryFile('s.zip', zip)]);
    expect(study.series).toHaveLength(1);
    expect(study.refused.filter(({ why }) => why.code === 'unpacksTooLarge').map(({ path }) => path)).toEqual([
      's.zip/f0',
    ]);
    // 17 times 60 MB are within a gigabyte.
    expect(study.refused.filter(({ why }) => why.code === 'zipTooLarge')).toHaveLength(2);
    expect(study.refused.filter(({ why }) => why.code === 'zipDamaged')).toHaveLength(17);
  });
});

describe('character sets', () => {
  it('several in a sequence item do not stop the reading, nor does one that is not known', () => {
    for (const set of ['ISO 2022 IR 13\\ISO 2022 IR 87', 'KLINGON']) {
      const image = readDicomImage(
        syntheticDicom({
          columns: 2,
          rows: 2,
          pixels: new Uint16Array(4),
          sequences: {
            '00081140': [
              { '00080005': { vr: 'CS', Value: set.split('\\') }, '00081155': { vr: 'UI', Value: ['1.2.3'] } },
            ],
          },
        }),
      );
      expect(image).toMatchObject({ seriesNumber: 5, modality: 'MR' });
    }
  });

  it.skipIf(DATA === null).each([
    ['chrArab', 'قباني^لنزار'],
    ['chrFren', 'Buc^Jérôme'],
    ['chrGerm', 'Äneas^Rüdiger'],
    ['chrGreek', 'Διονυσιος'],
    ['chrH31', 'Yamada^Tarou=山田^太郎=やまだ^たろう'],
    ['chrH32', 'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう'],
    ['chrHbrw', 'שרון^דבורה'],
    ['chrI2', 'Hong^Gildong=洪^吉洞=홍^길동'],
    ['chrRuss', 'Люкceмбypг'],
    ['chrX1', 'Wang^XiaoDong=王^小東'],
    ['chrX2', 'Wang^XiaoDong=王^小东'],
  ])('%s: the name is %s', (name, expected) => {
    const bytes = new Uint8Array(readFileSync(join(DATA ?? '', 'dicom/pydicom/charset_files', `${name}.dcm`)));
    expect(readArchiveIdentity(bytes).identity['00100010']).toEqual(['PN', expected]);
  });

  it.skipIf(DATA === null)('a set of its own in a sequence leaves the rest of the file as it is', () => {
    for (const name of ['chrSQEncoding', 'chrSQEncoding1']) {
      const bytes = new Uint8Array(readFileSync(join(DATA ?? '', 'dicom/pydicom/charset_files', `${name}.dcm`)));
      const { elements, damaged, characterSets } = parseHeader(openPart10(bytes));
      expect(damaged).toBe(false);
      expect(personName(elements, '00321032', characterSets)).toBe('Doctor^Who^^MD');
    }
  });
});

/** By 7-Zip 26.02, with Deflate64: 40 bytes, 50,000 zeros, the 40 bytes again, and a text. */
const DEFLATE64_ZIP =
  'UEsDBBUAAAAJAAAAIQBRyTKSEwEAALjDAAABAAAAYeXfIQrCUACA4WEwegDTC0ajxSYYrAoa1/aGojxv4MALWAxGb2EziGD1DnbxCNbFxcH3tf' +
  '8Y//HW+1b9+fj+OzxGVTe9T/lrMZh9JtOss03L1fka13nxvGQ8Ho/H4/F4PB6Px+PxeDwej8fj8Xg8Ho/H4/F4PB6Px+PxeDwej8fj8Xg8Ho/H' +
  '4/F4PB6Px+PxeDwej8fj8Xg8Ho/H4/F4PB6Px+PxeDwej8fj8Xg8Ho/H4/F4PB6Px+PxeDwej8fj8Xg8Ho/H4/F4PB6Px+PxeDwej8fj8Xg8Ho' +
  '/H4/F4PB6Px+PxeDwej8fj8Xg8Ho/H4/F4PB6Px+PxeDwej8fj8Xg8Xqs0/W6IqQj7MpSbXRyGWvwBUEsBAj8DFQAAAAkAAAAhAFHJMpITAQAA' +
  'uMMAAAEAAAAAAAAAAAAggKSBAAAAAGFQSwUGAAAAAAEAAQAvAAAAMgEAAAAA';

/** Bits as RFC 1951 packs them, the first of them lowest. */
function packedBits(bits: string): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  [...bits].forEach((bit, i) => (bytes[i >> 3] |= Number(bit) << (i & 7)));
  return bytes;
}

/** APPNOTE 4.3.14: sizes, offsets and counts in 64 bits, as for a zip of many GB. */
function zip64(files: readonly Uint8Array[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  const push = (list: Uint8Array[], bytes: Uint8Array): void => void list.push(bytes);
  files.forEach((file, i) => {
    const packed = deflateSync(file);
    const name = Uint8Array.of(0x61 + i);
    const crc = crc32(file);
    const local = fields([
      [4, 0x04034b50],
      [2, 45],
      [2, 0],
      [2, 8],
      [4, 0],
      [4, crc],
      [4, packed.length],
      [4, file.length],
      [2, 1],
      [2, 0],
    ]);
    const extra = fields([
      [2, 1],
      [2, 24],
      [8, file.length],
      [8, packed.length],
      [8, offset],
    ]);
    const central = fields([
      [4, 0x02014b50],
      [2, 45],
      [2, 45],
      [2, 0],
      [2, 8],
      [4, 0],
      [4, crc],
      [4, 0xffffffff],
      [4, 0xffffffff],
      [2, 1],
      [2, extra.length],
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0],
      [4, 0xffffffff],
    ]);
    for (const part of [local, name, packed]) push(parts, part);
    for (const part of [central, name, extra]) push(directory, part);
    offset += local.length + 1 + packed.length;
  });
  const length = directory.reduce((sum, part) => sum + part.length, 0);
  const end = fields([
    [4, 0x06064b50],
    [8, 44],
    [2, 45],
    [2, 45],
    [4, 0],
    [4, 0],
    [8, files.length],
    [8, files.length],
    [8, length],
    [8, offset],
  ]);
  const locator = fields([
    [4, 0x07064b50],
    [4, 0],
    [8, offset + length],
    [4, 1],
  ]);
  const last = fields([
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, 0xffff],
    [2, 0xffff],
    [4, 0xffffffff],
    [4, 0xffffffff],
    [2, 0],
  ]);
  return new Uint8Array(Buffer.concat([...parts, ...directory, end, locator, last]));
}

function fields(list: readonly (readonly [bytes: number, value: number])[]): Uint8Array {
  return Uint8Array.from(
    list.flatMap(([bytes, value]) => Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * i)) & 0xff)),
  );
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
