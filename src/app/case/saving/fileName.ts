/** More letters than a label needs. */
const MOST_LETTERS = 60;

/** What an operating system may not take in a name, and what a reader would have to quote. */
const UNFIT = /[^\p{Letter}\p{Mark}\p{Number}_-]+/gu;

/**
 * The name of a file that is saved: '2026-03-02-baseline.report.dcm', and '...report-2.dcm' for the second of its kind. It holds
 * the day and the reader's own label, and nothing of the patient.
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
