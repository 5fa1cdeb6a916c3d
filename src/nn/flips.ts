/** A square as it is, and flipped along its columns, its rows and both. */
export const FLIPS: readonly (readonly [boolean, boolean])[] = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
];

/** Squares one after another, channel fastest, flipped along columns, rows or both; its own inverse. */
export function flipped(
  values: Float32Array,
  size: number,
  channels: number,
  [alongColumns, alongRows]: readonly [boolean, boolean],
): Float32Array {
  if (!alongColumns && !alongRows) return values;
  const result = new Float32Array(values.length);
  const rows = values.length / (size * channels);
  for (let row = 0; row < rows; row++) {
    const inSquare = row % size;
    const from = alongRows ? row - inSquare + (size - 1 - inSquare) : row;
    for (let column = 0; column < size; column++) {
      const source = (from * size + (alongColumns ? size - 1 - column : column)) * channels;
      const target = (row * size + column) * channels;
      for (let c = 0; c < channels; c++) result[target + c] = values[source + c];
    }
  }
  return result;
}
