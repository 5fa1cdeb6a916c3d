/**
 * A study's contours in small, for a quick look at many: cropped to the heart and thinned to some thirty voxels across. They hold no pixel
 * of the image, and so may be in a cohort's file; the image beneath them is kept only in memory.
 */
import type { LabelVolume, Volume } from '../../core/volume/volume.ts';
import { quantiles } from '../../core/quantiles.ts';

/** The labels of some slices, each as runs from the first voxel: the length (omitted for one), then 'a' for label 0, 'b' for 1 ... */
export interface StudyDrawing {
  readonly columns: number;
  readonly rows: number;
  readonly slices: readonly string[];
}

/** Where a small picture's voxels are in the stack: the index of each, by slice. */
interface SmallGrid {
  readonly columns: number;
  readonly rows: number;
  readonly slices: readonly Uint32Array[];
}

/** Voxels across the longer side. */
export const MOST_ACROSS = 32;
/** Slices, chosen evenly from those with a heart in them. */
export const MOST_PICTURED = 8;
/** Margin around the heart, in voxels of the stack. */
const MARGIN = 4;
const FIRST_LETTER = 'a'.charCodeAt(0);

/** The voxels of a small picture of the heart; null without a heart. */
function smallGrid({ size: [columns, rows, slices], labels }: LabelVolume): SmallGrid | null {
  const box = { left: columns, right: -1, top: rows, bottom: -1 };
  const drawn: number[] = [];
  for (let slice = 0; slice < slices; slice++) {
    let isDrawn = false;
    for (let at = 0; at < columns * rows; at++) {
      if (labels[slice * columns * rows + at] === 0) continue;
      isDrawn = true;
      box.left = Math.min(box.left, at % columns);
      box.right = Math.max(box.right, at % columns);
      box.top = Math.min(box.top, Math.floor(at / columns));
      box.bottom = Math.max(box.bottom, Math.floor(at / columns));
    }
    if (isDrawn) drawn.push(slice);
  }
  if (drawn.length === 0) return null;
  const left = Math.max(0, box.left - MARGIN);
  const top = Math.max(0, box.top - MARGIN);
  const width = Math.min(columns, box.right + 1 + MARGIN) - left;
  const height = Math.min(rows, box.bottom + 1 + MARGIN) - top;
  const step = Math.max(1, Math.max(width, height) / MOST_ACROSS);
  const small = { columns: Math.max(1, Math.floor(width / step)), rows: Math.max(1, Math.floor(height / step)) };
  const shown = Math.min(MOST_PICTURED, drawn.length);
  const chosen = Array.from({ length: shown }, (_, k) => drawn[Math.floor(((k + 0.5) * drawn.length) / shown)]);
  const along = (from: number, k: number): number => from + Math.floor((k + 0.5) * step);
  return {
    ...small,
    slices: chosen.map((slice) =>
      Uint32Array.from({ length: small.columns * small.rows }, (_, at) => {
        const row = along(top, Math.floor(at / small.columns));
        return along(left, at % small.columns) + columns * (row + rows * slice);
      }),
    ),
  };
}

/** The contours of a stack in small; null without a heart. */
export function drawingOf(of: LabelVolume): StudyDrawing | null {
  const grid = smallGrid(of);
  if (grid === null) return null;
  const { labels } = of;
  const { columns, rows, slices } = grid;
  return {
    columns,
    rows,
    slices: slices.map((places) => {
      let text = '';
      for (let at = 0; at < places.length;) {
        const label = labels[places[at]];
        let end = at + 1;
        while (end < places.length && labels[places[end]] === label) end++;
        text += `${end - at > 1 ? end - at : ''}${String.fromCharCode(FIRST_LETTER + label)}`;
        at = end;
      }
      return text;
    }),
  };
}

/** The labels of a slice of a drawing, row by row. */
export function labelsOfDrawing(slice: string): number[] {
  return [...slice.matchAll(/(\d*)([a-z])/g)].flatMap(([, length, letter]) =>
    Array.from({ length: length === '' ? 1 : Number(length) }, () => letter.charCodeAt(0) - FIRST_LETTER),
  );
}

/**
 * The image beneath the `drawingOf` of these labels, by slice, 0 to 255 from its 1st to its 99th percentile there; empty without a heart.
 */
export function greysOf({ voxels }: Volume, labels: LabelVolume): Uint8ClampedArray[] {
  const slices = smallGrid(labels)?.slices ?? [];
  const values = slices.flatMap((places) => Array.from(places, (at) => voxels[at])).filter(Number.isFinite);
  if (values.length === 0) return [];
  const [black, white] = quantiles(values, [0.01, 0.99]);
  return slices.map((places) =>
    Uint8ClampedArray.from(places, (at) => (255 * (voxels[at] - black)) / Math.max(white - black, Number.MIN_VALUE)),
  );
}
