import type { Random } from '../random.ts';
import type { Vector3 } from '../volume/volume.ts';
import { BLOOD_T1_MS, INVERSION_TIME_SD_MS, NO_REFLOW_LAMBDA } from './constants.ts';
import type { Acquisition, HeartSpec, NonIschaemicPattern, Territory } from './heartSpec.ts';

/** Shares of the coronary territories and of the kinds of scar among drawn hearts. [choice] */
const TERRITORY_SHARES: readonly (readonly [Territory, number])[] = [
  ['LAD', 0.5],
  ['RCA', 0.3],
  ['LCX', 0.2],
];
const PATTERNS: readonly NonIschaemicPattern[] = ['midWall', 'subepicardial', 'insertionPoints'];
const NO_SCAR = 0.25;
const CHRONIC = 0.6;
const ACUTE = 0.9;
/** Of acute infarcts. EMIDEC: 31 of 53. */
const WITH_NO_REFLOW = 0.6;

/** Uniform between two limits. */
export const between = (random: Random, low: number, high: number): number => low + (high - low) * random.next();

export function drawTerritory(random: Random): Territory {
  let left = random.next();
  for (const [territory, share] of TERRITORY_SHARES) {
    left -= share;
    if (left < 0) return territory;
  }
  return 'LCX';
}

/** Draws scanner, sequence and the moment after contrast, in the ranges that clinics use. [choice] */
export function drawAcquisition(random: Random): Acquisition {
  const fieldTesla = random.next() < 0.6 ? 1.5 : 3;
  const psir = random.next() < 0.75;
  const blood = BLOOD_T1_MS[fieldTesla];
  return {
    fieldTesla,
    contrast: psir ? 'PSIR' : 'magnitude',
    bloodT1Ms: Math.max(250, blood.mean + blood.sd * random.normal()),
    noReflowLambda: between(random, NO_REFLOW_LAMBDA.min, NO_REFLOW_LAMBDA.max),
    repetitionMs: between(random, 1600, 2000),
    inversionOffsetMs: INVERSION_TIME_SD_MS * random.normal(),
    bloodSnr: between(random, 15, 40),
    acquiredMm: between(random, 1.3, 2),
    coilShading: between(random, 0.2, 0.8),
    // Two slices are then 1.77 times this apart on average: up to 10 mm, and less than 5 with good breath-holds.
    breathHoldShiftMm: between(random, 0, 5.6),
    ghosting: random.next() < 0.3 ? between(random, 0, 0.06) : 0,
    motionBlurMm: 0,
    storedOffset: psir ? (random.next() < 0.5 ? 2048 : 4096) : 0,
    storedScale: psir ? 600 : 2500,
  };
}

/**
 * Draws a heart of any kind on a grid: normal, old or recent infarct, non-ischaemic enhancement; any rotation, anywhere
 * near the middle, with slices beyond base and apex. For the training of a segmentation, not for a cohort.
 */
export function drawHeartSpec(size: Vector3, spacing: Vector3, random: Random): HeartSpec {
  const kind = random.next();
  const dilated = kind >= NO_SCAR && random.next() < 0.5;
  const bloodPoolMl = dilated ? between(random, 150, 300) : between(random, 80, 170);
  const myocardiumG = between(random, 85, 170) + (dilated ? 20 : 0);
  const greyFraction = between(random, 0.1, 0.5);
  const scarG = Math.min(0.45 * myocardiumG, 2 + 18 * -Math.log(1 - random.next()));
  const transmurality = between(random, 0.35, 1);
  const territory = drawTerritory(random);
  const noReflowFraction = random.next() < WITH_NO_REFLOW ? between(random, 0.05, 0.35) : 0;
  const pattern = PATTERNS[Math.floor(PATTERNS.length * random.next())];
  let scar: HeartSpec['scar'] = { kind: 'nonIschaemic', pattern, scarG: 0.6 * scarG, greyFraction };
  if (kind < NO_SCAR) scar = { kind: 'none' };
  else if (kind < ACUTE) {
    const acute = kind >= CHRONIC;
    const within = { scarG, greyFraction, transmurality, noReflowFraction: acute ? noReflowFraction : 0 };
    scar = { kind: 'infarct', territory, acute, ...within };
  }
  return {
    size,
    spacing,
    sliceThicknessMm: spacing[2] * between(random, 0.7, 1),
    slicesAboveBase: Math.floor(3 * random.next()),
    lengthMm: lengthForVolume(bloodPoolMl, random),
    bloodPoolMl,
    myocardiumG,
    centreMm: [
      between(random, -0.15, 0.15) * size[0] * spacing[0],
      between(random, -0.15, 0.15) * size[1] * spacing[1],
    ],
    rotation: between(random, -Math.PI, Math.PI),
    scar,
    acquisition: drawAcquisition(random),
  };
}

/** Length of a ventricle that holds a volume, mm: about 80 at 120 mL, 100 at 230 mL. [choice] */
export function lengthForVolume(bloodPoolMl: number, random: Random): number {
  const length = 81 * Math.cbrt(bloodPoolMl / 125) * Math.exp(0.04 * random.normal());
  return Math.min(115, Math.max(72, length));
}
