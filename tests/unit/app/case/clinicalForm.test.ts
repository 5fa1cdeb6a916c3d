import { describe, expect, it } from 'vitest';
import { answerText } from '../../../../src/app/shared/format.ts';
import { ReaderSettings } from '../../../../src/app/case/state/readerSettings.svelte.ts';
import { ClinicalForm, FIELD_GROUPS, type Field } from '../../../../src/app/case/state/clinicalForm.svelte.ts';

function field(id: string): Field {
  const found = FIELD_GROUPS.flatMap((group) => group.fields).find((one) => one.id === id);
  if (!found) throw new Error(`The form has no ${id}.`);
  return found;
}

const form = (): ClinicalForm => new ClinicalForm(new ReaderSettings(), () => undefined);

describe('an answer in another unit', () => {
  it('stays exactly what it was when the unit changes: 40 days are not short of 40 as 5.7 weeks', () => {
    const days = form();
    days.answer('daysSinceInfarct', '40');
    days.chooseUnit(field('daysSinceInfarct'), 'weeks');
    expect(days.text('daysSinceInfarct')).toBe('5.7');
    expect(days.clinical.facts.daysSinceInfarct).toBe(40);
    days.chooseUnit(field('daysSinceInfarct'), 'days');
    expect(days.text('daysSinceInfarct')).toBe('40');
  });

  it('is read in the unit that it is typed in', () => {
    const blood = form();
    blood.chooseUnit(field('creatinine'), 'umolPerL');
    blood.answer('creatinine', '88,4');
    expect(blood.clinical.facts.creatinine).toBeCloseTo(1, 3);
    expect(blood.outOfRange).toEqual([]);
    blood.answer('creatinine', '1.0');
    expect(blood.outOfRange, 'a value in mg/dL typed as µmol/L').toEqual(['creatinine']);
    blood.chooseUnit(field('creatinine'), 'mgPerDl');
    expect(blood.clinical.facts.creatinine).toBe(1);
  });

  it('of a saved case is the saved number, whatever unit it is shown in', () => {
    const opened = form();
    opened.chooseUnit(field('creatinine'), 'umolPerL');
    opened.fill({ covariates: {}, facts: { creatinine: 1.23, nyha: 2, icd: false } });
    expect(opened.text('creatinine')).toBe('109');
    expect(opened.clinical).toEqual({ covariates: {}, facts: { creatinine: 1.23, nyha: 2, icd: false } });
  });
});

describe('an answer as it is shown', () => {
  it('is in the unit and the rounding of the form, whoever wrote it', () => {
    const given = form();
    given.chooseUnit(field('yearsSinceIschaemia'), 'months');
    given.answer('yearsSinceIschaemia', '7');
    given.chooseUnit(field('creatinine'), 'umolPerL');
    given.answer('creatinine', '88');
    const { covariates, facts } = given.clinical;
    const shown = (of: ClinicalForm): string[] => [
      answerText('yearsSinceIschaemia', covariates.yearsSinceIschaemia ?? NaN, of.unit({ id: 'yearsSinceIschaemia' })),
      answerText('creatinine', facts.creatinine ?? NaN, of.unit({ id: 'creatinine' })),
    ];
    expect(shown(given)).toEqual(['7 months', '88 µmol/L']);
    const reopened = form();
    reopened.fill(given.clinical);
    expect(reopened.text('yearsSinceIschaemia')).toBe('0.6');
    expect(shown(reopened)).toEqual(['0.6 years', '1 mg/dL']);
    expect(reopened.clinical).toEqual(given.clinical);
  });
});

describe('an answer that is not one', () => {
  it('is left out, and named', () => {
    const wrong = form();
    for (const [id, text] of [
      ['age', '17'],
      ['lvef', 'thirty'],
      ['qrs', '1e9'],
    ]) {
      wrong.answer(id, text);
    }
    expect(wrong.outOfRange).toEqual(['age', 'lvef', 'qrs']);
    expect(wrong.clinical).toEqual({ covariates: {}, facts: {} });
  });

  it('is what a computer reads as a number and nobody means, or may be a thousand times as much', () => {
    const wrong = form();
    for (const [id, text] of [
      ['age', '0x40'],
      ['lvef', '3e1'],
      ['ntProBnp', '12,500'],
      ['daysSinceInfarct', '1.200'],
    ]) {
      wrong.answer(id, text);
    }
    expect(wrong.clinical).toEqual({ covariates: {}, facts: {} });
    expect(wrong.outOfRange).toHaveLength(4);
  });
});

describe('an answer as it is typed', () => {
  it.each([
    ['６４', 64],
    ['６４．５', 64.5],
    ['64,5', 64.5],
    [' 64. ', 64],
  ])('%s is a number', (text, age) => {
    const typed = form();
    typed.answer('age', text);
    expect(typed.clinical.covariates.age).toBe(age);
  });

  it('may have three decimals that cannot be thousands', () => {
    const typed = form();
    typed.chooseUnit(field('qrs'), 's');
    typed.answer('qrs', '0,095');
    expect(typed.clinical.covariates.qrs).toBeCloseTo(95, 9);
  });
});

describe('what the header of the images says', () => {
  it('is offered, and is no answer until the reader takes it', () => {
    const offered = form();
    offered.offer({ studyDate: '2024-02-29', ageYears: 63, male: false });
    expect(offered.offered).toEqual({ age: '63', male: '0' });
    expect(offered.hasAnswers).toBe(false);
    offered.offer({ studyDate: null, ageYears: null, male: null });
    expect(offered.offered).toEqual({});
  });
});
