import { value, type Elements } from './elements.ts';
import { Tag } from './tags.ts';

/**
 * What the header of an image says about the patient and the day, to be offered to a reader; null where it says
 * nothing.
 */
export interface ToldPatient {
  /** 'YYYY-MM-DD' */
  readonly studyDate: string | null;
  /** On that day, in whole years. */
  readonly ageYears: number | null;
  readonly male: boolean | null;
}

export const NOTHING_TOLD: ToldPatient = { studyDate: null, ageYears: null, male: null };

const DATE = /^(\d{4})(\d{2})(\d{2})$/;
/** By the letter of an age string (PS3.5, AS), how many of them are a year. */
const IN_A_YEAR: Readonly<Record<string, number>> = { Y: 1, M: 12, W: 52.18, D: 365.25 };

/** Study Date, Patient's Age, or else the age between birth and study, and Patient's Sex (PS3.3 C.7.2.1, C.7.1.1, C.7.2.2). */
export function toldPatient(elements: Elements): ToldPatient {
  const study = DATE.exec(value(elements, Tag.StudyDate));
  const birth = DATE.exec(value(elements, Tag.PatientBirthDate));
  const said = /^(\d{3})([YMWD])$/.exec(value(elements, Tag.PatientAge));
  const sex = value(elements, Tag.PatientSex);
  return {
    studyDate: study && `${study[1]}-${study[2]}-${study[3]}`,
    ageYears: said ? Math.floor(Number(said[1]) / IN_A_YEAR[said[2]]) : birth && study && yearsBetween(birth, study),
    male: sex === 'M' ? true : sex === 'F' ? false : null,
  };
}

function yearsBetween(from: RegExpExecArray, to: RegExpExecArray): number | null {
  const hadBirthday = `${to[2]}${to[3]}` >= `${from[2]}${from[3]}`;
  const years = Number(to[1]) - Number(from[1]) - (hadBirthday ? 0 : 1);
  return years >= 0 ? years : null;
}
