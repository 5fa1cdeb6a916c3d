import { describe, expect, it } from 'vitest';
import { COVARIATES, FACT_CODES } from '../../../src/core/patient/covariates.ts';
import { applies } from '../../../src/core/patient/applicability.ts';
import { ClinicalFileError, parseClinicalFile } from '../../../src/core/patient/clinicalFile.ts';

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

/** The check digit of a SNOMED CT identifier is Verhoeff's (SNOMED CT Release File Specification, 6.4). */
function isSnomed(value: string): boolean {
  const turned = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
  // Of the dihedral group of order 10: rotations 0 to 4, reflections 5 to 9.
  const product = (a: number, b: number): number => {
    if (a < 5) return b < 5 ? (a + b) % 5 : 5 + ((a + b) % 5);
    return b < 5 ? 5 + ((a - b) % 5) : (a - b + 5) % 5;
  };
  const digits = [...value].reverse().map(Number);
  const check = digits.reduce((sum, digit, place) => {
    let moved = digit;
    for (let i = 0; i < place % 8; i++) moved = turned[moved];
    return product(sum, moved);
  }, 0);
  return /^\d{6,18}$/.test(value) && check === 0;
}

/** The check digit of a LOINC is Luhn's (LOINC Users' Guide). */
function isLoinc(value: string): boolean {
  if (!/^\d{1,7}-\d$/.test(value)) return false;
  const digits = [...value.replace('-', '')].reverse().map(Number);
  const sum = digits.reduce(
    (total, digit, i) => total + (i % 2 === 0 ? digit : Math.floor((2 * digit) / 10) + ((2 * digit) % 10)),
    0,
  );
  return sum % 10 === 0;
}

/** A class or a substance of WHO's ATC: letter, two digits, one or two letters, two digits. */
const isAtc = (value: string): boolean => /^[A-Z]\d\d[A-Z]{1,2}(\d\d)?$/.test(value);

describe('the codes of public schemes', () => {
  const codes = [...COVARIATES.flatMap((spec) => spec.codes), ...Object.values(FACT_CODES).flat()];

  it('have right check digits, and a wrong one is seen', () => {
    for (const { scheme, value } of codes) {
      expect({ SNOMED: isSnomed, LOINC: isLoinc, ATC: isAtc }[scheme](value), value).toBe(true);
    }
    expect(isSnomed('414545009')).toBe(false);
    expect(isSnomed('415445008')).toBe(false);
    expect(isLoinc('2160-1')).toBe(false);
  });

  it('name one thing each, and all but what no scheme names', () => {
    const shared = codes.map(({ value }) => value).filter((value, i, all) => all.indexOf(value) < i);
    // LVEF by either method, an infarct and when, a revascularisation and when.
    expect(shared.sort()).toEqual(['10230-1', '22298006', '81266008']);
    expect(COVARIATES.filter((spec) => spec.codes.length === 0).map(({ id }) => id)).toEqual([
      'lvMassCmr',
      'infarctPercent',
      'yearsSinceIschaemia',
    ]);
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
    [{ age: 630 }, { code: 'clinicalFileOutOfRange', entry: 'age', min: 18, max: 100, unit: 'years', found: '630' }],
    [{ age: '63' }, { code: 'clinicalFileOutOfRange', entry: 'age', found: '"63"' }],
    [{ age: Number.NaN }, { code: 'clinicalFileOutOfRange', entry: 'age' }],
    [{ male: 2 }, { code: 'clinicalFileNotYesNo', entry: 'male' }],
    [{ ethnicity: 0.5 }, { code: 'clinicalFileNoSuchChoice', entry: 'ethnicity' }],
    [{ icd: 'no' }, { code: 'clinicalFileNotYesNo', entry: 'icd' }],
    [{ daysSinceInfarct: -1 }, { code: 'clinicalFileOutOfRange', entry: 'daysSinceInfarct', unit: 'days' }],
    [{ nyha: 5 }, { code: 'clinicalFileOutOfRange', entry: 'nyha', min: 1, max: 4, whole: true }],
    [{ nyha: 2.5 }, { code: 'clinicalFileOutOfRange', entry: 'nyha', whole: true }],
    [{ height: 180 }, { code: 'clinicalFileUnknownEntry', entry: 'height' }],
    [[1, 2], { code: 'clinicalFileNotAnObject' }],
    [null, { code: 'clinicalFileNotAnObject' }],
  ])('refuses %j and says what is allowed', (json, reason) => {
    expect(() => parseClinicalFile(json)).toThrow(ClinicalFileError);
    expect(() => parseClinicalFile(json)).toThrow(
      expect.objectContaining({ reason: expect.objectContaining(reason) as unknown }) as Error,
    );
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
    expect(verdict.why).toEqual([
      { code: 'recentInfarct', days: 12, minDays: 40 },
      { code: 'noReflow' },
      { code: 'notIschaemic' },
      { code: 'nonIschaemicScar' },
      { code: 'defibrillator' },
      { code: 'outOfTrainingRange', covariate: 'qrs' },
    ]);
  });
});
