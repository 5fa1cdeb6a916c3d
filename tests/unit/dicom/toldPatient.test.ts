import { describe, expect, it } from 'vitest';
import { parseHeader } from '../../../src/core/dicom/elements.ts';
import { openPart10 } from '../../../src/core/dicom/part10.ts';
import { toldPatient, type ToldPatient } from '../../../src/core/dicom/toldPatient.ts';
import { syntheticStack } from '../../syntheticDicom.ts';

function told(elements: Record<string, [string, string]>): ToldPatient {
  const slice = { columns: 4, rows: 4, pixels: new Uint16Array(16), elements };
  const [file] = syntheticStack(1, 10, () => slice);
  return toldPatient(parseHeader(openPart10(file)).elements);
}

describe('what a header says of the patient', () => {
  it('is the day of the study, the age then, and the sex', () => {
    const said = { '00080020': ['DA', '20240229'], '00101010': ['AS', '063Y'], '00100040': ['CS', 'M'] } as const;
    expect(told(structuredClone(said) as never)).toEqual({ studyDate: '2024-02-29', ageYears: 63, male: true });
  });

  it('counts the age from birth to study where it is not given, in whole years', () => {
    const at = (birth: string, study: string): number | null =>
      told({ '00100030': ['DA', birth], '00080020': ['DA', study] }).ageYears;
    expect(at('19600302', '20240301')).toBe(63);
    expect(at('19600301', '20240301')).toBe(64);
    expect(at('20250101', '20240301')).toBeNull();
    expect(told({ '00101010': ['AS', '018M'] }).ageYears).toBe(1);
  });

  it('is nothing where fields are empty, damaged, or say something else', () => {
    const odd = told({ '00080020': ['DA', ''], '00101010': ['AS', '63'], '00100040': ['CS', 'O'] });
    expect(odd).toEqual({ studyDate: null, ageYears: null, male: null });
  });
});
