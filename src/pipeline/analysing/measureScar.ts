import type { GreyZoneMask } from '../../core/dicom/segmentationObject.ts';
import { defaultLevels, measureSegments, type SegmentMeasures, type SliceLevels } from '../../core/scar/aha17.ts';
import type { StackEnd } from '../../core/segmentation/anatomy.ts';
import { measureBurden } from '../../core/scar/burden.ts';
import { placeInsertionPoints, type PlacedInsertionPoints } from '../../core/scar/insertionPoints.ts';
import {
  findRemotePlaces,
  measureRemote,
  type Remote,
  type RemotePlaces,
  type RemoteReference,
} from '../../core/scar/remote.ts';
import {
  greyZoneVoxels,
  measureGreyZones,
  readSignal,
  thresholdLabels,
  thresholdScar,
  type GreyZoneDefinition,
  type ThresholdMethod,
  type WallSignal,
} from '../../core/scar/thresholds.ts';
import { readWall, type Wall } from '../../core/scar/wall.ts';
import { isHeart, Label, type LabelVolume, type Volume } from '../../core/volume/volume.ts';
import type { OrUnknown, ScarMeasures } from './analysis.ts';

/** What the reader placed differently; anything absent is found automatically. */
export interface ScarPlaces {
  /** Where remote myocardium is taken from. */
  readonly reference: RemoteReference;
  readonly remote?: RemotePlaces;
  readonly insertion?: PlacedInsertionPoints;
  readonly levels?: SliceLevels;
}

export const FOUND_PLACES: ScarPlaces = { reference: 'eachSlice' };

/** A segmentation as the scar measures read it: each part found, or as the reader placed it. */
export interface ScarReading {
  /** Without what a reader left out. */
  readonly labels: LabelVolume;
  readonly excluded: readonly number[];
  readonly apexEnd: StackEnd;
  readonly wall: Wall;
  readonly reference: RemoteReference;
  readonly remotePlaces: RemotePlaces;
  /** null where no remote myocardium was found, or none is left where it was placed. */
  readonly remote: Remote | null;
  readonly signal: WallSignal | null;
  readonly levels: SliceLevels;
  readonly insertion: PlacedInsertionPoints;
}

/** Labels with some slices empty, by index. */
export function withoutSlices(labels: LabelVolume, slices: readonly number[]): LabelVolume {
  if (slices.length === 0) return labels;
  const plane = labels.size[0] * labels.size[1];
  const left = labels.labels.slice();
  for (const slice of slices) left.fill(Label.background, slice * plane, (slice + 1) * plane);
  return { ...labels, labels: left };
}

/**
 * Finds wall, remote myocardium, levels and insertion points, except for those that the reader placed.
 * @param excluded slices that are not measured, by index; levels are those of the whole stack
 */
export function readScar(
  image: Volume,
  drawn: LabelVolume,
  apexEnd: StackEnd,
  places: ScarPlaces,
  excluded: readonly number[] = [],
): ScarReading {
  const labels = withoutSlices(drawn, excluded);
  const wall = readWall(labels);
  const remotePlaces = places.remote ?? findRemotePlaces(image, labels, wall, places.reference);
  const remote = measureRemote(image, wall, remotePlaces);
  const found = defaultLevels(drawn, apexEnd);
  const slices = found.flatMap((level, slice) =>
    (level === 'base' || level === 'mid') && !excluded.includes(slice) ? [slice] : [],
  );
  return {
    labels,
    excluded,
    apexEnd,
    wall,
    reference: places.reference,
    remotePlaces,
    remote,
    signal: remote && readSignal(image, labels, wall, remote),
    levels: places.levels ?? found,
    insertion: places.insertion ?? placeInsertionPoints(image, labels, wall, slices),
  };
}

/** Whose scar is shown: the segmentation's own, or that of a threshold inside its wall. */
export type ScarMethod = 'segmentation' | ThresholdMethod;

/** The labels with scar by a method; the segmentation's own where there is no remote myocardium to measure by. */
export function labelsBy(method: ScarMethod, { labels, signal }: ScarReading): LabelVolume {
  return method === 'segmentation' || signal === null ? labels : thresholdLabels(signal, labels, method);
}

/** The 17 segments, with scar by a method; null where it is not known which insertion point is the anterior one. */
export function segmentsBy(method: ScarMethod, reading: ScarReading): readonly SegmentMeasures[] | null {
  const { wall, insertion, levels } = reading;
  return insertion.anteriorKnown ? measureSegments(labelsBy(method, reading), wall, insertion.points, levels) : null;
}

/** The grey zone that goes with a method: between a lower threshold and the method's threshold for scar. */
const GREY_ZONE_OF: Partial<Record<ScarMethod, GreyZoneDefinition>> = {
  '3SD': '2-3SD',
  '5SD': '2-5SD',
  FWHM: '35-50%',
};

/** The grey zone that a method gives, as it is exported; null where it gives none, as with the network and Otsu. */
export function greyZoneBy(method: ScarMethod, { signal }: ScarReading): GreyZoneMask | null {
  const definition = GREY_ZONE_OF[method];
  if (!definition || signal === null) return null;
  return { name: `Grey zone, ${definition}`, voxels: greyZoneVoxels(signal, definition) };
}

/**
 * Every measure of a segmentation: in total, slice by slice, by thresholds inside the same myocardium, and by segments.
 */
export function measureScar(reading: ScarReading): ScarMeasures {
  const { labels, excluded, signal, insertion, levels, reference } = reading;
  const segments = segmentsBy('segmentation', reading);
  const known = knowing(labels);
  return {
    ...known(measureBurden(labels)),
    ...(excluded.length > 0 && { excluded }),
    perSlice: Array.from({ length: labels.size[2] }, (_, slice) => ({
      slice,
      ...known(measureBurden(labels, slice, slice + 1)),
    })),
    remote: reading.remote && {
      reference,
      regions: reading.remote.regions.map(({ slice, angle, voxels }) => ({ slice, angle, voxels: voxels.length })),
    },
    methods: signal ? byKey(thresholdScar(signal), known) : {},
    greyZones: signal ? byKey(measureGreyZones(signal), known) : {},
    aha17: segments && { insertionPoints: insertion.points, placedBy: insertion.from, levels, segments },
  };
}

/** The numbers that are known: no mL and no g if lengths are not, and nothing if no ventricle was found. */
function knowing({ labels, lengthsUnknown }: LabelVolume): <T extends object>(numbers: T) => OrUnknown<T> {
  const isEmpty = !labels.some(isHeart);
  const isKnown = (name: string): boolean => !isEmpty && !(lengthsUnknown && /(Ml|G)$/.test(name));
  return <T extends object>(numbers: T) =>
    Object.fromEntries(
      Object.entries(numbers).map(([name, value]: [string, unknown]) => [
        name,
        typeof value !== 'number' || isKnown(name) ? value : null,
      ]),
    ) as OrUnknown<T>;
}

const byKey = <T extends object>(
  measures: Readonly<Record<string, T>>,
  known: (numbers: T) => OrUnknown<T>,
): Readonly<Record<string, OrUnknown<T>>> =>
  Object.fromEntries(Object.entries(measures).map(([key, one]) => [key, known(one)]));
