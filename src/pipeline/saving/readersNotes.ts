/** What a reader says about a case apart from its contours and answers. Slices are given by index, in rising order. */
export interface ReadersNotes {
  /** Whose contours were checked. */
  readonly checkedSlices: readonly number[];
  /** Left out of the measures. */
  readonly excludedSlices: readonly number[];
  /** Whose contours no tool changes. */
  readonly lockedSlices: readonly number[];
  readonly impression: string;
  /** A name or initials; '' where nobody signed. */
  readonly signedBy: string;
}

export const NO_NOTES: ReadersNotes = {
  checkedSlices: [],
  excludedSlices: [],
  lockedSlices: [],
  impression: '',
  signedBy: '',
};

/** The notes in English, one per line: for files that programs and readers of any language use. */
export function notesInEnglish({ checkedSlices, excludedSlices, impression, signedBy }: ReadersNotes): string[] {
  const numbers = (slices: readonly number[]): string => slices.map((slice) => slice + 1).join(', ');
  return [
    ...(checkedSlices.length > 0 ? [`Contours checked by the reader in slice ${numbers(checkedSlices)}`] : []),
    ...(excludedSlices.length > 0
      ? [`The reader left slice ${numbers(excludedSlices)} out of the measures; no interval holds for them`]
      : []),
    ...(impression === '' ? [] : [`Impression: ${impression}`]),
    ...(signedBy === '' ? [] : [`Signed by: ${signedBy}`]),
  ];
}
