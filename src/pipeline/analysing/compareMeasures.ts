import {
  GREY_ZONE_DEFINITIONS,
  THRESHOLD_METHODS,
  type GreyZoneDefinition,
  type ThresholdMethod,
} from '../../core/scar/thresholds.ts';
import { measureBurden } from '../../core/scar/burden.ts';
import { dice, STRUCTURES } from '../../core/segmentation/agreement.ts';
import type { LabelVolume } from '../../core/volume/volume.ts';
import type { ScarMeasures } from './analysis.ts';

/** A measure of one patient at two scans. */
export interface Change {
  readonly id:
    | 'bloodPoolMl'
    | 'myocardiumG'
    | 'scarG'
    | 'burdenPercent'
    | 'noReflowG'
    | `scarG ${ThresholdMethod}`
    | `greyG ${GreyZoneDefinition}`;
  readonly before: number;
  readonly after: number;
  /** After less before. */
  readonly difference: number;
}

/**
 * The measures of two scans side by side. Thresholds and grey zones are compared only with themselves, and only if both
 * took remote myocardium in the same way: each has its own definition, and so its own figures.
 */
export function compareMeasures(before: ScarMeasures, after: ScarMeasures): Change[] {
  const change = (id: Change['id'], read: (measures: ScarMeasures) => number | null | undefined): Change[] => {
    const [first, second] = [read(before), read(after)];
    if (typeof first !== 'number' || typeof second !== 'number') return [];
    return [{ id, before: first, after: second, difference: second - first }];
  };
  const sameRemote = before.remote !== null && before.remote.reference === after.remote?.reference;
  return [
    ...change('scarG', ({ scarG }) => scarG),
    ...change('burdenPercent', ({ burdenPercent }) => burdenPercent),
    ...change('noReflowG', ({ noReflowG }) => noReflowG),
    ...change('myocardiumG', ({ myocardiumG }) => myocardiumG),
    ...change('bloodPoolMl', ({ bloodPoolMl }) => bloodPoolMl),
    ...(sameRemote
      ? [
          ...THRESHOLD_METHODS.flatMap((id) => change(`scarG ${id}`, ({ methods }) => methods[id]?.scarG)),
          ...GREY_ZONE_DEFINITIONS.flatMap((id) => change(`greyG ${id}`, ({ greyZones }) => greyZones[id]?.greyG)),
        ]
      : []),
  ];
}

/** How two segmentations of the same images agree on one structure. */
export interface StructureAgreement {
  readonly structure: keyof typeof STRUCTURES;
  /** Dice over the whole stack; null where neither has the structure. */
  readonly dice: number | null;
  /** mL; null where lengths are not known. */
  readonly hereMl: number | null;
  readonly otherMl: number | null;
}

/**
 * How much of each structure two segmentations of one grid hold, and how well they agree. Myocardium includes scar, and
 * scar includes no-reflow.
 */
export function compareLabels(here: LabelVolume, other: LabelVolume): StructureAgreement[] {
  const mlOf = (labels: LabelVolume): Readonly<Record<keyof typeof STRUCTURES, number>> => {
    const { bloodPoolMl, myocardiumMl, scarMl, noReflowMl } = measureBurden(labels);
    return { cavity: bloodPoolMl, myocardium: myocardiumMl, scar: scarMl, noReflow: noReflowMl };
  };
  const [hereMl, otherMl] = [mlOf(here), mlOf(other)];
  const isMeasurable = here.lengthsUnknown === undefined;
  return (Object.keys(STRUCTURES) as (keyof typeof STRUCTURES)[]).map((structure) => {
    const share = dice(here, other, STRUCTURES[structure]);
    return {
      structure,
      dice: Number.isNaN(share) ? null : share,
      hereMl: isMeasurable ? hereMl[structure] : null,
      otherMl: isMeasurable ? otherMl[structure] : null,
    };
  });
}
