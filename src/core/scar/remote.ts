/**
 * Remote myocardium: healthy wall, with which intensities are compared to find scar. It is an arc of the inner wall,
 * found automatically and movable. One region for the whole heart is the published way (Kim et al., Circulation 1999).
 * One in each slice follows what changes from slice to slice, above all the inversion time. docs/scar.md has the
 * figures for both.
 */
import { isScar, type LabelVolume, type Volume } from '../volume/volume.ts';
import { turnBetween, type Wall } from './wall.ts';

/** Where remote myocardium is taken from: 'eachSlice' has its own mean, 'oneRegion' applies to all slices. */
export type RemoteReference = 'eachSlice' | 'oneRegion';

/** For each slice the direction of its region's middle (as in `Wall.angles`), or null where the slice has none. */
export type RemotePlaces = readonly (number | null)[];

export interface RemoteRegion {
  readonly slice: number;
  /** Direction of its middle. */
  readonly angle: number;
  /** Voxel indices in the volume. */
  readonly voxels: readonly number[];
  readonly mean: number;
  readonly sd: number;
}

/** What remote myocardium looks like. */
export interface Remote {
  readonly regions: readonly RemoteRegion[];
  /**
   * Mean for each slice: its own region's; interpolated linearly between slices that have one; beyond, the nearest's.
   */
  readonly means: readonly number[];
  /** Over all regions together, each about its own mean. */
  readonly sd: number;
}

/** Half of the arc that a region takes, radians: 60 degrees in all. */
export const REMOTE_HALF_ARC = Math.PI / 6;
const CANDIDATES_PER_SLICE = 36;
/** With fewer voxels the SD is too uncertain: its relative error is 1/sqrt(2n), 16% at 20. */
const LEAST_VOXELS = 20;

/**
 * Finds remote myocardium among the arcs of 60 degrees of the inner wall, in steps of 10: of those free of labelled scar, in the
 * more homogeneous half, the one of median mean. (With the SD of the whole wall a threshold would be far too high, with the
 * darkest or the least varying arc far too low.) For 'eachSlice' there is one in every slice that has a free arc; for
 * 'oneRegion' one in all. Where no slice has a free arc, one region among all arcs, scar or not.
 * @returns all null where no arc has 20 voxels, or the wall is without any variation
 */
export function findRemotePlaces(
  image: Volume,
  labels: LabelVolume,
  wall: Wall,
  reference: RemoteReference,
): RemotePlaces {
  const arcs: RemoteRegion[] = [];
  for (let slice = 0; slice < wall.size[2]; slice++) {
    for (let i = 0; i < CANDIDATES_PER_SLICE; i++) {
      const arc = regionAt(image, wall, slice, -Math.PI + ((i + 0.5) * 2 * Math.PI) / CANDIDATES_PER_SLICE);
      if (arc !== null && arc.sd > 0) arcs.push(arc);
    }
  }
  const free = arcs.filter(({ voxels }) => !voxels.some((at) => isScar(labels.labels[at])));
  const places: (number | null)[] = wall.centres.map(() => null);
  if (reference === 'eachSlice' && free.length > 0) {
    return places.map((_, slice) => typical(free.filter((arc) => arc.slice === slice))?.angle ?? null);
  }
  const chosen = typical(free.length > 0 ? free : arcs);
  if (chosen !== null) places[chosen.slice] = chosen.angle;
  return places;
}

/** In the more homogeneous half, the one of median mean. */
function typical(arcs: readonly RemoteRegion[]): RemoteRegion | null {
  const homogeneous = [...arcs]
    .sort((a, b) => a.sd - b.sd)
    .slice(0, Math.ceil(arcs.length / 2))
    .sort((a, b) => a.mean - b.mean);
  return homogeneous[Math.floor((homogeneous.length - 1) / 2)] ?? null;
}

/** The arc of inner wall about a direction; null if it has too few voxels. */
function regionAt(image: Volume, wall: Wall, slice: number, angle: number): RemoteRegion | null {
  const voxels: number[] = [];
  for (let i = wall.starts[slice]; i < wall.starts[slice + 1]; i++) {
    if (wall.inner[i] && Math.abs(turnBetween(angle, wall.angles[i])) <= REMOTE_HALF_ARC) voxels.push(wall.voxels[i]);
  }
  if (voxels.length < LEAST_VOXELS) return null;
  const mean = voxels.reduce((sum, at) => sum + image.voxels[at], 0) / voxels.length;
  const squares = voxels.reduce((sum, at) => sum + (image.voxels[at] - mean) ** 2, 0);
  return { slice, angle, voxels, mean, sd: Math.sqrt(squares / (voxels.length - 1)) };
}

/**
 * Measures remote myocardium where it was found or placed. A position with fewer than 20 voxels of inner wall is
 * skipped.
 * @returns null where no place is left, or none varies at all
 */
export function measureRemote(image: Volume, wall: Wall, places: RemotePlaces): Remote | null {
  const regions = places.flatMap((angle, slice) => {
    const region = angle === null ? null : regionAt(image, wall, slice, angle);
    return region === null ? [] : [region];
  });
  const squares = regions.reduce((sum, { sd, voxels }) => sum + sd ** 2 * (voxels.length - 1), 0);
  if (!(squares > 0)) return null;
  const degrees = regions.reduce((sum, { voxels }) => sum + voxels.length - 1, 0);
  const means = wall.centres.map((_, slice) => {
    const above = regions.find((region) => region.slice >= slice) ?? regions[regions.length - 1];
    const below = regions.findLast((region) => region.slice <= slice) ?? regions[0];
    if (above.slice === below.slice) return above.mean;
    return below.mean + ((above.mean - below.mean) * (slice - below.slice)) / (above.slice - below.slice);
  });
  return { regions, means, sd: Math.sqrt(squares / degrees) };
}
