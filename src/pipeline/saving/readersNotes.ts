/** What a reader says of a case in words. No number is computed from it. */
export interface ReadersNotes {
  /** Slices whose contours were checked, by index, in rising order. */
  readonly checkedSlices: readonly number[];
  readonly impression: string;
  /** A name or initials; '' where nobody signed. */
  readonly signedBy: string;
}

export const NO_NOTES: ReadersNotes = { checkedSlices: [], impression: '', signedBy: '' };

/** The notes in English, a line each: for files that programs and readers of any language take. */
export function notesInEnglish({ checkedSlices, impression, signedBy }: ReadersNotes): string[] {
  const slices = checkedSlices.map((slice) => slice + 1).join(', ');
  return [
    ...(slices === '' ? [] : [`Contours checked by the reader in slice ${slices}`]),
    ...(impression === '' ? [] : [`Impression: ${impression}`]),
    ...(signedBy === '' ? [] : [`Signed by: ${signedBy}`]),
  ];
}
