/** A person's '1,200' and '1.200' may be 1200 or 1.2. */
const MAY_GROUP_THOUSANDS = /^[1-9]\d{0,2}[.,]\d{3}$/;

/** As a Chinese keyboard types digits, points and commas. */
const plain = (text: string): string => text.normalize('NFKC').trim();

/** Whether a comma or point in a typed number may divide thousands. */
export const isAmbiguous = (text: string): boolean => MAY_GROUP_THOUSANDS.test(plain(text));

/**
 * The number that was typed, with a decimal point or comma, in figures of either width; NaN for what is none, for an exponent or a
 * hexadecimal that nobody means, and where a separator may divide thousands.
 */
export function typedNumber(text: string): number {
  const typed = plain(text);
  const isPlain = /^-?\d+([.,]\d*)?$/.test(typed) && !isAmbiguous(text);
  return isPlain ? Number(typed.replace(',', '.')) : NaN;
}
