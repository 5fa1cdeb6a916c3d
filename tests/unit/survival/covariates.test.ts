import { describe, expect, it } from 'vitest';
import { applies, ClinicalFileError, COVARIATES, parseClinicalFile } from '../../../src/core/survival/covariates.ts';

describe('the schema', () => {
  it('has the 22 covariates of SSCAR, each once, with sane limits', () => {
    expect(COVARIATES).toHaveLength(22);
    expect(new Set(COVARIATES.map((spec) => spec.id)).size).toBe(22);
    for (const spec of COVARIATES) {
      expect(spec.min).toBeLessThan(spec.max);
      expect(spec.kind === 'choice').toBe(spec.choices !== undefined);
    }
  });
});

describe('a clinical file', () => {
  it('gives covariates and facts, with yes/no as 1/0 and null as unknown', () => {
    const parsed = parseClinicalFile({
      age: 63,
      male: true,
      diabetes: 0,
      lvef: null,
      icd: false,
      daysSinceInfarct: 900,
      nyha: 2,
      ethnicity: 2,
    });
    expect(parsed.covariates).toEqual({ age: 63, male: 1, diabetes: 0, ethnicity: 2 });
    expect(parsed.facts).toEqual({ icd: false, daysSinceInfarct: 900, nyha: 2 });
  });

  it.each([
    [{ age: 630 }, /'age'.*18 to 100 years.*630/],
    [{ age: '63' }, /'age'.*"63"/],
    [{ age: Number.NaN }, /'age'/],
    [{ male: 2 }, /'male'.*true, false/],
    [{ ethnicity: 0.5 }, /'ethnicity'.*0 \(White\)/],
    [{ icd: 'no' }, /'icd'/],
    [{ daysSinceInfarct: -1 }, /'daysSinceInfarct'.*days/],
    [{ nyha: 5 }, /'nyha'.*1 to 4/],
    [{ nyha: 2.5 }, /'nyha'.*whole/],
    [{ height: 180 }, /unknown entry 'height'.*lvef.*creatinine.*icd/],
    [[1, 2], /one JSON object/],
    [null, /one JSON object/],
  ])('refuses %j and says what is allowed', (json, message) => {
    expect(() => parseClinicalFile(json)).toThrow(ClinicalFileError);
    expect(() => parseClinicalFile(json)).toThrow(message);
  });
});

describe('whether a prediction applies', () => {
  const none = { noReflowMl: 0, nonIschaemicPattern: false, outOfTrainingRange: [] } as const;

  it('applies to a chronic ischaemic patient, and where nothing is known against it', () => {
    expect(applies({ ischaemic: true, daysSinceInfarct: 40, icd: false }, none)).toEqual({ yes: true, why: [] });
    expect(applies({}, none).yes).toBe(true);
  });

  it('says each reason against', () => {
    const verdict = applies(
      { ischaemic: false, daysSinceInfarct: 12, icd: true },
      { noReflowMl: 1.2, nonIschaemicPattern: true, outOfTrainingRange: ['qrs'] },
    );
    expect(verdict.yes).toBe(false);
    expect(verdict.why).toHaveLength(6);
    expect(verdict.why.join(' ')).toMatch(/12 days.*no-reflow.*not ischaemic.*inner wall.*defibrillator.*QRS duration/);
  });
});
