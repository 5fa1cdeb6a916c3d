/** What goes back to an archive: DICOM SEG and SR of a study made in code, read again, and searched for identity. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeLoadWasm } from '../../../../src/studies/files/inputFiles.ts';
import { EmptySegmentationError } from '../../../../src/core/dicom/segmentationObject.ts';
import { toSegmentationObject, toStructuredReport } from '../../../../src/pipeline/saving/exportCase.ts';
import { masksAlone, readStudy, type ReadableStudy } from '../../../../src/pipeline/reading/readStudy.ts';
import { memoryFile } from '../../../../src/pipeline/reading/study.ts';
import { SHORT_AXIS_ORIENTATION, syntheticStack } from '../../../syntheticDicom.ts';
import {
  COLUMNS,
  ROWS,
  SLICES,
  IDENTITY,
  open,
  chosenOf,
  labels,
  exported,
  withLabels,
  text,
  holds,
} from './exportedCase.ts';

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

/** Synthetic Data entered the standard in 2023; Debian's validator uses the edition before. */
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
