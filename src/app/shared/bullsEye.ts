import { arc } from 'd3';
import { SEGMENT_COUNT, type Level } from '../../core/scar/aha17.ts';

/** A drawn segment of the bull's-eye. */
export interface BullsEyeCell {
  /** 1 to 17. */
  readonly segment: number;
  /** SVG path, about the picture's middle. */
  readonly path: string;
  /** Where its number is, from the picture's middle. */
  readonly x: number;
  readonly y: number;
  /** Which step of the scale its value is in, 0 to 4; null without a value. */
  readonly step: number | null;
  /** The value, rounded; a dash without one. */
  readonly text: string;
}

/** Steps of the scale, %: none, and the quarters of the wall by which viability is read (Kim et al., NEJM 2000). */
export const SCALE = ['0', '1–25', '26–50', '51–75', '76–100'] as const;

/** Inner and outer radius of each level, as shares of the picture's half. */
const RINGS: Readonly<Record<Level, readonly [number, number]>> = {
  cap: [0, 0.22],
  apex: [0.22, 0.48],
  mid: [0.48, 0.74],
  base: [0.74, 1],
};

function levelOf(segment: number): Level {
  if (segment <= 6) return 'base';
  if (segment <= 12) return 'mid';
  return segment <= 16 ? 'apex' : 'cap';
}

/**
 * The 17 segments as the paper draws them: base outside, apex inside, anterior at the top, septum on the left. A pure function.
 * @param values of segments 1 to 17, %; null for none
 * @param size of the square picture, px
 */
export function bullsEye(values: readonly (number | null)[], size: number): BullsEyeCell[] {
  return Array.from({ length: SEGMENT_COUNT }, (_, i) => {
    const value = values[i] ?? null;
    const level = levelOf(i + 1);
    const [inner, outer] = RINGS[level].map((share) => (share * size) / 2);
    const count = level === 'cap' ? 1 : level === 'apex' ? 4 : 6;
    const width = (2 * Math.PI) / count;
    const nth = level === 'base' ? i : level === 'mid' ? i - 6 : i - 12;
    // d3 counts from the top, clockwise; the segments run the other way round, the first about the top.
    const middle = level === 'cap' ? Math.PI : -nth * width;
    const shape = arc()({
      innerRadius: inner,
      outerRadius: outer,
      startAngle: middle - width / 2,
      endAngle: middle + width / 2,
    });
    const at = level === 'cap' ? 0 : (inner + outer) / 2;
    const rounded = value === null ? null : Math.round(value);
    return {
      segment: i + 1,
      path: shape ?? '',
      x: at * Math.sin(middle),
      y: -at * Math.cos(middle),
      step: rounded === null ? null : Math.ceil(rounded / 25),
      text: rounded === null ? '–' : String(rounded),
    };
  });
}
