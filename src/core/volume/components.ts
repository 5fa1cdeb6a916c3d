/** Connected parts of a mask and the holes in it. */
import type { Vector3 } from './volume.ts';

/**
 * Keeps the largest connected part of a mask: neighbours share a face in the slice, or lie above one another within
 * `reach` pixels, because breath-holds shift slices against each other.
 * @param mask column fastest, 0 or 1
 * @returns a new mask; all 0 if the input is
 */
export function largestComponent(mask: Uint8Array, size: Vector3, reach = 0): Uint8Array {
  const [columns, rows, slices] = size;
  const plane = columns * rows;
  const part = new Int32Array(mask.length);
  const stack: number[] = [];
  let parts = 0;
  let best = 0;
  let bestCount = 0;
  for (let start = 0; start < mask.length; start++) {
    if (!mask[start] || part[start]) continue;
    parts += 1;
    let count = 0;
    part[start] = parts;
    stack.push(start);
    const visit = (at: number): void => {
      if (mask[at] && !part[at]) {
        part[at] = parts;
        stack.push(at);
      }
    };
    while (stack.length > 0) {
      const at = stack.pop() as number;
      count += 1;
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
      for (const next of [slice - 1, slice + 1]) {
        if (next < 0 || next >= slices) continue;
        for (let r = Math.max(0, row - reach); r <= Math.min(rows - 1, row + reach); r++) {
          for (let c = Math.max(0, column - reach); c <= Math.min(columns - 1, column + reach); c++) {
            visit(c + columns * (r + rows * next));
          }
        }
      }
    }
    if (count > bestCount) {
      best = parts;
      bestCount = count;
    }
  }
  const kept = new Uint8Array(mask.length);
  if (best > 0) for (let at = 0; at < kept.length; at++) if (part[at] === best) kept[at] = 1;
  return kept;
}

/**
 * The pixels of one slice that lie outside a mask but are enclosed by it (not connected to the border through a face).
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
