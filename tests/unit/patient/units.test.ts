import { describe, expect, it } from 'vitest';
import { inUnit, UNITS } from '../../../src/core/patient/units.ts';

const written = (id: keyof typeof UNITS, unit: string, value: number): string => {
  const found = UNITS[id]?.find((one) => one.id === unit);
  if (!found) throw new Error(`${id} has no ${unit}`);
  return inUnit(value, found);
};

describe('units', () => {
  it('are those that laboratories convert by', () => {
    expect(written('creatinine', 'umolPerL', 1)).toBe('88');
    expect(written('creatinine', 'umolPerL', 2.5)).toBe('221');
    expect(written('ureaNitrogen', 'mmolPerL', 26)).toBe('9.3');
    expect(written('daysSinceInfarct', 'years', 1461)).toBe('4');
    expect(written('daysSinceInfarct', 'weeks', 40)).toBe('5.7');
    expect(written('qrs', 's', 120)).toBe('0.12');
  });

  it('begin with the one of the schema', () => {
    for (const units of Object.values(UNITS)) expect(units[0].perBase).toBe(1);
  });
});
