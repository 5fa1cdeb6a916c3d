/** Makes a network's labels anatomically possible, and reads the stack's direction from them. */
import { enclosedPixels, largestComponent } from '../volume/components.ts';
import { isHeart, isMyocardium, isScar, Label, voxelVolumeMl, type LabelVolume } from '../volume/volume.ts';

/** How far a slice may be shifted against its neighbour and still belong to the same ventricle, mm. */
const BREATH_HOLD_SHIFT_MM = 6;

/** What anatomy allows of a network's labels: `keepVentricle`, then `closeWalls`. */
export const tidyLabels = (raw: LabelVolume): LabelVolume => closeWalls(keepVentricle(raw));

/**
 * Keeps the largest left ventricle, fills its holes slice by slice, and removes scar that is within the pool.
 * A hole that borders on blood pool alone is pool; any other is viable myocardium. Scar or no-reflow that touches no
 * other myocardium and is wholly in the pool is pool. A slice has one pool; smaller ones are viable myocardium.
 */
export function keepVentricle(raw: LabelVolume): LabelVolume {
  const [columns, rows] = raw.size;
  const labels = raw.labels.slice();
  keepLargestHeart(labels, raw);
  for (const here of slicesOf({ ...raw, labels })) {
    keepLargestPart(here, columns, rows, 1, 0);
    fillHoles(here, columns, rows);
    clearIslands(here, columns, rows);
    keepLargestPool(here, columns, rows);
  }
  // The removed pieces may have been all that connected a slice to the rest.
  keepLargestHeart(labels, raw);
  return { ...raw, labels };
}

/** Views of a stack's slices. */
function slicesOf({ labels, size: [columns, rows, slices] }: LabelVolume): Uint8Array[] {
  const plane = columns * rows;
  return Array.from({ length: slices }, (_, slice) => labels.subarray(slice * plane, (slice + 1) * plane));
}

/**
 * Scar of a whole stack, by the network, that cannot be told from none: in the cases held out for decisions no normal
 * heart had more, and no infarct that it found had less.
 */
export const MIN_SCAR_ML = 3;
/** The same for no-reflow: most cases with less had none, by the expert. */
export const LEAST_NO_REFLOW_ML = 0.7;

/** Labels without traces, and what was a trace. */
export interface ClearedLabels {
  readonly labels: LabelVolume;
  /** Scar and no-reflow that now count as viable, mL. */
  readonly clearedScarMl: number;
}

/**
 * A network's labels without scar where all of it together is only a trace; a trace of no-reflow within scar becomes
 * scar.
 */
export function clearTraces(labels: LabelVolume): ClearedLabels {
  const plane = labels.size[0] * labels.size[1];
  const ml = (is: (label: number) => boolean): number => {
    const counts = new Float64Array(labels.size[2]);
    labels.labels.forEach((label, at) => {
      if (is(label)) counts[Math.floor(at / plane)] += 1;
    });
    // Slice by slice: summed voxel by voxel, three millilitres would come out smaller by rounding.
    return counts.reduce((sum, count, slice) => sum + count * voxelVolumeMl(labels, slice), 0);
  };
  const turned = (is: (label: number) => boolean, into: number): LabelVolume => ({
    ...labels,
    labels: labels.labels.map((label) => (is(label) ? into : label)),
  });
  const scarMl = ml(isScar);
  if (scarMl < MIN_SCAR_ML) return { labels: turned(isScar, Label.viable), clearedScarMl: scarMl };
  const isNoReflow = (label: number): boolean => label === Label.noReflow;
  return { labels: ml(isNoReflow) < LEAST_NO_REFLOW_ML ? turned(isNoReflow, Label.scar) : labels, clearedScarMl: 0 };
}

function keepLargestHeart(labels: Uint8Array, { size: [columns, rows, slices], spacing }: LabelVolume): void {
  const reach = Math.round(BREATH_HOLD_SHIFT_MM / Math.max(spacing[0], spacing[1]));
  keepLargestPart(labels, columns, rows, slices, reach);
}

/** The ventricle is one piece, in the stack and in each slice: smaller ones are removed. */
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

/**
 * Pieces of wall that are cut off from the slice's wall: pool if the pool surrounds them, otherwise left as they are.
 */
function clearIslands(labels: Uint8Array, columns: number, rows: number): void {
  const wall = labels.map((label) => (isMyocardium(label) ? 1 : 0));
  const main = largestComponent(wall, [columns, rows, 1]);
  const islands = wall.map((value, at) => (value && !main[at] ? 1 : 0));
  forEachPart(islands, columns, rows, (pixels, border) => {
    // What is beyond the image's edge is not known.
    const surrounded = pixels.every((at) => neighboursOf(at, columns, rows).length === 4);
    if (surrounded && border.every((at) => labels[at] === Label.bloodPool)) {
      for (const at of pixels) labels[at] = Label.bloodPool;
    }
  });
}

/** The pool of a slice is one piece; what the network took for others belongs to the wall. */
function keepLargestPool(labels: Uint8Array, columns: number, rows: number): void {
  const pool = labels.map((label) => (label === Label.bloodPool ? 1 : 0));
  const main = largestComponent(pool, [columns, rows, 1]);
  pool.forEach((value, at) => {
    if (value && !main[at]) labels[at] = Label.viable;
  });
}

/** The wall thickness where no slice of the stack shows a whole wall, mm: that of a normal left ventricle. */
const NORMAL_WALL_MM = 8;

/**
 * Closes the wall around the pool: where the pool touches the background, viable myocardium is put between them, as
 * thick as in the nearest slice with a closed wall.
 */
export function closeWalls(open: LabelVolume): LabelVolume {
  const { size, spacing } = open;
  const [columns, rows] = size;
  const closed = { ...open, labels: open.labels.slice() };
  const inSlices = slicesOf(closed);
  const exposed = inSlices.map((labels) => exposedPool(labels, columns, rows));
  const thicknesses = inSlices.map((labels, slice) =>
    exposed[slice].length === 0 ? wallThicknessMm(labels, spacing[0] * spacing[1]) : null,
  );
  inSlices.forEach((labels, slice) => {
    if (exposed[slice].length === 0) return;
    const nearest = thicknesses
      .flatMap((mm, other) => (mm === null ? [] : [{ mm, away: Math.abs(other - slice) }]))
      .sort((a, b) => a.away - b.away);
    closeWall(labels, columns, exposed[slice], nearest[0]?.mm ?? NORMAL_WALL_MM, spacing);
    keepLargestPart(labels, columns, rows, 1, 0);
    fillHoles(labels, columns, rows);
  });
  return closed;
}

/** The pool's pixels that touch background. */
function exposedPool(labels: Uint8Array, columns: number, rows: number): number[] {
  const found: number[] = [];
  labels.forEach((label, at) => {
    if (label !== Label.bloodPool) return;
    if (neighboursOf(at, columns, rows).some((next) => labels[next] === Label.background)) found.push(at);
  });
  return found;
}

/** That of a ring with the areas of a slice's pool and wall; null where one of them is missing. */
function wallThicknessMm(labels: Uint8Array, pixelMm2: number): number | null {
  let pool = 0;
  let wall = 0;
  for (const label of labels) {
    if (label === Label.bloodPool) pool += 1;
    else if (isMyocardium(label)) wall += 1;
  }
  if (pool === 0 || wall === 0) return null;
  return Math.sqrt(((pool + wall) * pixelMm2) / Math.PI) - Math.sqrt((pool * pixelMm2) / Math.PI);
}

/** Background next to the exposed pool, within a wall's thickness of it and nearer to no other pool. */
function closeWall(
  labels: Uint8Array,
  columns: number,
  exposed: readonly number[],
  thicknessMm: number,
  [columnMm, rowMm]: LabelVolume['spacing'],
): void {
  const rows = labels.length / columns;
  const pool: number[] = [];
  labels.forEach((label, at) => {
    if (label !== Label.bloodPool) return;
    if (neighboursOf(at, columns, rows).some((next) => labels[next] !== Label.bloodPool)) pool.push(at);
  });
  const nearestMm = (at: number, points: readonly number[]): number =>
    points.reduce((least, point) => {
      const across = ((at % columns) - (point % columns)) * columnMm;
      const down = (Math.floor(at / columns) - Math.floor(point / columns)) * rowMm;
      return Math.min(least, Math.hypot(across, down));
    }, Infinity);
  const closed: number[] = [];
  const reachMm = Math.max(thicknessMm, columnMm, rowMm);
  labels.forEach((label, at) => {
    if (label !== Label.background) return;
    const mm = nearestMm(at, exposed);
    if (mm <= reachMm && mm <= nearestMm(at, pool)) closed.push(at);
  });
  for (const at of closed) labels[at] = Label.viable;
}

/** The up to four pixels of a slice that share a face with a pixel. */
function neighboursOf(at: number, columns: number, rows: number): number[] {
  const column = at % columns;
  return [
    column > 0 ? at - 1 : -1,
    column < columns - 1 ? at + 1 : -1,
    at >= columns ? at - columns : -1,
    at < columns * (rows - 1) ? at + columns : -1,
  ].filter((next) => next >= 0);
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
      for (const next of neighboursOf(at, columns, rows)) {
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
