import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf, drawReadingSet, MOST_HEARTS, SEEDS, setOfCode } from '../../../../src/core/phantom/readingSet.ts';
import {
  agreementOf,
  readResult,
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
      scar: { bias: 0, limits: [0, 0] },
      seconds: 30,
    });
  });

  it('who left things open is not counted where they were', () => {
    const open: HeartAnswer = { ...ANSWER, pattern: null, scarMl: null, artefact: null };
    const { pattern, artefacts, scar } = agreementOf([open], [ANSWER]);
    expect([pattern, artefacts, scar]).toEqual([null, null, null]);
  });
});

describe('a result file', () => {
  const code = codeOf({ count: 1, seed: 5 });

  it('comes back as it was saved, and holds no more than was given', () => {
    const text = writeResult(code, '', [ANSWER]);
    expect(readResult(text)).toEqual({ scarcast: 'result', format: 1, code, name: '', answers: [ANSWER] });
  });

  it('that is damaged is refused with the place', () => {
    const text = writeResult(code, 'A', [ANSWER]).replace('"LAD"', '"XYZ"');
    expect(() => readResult(text)).toThrow(TeachingFileError);
    expect(() => readResult(text)).toThrow('answers.0.territory');
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
