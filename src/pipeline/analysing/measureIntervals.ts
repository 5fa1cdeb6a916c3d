import { intervalAround } from '../../core/segmentation/conformal.ts';
import type { Burden } from '../../core/scar/burden.ts';
import type { IntervalMeasure, SegmentModelFile } from './models.ts';

export type MeasureIntervals = Readonly<Record<IntervalMeasure, readonly [low: number, high: number]>>;

/**
 * A 90% interval around each of the network's own measures, from its errors on cases held out of training
 * (conformal.ts).
 */
export function measureIntervals(measures: Burden, margins: SegmentModelFile['margins']): MeasureIntervals {
  return Object.fromEntries(
    Object.entries(margins).map(([measure, ends]) => [
      measure,
      intervalAround(measures[measure as IntervalMeasure], ends),
    ]),
  ) as unknown as MeasureIntervals;
}
