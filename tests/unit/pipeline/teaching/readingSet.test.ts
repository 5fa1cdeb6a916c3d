import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heartOf } from '../../../../src/core/phantom/knobs.ts';
import { Label } from '../../../../src/core/volume/volume.ts';
import { codeOf, drawReadingSet, MOST_HEARTS, SEEDS, setOfCode } from '../../../../src/core/phantom/readingSet.ts';
import {
  agreementOf,
  readResult,
  runsOfScar,
  sameClass,
  writeResult,
  type HeartAnswer,
  type Quarter,
} from '../../../../src/pipeline/teaching/readingSet.ts';
import { TeachingFileError } from '../../../../src/pipeline/teaching/teachingFiles.ts';

const ANSWER: HeartAnswer = {
  pattern: 'infarct',
  territory: 'LAD',
  quarters: Array.from({ length: 16 }, (_, i) => (i < 4 ? 2 : 0) as Quarter),
  scarMl: 20,
  drawn: null,
  artefact: 'none',
  seconds: 30,
};
const set = fc.record({ count: fc.integer({ min: 1, max: MOST_HEARTS }), seed: fc.nat(SEEDS - 1) });

describe('the code of a set', () => {
  it('holds its number and its seed, and is read however it is spaced and spelled', () => {
    fc.assert(
      fc.property(set, (one) => {
        const code = codeOf(one);
        expect(setOfCode(code)).toEqual(one);
        expect(setOfCode(` ${code.slice(0, 3).toLowerCase()}-${code.slice(3).replaceAll('0', 'o')} `)).toEqual(one);
      }),
    );
  });

  it('with one letter wrong is none', () => {
    fc.assert(
      fc.property(set, fc.nat(5), fc.integer({ min: 1, max: 31 }), (one, at, by) => {
        const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
        const code = [...codeOf(one)];
        code[at] = letters[(letters.indexOf(code[at]) + by) % 32];
        expect(setOfCode(code.join(''))).toBeNull();
      }),
    );
    for (const none of ['', 'hello', '000000', 'A0K3F']) expect(setOfCode(none)).toBeNull();
  });

  it('draws the same hearts each time, and others for another', () => {
    expect(drawReadingSet({ count: 4, seed: 7 })).toEqual(drawReadingSet({ count: 4, seed: 7 }));
    expect(drawReadingSet({ count: 4, seed: 7 })).not.toEqual(drawReadingSet({ count: 4, seed: 8 }));
  });

  it('draws an artery for an infarct alone', () => {
    for (const { knobs, territory } of drawReadingSet({ count: 31, seed: 3 }))
      expect(territory !== null).toBe(knobs.pattern === 'infarct');
  });
});

describe('a reader', () => {
  it('who says the truth agrees with it in all', () => {
    const other: HeartAnswer = { ...ANSWER, pattern: 'none', territory: null, quarters: ANSWER.quarters.map(() => 0) };
    const answers = [ANSWER, other];
    expect(agreementOf(answers, answers)).toEqual({
      pattern: 1,
      territory: 1,
      quarters: 1,
      artefacts: 1,
      segments: 1,
      drawn: null,
      scar: { bias: 0, limits: [0, 0] },
      seconds: 30,
    });
  });

  it('who left things open is not counted where they were', () => {
    const open: HeartAnswer = { ...ANSWER, pattern: null, scarMl: null, artefact: null };
    const { pattern, artefacts, scar, drawn } = agreementOf([open], [{ ...ANSWER, drawn: [2, 3] }]);
    expect([pattern, artefacts, scar, drawn]).toEqual([null, null, null, null]);
  });

  it('who draws is told Dice over all voxels of the hearts that were drawn', () => {
    const stacks = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 40 });
    const drawn = (scar: readonly boolean[]): HeartAnswer => ({
      ...ANSWER,
      drawn: runsOfScar(Uint8Array.from(scar, (isScar) => (isScar ? Label.scar : Label.viable))),
    });
    fc.assert(
      fc.property(fc.array(stacks, { minLength: 1, maxLength: 3 }), (hearts) => {
        const [mine, its] = [0, 1].map((who) => hearts.map((heart) => drawn(heart.map((one) => one[who]))));
        const all = hearts.flat();
        const voxels = all.flat().filter(Boolean).length;
        const both = all.filter(([a, b]) => a && b).length;
        expect(agreementOf(mine, its).drawn).toBe(voxels > 0 ? (2 * both) / voxels : null);
      }),
    );
  });
});

describe('a result file', () => {
  const set = { count: 1, seed: 5 };
  const code = codeOf(set);
  const VOXELS = heartOf(drawReadingSet(set)[0].knobs).size.reduce((product, length) => product * length, 1);

  it('comes back as it was saved, and holds no more than was given', () => {
    const head = { scarcast: 'result', format: 1, simulated: true, code, name: '' };
    const drawn = { ...ANSWER, drawn: [7, 5, VOXELS - 12] };
    expect(readResult(writeResult(code, '', [drawn]))).toEqual({ ...head, answers: [drawn] });
  });

  it('of before scar could be drawn is read', () => {
    const { drawn, ...answer } = ANSWER;
    const text = JSON.stringify({ scarcast: 'result', format: 1, code, name: '', answers: [answer] });
    expect(readResult(text).answers).toEqual([{ ...answer, drawn }]);
  });

  it('that is damaged is refused with the place', () => {
    const text = writeResult(code, 'A', [ANSWER]).replace('"LAD"', '"XYZ"');
    expect(() => readResult(text)).toThrow(TeachingFileError);
    expect(() => readResult(text)).toThrow('answers.0.territory');
  });

  it('of a newer version is refused as that', () => {
    const newer = writeResult(code, 'A', [ANSWER]).replace('"format":1', '"format":2');
    expect(() => readResult(newer)).toThrow('teachingFileNewer');
  });

  it('whose answers are not one a heart, or whose drawing does not fill its heart, is refused', () => {
    const damaged = (answers: readonly HeartAnswer[]): void =>
      expect(() => readResult(writeResult(code, '', answers))).toThrow('answers');
    damaged([ANSWER, ANSWER]);
    damaged([{ ...ANSWER, drawn: [3, 4] }]);
    damaged([{ ...ANSWER, drawn: [VOXELS, -1, 1] }]);
    const none = JSON.stringify({ scarcast: 'result', format: 1, code: 'AAAAAA', name: '', answers: [ANSWER] });
    expect(() => readResult(none)).toThrow('code');
  });

  it('of any kind of nonsense is refused as what it is', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(() => readResult(text)).toThrow(TeachingFileError);
      }),
      { numRuns: 50 },
    );
  });

  it('of another class is left out by name', () => {
    const results = [code, codeOf({ count: 1, seed: 6 })].map((one, i) =>
      readResult(writeResult(one, `${i}`, [ANSWER])),
    );
    const { taken, left } = sameClass(results);
    expect(taken).toEqual([results[0]]);
    expect(left).toEqual([{ code: 'otherClass', name: '1' }]);
  });
});
