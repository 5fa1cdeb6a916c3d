/** What is measured while one knob of a teaching heart turns. */
import { NUMBER_KNOBS, type NumberKnob } from '../../core/phantom/knobs.ts';
import { MYOCARDIUM_G_PER_ML } from '../../core/scar/burden.ts';
import { isHeart, type LabelVolume } from '../../core/volume/volume.ts';
import { againstTruth } from './againstTruth.ts';
import type { TeachingHeart } from './teachingHeart.ts';

/** Scar at one stop of a knob, mL; null where a method has no answer there. */
export interface SweepStop {
  readonly value: number;
  readonly truth: number;
  readonly '2SD': number | null;
  readonly '5SD': number | null;
  readonly FWHM: number | null;
  /** null until the networks have answered. */
  readonly network: number | null;
}

/** How many stops a sweep makes, at most. */
const STOPS = 9;

/** The values of a knob at which a sweep stops, from the lowest to the highest. */
export function stopsOf(knob: NumberKnob): number[] {
  const { min, max, step } = NUMBER_KNOBS[knob];
  const steps = Math.round((max - min) / step);
  const stride = Math.max(1, Math.ceil(steps / (STOPS - 1)));
  const values: number[] = [];
  for (let i = 0; i <= steps; i += stride) values.push(Number((min + i * step).toFixed(3)));
  return values;
}

/** A stop before the networks have answered. */
export function sweepStop(value: number, { truth, thresholds }: TeachingHeart): SweepStop {
  return {
    value,
    truth: truth.scarG / MYOCARDIUM_G_PER_ML,
    '2SD': thresholds?.['2SD'].scarMl ?? null,
    '5SD': thresholds?.['5SD'].scarMl ?? null,
    FWHM: thresholds?.FWHM.scarMl ?? null,
    network: null,
  };
}

/** A stop with what the networks labelled; if they found no heart, they have no answer. */
export function withNetwork(stop: SweepStop, found: LabelVolume, truth: LabelVolume): SweepStop {
  return { ...stop, network: found.labels.some(isHeart) ? againstTruth(found, truth).scarMl : null };
}
