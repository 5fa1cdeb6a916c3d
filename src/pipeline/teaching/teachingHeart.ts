/** A teaching heart: the stack that its knobs make, with the truth and what thresholds find. */
import { drawHeart, heartLabels, scanSlices, type DrawnHeart, type HeartTruth } from '../../core/phantom/heart.ts';
import { majorityLabels, SAMPLES, trueGreyZone } from '../../core/phantom/points.ts';
import { heartOf, isSameHeart, type Knobs } from '../../core/phantom/knobs.ts';
import type { Clinical } from '../../core/patient/covariates.ts';
import { Random } from '../../core/random.ts';
import type { SegmentMeasures } from '../../core/scar/aha17.ts';
import {
  measureGreyZones,
  THRESHOLD_METHODS,
  type GreyZoneDefinition,
  type ThresholdMethod,
  type WallSignal,
} from '../../core/scar/thresholds.ts';
import { gridOf, type LabelVolume, type Volume } from '../../core/volume/volume.ts';
import { FOUND_PLACES, labelsBy, readScar, segmentsBy } from '../analysing/measureScar.ts';
import type { Stack } from '../reading/study.ts';
import { againstTruth, type AgainstTruth } from './againstTruth.ts';
import { clinicalOf } from './teachingPatient.ts';

/** One slice of a teaching heart, as a volume of one slice. */
export interface TeachingSlice {
  readonly image: Volume;
  readonly labels: LabelVolume;
  /** 1 in voxels that are grey zone. */
  readonly greyZone: Uint8Array;
  /** Its index in the stack, apex first, and how many the stack has. */
  readonly slice: number;
  readonly slices: number;
}

/** A threshold's answer inside the true wall. */
export interface ThresholdAgainstTruth extends AgainstTruth {
  readonly labels: Uint8Array;
}

export interface TeachingHeart {
  readonly knobs: Knobs;
  readonly stack: Stack;
  readonly clinical: Clinical;
  /** Before pixels blur it. */
  readonly truth: HeartTruth;
  readonly labels: LabelVolume;
  readonly greyZone: Uint8Array;
  /** Of the true labels; null if the insertion points were not told apart. */
  readonly segments: readonly SegmentMeasures[] | null;
  /** null if the image has no remote myocardium to measure by. */
  readonly thresholds: Readonly<Record<ThresholdMethod, ThresholdAgainstTruth>> | null;
  /** The grey zone by each definition inside the true wall, g. */
  readonly greyZonesG: Readonly<Record<GreyZoneDefinition, number>> | null;
}

interface Drawn {
  readonly knobs: Knobs;
  readonly heart: DrawnHeart;
  /** The slice that has its surroundings. */
  readonly whole: number | 'all';
}

/** Scans teaching hearts, and keeps the last one drawn: a knob of the scan needs no new drawing. */
export class TeachingScanner {
  #drawn: Drawn | null = null;

  /** @param slice from the apex; beyond the stack, its last */
  slice(knobs: Knobs, slice: number): TeachingSlice {
    const spec = heartOf(knobs);
    const [columns, rows, slices] = spec.size;
    const taken = Math.min(slice, slices - 1);
    const heart = this.#draw(knobs, taken);
    const grid = { ...gridOf(heart.grid), size: [columns, rows, 1] as const };
    const area = columns * rows * SAMPLES;
    const points = heart.points.subarray(taken * area, (taken + 1) * area);
    const labels = majorityLabels(points);
    return {
      image: { ...grid, voxels: scanSlices(spec, heart, [taken], knobs.seed) },
      labels: { ...grid, labels },
      greyZone: trueGreyZone(points, labels),
      slice: taken,
      slices,
    };
  }

  /** The whole stack, and what thresholds find in it. */
  stack(knobs: Knobs): TeachingHeart {
    const spec = heartOf(knobs);
    const heart = this.#draw(knobs, 'all');
    const labels = heartLabels(heart);
    const slices = Array.from({ length: spec.size[2] }, (_, slice) => slice);
    const image: Volume = { ...heart.grid, voxels: scanSlices(spec, heart, slices, knobs.seed) };
    const reading = readScar(image, labels, 'first', FOUND_PLACES);
    return {
      knobs,
      stack: asStack(image, knobs),
      clinical: clinicalOf(knobs, heart.truth),
      truth: heart.truth,
      labels,
      greyZone: trueGreyZone(heart.points, labels.labels),
      segments: segmentsBy('segmentation', reading),
      thresholds: reading.signal
        ? (Object.fromEntries(
            THRESHOLD_METHODS.map((method) => {
              const found = labelsBy(method, reading);
              return [method, { ...againstTruth(found, labels), labels: found.labels }];
            }),
          ) as Record<ThresholdMethod, ThresholdAgainstTruth>)
        : null,
      greyZonesG: reading.signal && greyZonesG(reading.signal),
    };
  }

  #draw(knobs: Knobs, whole: number | 'all'): DrawnHeart {
    const last = this.#drawn;
    if (last && isSameHeart(last.knobs, knobs) && (last.whole === 'all' || last.whole === whole)) return last.heart;
    const heart = drawHeart(heartOf(knobs), new Random(knobs.seed), (slice) => whole === 'all' || slice === whole);
    this.#drawn = { knobs, heart, whole };
    return heart;
  }
}

function greyZonesG(signal: WallSignal): Record<GreyZoneDefinition, number> {
  const { '2-3SD': twoToThree, '2-5SD': twoToFive, '35-50%': ofBrightest } = measureGreyZones(signal);
  return { '2-3SD': twoToThree.greyG, '2-5SD': twoToFive.greyG, '35-50%': ofBrightest.greyG };
}

function asStack(volume: Volume, { contrast }: Knobs): Stack {
  const [columns, rows, slices] = volume.size;
  return {
    volume,
    series: {
      id: 'teaching',
      number: 0,
      description: '',
      slices,
      columns,
      rows,
      spacing: [...volume.spacing],
      contrast,
      chosen: true,
      usable: true,
      kind: contrast === 'PSIR' ? 'real' : 'magnitude',
      why: { code: 'simulated' },
    },
    source: { kind: 'synthetic' },
    labels: null,
    warnings: [],
    refused: [],
  };
}
