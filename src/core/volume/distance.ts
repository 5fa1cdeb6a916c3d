import type { Grid } from './volume.ts';

/** Farther than any slice is wide: the distance to an absent structure. */
const FAR_MM = 1e4;

/**
 * Distance of each pixel of a slice to the border of a structure, mm: negative inside. Exact, by the nearest pixel of
 * the other kind and half a pixel; very large where all pixels are of one kind.
 * @param inside 1 for the structure's pixels, 0 for the others, column fastest
 */
export function signedDistanceMm(inside: Uint8Array, columns: number, [dx, dy]: Grid['spacing']): Float64Array {
  const toInside = squaredDistance(inside, 1, columns, dx, dy);
  const toOutside = squaredDistance(inside, 0, columns, dx, dy);
  const half = (dx + dy) / 4;
  return toInside.map((squared, p) => (inside[p] ? half - Math.sqrt(toOutside[p]) : Math.sqrt(squared) - half));
}

/** Squared distance to the nearest pixel of a value: down the columns, then along the rows. */
function squaredDistance(mask: Uint8Array, value: number, columns: number, dx: number, dy: number): Float64Array {
  const down = new Float64Array(mask.length);
  for (let column = 0; column < columns; column++) {
    let since = FAR_MM;
    for (let at = column; at < mask.length; at += columns) {
      since = mask[at] === value ? 0 : since + dy;
      down[at] = since;
    }
    since = FAR_MM;
    for (let at = mask.length - columns + column; at >= 0; at -= columns) {
      since = mask[at] === value ? 0 : since + dy;
      if (since < down[at]) down[at] = since;
    }
  }
  const squared = down.map((mm) => mm * mm);
  for (let row = 0; row < mask.length; row += columns) alongRow(squared.subarray(row, row + columns), dx);
  return squared;
}

/**
 * Replaces each column's squared distance by the least over all columns of theirs plus the squared distance to them:
 * the lower envelope of parabolas, found in one pass (Felzenszwalb and Huttenlocher, Theory of Computing 2012;8:415).
 */
function alongRow(squared: Float64Array, dx: number): void {
  const heights = squared.slice();
  /** The parabolas of the envelope by their columns, and where each becomes the lowest, mm. */
  const columns = [0];
  const from = [-Infinity];
  for (let column = 1; column < heights.length; column++) {
    for (;;) {
      const last = columns.length - 1;
      const before = columns[last];
      const way = (column - before) * dx;
      const meet = before * dx + way / 2 + (heights[column] - heights[before]) / (2 * way);
      if (meet > from[last]) {
        columns.push(column);
        from.push(meet);
        break;
      }
      columns.pop();
      from.pop();
    }
  }
  for (let column = 0, k = 0; column < heights.length; column++) {
    while (k + 1 < from.length && from[k + 1] <= column * dx) k += 1;
    squared[column] = ((column - columns[k]) * dx) ** 2 + heights[columns[k]];
  }
}
