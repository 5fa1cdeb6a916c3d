/**
 * The 17 segments of the left ventricle (Cerqueira et al., Circulation 2002;105:539): rotated by the insertion points
 * of the right ventricle, in three levels from base to apex and the apical cap; how much of each is scar, and how deep
 * it goes.
 */
import { isMyocardium, isScar, Label, voxelVolumeMl, type LabelVolume } from '../volume/volume.ts';
import type { StackEnd } from '../segmentation/anatomy.ts';
import type { InsertionPoints } from './insertionPoints.ts';
import { turnBetween, type Wall } from './wall.ts';

export type Level = 'base' | 'mid' | 'apex' | 'cap';
/** The level of each slice; null where it is not counted. */
export type SliceLevels = readonly (Level | null)[];

export const SEGMENT_COUNT = 17;

export interface SegmentMeasures {
  /** 1 to 17. */
  readonly segment: number;
  /** null where lengths are not known. */
  readonly myocardiumMl: number | null;
  /** % of the segment's myocardium; null where no slice shows it. */
  readonly scarPercent: number | null;
  readonly noReflowPercent: number | null;
  /**
   * Mean share of wall that is scar, %, over those of the segment's radial chords that meet scar; 0 where none does;
   * null where no slice shows the segment, and for the cap, which has no cavity to measure from.
   */
  readonly transmuralityPercent: number | null;
  /** Indices of the slices that show it. */
  readonly slices: readonly number[];
}

/**
 * Levels by thirds of the slices that hold a cavity, from the apical end to the base; wall without a cavity at the
 * apical end is the cap, and elsewhere is not counted.
 */
export function defaultLevels(labels: LabelVolume, apexEnd: StackEnd): SliceLevels {
  const [columns, rows, slices] = labels.size;
  const plane = columns * rows;
  const order = Array.from({ length: slices }, (_, i) => (apexEnd === 'first' ? i : slices - 1 - i));
  const parts = order.map((slice) => labels.labels.subarray(slice * plane, (slice + 1) * plane));
  const withCavity = order.filter((_, i) => parts[i].includes(Label.bloodPool));
  const levels: (Level | null)[] = Array.from({ length: slices }, () => null);
  withCavity.forEach((slice, i) => {
    const height = (i + 0.5) / withCavity.length;
    levels[slice] = height < 1 / 3 ? 'apex' : height < 2 / 3 ? 'mid' : 'base';
  });
  for (const [i, slice] of order.entries()) {
    if (parts[i].includes(Label.bloodPool)) break;
    if (parts[i].some(isMyocardium)) levels[slice] = 'cap';
  }
  return levels;
}

/**
 * The segment of a direction at a level. The septum, the shorter way from the anterior to the inferior insertion point,
 * is cut in two and the rest of the ring in four, so that the boundaries are the heart's own; where the septum takes a
 * third of the ring all are 60 degrees wide. At the apex there are four of 90 degrees, the septal one about the
 * septum's middle. From the anterior point through the septum the order is 2, 3, 4, 5, 6, 1, however the image is
 * rotated or mirrored.
 */
export function segmentAt(angle: number, level: Level, { anterior, inferior }: InsertionPoints): number {
  if (level === 'cap') return 17;
  const septum = turnBetween(anterior, inferior);
  const width = Math.abs(septum);
  const way = septum < 0 ? -1 : 1;
  if (level === 'apex') {
    const fromMiddle = way * turnBetween(anterior + septum / 2, angle);
    if (Math.abs(fromMiddle) < Math.PI / 4) return 14;
    if (Math.abs(fromMiddle) >= (3 * Math.PI) / 4) return 16;
    return fromMiddle > 0 ? 15 : 13;
  }
  const turn = way * turnBetween(anterior, angle);
  const along = turn < 0 ? turn + 2 * Math.PI : turn;
  const free = 2 * Math.PI - width;
  const nth =
    along < width ? Math.floor((2 * along) / width) : 2 + Math.min(3, Math.floor((4 * (along - width)) / free));
  return (level === 'base' ? 0 : 6) + [2, 3, 4, 5, 6, 1][nth];
}

/** A ray from the middle of a slice through its wall. */
interface Chord {
  readonly angle: number;
  /** Share of its way through the wall that is scar, 0 to 1. */
  readonly scarShare: number;
}

/** One every 3 degrees: about 2 mm apart at the wall. */
const CHORDS_PER_SLICE = 120;
const CHORD_STEP = 0.25;

/**
 * Radial chords from endocardium to epicardium, each walked in steps of a quarter of a pixel. Directions without wall, or
 * without cavity before it, have none.
 */
function chordsOf(labels: LabelVolume, wall: Wall, slice: number): Chord[] {
  const centre = wall.centres[slice];
  if (centre === null) return [];
  const [columns, rows] = labels.size;
  const [dx, dy] = labels.spacing;
  const stepMm = CHORD_STEP * Math.min(dx, dy);
  const chords: Chord[] = [];
  for (let i = 0; i < CHORDS_PER_SLICE; i++) {
    const angle = -Math.PI + ((i + 0.5) * 2 * Math.PI) / CHORDS_PER_SLICE;
    const [byColumn, byRow] = [(stepMm * Math.cos(angle)) / dx, (stepMm * Math.sin(angle)) / dy];
    let cavity = false;
    let muscle = 0;
    let scar = 0;
    for (let step = 0; ; step++) {
      const column = Math.round(centre[0] + step * byColumn);
      const row = Math.round(centre[1] + step * byRow);
      if (!(column >= 0 && row >= 0 && column < columns && row < rows)) break;
      const label = labels.labels[column + columns * (row + rows * slice)];
      if (label === Label.bloodPool) cavity = true;
      else if (isMyocardium(label)) {
        muscle += 1;
        if (isScar(label)) scar += 1;
      } else if (muscle > 0) break;
    }
    if (cavity && muscle > 0) chords.push({ angle, scarShare: scar / muscle });
  }
  return chords;
}

/** Measures each of the 17 segments, in their order. */
export function measureSegments(
  labels: LabelVolume,
  wall: Wall,
  points: InsertionPoints,
  levels: SliceLevels,
): SegmentMeasures[] {
  const parts = Array.from({ length: SEGMENT_COUNT }, () => ({
    ml: 0,
    scarMl: 0,
    noReflowMl: 0,
    chords: 0,
    chordsWithScar: 0,
    shares: 0,
    slices: new Set<number>(),
  }));
  levels.forEach((level, slice) => {
    if (level === null) return;
    const ml = voxelVolumeMl(labels, slice);
    for (let i = wall.starts[slice]; i < wall.starts[slice + 1]; i++) {
      const part = parts[segmentAt(wall.angles[i], level, points) - 1];
      const label = labels.labels[wall.voxels[i]];
      part.ml += ml;
      if (isScar(label)) part.scarMl += ml;
      if (label === Label.noReflow) part.noReflowMl += ml;
      part.slices.add(slice);
    }
    if (level === 'cap') return;
    for (const { angle, scarShare } of chordsOf(labels, wall, slice)) {
      const part = parts[segmentAt(angle, level, points) - 1];
      part.chords += 1;
      if (scarShare === 0) continue;
      part.chordsWithScar += 1;
      part.shares += scarShare;
    }
  });
  return parts.map(({ ml, scarMl, noReflowMl, chords, chordsWithScar, shares, slices }, i) => ({
    segment: i + 1,
    myocardiumMl: labels.lengthsUnknown ? null : ml,
    scarPercent: ml > 0 ? 100 * (scarMl / ml) : null,
    noReflowPercent: ml > 0 ? 100 * (noReflowMl / ml) : null,
    transmuralityPercent: chords === 0 ? null : chordsWithScar === 0 ? 0 : (100 * shares) / chordsWithScar,
    slices: [...slices],
  }));
}
