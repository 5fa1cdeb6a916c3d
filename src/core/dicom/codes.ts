import type { NewElement, NewElements } from './writeDicom.ts';

/** A coded concept (PS3.3 section 8): value, scheme, meaning. */
export type Code = readonly [value: string, scheme: string, meaning: string];

/** For concepts that no public scheme has a code for. Each code is given with its meaning in words. */
export const OWN_SCHEME = '99SCARCAST';

export const codeSequence = (code: Code): NewElement => ['SQ', codeItem(code)];

export function codeItem([value, scheme, meaning]: Code): NewElements {
  return {
    '00080100': ['SH', value],
    '00080102': ['SH', scheme],
    '00080104': ['LO', meaning],
  };
}

/** Coding Scheme Identification Sequence (0008,0110): who answers for the private codes. */
export const OWN_SCHEME_IDENTIFICATION: NewElement = [
  'SQ',
  {
    '00080102': ['SH', OWN_SCHEME],
    '00080115': ['ST', 'Scarcast, codes of its own'],
    '00080116': ['ST', 'Scarcast'],
  },
];

/** SNOMED CT codes as DICOM uses them (PS3.16 annex D). */
export const LEFT_VENTRICLE: Code = ['87878005', 'SCT', 'Left ventricle'];
export const LEFT_VENTRICULAR_MYOCARDIUM: Code = ['49848007', 'SCT', 'Myocardium of left ventricle'];
export const BLOOD: Code = ['87612001', 'SCT', 'Blood'];
export const SCAR: Code = ['12402003', 'SCT', 'Scar'];
export const OBSTRUCTION: Code = ['26036001', 'SCT', 'Obstruction'];
export const ANATOMICAL_STRUCTURE: Code = ['123037004', 'SCT', 'Anatomical Structure'];
export const BODY_SUBSTANCE: Code = ['91720002', 'SCT', 'Body Substance'];
export const MORPHOLOGICALLY_ABNORMAL: Code = ['49755003', 'SCT', 'Morphologically Abnormal Structure'];
export const ARTIFICIAL_INTELLIGENCE: Code = ['123110', 'DCM', 'Artificial Intelligence'];

export const sameCode = (a: Code, b: Code): boolean => a[0] === b[0] && a[1] === b[1];
