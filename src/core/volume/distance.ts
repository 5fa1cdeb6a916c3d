import type { Grid } from './volume.ts';

/** Farther than any slice is wide: the distance to a structure that is not there. */
const FAR_MM = 1e4;

/**
 * Distance of each pixel of a slice to the border of a structure, mm: negative inside. Exact, by the nearest pixel of the other
 * kind and half a pixel; very far where all pixels are of one kind.
 * @param inside 1 for the structure's pixels, 0 for the others, column fastest
 */
export function signedDistanceMm(
  inside: Uint8Array,
  [columns, rows]: readonly [number, number],
  [dx, dy]: Grid['spacing'],
): Float64Array {
  const toInside = squaredDistance(inside, 1, columns, rows, dx, dy);
  const toOutside = squaredDistance(inside, 0, columns, rows, dx, dy);
  const half = (dx + dy) / 4;
  return Float64Array.from(inside, (value, p) =>
    value ? half - Math.sqrt(toOutside[p]) : Math.sqrt(toInside[p]) - half,
  );
}

/** Squared distance to the nearest pixel of a value: down the columns, then along the rows. */
function squaredDistance(
  mask: Uint8Array,
  value: number,
  columns: number,
  rows: number,
  dx: number,
  dy: number,
): Float64Array {
  const down = new Float64Array(mask.length).fill(FAR_MM);
  for (let column = 0; column < columns; column++) {
    for (const [start, step] of [
      [0, 1],
      [rows - 1, -1],
    ]) {
      let since = FAR_MM;
      for (let row = start; row >= 0 && row < rows; row += step) {
        const at = row * columns + column;
        since = mask[at] === value ? 0 : since + dy;
        down[at] = Math.min(down[at], since);
      }
    }
  }
  const squared = new Float64Array(mask.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let least = Infinity;
      for (let other = 0; other < columns; other++) {
        const across = (other - column) * dx;
        if (across * across < least) least = Math.min(least, across * across + down[row * columns + other] ** 2);
      }
      squared[row * columns + column] = least;
    }
  }
  return squared;
}
