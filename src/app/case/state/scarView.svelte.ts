import { measureSegments, segmentAt, type Level, type SliceLevels } from '../../../core/scar/aha17.ts';
import type { StackEnd } from '../../../core/segmentation/anatomy.ts';
import { measureBurden } from '../../../core/scar/burden.ts';
import type { InsertionPoints, PlacedInsertionPoints } from '../../../core/scar/insertionPoints.ts';
import type { RemotePlaces, RemoteReference } from '../../../core/scar/remote.ts';
import { zoneVoxels, type GreyZoneDefinition } from '../../../core/scar/thresholds.ts';
import { readWall, turnBetween } from '../../../core/scar/wall.ts';
import type { Grid, LabelVolume, Volume } from '../../../core/volume/volume.ts';
import type { ScarMeasures } from '../../../pipeline/analysing/analysis.ts';
import type { ReaderSettings } from './readerSettings.svelte.ts';
import type { ScarChoices } from '../../../pipeline/saving/caseFile.ts';
import {
  FOUND_PLACES,
  labelsBy,
  measureScar,
  readScar,
  segmentsBy,
  type ScarMethod,
  type ScarPlaces,
  type ScarReading,
} from '../../../pipeline/analysing/measureScar.ts';

/** What scar is measured in. */
export interface SegmentedImage {
  readonly image: Volume;
  readonly labels: LabelVolume;
  readonly apexEnd: StackEnd;
  /** Slices that the reader left out. */
  readonly excluded: readonly number[];
}

/** What a worker has already read and measured, with nothing placed by hand. */
export interface FoundScar {
  readonly reading: ScarReading;
  readonly measures: ScarMeasures;
}

/** How far one press of a key or button turns a handle, radians. */
export const TURN_STEP = Math.PI / 36;

/** What the reader may move on the image. */
export type Moving = 'remote' | 'insertion';

/**
 * How the case's scar is read: what was chosen and placed by hand, and every measure that follows from it, at once.
 * Without the image nothing can be placed; earlier placements come back with it.
 */
export class ScarView {
  /** What can be moved on the image now. */
  moving = $state<Moving | null>(null);
  /** The segment of the bull's-eye that was picked, 1 to 17. */
  segment = $state<number | null>(null);

  #reference = $state<RemoteReference>('eachSlice');
  #remote = $state.raw<RemotePlaces | null>(null);
  #insertion = $state.raw<PlacedInsertionPoints | null>(null);
  #levels = $state.raw<SliceLevels | null>(null);
  /** Scar by the method as saved in the case, shown while there is no image. */
  #savedLabels = $state.raw<LabelVolume | null>(null);
  readonly #settings: ReaderSettings;
  readonly #segmented: () => SegmentedImage | null;
  readonly #read: () => FoundScar | null;
  readonly #saved: () => ScarMeasures;

  readonly #places: ScarPlaces = $derived({
    reference: this.#reference,
    ...(this.#remote && { remote: this.#remote }),
    ...(this.#insertion && { insertion: this.#insertion }),
    ...(this.#levels && { levels: this.#levels }),
  });
  // One by one, so that what depends on them is computed again only if one of them changes, not for each new case
  // object.
  readonly #image = $derived.by(() => this.#segmented()?.image ?? null);
  readonly #drawn = $derived.by(() => this.#segmented()?.labels ?? null);
  readonly #apexEnd = $derived.by(() => this.#segmented()?.apexEnd ?? null);
  readonly #excluded = $derived.by(() => this.#segmented()?.excluded ?? []);
  readonly #found = $derived.by(() => {
    const read = this.#read();
    const { reference, ...placed } = this.#places;
    const isPlaced =
      reference !== FOUND_PLACES.reference || Object.keys(placed).length > 0 || this.#excluded.length > 0;
    return !isPlaced && read?.reading.labels === this.#drawn && read?.reading.apexEnd === this.#apexEnd ? read : null;
  });
  readonly reading = $derived.by(() => {
    if (this.#found) return this.#found.reading;
    if (!this.#image || !this.#drawn || !this.#apexEnd) return null;
    return readScar(this.#image, this.#drawn, this.#apexEnd, this.#places, this.#excluded);
  });
  /** All measures, in the form that is saved. */
  readonly measures = $derived.by(
    () => this.#found?.measures ?? (this.reading ? measureScar(this.reading) : this.#saved()),
  );
  /** The labels with scar by the chosen method. */
  readonly labels = $derived(this.reading ? labelsBy(this.method, this.reading) : this.#savedLabels);
  /** For scar by the chosen method, as are the next two. */
  readonly burden = $derived(this.#isMeasured || !this.labels ? this.measures : measureBurden(this.labels));
  readonly perSlice = $derived.by(() => {
    const { labels, measures } = this;
    if (this.#isMeasured || !labels) return measures.perSlice;
    return Array.from({ length: labels.size[2] }, (_, slice) => measureBurden(labels, slice, slice + 1));
  });
  readonly segments = $derived.by(() => {
    const { labels, measures, reading } = this;
    const { aha17 } = measures;
    if (this.#isMeasured) return aha17?.segments ?? null;
    if (reading) return segmentsBy(this.method, reading);
    return labels && aha17 && measureSegments(labels, readWall(labels), aha17.insertionPoints, aha17.levels);
  });
  /** Grey zone and core by voxel, by the chosen definition; null while they are not shown, or not known. */
  readonly zones = $derived.by(() => {
    const signal = this.#settings.zonesShown ? this.reading?.signal : null;
    return signal ? zoneVoxels(signal, this.#settings.greyZone) : null;
  });
  /** The level of each slice; null where it is not known. */
  readonly levels = $derived(this.reading?.levels ?? this.measures.aha17?.levels ?? this.#levels);
  readonly remoteMoved = $derived(this.#remote !== null);
  readonly insertionMoved = $derived(this.#insertion !== null);
  readonly levelsChanged = $derived(this.#levels !== null);

  /**
   * @param segmented the current segmentation, read again whenever it changes; null where there is no image to measure
   * in
   * @param read what was read and measured from some labels; it is used if they are the current ones
   * @param saved the case's own measures, for while there is no image to measure in
   */
  constructor(
    settings: ReaderSettings,
    segmented: () => SegmentedImage | null,
    read: () => FoundScar | null,
    saved: () => ScarMeasures,
  ) {
    this.#settings = settings;
    this.#segmented = segmented;
    this.#read = read;
    this.#saved = saved;
  }

  /** The method whose scar is shown; without remote myocardium to compare with, no threshold. */
  get method(): ScarMethod {
    const isMeasurable = this.reading ? this.reading.signal !== null : this.#savedLabels !== null;
    return isMeasurable ? this.#settings.scarMethod : 'segmentation';
  }

  set method(method: ScarMethod) {
    this.#settings.scarMethod = method;
  }

  get greyZone(): GreyZoneDefinition {
    return this.#settings.greyZone;
  }

  set greyZone(definition: GreyZoneDefinition) {
    this.#settings.greyZone = definition;
  }

  /** Whether `measures` already hold it. */
  get #isMeasured(): boolean {
    return this.method === 'segmentation';
  }

  /** Everything that was chosen and placed, to be saved with the case. */
  get choices(): ScarChoices {
    return {
      method: this.#settings.scarMethod,
      greyZone: this.greyZone,
      places: this.#places,
      ...(this.labels && !this.#isMeasured && { labels: this.labels.labels }),
    };
  }

  restore({ method, greyZone, places, labels }: ScarChoices, grid: Grid): void {
    this.#savedLabels = labels ? { ...grid, labels } : null;
    this.#settings.scarMethod = method;
    this.#settings.greyZone = greyZone;
    this.#reference = places.reference;
    this.#remote = places.remote ?? null;
    this.#insertion = places.insertion ?? null;
    this.#levels = places.levels ?? null;
  }

  get reference(): RemoteReference {
    return this.#reference;
  }

  /** The regions of another reference are found anew. */
  set reference(reference: RemoteReference) {
    if (!this.reading) return;
    this.#reference = reference;
    this.#remote = null;
  }

  /** The direction of a slice's remote region or, where it has none, of the nearest one. */
  remoteAngle(slice: number): { readonly angle: number; readonly here: boolean } {
    const places = this.reading?.remotePlaces ?? [];
    const here = places[slice];
    if (typeof here === 'number') return { angle: here, here: true };
    const others = places.flatMap((angle, at) => (angle === null ? [] : [{ angle, away: Math.abs(at - slice) }]));
    const nearest = others.sort((a, b) => a.away - b.away)[0];
    return { angle: nearest?.angle ?? 0, here: false };
  }

  /** Puts the remote region of a slice in a direction; it becomes the only region if one serves all slices. */
  moveRemote(slice: number, angle: number): void {
    if (!this.reading) return;
    this.#remote = this.reading.remotePlaces.map((place, at) => {
      if (at === slice) return angle;
      return this.#reference === 'oneRegion' ? null : place;
    });
  }

  turnRemote(slice: number, by: number): void {
    this.moveRemote(slice, turnBetween(0, this.remoteAngle(slice).angle + by));
  }

  findRemote(): void {
    if (this.reading) this.#remote = null;
  }

  moveInsertion(which: keyof InsertionPoints, angle: number): void {
    const placed = this.reading?.insertion;
    if (placed) this.#insertion = { ...placed, points: { ...placed.points, [which]: angle }, from: 'user' };
  }

  turnInsertion(which: keyof InsertionPoints, by: number): void {
    const placed = this.reading?.insertion;
    if (placed) this.moveInsertion(which, turnBetween(0, placed.points[which] + by));
  }

  /** Takes the reader's choice of which of the two points is the anterior one. */
  nameAnterior(which: keyof InsertionPoints): void {
    const placed = this.reading?.insertion;
    if (!placed) return;
    const { anterior, inferior } = placed.points;
    const points = which === 'anterior' ? placed.points : { anterior: inferior, inferior: anterior };
    this.#insertion = { points, from: placed.from, anteriorKnown: true };
  }

  findInsertion(): void {
    if (this.reading) this.#insertion = null;
  }

  setLevel(slice: number, level: Level | null): void {
    if (this.reading) this.#levels = this.reading.levels.map((now, at) => (at === slice ? level : now));
  }

  findLevels(): void {
    if (this.reading) this.#levels = null;
  }

  /** Whether a voxel of the wall, by its place in `Wall.voxels`, belongs to the picked segment. */
  inSegment(slice: number, at: number): boolean {
    const { reading, segment } = this;
    const level = reading?.levels[slice];
    if (!reading || !level || segment === null) return false;
    return segmentAt(reading.wall.angles[at], level, reading.insertion.points) === segment;
  }
}
