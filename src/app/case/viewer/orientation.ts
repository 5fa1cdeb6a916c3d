import type { PatientFrame, Vector3 } from '../../../core/volume/volume.ts';

/** Letters at the edges of a slice: R, L, A, P, H or F, or two of them if the slice is oblique. */
export interface EdgeLetters {
  readonly left: string;
  readonly right: string;
  readonly top: string;
  readonly bottom: string;
}

/** A direction's second letter is shown where it has at least this share of the unit vector (DICOM C.7.6.1.1.1 sets none). */
const SECOND_LETTER_SHARE = 0.35;
/** The letters towards and away from each axis: x to the left, y to the back, z to the head. */
const LETTERS = [
  ['L', 'R'],
  ['P', 'A'],
  ['H', 'F'],
] as const;

export function edgeLetters(frame: PatientFrame): EdgeLetters {
  return {
    left: letters(frame.columnStep, -1),
    right: letters(frame.columnStep, 1),
    top: letters(frame.rowStep, -1),
    bottom: letters(frame.rowStep, 1),
  };
}

function letters(direction: Vector3, sign: 1 | -1): string {
  return LETTERS.map(([towards, away], axis) => ({
    letter: direction[axis] * sign > 0 ? towards : away,
    share: Math.abs(direction[axis]),
  }))
    .sort((a, b) => b.share - a.share)
    .slice(0, 2)
    .filter(({ share }, rank) => rank === 0 || share >= SECOND_LETTER_SHARE)
    .map(({ letter }) => letter)
    .join('');
}
