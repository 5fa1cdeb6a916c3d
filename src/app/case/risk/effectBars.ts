import { scaleLinear } from 'd3';

export interface EffectBar {
  /** Left edge and width, px. */
  readonly x: number;
  readonly width: number;
  /** Whether it raises the risk. */
  readonly raises: boolean;
}

export interface EffectBars {
  /** Where an effect of zero is drawn, px. */
  readonly zero: number;
  readonly bars: readonly EffectBar[];
}

/** The scale spans at least this: a single tiny effect must not fill the picture. */
const LEAST_REACH = 0.2;

/** Bars of what each covariate adds to the log-odds, to the right where it raises the risk, all on one scale. */
export function effectBars(logOdds: readonly number[], width: number): EffectBars {
  const reach = Math.max(LEAST_REACH, ...logOdds.map(Math.abs));
  const x = scaleLinear([-reach, reach], [0, width]);
  const zero = x(0);
  return {
    zero,
    bars: logOdds.map((value) => ({
      x: Math.min(zero, x(value)),
      width: Math.abs(x(value) - zero),
      raises: value > 0,
    })),
  };
}
