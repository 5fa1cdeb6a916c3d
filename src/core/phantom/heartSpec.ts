import type { FieldTesla } from './constants.ts';
import type { Vector3 } from '../volume/volume.ts';

export type Territory = 'LAD' | 'RCA' | 'LCX';
/** 'global': the inner wall all the way round, as in amyloidosis. */
export type NonIschaemicPattern = 'midWall' | 'subepicardial' | 'insertionPoints' | 'global';

/** A point on the bull's-eye: radius 0 apex to 1 base; angle in radians, 0 lateral, pi septal, -pi/2 anterior. */
export interface BullsEyePlace {
  readonly radius: number;
  readonly angle: number;
}

/** An infarct: a wavefront from the endocardium of one coronary territory. */
export interface Infarct {
  readonly kind: 'infarct';
  readonly territory: Territory;
  /** Where its centre is; if absent, drawn near the middle of its territory. */
  readonly centre?: BullsEyePlace;
  /** How ragged its border is, 0 smooth; 1 where absent. */
  readonly heterogeneity?: number;
  /** Scar, including grey zone and no-reflow, g. */
  readonly scarG: number;
  /** Grey zone's share of the scar, 0 to 1. */
  readonly greyFraction: number;
  /** No-reflow's share of the scar, 0 to 1; only acute infarcts have any. */
  readonly noReflowFraction: number;
  /** How far through the wall the infarct reaches at its centre, 0 to 1. It reaches further if scarG needs the room. */
  readonly transmurality: number;
  /** Chronic scar thins the wall; an acute one does not and has another T1. */
  readonly acute: boolean;
}

/** Enhancement that no coronary artery explains. */
export interface NonIschaemicScar {
  readonly kind: 'nonIschaemic';
  readonly pattern: NonIschaemicPattern;
  readonly scarG: number;
  readonly greyFraction: number;
  /** As an infarct's. */
  readonly heterogeneity?: number;
}

export interface Acquisition {
  readonly fieldTesla: FieldTesla;
  readonly contrast: 'PSIR' | 'magnitude';
  /** After contrast, ms. */
  readonly bloodT1Ms: number;
  /** Share of the blood's change of relaxation rate that a no-reflow core has. */
  readonly noReflowLambda: number;
  /** Between inversions (two heart beats), ms. */
  readonly repetitionMs: number;
  /** Inversion time less the one that nulls normal myocardium, ms, in the middle slice. */
  readonly inversionOffsetMs: number;
  /** Signal of blood at the null over the noise's standard deviation. */
  readonly bloodSnr: number;
  /** Acquired resolution, mm; anything finer is interpolated. */
  readonly acquiredMm: number;
  /** Fall-off of the surface coils' sensitivity, 0 none to 1 strong. */
  readonly coilShading: number;
  /** Standard deviation of a slice's shift against the others, mm, along columns and rows. */
  readonly breathHoldShiftMm: number;
  /** Share of the signal that motion repeats half a field of view away along the rows, 0 to 0.1. */
  readonly ghosting: number;
  /** How far the heart moves along the rows while a slice is acquired, mm: the blur of an irregular rhythm. */
  readonly motionBlurMm: number;
  /** What is stored = offset + scale x value. Magnitude has offset 0 as a rule, PSIR 2048 or 4096. */
  readonly storedOffset: number;
  readonly storedScale: number;
}

/** Everything about a synthetic heart that is decided before random detail is added. */
export interface HeartSpec {
  /** [columns, rows, slices] */
  readonly size: Vector3;
  /** mm */
  readonly spacing: Vector3;
  /** mm; the rest of the slice spacing is a gap. */
  readonly sliceThicknessMm: number;
  /** Slices of the stack above the left ventricle's base plane; those below its apex follow from the length. */
  readonly slicesAboveBase: number;
  /** Left ventricle from apex (endocardium) to base plane, mm. */
  readonly lengthMm: number;
  /** Within the stack: if it does not cover the ventricle, of the part that it covers. */
  readonly bloodPoolMl: number;
  /** Within the stack, including scar, g. */
  readonly myocardiumG: number;
  /** Offset of the left ventricle from the middle of the image, mm to the right and down. */
  readonly centreMm: readonly [number, number];
  /** In-plane rotation of the whole picture, radians, clockwise as seen. */
  readonly rotation: number;
  readonly scar: { readonly kind: 'none' } | Infarct | NonIschaemicScar;
  readonly acquisition: Acquisition;
}
