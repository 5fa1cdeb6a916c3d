/**
 * What text an element may hold, by its VR (PS3.5 table 6.2-1): archives refuse an object whose text breaks these
 * rules.
 */

const MOST_CHARACTERS: Readonly<Record<string, number>> = { LO: 64, SH: 16, CS: 16 };
/** Of each of the three groups of a name: alphabetic, ideographic, phonetic. */
const MOST_CHARACTERS_OF_A_NAME = 64;

/**
 * A text as an element of the VR can hold it: control characters and backslashes are removed, and what is too long is
 * cut off; an invalid date or time, or a code with invalid characters, becomes '' (unknown). Text of a VR that has no
 * such rule is returned unchanged.
 */
export function asValueRepresentation(vr: string, text: string): string {
  switch (vr) {
    case 'PN':
      return plain(text)
        .split('=')
        .slice(0, 3)
        .map((group) => cut(group, MOST_CHARACTERS_OF_A_NAME))
        .join('=');
    case 'LO':
    case 'SH':
      return cut(plain(text), MOST_CHARACTERS[vr]);
    case 'CS': {
      const code = plain(text).toUpperCase();
      return /^[A-Z0-9 _]*$/.test(code) && code.length <= MOST_CHARACTERS[vr] ? code : '';
    }
    case 'DA':
      return date(plain(text));
    case 'TM':
      return time(plain(text));
    default:
      return text;
  }
}

const plain = (text: string): string => text.replace(/[\0-\x1f\x7f\\]/g, '').trim();

/** Never in the middle of a character of two code units. */
const cut = (text: string, most: number): string => [...text].slice(0, most).join('').trim();

/** The form from before 1993, 1956.08.07, is valid too. */
function date(text: string): string {
  const [, year, month, day] = /^(\d{4})(?:\.?)(\d{2})(?:\.?)(\d{2})$/.exec(text) ?? [];
  if (year === undefined) return '';
  const found = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  // Not the 31st of June, which a Date takes for the 1st of July.
  return found.getUTCMonth() === Number(month) - 1 && found.getUTCDate() === Number(day) ? year + month + day : '';
}

/** The form from before 1993, 03:14:59, is valid too. */
const time = (text: string): string =>
  /^(?:[01]\d|2[0-3])(?::?[0-5]\d(?::?(?:[0-5]\d|60)(?:\.\d{1,6})?)?)?$/.test(text) ? text.replaceAll(':', '') : '';
