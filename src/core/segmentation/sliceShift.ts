import { isHeart, type LabelVolume } from '../volume/volume.ts';

/** A slice whose ventricle is off the line of its neighbours' in the plane of the image. */
export interface SliceShift {
  /** Index in the stack, from 0. */
  readonly slice: number;
  readonly mm: number;
}

/**
 * A ventricle's centre moves along a nearly straight line from slice to slice: in the experts' masks of EMIDEC (400 slices
 * of 79 hearts) it is 1.1 mm from the middle of its two neighbours' in the median, 3.4 mm in 99 of 100, never over 4.4
 * mm.
 */
const OFF_LINE_MM = 5;

/**
 * Slices that breath-holds shifted against each other, found from the segmentation, since a header says where the
 * scanner aimed and not where the heart was. Of a slice and its neighbours only the one that is furthest off is named.
 * The first and the last slice with a heart have one neighbour and are not judged.
 */
export function findSliceShifts(labels: LabelVolume): SliceShift[] {
  const centres = Array.from({ length: labels.size[2] }, (_, slice) => heartCentreMm(labels, slice));
  const off = centres.map((centre, slice) => {
    const before = centres[slice - 1];
    const after = centres[slice + 1];
    if (!centre || !before || !after) return 0;
    return Math.hypot(centre[0] - (before[0] + after[0]) / 2, centre[1] - (before[1] + after[1]) / 2);
  });
  return off.flatMap((mm, slice) => {
    const greatest = mm >= (off[slice - 1] ?? 0) && mm > (off[slice + 1] ?? 0);
    return mm > OFF_LINE_MM && greatest ? [{ slice, mm }] : [];
  });
}

function heartCentreMm({ labels, size, spacing }: LabelVolume, slice: number): readonly [number, number] | null {
  const plane = size[0] * size[1];
  let [count, column, row] = [0, 0, 0];
  for (let at = 0; at < plane; at++) {
    if (!isHeart(labels[slice * plane + at])) continue;
    count += 1;
    column += at % size[0];
    row += Math.floor(at / size[0]);
  }
  return count > 0 ? [(column / count) * spacing[0], (row / count) * spacing[1]] : null;
}
