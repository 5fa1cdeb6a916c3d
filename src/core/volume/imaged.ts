/** Which part of each slice was imaged: files pad slices to a common size, or to where a heart was cut out, with a constant. */
import type { Volume } from './volume.ts';

/** Columns and rows from the first to the last, both within; empty where `last` is less than `first`. */
export interface Box {
  readonly firstColumn: number;
  readonly lastColumn: number;
  readonly firstRow: number;
  readonly lastRow: number;
}

/** For each slice what remains without the rows and columns at its edges that hold only the corner's value. */
export function imagedBoxes({ voxels, size: [columns, rows, slices] }: Volume): Box[] {
  return Array.from({ length: slices }, (_, slice) => {
    const plane = voxels.subarray(slice * columns * rows, (slice + 1) * columns * rows);
    const isRow = (row: number, value: number): boolean => {
      for (let column = 0; column < columns; column++) if (plane[row * columns + column] !== value) return false;
      return true;
    };
    const isColumn = (column: number, value: number): boolean => {
      for (let row = 0; row < rows; row++) if (plane[row * columns + column] !== value) return false;
      return true;
    };
    let [firstColumn, lastColumn, firstRow, lastRow] = [0, columns - 1, 0, rows - 1];
    while (firstRow <= lastRow && isRow(firstRow, plane[firstRow * columns])) firstRow += 1;
    while (lastRow >= firstRow && isRow(lastRow, plane[lastRow * columns])) lastRow -= 1;
    while (firstColumn <= lastColumn && isColumn(firstColumn, plane[firstColumn])) firstColumn += 1;
    while (lastColumn >= firstColumn && isColumn(lastColumn, plane[lastColumn])) lastColumn -= 1;
    return { firstColumn, lastColumn, firstRow, lastRow };
  });
}

/** Calls back for the start and end of each row of each slice's box. */
function eachRow({ size: [columns, rows] }: Volume, boxes: readonly Box[], visit: (from: number, to: number) => void) {
  boxes.forEach(({ firstColumn, lastColumn, firstRow, lastRow }, slice) => {
    for (let row = firstRow; row <= lastRow && firstColumn <= lastColumn; row++) {
      const start = columns * (row + rows * slice);
      visit(start + firstColumn, start + lastColumn + 1);
    }
  });
}

/** The values of the imaged parts, slice by slice, without the voxels for which the file has none. */
export function valuesWithin(image: Volume, boxes: readonly Box[]): Float32Array {
  const { voxels, noData } = image;
  const values = new Float32Array(voxels.length);
  let count = 0;
  eachRow(image, boxes, (from, to) => {
    for (let at = from; at < to; at++) if (!noData?.[at]) values[count++] = voxels[at];
  });
  return values.subarray(0, count);
}

/** The same image with one value wherever nothing was imaged. */
export function filledBeyond(image: Volume, boxes: readonly Box[], value: number): Volume {
  const { voxels, noData } = image;
  const filled = new Float32Array(voxels.length).fill(value);
  eachRow(image, boxes, (from, to) => {
    for (let at = from; at < to; at++) if (!noData?.[at]) filled[at] = voxels[at];
  });
  return { ...image, voxels: filled };
}
