/** Connected parts of a mask and the holes in it. */
import type { Vector3 } from './volume.ts';

/**
 * Keeps the largest connected part of a mask, as `componentsOf` finds them.
 * @returns a new mask; all 0 if the input is
 */
export function largestComponent(mask: Uint8Array, size: Vector3, reach = 0): Uint8Array {
  const kept = new Uint8Array(mask.length);
  const [largest] = componentsOf(mask, size, reach);
  for (const at of largest ?? []) kept[at] = 1;
  return kept;
}

/**
 * The connected parts of a mask, the largest first: neighbours share a face in the slice, or are above one another
 * within `reach` pixels, because breath-holds shift slices against each other.
 * @param mask column fastest, 0 or 1
 * @returns the indices of each part's voxels
 */
export function componentsOf(mask: Uint8Array, size: Vector3, reach = 0): number[][] {
  const [columns, rows, slices] = size;
  const plane = columns * rows;
  const seen = new Uint8Array(mask.length);
  const parts: number[][] = [];
  for (let start = 0; start < mask.length; start++) {
    if (!mask[start] || seen[start]) continue;
    seen[start] = 1;
    const part = [start];
    const visit = (at: number): void => {
      if (mask[at] && !seen[at]) {
        seen[at] = 1;
        part.push(at);
      }
    };
    for (let next = 0; next < part.length; next++) {
      const at = part[next];
      const column = at % columns;
      const row = Math.floor(at / columns) % rows;
      const slice = Math.floor(at / plane);
      if (column > 0) visit(at - 1);
      if (column < columns - 1) visit(at + 1);
      if (row > 0) visit(at - columns);
      if (row < rows - 1) visit(at + columns);
      if (slice > 0) visit(at - plane);
      if (slice < slices - 1) visit(at + plane);
      // Whatever is within reach of an inner pixel and not straight above the part is within reach of its border.
      const inner =
        column > 0 &&
        column < columns - 1 &&
        row > 0 &&
        row < rows - 1 &&
        mask[at - 1] &&
        mask[at + 1] &&
        mask[at - columns] &&
        mask[at + columns];
      if (reach === 0 || inner) continue;
      for (const beside of [slice - 1, slice + 1]) {
        if (beside < 0 || beside >= slices) continue;
        for (let r = Math.max(0, row - reach); r <= Math.min(rows - 1, row + reach); r++) {
          for (let c = Math.max(0, column - reach); c <= Math.min(columns - 1, column + reach); c++) {
            visit(c + columns * (r + rows * beside));
          }
        }
      }
    }
    parts.push(part);
  }
  return parts.sort((a, b) => b.length - a.length);
}

/**
 * The pixels of one slice that are outside a mask but enclosed by it (not connected to the border through a face).
 * @param inside columns x rows, 0 or 1
 */
export function enclosedPixels(inside: Uint8Array, columns: number, rows: number): Uint8Array {
  const open = new Uint8Array(inside.length);
  const stack: number[] = [];
  const visit = (at: number): void => {
    if (!inside[at] && !open[at]) {
      open[at] = 1;
      stack.push(at);
    }
  };
  for (let column = 0; column < columns; column++) {
    visit(column);
    visit(column + columns * (rows - 1));
  }
  for (let row = 0; row < rows; row++) {
    visit(row * columns);
    visit(row * columns + columns - 1);
  }
  while (stack.length > 0) {
    const at = stack.pop() as number;
    const column = at % columns;
    if (column > 0) visit(at - 1);
    if (column < columns - 1) visit(at + 1);
    if (at >= columns) visit(at - columns);
    if (at < columns * (rows - 1)) visit(at + columns);
  }
  return inside.map((value, at) => (!value && !open[at] ? 1 : 0));
}
