/**
 * EMIDEC's stacks as they were scanned. As stored, each slice is moved so that the expert's contour is in its middle, and padded with
 * zeros: nothing learned or measured on such stacks says whether a heart is found.
 */
import { imagedBoxes } from '../../core/volume/imaged.ts';
import type { LabelledCase } from '../files/caseFolder.ts';

/**
 * Moves each slice back by the padding that it shows, and crops the stack to what all slices have.
 * A slice that is padded on one side was moved by that much; one padded on both was small, and stays.
 */
export function asScanned({ id, image, labels }: LabelledCase): LabelledCase {
  const [columns, rows, slices] = image.size;
  const moves = imagedBoxes(image).map(({ firstColumn, lastColumn, firstRow, lastRow }) => {
    const back = (before: number, after: number): number => (before > 0 && after > 0 ? 0 : after - before);
    const x = back(firstColumn, columns - 1 - lastColumn);
    const y = back(firstRow, rows - 1 - lastRow);
    return { x, y, left: firstColumn + x, right: lastColumn + x, top: firstRow + y, bottom: lastRow + y };
  });
  const left = Math.max(0, ...moves.map((one) => one.left));
  const right = Math.min(columns - 1, ...moves.map((one) => one.right));
  const top = Math.max(0, ...moves.map((one) => one.top));
  const bottom = Math.min(rows - 1, ...moves.map((one) => one.bottom));
  const size = [right - left + 1, bottom - top + 1, slices] as const;
  const voxels = new Float32Array(size[0] * size[1] * slices);
  const moved = new Uint8Array(voxels.length);
  for (let slice = 0; slice < slices; slice++) {
    const { x, y } = moves[slice];
    for (let row = 0; row < size[1]; row++) {
      const from = (slice * rows + row + top - y) * columns + left - x;
      const to = (slice * size[1] + row) * size[0];
      voxels.set(image.voxels.subarray(from, from + size[0]), to);
      moved.set(labels.labels.subarray(from, from + size[0]), to);
    }
  }
  const grid = { size, spacing: image.spacing, frame: null };
  return { id, image: { ...grid, voxels }, labels: { ...grid, labels: moved } };
}
