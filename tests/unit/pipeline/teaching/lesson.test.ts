import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GALLERY } from '../../../../src/core/phantom/knobs.ts';
import { knobsOf, readLesson, type Lesson } from '../../../../src/pipeline/teaching/lesson.ts';
import { TeachingFileError } from '../../../../src/pipeline/teaching/teachingFiles.ts';
import { TeachingScanner } from '../../../../src/pipeline/teaching/teachingHeart.ts';

const FOLDER = 'src/app/messages/lessons';
const texts = readdirSync(FOLDER).map((name) => readFileSync(`${FOLDER}/${name}`, 'utf8'));
const lessons = texts.map(readLesson);

function reasonOf(text: string): unknown {
  try {
    readLesson(text);
    return null;
  } catch (error) {
    if (error instanceof TeachingFileError) return error.reason;
    throw error;
  }
}

describe('the lessons', () => {
  it('are eight, each with its own name', () => {
    expect(new Set(lessons.map(({ id }) => id)).size).toBe(8);
  });

  it('bring the knobs in sight that a step is done by', () => {
    const groups = lessons.map(({ steps }) => steps.map(({ task }) => knobsOf(task)));
    expect(groups[0], 'nulling').toEqual(['scan', 'scan', null, 'scan', 'scan']);
    expect(groups[5], 'artefacts').toEqual(['artefacts', 'artefacts', null, 'scan']);
  });

  it('ask for a miss of FWHM that the heart begins without and comes to with a wider border', () => {
    const off = (greyPercent: number): number => {
      const { thresholds, truth } = new TeachingScanner().stack({ ...GALLERY.wideBorder, greyPercent });
      return (thresholds?.FWHM.scarMl ?? NaN) - truth.scarG / 1.05;
    };
    expect(off(GALLERY.wideBorder.greyPercent)).toBeGreaterThan(-14);
    expect(off(90)).toBeLessThan(-14);
  });
});

describe('a lesson file', () => {
  it('that is none, is newer, or is damaged is refused with the place of the fault', () => {
    expect(reasonOf('{')).toEqual({ code: 'notATeachingFile', wanted: 'lesson' });
    expect(reasonOf('[]')).toEqual({ code: 'notATeachingFile', wanted: 'lesson' });
    expect(reasonOf('{"scarcast":"result"}')).toEqual({ code: 'notATeachingFile', wanted: 'lesson' });
    const changed = (change: (lesson: Record<string, unknown> & Lesson) => object): unknown =>
      reasonOf(JSON.stringify(change(JSON.parse(texts[0]) as Record<string, unknown> & Lesson)));
    expect(changed((lesson) => ({ ...lesson, format: 2 }))).toEqual({
      code: 'teachingFileNewer',
      itsFormat: 2,
      latestFormat: 1,
    });
    expect(changed((lesson) => ({ ...lesson, title: { en: 'A' } }))).toEqual({
      code: 'teachingFileDamaged',
      part: 'title.zh',
    });
    const knobs = { inversionMs: 9000 };
    expect(changed((lesson) => ({ ...lesson, steps: [{ ...lesson.steps[0], knobs }] }))).toEqual({
      code: 'teachingFileDamaged',
      part: 'steps.0.knobs.inversionMs',
    });
    expect(changed((lesson) => ({ ...lesson, more: 1 }))).toEqual({ code: 'teachingFileDamaged', part: 'more' });
  });

  it('of any kind of nonsense throws nothing else', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(reasonOf(text)).not.toBeNull();
      }),
      { numRuns: 50 },
    );
  });
});
