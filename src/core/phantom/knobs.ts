/**
 * A synthetic heart with a teacher's knobs: one number or choice for each, and the spec of the heart that they make.
 */
import { INVERSION_EFFICIENCY, NO_REFLOW_LAMBDA, Tissue, type FieldTesla } from './constants.ts';
import type { BullsEyePlace, HeartSpec, NonIschaemicPattern, Territory } from './heartSpec.ts';
import { bloodT1AfterMs, contrastT1Ms, nullingTimeMs, type TissueContrast } from './inversionRecovery.ts';
import { TERRITORIES } from './leftVentricle.ts';

/** What kind of enhancement a heart has. */
export const PATTERNS = ['none', 'infarct', 'midWall', 'subepicardial', 'insertionPoints', 'global'] as const;
export type Pattern = (typeof PATTERNS)[number];

/** The knobs that are numbers: their limits, their step and their unit ('' for a bare number). */
export const NUMBER_KNOBS = {
  angleDegrees: { group: 'scar', min: -180, max: 180, step: 5, unit: '°' },
  heightPercent: { group: 'scar', min: 5, max: 95, step: 5, unit: '%' },
  scarG: { group: 'scar', min: 0, max: 60, step: 1, unit: 'g' },
  transmuralityPercent: { group: 'scar', min: 20, max: 100, step: 5, unit: '%' },
  greyPercent: { group: 'scar', min: 0, max: 90, step: 5, unit: '%' },
  heterogeneity: { group: 'scar', min: 0, max: 2, step: 0.1, unit: '' },
  noReflowPercent: { group: 'scar', min: 0, max: 50, step: 5, unit: '%' },
  myocardiumG: { group: 'heart', min: 70, max: 220, step: 5, unit: 'g' },
  bloodPoolMl: { group: 'heart', min: 80, max: 300, step: 5, unit: 'mL' },
  lvefPercent: { group: 'heart', min: 10, max: 70, step: 1, unit: '%' },
  minutesAfterContrast: { group: 'scan', min: 3, max: 40, step: 1, unit: 'min' },
  inversionMs: { group: 'scan', min: 150, max: 600, step: 5, unit: 'ms' },
  acquiredMm: { group: 'scan', min: 1.4, max: 4, step: 0.1, unit: 'mm' },
  sliceThicknessMm: { group: 'scan', min: 5, max: 16, step: 1, unit: 'mm' },
  gapMm: { group: 'scan', min: 0, max: 6, step: 1, unit: 'mm' },
  bloodSnr: { group: 'scan', min: 3, max: 40, step: 1, unit: '' },
  coilShading: { group: 'artefacts', min: 0, max: 1, step: 0.05, unit: '' },
  breathHoldShiftMm: { group: 'artefacts', min: 0, max: 8, step: 0.5, unit: 'mm' },
  ghostingPercent: { group: 'artefacts', min: 0, max: 30, step: 1, unit: '%' },
  motionBlurMm: { group: 'artefacts', min: 0, max: 10, step: 0.5, unit: 'mm' },
} as const satisfies Record<
  string,
  { group: KnobGroup; min: number; max: number; step: number; unit: '' | '°' | '%' | 'g' | 'mL' | 'mm' | 'ms' | 'min' }
>;
export type NumberKnob = keyof typeof NUMBER_KNOBS;
export const NUMBER_KNOB_IDS = Object.keys(NUMBER_KNOBS) as readonly NumberKnob[];

export const KNOB_GROUPS = ['scar', 'heart', 'scan', 'artefacts'] as const;
export type KnobGroup = (typeof KNOB_GROUPS)[number];

/** The knobs that are choices. */
export interface ChoiceKnobs {
  readonly pattern: Pattern;
  /** Days old, and not years: the wall is not thinned, and the core may hold no-reflow. */
  readonly acute: boolean;
  readonly fieldTesla: FieldTesla;
  readonly contrast: 'PSIR' | 'magnitude';
}

export interface Knobs extends ChoiceKnobs, Readonly<Record<NumberKnob, number>> {
  /** All random detail: body, trabeculae, noise. */
  readonly seed: number;
}

/** Between two inversions: every second beat at 67 a minute. */
const REPETITION_MS = 1800;
/** The field around the heart, which the slice on view and the networks need. */
const FIELD = { side: 120, pixelMm: 1.4 } as const;
/** As the length of a ventricle that holds a volume (drawHeart.ts), without its random part. */
const lengthMm = (bloodPoolMl: number): number => Math.min(115, Math.max(72, 81 * Math.cbrt(bloodPoolMl / 125)));

const isNonIschaemic = (pattern: Pattern): pattern is NonIschaemicPattern =>
  pattern !== 'none' && pattern !== 'infarct';

/** What decides the contrast of a heart's image apart from its inversion time. */
export function contrastOf({ fieldTesla, minutesAfterContrast, pattern, acute }: Knobs): TissueContrast {
  return {
    field: fieldTesla,
    bloodT1Ms: bloodT1AfterMs(minutesAfterContrast, fieldTesla),
    repetitionMs: REPETITION_MS,
    acute: pattern === 'infarct' && acute,
    noReflowLambda: NO_REFLOW_LAMBDA.min,
  };
}

/** The inversion time that nulls a tissue, ms. */
export function nullMsOf(knobs: Knobs, tissue: number): number {
  const { field, bloodT1Ms, repetitionMs, ...infarct } = contrastOf(knobs);
  return nullingTimeMs(contrastT1Ms(tissue, field, bloodT1Ms, infarct), repetitionMs, INVERSION_EFFICIENCY[field]);
}

/** The stop of the inversion time's knob nearest to the normal wall's null. */
export function nulled(knobs: Knobs): Knobs {
  const { step } = NUMBER_KNOBS.inversionMs;
  return { ...knobs, inversionMs: step * Math.round(nullMsOf(knobs, Tissue.myocardium) / step) };
}

/** The coronary artery whose territory's middle is nearest on the bull's-eye. */
export function territoryAt({ angleDegrees, heightPercent }: Pick<Knobs, 'angleDegrees' | 'heightPercent'>): Territory {
  const { radius, angle } = placeOf({ angleDegrees, heightPercent });
  const away = (territory: Territory): number => {
    const middle = TERRITORIES[territory];
    return Math.hypot(
      radius * Math.cos(angle) - middle.radius * Math.cos(middle.angle),
      radius * Math.sin(angle) - middle.radius * Math.sin(middle.angle),
    );
  };
  return (['LAD', 'LCX', 'RCA'] as const).reduce((best, one) => (away(one) < away(best) ? one : best));
}

function placeOf({ angleDegrees, heightPercent }: Pick<Knobs, 'angleDegrees' | 'heightPercent'>): BullsEyePlace {
  return { radius: heightPercent / 100, angle: (angleDegrees * Math.PI) / 180 };
}

/** The knobs of an infarct in the middle of a coronary artery's territory. */
export function inTerritory(territory: Territory): Pick<Knobs, 'angleDegrees' | 'heightPercent'> {
  const { radius, angle } = TERRITORIES[territory];
  return { angleDegrees: 5 * Math.round((angle * 36) / Math.PI), heightPercent: 5 * Math.round(20 * radius) };
}

/** The knobs of an infarct in the middle of one of the 17 segments. */
export function inSegment(segment: number): Pick<Knobs, 'angleDegrees' | 'heightPercent'> {
  if (segment === 17) return { angleDegrees: -90, heightPercent: 5 };
  const [first, count, heightPercent] = segment <= 6 ? [1, 6, 85] : segment <= 12 ? [7, 6, 50] : [13, 4, 20];
  const degrees = -90 - ((segment - first) * 360) / count;
  return { angleDegrees: degrees <= -180 ? degrees + 360 : degrees, heightPercent };
}

/** The heart that the knobs make, upright and in the middle of a field of 168 mm. */
export function heartOf(knobs: Knobs): HeartSpec {
  const length = lengthMm(knobs.bloodPoolMl);
  const sliceMm = knobs.sliceThicknessMm + knobs.gapMm;
  const psir = knobs.contrast === 'PSIR';
  const { bloodT1Ms, noReflowLambda, repetitionMs } = contrastOf(knobs);
  return {
    size: [FIELD.side, FIELD.side, Math.ceil(length / sliceMm)],
    spacing: [FIELD.pixelMm, FIELD.pixelMm, sliceMm],
    sliceThicknessMm: knobs.sliceThicknessMm,
    slicesAboveBase: 0,
    lengthMm: length,
    bloodPoolMl: knobs.bloodPoolMl,
    myocardiumG: knobs.myocardiumG,
    centreMm: [0, 0],
    rotation: 0,
    scar: scarOf(knobs),
    acquisition: {
      fieldTesla: knobs.fieldTesla,
      contrast: knobs.contrast,
      bloodT1Ms,
      noReflowLambda,
      repetitionMs,
      inversionOffsetMs: knobs.inversionMs - nullMsOf(knobs, Tissue.myocardium),
      bloodSnr: knobs.bloodSnr,
      acquiredMm: knobs.acquiredMm,
      coilShading: knobs.coilShading,
      breathHoldShiftMm: knobs.breathHoldShiftMm,
      ghosting: knobs.ghostingPercent / 100,
      motionBlurMm: knobs.motionBlurMm,
      storedOffset: psir ? 4096 : 0,
      storedScale: psir ? 600 : 2500,
    },
  };
}

function scarOf(knobs: Knobs): HeartSpec['scar'] {
  const { pattern, scarG, heterogeneity, acute } = knobs;
  const greyFraction = knobs.greyPercent / 100;
  if (pattern === 'none' || scarG === 0) return { kind: 'none' };
  if (isNonIschaemic(pattern)) return { kind: 'nonIschaemic', pattern, scarG, greyFraction, heterogeneity };
  return {
    kind: 'infarct',
    territory: territoryAt(knobs),
    centre: placeOf(knobs),
    scarG,
    greyFraction,
    heterogeneity,
    noReflowFraction: acute ? knobs.noReflowPercent / 100 : 0,
    transmurality: knobs.transmuralityPercent / 100,
    acute,
  };
}

/** Whether two hearts are the same before they are scanned. */
export function isSameHeart(one: Knobs, other: Knobs): boolean {
  const drawn = ({ seed, pattern, acute, ...knobs }: Knobs): readonly unknown[] => [
    seed,
    pattern,
    acute,
    ...NUMBER_KNOB_IDS.filter((id) => DRAWN_BY.has(id)).map((id) => knobs[id]),
  ];
  const [a, b] = [drawn(one), drawn(other)];
  return a.every((value, i) => value === b[i]);
}

/** Whether two hearts give the same images: only their ejection fractions, which no image of one phase shows, may differ. */
export function isSameImage(one: Knobs, other: Knobs): boolean {
  const told = { ...other, lvefPercent: one.lvefPercent };
  return (Object.keys(told) as (keyof Knobs)[]).every((id) => one[id] === told[id]);
}

/** The knobs that the drawing of the heart depends on; the others are the scan's. */
const DRAWN_BY: ReadonlySet<NumberKnob> = new Set([
  ...NUMBER_KNOB_IDS.filter((id) => NUMBER_KNOBS[id].group === 'scar'),
  'myocardiumG',
  'bloodPoolMl',
  'sliceThicknessMm',
  'gapMm',
  'breathHoldShiftMm',
]);

const USUAL: Knobs = nulled({
  seed: 4,
  pattern: 'infarct',
  acute: false,
  fieldTesla: 1.5,
  contrast: 'PSIR',
  ...inTerritory('LAD'),
  scarG: 30,
  transmuralityPercent: 80,
  greyPercent: 35,
  heterogeneity: 1,
  noReflowPercent: 0,
  myocardiumG: 140,
  bloodPoolMl: 180,
  lvefPercent: 33,
  minutesAfterContrast: 15,
  inversionMs: 340,
  acquiredMm: 1.8,
  sliceThicknessMm: 8,
  gapMm: 1,
  bloodSnr: 20,
  coilShading: 0.4,
  breathHoldShiftMm: 1,
  ghostingPercent: 1,
  motionBlurMm: 0,
});

export const GALLERY_IDS = ['wideBorder', 'inferior', 'noReflow', 'midWall', 'badInversion'] as const;
export type GalleryId = (typeof GALLERY_IDS)[number];

/** Five hearts to begin with. */
export const GALLERY: Readonly<Record<GalleryId, Knobs>> = {
  wideBorder: { ...USUAL, greyPercent: 50, heterogeneity: 1.2 },
  inferior: {
    ...USUAL,
    ...inTerritory('RCA'),
    seed: 11,
    scarG: 8,
    transmuralityPercent: 35,
    greyPercent: 25,
    myocardiumG: 125,
    bloodPoolMl: 140,
    lvefPercent: 48,
  },
  noReflow: {
    ...USUAL,
    seed: 12,
    acute: true,
    scarG: 38,
    transmuralityPercent: 100,
    greyPercent: 15,
    noReflowPercent: 30,
    bloodPoolMl: 150,
    lvefPercent: 40,
  },
  midWall: {
    ...USUAL,
    seed: 13,
    pattern: 'midWall',
    scarG: 12,
    greyPercent: 30,
    myocardiumG: 150,
    bloodPoolMl: 230,
    lvefPercent: 28,
  },
  badInversion: {
    ...USUAL,
    seed: 14,
    pattern: 'none',
    scarG: 0,
    contrast: 'magnitude',
    inversionMs: 230,
    myocardiumG: 110,
    bloodPoolMl: 125,
    lvefPercent: 62,
  },
};
