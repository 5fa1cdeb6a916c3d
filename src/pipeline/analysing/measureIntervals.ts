import { intervalAround } from '../../core/segmentation/conformal.ts';
import type { Burden } from '../../core/scar/burden.ts';
import type { IntervalMeasure, SegmentModelFile } from './models.ts';

export type MeasureIntervals = Readonly<Record<IntervalMeasure, readonly [low: number, high: number]>>;

/** Scar is part of the wall. */
const MOST: Readonly<Partial<Record<string, number>>> = { burdenPercent: 100 };

/**
 * A 90% interval around each of the network's own measures, from its errors on cases held out of training
 * (conformal.ts). None goes beyond what the measure can be.
 */
export function measureIntervals(measures: Burden, margins: SegmentModelFile['margins']): MeasureIntervals {
  return Object.fromEntries(
    Object.entries(margins).map(([measure, ends]) => {
      const [low, high] = intervalAround(measures[measure as IntervalMeasure], ends);
      return [measure, [low, Math.min(high, MOST[measure] ?? Infinity)]];
    }),
  ) as unknown as MeasureIntervals;
}
