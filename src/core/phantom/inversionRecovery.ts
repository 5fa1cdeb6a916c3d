import {
  ACUTE_CORE,
  BLOOD_NATIVE_T1_MS,
  BLOOD_T1_MS,
  type FieldTesla,
  INVERSION_EFFICIENCY,
  Tissue,
  TISSUE_COUNT,
  TISSUES,
  WASH_OUT,
} from './constants.ts';

/** What differs from one infarct to the next. */
interface InfarctContrast {
  /** The infarct is days old: its core has the acute T1. */
  readonly acute: boolean;
  /** Share of the blood's change of relaxation rate that its no-reflow has. */
  readonly noReflowLambda: number;
}

const TYPICAL_INFARCT: InfarctContrast = { acute: false, noReflowLambda: TISSUES[Tissue.noReflow].lambda[1.5] };

/**
 * T1 (ms) of a tissue once contrast has spread: 1/T1 = 1/T1native + lambda (1/T1blood - 1/T1blood,native).
 * @param bloodT1Ms the blood's T1 at that moment, ms
 */
export function contrastT1Ms(
  tissue: number,
  field: FieldTesla,
  bloodT1Ms: number,
  infarct: InfarctContrast = TYPICAL_INFARCT,
): number {
  const properties = infarct.acute && tissue === Tissue.core ? ACUTE_CORE : TISSUES[tissue];
  const lambda = tissue === Tissue.noReflow ? infarct.noReflowLambda : properties.lambda[field];
  const change = 1 / bloodT1Ms - 1 / BLOOD_NATIVE_T1_MS[field];
  return 1 / (1 / properties.nativeT1Ms[field] + lambda * change);
}

/** The blood's T1 (ms) some minutes after a usual dose of contrast: longer as the contrast is washed out (WASH_OUT). */
export function bloodT1AfterMs(minutes: number, field: FieldTesla): number {
  const native = 1 / BLOOD_NATIVE_T1_MS[field];
  const change = 1 / BLOOD_T1_MS[field].mean - native;
  return 1 / (native + change * Math.exp(-(minutes - WASH_OUT.atMinutes) / WASH_OUT.minutes));
}

/**
 * Longitudinal magnetisation (1 at rest) a time after the inversion, in the steady state of an inversion every
 * `repetitionMs` with a read-out of small flip: 1 - (1 + e) exp(-t/T1) / (1 + e exp(-TR/T1)).
 */
export function magnetisation(timeMs: number, t1Ms: number, repetitionMs: number, efficiency: number): number {
  return 1 - ((1 + efficiency) * Math.exp(-timeMs / t1Ms)) / (1 + efficiency * Math.exp(-repetitionMs / t1Ms));
}

/** Inversion time (ms) at which a tissue gives no signal: T1 ln((1 + e) / (1 + e exp(-TR/T1))). */
export function nullingTimeMs(t1Ms: number, repetitionMs: number, efficiency: number): number {
  return t1Ms * Math.log((1 + efficiency) / (1 + efficiency * Math.exp(-repetitionMs / t1Ms)));
}

/** What decides the contrast apart from the inversion time. */
export interface TissueContrast extends InfarctContrast {
  readonly field: FieldTesla;
  readonly bloodT1Ms: number;
  /** Between two inversions: two heart beats. */
  readonly repetitionMs: number;
}

/** Signed signal of every tissue (index: `Tissue`) `timeMs` after the inversion, proton density included. */
export function tissueSignals(contrast: TissueContrast, timeMs: number): Float64Array {
  const signals = new Float64Array(TISSUE_COUNT);
  for (let tissue = 0; tissue < TISSUE_COUNT; tissue++) {
    const t1 = contrastT1Ms(tissue, contrast.field, contrast.bloodT1Ms, contrast);
    const m = magnetisation(timeMs, t1, contrast.repetitionMs, INVERSION_EFFICIENCY[contrast.field]);
    signals[tissue] = TISSUES[tissue].protonDensity * m;
  }
  return signals;
}
