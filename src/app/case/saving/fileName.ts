/** More letters than a label needs. */
const MOST_LETTERS = 60;

/** Characters that an operating system may refuse in a name, or that a reader would have to quote. */
const UNFIT = /[^\p{Letter}\p{Mark}\p{Number}_-]+/gu;

/**
 * The name of a saved file: '2026-03-02-baseline.report.dcm', and '...report-2.dcm' for the second of its kind. It
 * holds the day and the reader's own label, and nothing about the patient.
 */
export function fileName(label: string, day: Date, kind: string, version: number, ending: string): string {
  const date = [day.getFullYear(), day.getMonth() + 1, day.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
  const fit = label
    .replace(UNFIT, '-')
    .slice(0, MOST_LETTERS)
    .replace(/^-+|-+$/g, '');
  return `${date}${fit && `-${fit}`}.${kind}${version > 1 ? `-${version}` : ''}.${ending}`;
}
