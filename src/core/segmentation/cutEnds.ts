import { Label, type LabelVolume } from '../volume/volume.ts';

/** A slice at an end of the stack beyond which the ventricle continues. */
export interface CutEnd {
  /** Index in the stack, from 0. */
  readonly slice: number;
  /** Its cavity's area, % of the largest cavity's. */
  readonly sharePercent: number;
}

/**
 * The cavity narrows towards the apex: in the experts' masks of EMIDEC (79 hearts) the last one has at most 53% of the
 * area of the largest, except in one stack (70%) that ends before the apex.
 */
const MOST_AT_APEX_PERCENT = 60;
/**
 * Slices cut from a volume go beyond both ends of the ventricle: a cavity of this size is not the remnant of an
 * outline.
 */
const MOST_BEYOND_PERCENT = 10;

/**
 * Ends of the stack at which a part of the ventricle is missing. Where a scanner's stack ends at the base its cavity
 * may be the largest, so only the end with the smaller cavity, the apex, can tell.
 * @param cutOut whether the slices were cut from a volume, and so reach beyond both ends where the volume does
 */
export function findCutEnds({ labels, size: [columns, rows, slices] }: LabelVolume, cutOut: boolean): CutEnd[] {
  const plane = columns * rows;
  const areas = Array.from({ length: slices }, (_, slice) => {
    let area = 0;
    for (let at = slice * plane; at < (slice + 1) * plane; at++) if (labels[at] === Label.bloodPool) area += 1;
    return area;
  });
  const largest = Math.max(...areas);
  if (largest === 0) return [];
  const ends = [...new Set([0, slices - 1])].map((slice) => ({ slice, sharePercent: (100 * areas[slice]) / largest }));
  if (cutOut) return ends.filter(({ sharePercent }) => sharePercent > MOST_BEYOND_PERCENT);
  const [apex] = [...ends].sort((a, b) => a.sharePercent - b.sharePercent);
  return apex.sharePercent > MOST_AT_APEX_PERCENT ? [apex] : [];
}
