import { describe, expect, it } from 'vitest';
import { studiesByPath, withoutCommonFolder } from '../../../../src/pipeline/cohort/studies.ts';
import { studiesByPatientId } from '../../../../src/pipeline/cohort/studiesByPatientId.ts';
import { seriesForCohort } from '../../../../src/pipeline/cohort/studyResult.ts';
import { readStudy } from '../../../../src/pipeline/reading/readStudy.ts';
import { memoryFile, type InputFile } from '../../../../src/pipeline/reading/study.ts';
import { nodeLoadWasm } from '../../../../src/studies/files/inputFiles.ts';
import { smallStudy } from '../../../syntheticCohort.ts';

const files = (...paths: readonly string[]): { path: string }[] => paths.map((path) => ({ path }));
const found = (paths: readonly string[], ids: readonly string[] | null): unknown =>
  studiesByPath(files(...paths), ids && new Set(ids)).studies.map(({ id, files: of, fault }) => [
    id,
    of.length,
    fault?.code ?? null,
  ]);

/** The files of two patients in one heap. */
function ofTwoPatients(): InputFile[] {
  return [1, 2].flatMap((seed) =>
    smallStudy(seed).map(({ bytes }, i) => {
      // The phantom's id, and another of the same length.
      const text = Buffer.from(bytes)
        .toString('latin1')
        .replace('PHANTOM ', seed === 1 ? 'PATIENT1' : 'PATIENT2');
      return memoryFile(`heap/${seed}-${i}`, new Uint8Array(Buffer.from(text, 'latin1')));
    }),
  );
}

describe('studies in a folder', () => {
  it('are told by the ids of the table, at any depth, and by the names of files', () => {
    const paths = [
      'north/2019/p1/visit/IM1',
      'north/2019/p1/visit/IM2',
      'south/p2/IM1',
      'nifti/p3.nii.gz',
      'nifti/p4_lge.nii.gz',
      'masks/p4_mask.nii.gz',
    ];
    expect(found(paths, ['p1', 'p2', 'p3', 'p4'])).toEqual([
      ['p1', 2, null],
      ['p2', 1, null],
      ['p3', 1, null],
      ['p4', 2, null],
    ]);
  });

  it('that no row names go by their outermost folder, so that they can be named', () => {
    expect(found(['p1/IM1', 'p9/deep/IM1', 'p9/IM2'], ['p1'])).toEqual([
      ['p1', 1, null],
      ['p9', 2, null],
    ]);
    expect(found(['a/b/IM1', 'c.nii'], null)).toEqual([
      ['a', 1, null],
      ['c', 1, null],
    ]);
  });

  it('of one id at two places are not put together: they may be two patients', () => {
    expect(found(['north/p1/IM1', 'south/p1/IM1'], ['p1'])).toEqual([['p1', 2, 'studyInSeveralPlaces']]);
  });

  it('are found below the folder that holds them all, and what a system leaves lying is none', () => {
    expect(withoutCommonFolder(files('all/p1/IM1', 'all/p2/IM1')).map(({ path }) => path)).toEqual([
      'p1/IM1',
      'p2/IM1',
    ]);
    expect(withoutCommonFolder(files('p1/IM1', 'p2/IM1')).map(({ path }) => path)).toEqual(['p1/IM1', 'p2/IM1']);
    expect(studiesByPath(files('p1/.DS_Store', '__MACOSX/p1/IM1', 'p1/IM1'), null)).toMatchObject({ unplaced: 2 });
  });

  it('in one heap are parted by the Patient ID of their images', async () => {
    const heap = ofTwoPatients();
    const { studies, unplaced } = await studiesByPatientId(
      [...heap, memoryFile('heap/notes.txt', new Uint8Array(4))],
      {},
    );
    expect(studies.map(({ id, files: of }) => [id, of.length])).toEqual([
      ['PATIENT1', heap.length / 2],
      ['PATIENT2', heap.length / 2],
    ]);
    expect(unplaced).toBe(1);
  });

  it('of two patients in one folder are a row with that reason', async () => {
    const { study } = await readStudy(ofTwoPatients(), { loadWasm: nodeLoadWasm });
    expect(() => seriesForCohort(study)).toThrow(
      expect.objectContaining({ reason: { code: 'studyOfSeveralPatients', patients: 2 } }),
    );
  });
});
