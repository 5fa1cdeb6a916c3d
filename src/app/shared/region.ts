import { Label, type Grid, type LabelVolume } from '../../core/volume/volume.ts';

/** A rectangle of a slice in voxel edges: voxel (i, j) covers [i, i + 1] x [j, j + 1]. May extend beyond the slice. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What is shown around the heart, mm. */
const HEART_MARGIN_MM = 18;

export function wholeSlice({ size }: Grid): Region {
  return { left: 0, top: 0, right: size[0], bottom: size[1] };
}

/** The middle half of a slice, where the heart is before anything is known. */
export function middle({ size: [columns, rows] }: Grid): Region {
  return { left: columns / 4, top: rows / 4, right: (3 * columns) / 4, bottom: (3 * rows) / 4 };
}

/** A square (in mm) around all that was segmented as heart in any slice; null where nothing was. */
export function heartRegion(labels: LabelVolume): Region | null {
  const [columns, rows] = labels.size;
  let [left, top, right, bottom] = [columns, rows, -1, -1];
  // Half a million voxels on the page's own thread: no call for each.
  for (let i = 0; i < labels.labels.length; i++) {
    if (labels.labels[i] === Label.background) continue;
    const column = i % columns;
    const row = Math.floor(i / columns) % rows;
    left = Math.min(left, column);
    right = Math.max(right, column + 1);
    top = Math.min(top, row);
    bottom = Math.max(bottom, row + 1);
  }
  if (right < 0) return null;
  const [dx, dy] = labels.spacing;
  const halfMm = Math.max((right - left) * dx, (bottom - top) * dy) / 2 + HEART_MARGIN_MM;
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  return { left: x - halfMm / dx, right: x + halfMm / dx, top: y - halfMm / dy, bottom: y + halfMm / dy };
}

/**
 * How a region is placed on a canvas: voxel edge (x, y) is drawn at (left + x * scaleX, top + y * scaleY), the region
 * centred.
 */
export interface Placement {
  readonly left: number;
  readonly top: number;
  readonly scaleX: number;
  readonly scaleY: number;
  readonly pixelsPerMm: number;
}

export function place(region: Region, { spacing }: Grid, width: number, height: number): Placement {
  const widthMm = (region.right - region.left) * spacing[0];
  const heightMm = (region.bottom - region.top) * spacing[1];
  const pixelsPerMm = Math.min(width / widthMm, height / heightMm);
  const scaleX = pixelsPerMm * spacing[0];
  const scaleY = pixelsPerMm * spacing[1];
  return {
    left: (width - widthMm * pixelsPerMm) / 2 - region.left * scaleX,
    top: (height - heightMm * pixelsPerMm) / 2 - region.top * scaleY,
    scaleX,
    scaleY,
    pixelsPerMm,
  };
}

/** A region about its middle, enlarged `zoom` times and moved by a shift in mm. */
export function zoomedRegion(
  { left, top, right, bottom }: Region,
  { spacing }: Grid,
  zoom: number,
  [shiftX, shiftY]: readonly [number, number],
): Region {
  const [x, y] = [(left + right) / 2 + shiftX / spacing[0], (top + bottom) / 2 + shiftY / spacing[1]];
  const [halfX, halfY] = [(right - left) / 2 / zoom, (bottom - top) / 2 / zoom];
  return { left: x - halfX, top: y - halfY, right: x + halfX, bottom: y + halfY };
}
