import { area, line, scaleLinear } from 'd3';

/** A line of a plot, in the plot's own units; points without a value are left out. */
export interface PlotLine {
  readonly id: string;
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** What the line smooths, drawn as dots. Without them the points of a line of few are. */
  readonly dots?: readonly (readonly [x: number, y: number])[];
  /** Limits of the line; what is beyond the plot is cut off. */
  readonly band?: readonly (readonly [x: number, low: number, high: number])[];
}

export interface LinePlotSpec {
  readonly lines: readonly PlotLine[];
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  /** Where a vertical line marks the plot, in units of x; null for none. */
  readonly markedX: number | null;
  readonly xAs: 'number' | 'percent';
  readonly yAs: 'number' | 'percent';
}

export interface LinePlot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly xTicks: readonly { readonly at: number; readonly label: string }[];
  readonly yTicks: readonly { readonly at: number; readonly label: string }[];
  readonly lines: readonly {
    readonly id: string;
    readonly name: string;
    readonly path: string;
    readonly dots: readonly { readonly x: number; readonly y: number }[];
    /** Empty where the line has no band. */
    readonly band: string;
  }[];
  /** px; null where nothing is marked. */
  readonly marked: number | null;
  /** Where y is zero, px; null if that is an edge or beyond. */
  readonly zero: number | null;
}

const MARGIN = { left: 44, right: 10, top: 8, bottom: 38 };
/** More points than this are a curve, and are not marked one by one. */
const MOST_DOTS = 24;

/** Lines in a picture of width x height px. A pure function of its arguments. */
export function linePlot({ lines, x, y, markedX, xAs, yAs }: LinePlotSpec, width: number, height: number): LinePlot {
  const right = Math.max(MARGIN.left + 1, width - MARGIN.right);
  const across = scaleLinear(x, [MARGIN.left, right]);
  const down = scaleLinear(y, [height - MARGIN.bottom, MARGIN.top]);
  const path = line<readonly [number, number]>(
    ([at]) => across(at),
    ([, value]) => down(value),
  );
  const within = down.copy().clamp(true);
  const bandPath = area<readonly [number, number, number]>(
    ([at]) => across(at),
    ([, low]) => within(low),
    ([, , high]) => within(high),
  );
  const asText = (value: number, as: 'number' | 'percent'): string =>
    as === 'percent' ? `${Math.round(100 * value)}%` : String(value);
  return {
    left: MARGIN.left,
    right,
    top: MARGIN.top,
    bottom: height - MARGIN.bottom,
    xTicks: across.ticks(5).map((value) => ({ at: across(value), label: asText(value, xAs) })),
    yTicks: down.ticks(5).map((value) => ({ at: down(value), label: asText(value, yAs) })),
    lines: lines.map(({ id, name, points, dots, band }) => ({
      id,
      name,
      path: path(points) ?? '',
      dots: (dots ?? (points.length <= MOST_DOTS ? points : [])).map(([at, value]) => ({
        x: across(at),
        y: down(value),
      })),
      band: bandPath(band ?? []) ?? '',
    })),
    marked: markedX === null ? null : across(markedX),
    zero: y[0] < 0 && y[1] > 0 ? down(0) : null,
  };
}
