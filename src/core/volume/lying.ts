/** How squares of pixels can be rotated and flipped in their plane. */

/** Columns counted from the end, rows from the end, then the two exchanged. */
const WAYS: readonly (readonly [boolean, boolean, boolean])[] = Array.from({ length: 8 }, (_, way) => [
  (way & 1) !== 0,
  (way & 2) !== 0,
  (way & 4) !== 0,
]);

/**
 * The eight orientations that a stack of squares can have in the patient if its directions are not known; the first is
 * as it is.
 */
export const LYING_WAYS: readonly number[] = [...WAYS.keys()];

/** The flips among them: as it is, along its columns, its rows and both. */
export const FLIPS: readonly number[] = LYING_WAYS.slice(0, 4);

/** Squares of pixels (channel fastest), one after another, in another orientation. */
export function lyingAnotherWay(values: Float32Array, side: number, channels: number, way: number): Float32Array {
  if (way === 0) return values;
  const turned = new Float32Array(values.length);
  eachPixel(values.length, side, channels, way, (source, target) => {
    for (let c = 0; c < channels; c++) turned[target + c] = values[source + c];
  });
  return turned;
}

/** Undoes `lyingAnotherWay`. */
export function lyingAsBefore(turned: Float32Array, side: number, channels: number, way: number): Float32Array {
  if (way === 0) return turned;
  const values = new Float32Array(turned.length);
  eachPixel(turned.length, side, channels, way, (source, target) => {
    for (let c = 0; c < channels; c++) values[source + c] = turned[target + c];
  });
  return values;
}

/** Calls back with where each pixel of the rotated squares comes from and goes to. */
function eachPixel(
  length: number,
  side: number,
  channels: number,
  way: number,
  each: (source: number, target: number) => void,
): void {
  const [columnsBack, rowsBack, swapped] = WAYS[way];
  for (let start = 0; start < length; start += side * side * channels) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const [column, row] = swapped ? [y, x] : [x, y];
        const from = (rowsBack ? side - 1 - row : row) * side + (columnsBack ? side - 1 - column : column);
        each(start + from * channels, start + (y * side + x) * channels);
      }
    }
  }
}
