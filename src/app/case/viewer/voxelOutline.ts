import { contours } from 'd3';
import type { Placement } from '../../shared/region.ts';

/**
 * SVG path around some voxels of a slice, in px of a placement; empty for no voxels.
 * @param voxels their indices in the slice, column fastest
 */
export function voxelOutline(
  voxels: readonly number[],
  columns: number,
  { left, top, scaleX, scaleY }: Placement,
): string {
  if (voxels.length === 0) return '';
  const xs = voxels.map((at) => at % columns);
  const ys = voxels.map((at) => Math.floor(at / columns));
  const [x0, y0] = [Math.min(...xs) - 1, Math.min(...ys) - 1];
  const [width, height] = [Math.max(...xs) - x0 + 2, Math.max(...ys) - y0 + 2];
  const mask = new Array<number>(width * height).fill(0);
  voxels.forEach((_, i) => (mask[xs[i] - x0 + width * (ys[i] - y0)] = 1));
  const rings = contours().size([width, height]).contour(mask, 0.5).coordinates.flat();
  const px = (value: number): string => value.toFixed(1);
  return rings
    .map((ring) => {
      const points = ring.map(([x, y]) => `${px(left + (x0 + x) * scaleX)},${px(top + (y0 + y) * scaleY)}`);
      return `M${points.join('L')}Z`;
    })
    .join('');
}
