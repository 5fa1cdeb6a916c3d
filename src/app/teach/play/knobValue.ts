import { NUMBER_KNOBS, type NumberKnob } from '../../../core/phantom/knobs.ts';

/** A knob's value as it is shown, with its unit. */
export function knobValue(knob: NumberKnob, value: number): string {
  const { step, unit } = NUMBER_KNOBS[knob];
  const digits = step < 1 ? (step < 0.1 ? 2 : 1) : 0;
  return `${value.toFixed(digits)}${unit === '°' || unit === '%' ? '' : ' '}${unit}`.trimEnd();
}
