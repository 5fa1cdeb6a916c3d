/** Makes a network's labels anatomically possible, and reads the stack's direction from them. */
import { enclosedPixels, largestComponent } from '../volume/components.ts';
import { isHeart, isMyocardium, isScar, Label, voxelVolumeMl, type LabelVolume } from '../volume/volume.ts';

/** How far a slice may be shifted against its neighbour and still belong to the same ventricle, mm. */
const BREATH_HOLD_SHIFT_MM = 6;

/**
 * Keeps the largest left ventricle, fills its holes slice by slice, and takes out scar that lies within the pool.
 * A hole that borders on blood pool alone is pool; any other is viable myocardium. Scar or no-reflow that touches no other
 * myocardium and lies wholly in the pool is pool.
 */
export function tidyLabels(raw: LabelVolume): LabelVolume {
  const [columns, rows, slices] = raw.size;
  const plane = columns * rows;
  const labels = raw.labels.slice();
  keepLargestHeart(labels, raw);
  for (let slice = 0; slice < slices; slice++) {
    const here = labels.subarray(slice * plane, (slice + 1) * plane);
    keepLargestPart(here, columns, rows, 1, 0);
    fillHoles(here, columns, rows);
    clearIslands(here, columns, rows);
  }
  // Pieces that went may have been all that held a slice to the rest.
  keepLargestHeart(labels, raw);
  return { ...raw, labels };
}

/** Less scar in a whole stack than this cannot be told from none: of normal hearts most were marked with less, of infarcts few. */
const LEAST_SCAR_ML = 1;

/** A network's labels without scar where all of it together is but a trace; what was scar or no-reflow is then viable. */
export function clearTraces(labels: LabelVolume): LabelVolume {
  const scarMl = labels.labels.filter(isScar).length * voxelVolumeMl(labels);
  if (scarMl >= LEAST_SCAR_ML) return labels;
  return { ...labels, labels: labels.labels.map((label) => (isScar(label) ? Label.viable : label)) };
}

function keepLargestHeart(labels: Uint8Array, { size: [columns, rows, slices], spacing }: LabelVolume): void {
  const reach = Math.round(BREATH_HOLD_SHIFT_MM / Math.max(spacing[0], spacing[1]));
  keepLargestPart(labels, columns, rows, slices, reach);
}

/** The ventricle is one piece, in the stack and in each slice: smaller ones go. */
function keepLargestPart(labels: Uint8Array, columns: number, rows: number, slices: number, reach: number): void {
  const kept = largestComponent(
    labels.map((label) => (isHeart(label) ? 1 : 0)),
    [columns, rows, slices],
    reach,
  );
  labels.forEach((_, at) => {
    if (!kept[at]) labels[at] = Label.background;
  });
}

function fillHoles(labels: Uint8Array, columns: number, rows: number): void {
  const holes = enclosedPixels(
    labels.map((label) => (isHeart(label) ? 1 : 0)),
    columns,
    rows,
  );
  forEachPart(holes, columns, rows, (pixels, border) => {
    const poolOnly = border.every((at) => labels[at] === Label.bloodPool);
    for (const at of pixels) labels[at] = poolOnly ? Label.bloodPool : Label.viable;
  });
}

/** Pieces of wall that are cut off from the slice's wall: pool if the pool surrounds them, else left as they are. */
function clearIslands(labels: Uint8Array, columns: number, rows: number): void {
  const wall = labels.map((label) => (isMyocardium(label) ? 1 : 0));
  const main = largestComponent(wall, [columns, rows, 1]);
  const islands = wall.map((value, at) => (value && !main[at] ? 1 : 0));
  forEachPart(islands, columns, rows, (pixels, border) => {
    if (border.every((at) => labels[at] === Label.bloodPool)) for (const at of pixels) labels[at] = Label.bloodPool;
  });
}

/** Calls back for each face-connected part of a slice's mask with its pixels and the pixels around it. */
function forEachPart(
  mask: Uint8Array,
  columns: number,
  rows: number,
  each: (pixels: readonly number[], border: readonly number[]) => void,
): void {
  const seen = new Uint8Array(mask.length);
  for (let start = 0; start < mask.length; start++) {
    if (!mask[start] || seen[start]) continue;
    const pixels: number[] = [];
    const border = new Set<number>();
    const stack = [start];
    seen[start] = 1;
    while (stack.length > 0) {
      const at = stack.pop() as number;
      pixels.push(at);
      const column = at % columns;
      const neighbours = [
        column > 0 ? at - 1 : -1,
        column < columns - 1 ? at + 1 : -1,
        at >= columns ? at - columns : -1,
        at < columns * (rows - 1) ? at + columns : -1,
      ];
      for (const next of neighbours) {
        if (next < 0) continue;
        if (!mask[next]) border.add(next);
        else if (!seen[next]) {
          seen[next] = 1;
          stack.push(next);
        }
      }
    }
    each(pixels, [...border]);
  }
}

/** Which end of the stack is the apex. */
export type StackEnd = 'first' | 'last';

/** Areas at the two ends must differ by this share before the mask decides. */
const CLEAR_TAPER = 0.1;

/**
 * The end with the smaller ventricle (pool and wall): the mean area of the third of the segmented slices at each end.
 * null where the two are within a tenth of each other, or fewer than two slices hold a ventricle.
 */
export function apexFromMask(labels: LabelVolume): StackEnd | null {
  const [columns, rows, slices] = labels.size;
  const plane = columns * rows;
  const areas: number[] = [];
  for (let slice = 0; slice < slices; slice++) {
    let area = 0;
    for (let at = slice * plane; at < (slice + 1) * plane; at++) if (isHeart(labels.labels[at])) area += 1;
    if (area > 0) areas.push(area);
  }
  if (areas.length < 2) return null;
  const third = Math.max(1, Math.floor(areas.length / 3));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const first = mean(areas.slice(0, third));
  const last = mean(areas.slice(-third));
  if (Math.abs(first - last) < CLEAR_TAPER * Math.max(first, last)) return null;
  return first < last ? 'first' : 'last';
}
