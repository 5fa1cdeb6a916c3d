import type { Grid } from '../../../core/volume/volume.ts';
import { drawImage, rgb } from '../../shared/drawSlice.ts';
import type { Placement } from '../../shared/region.ts';

/** The strongest place is this opaque, so that the image can be seen through it. */
const MOST_OPAQUE = 0.65;

/** Draws where the image branch looked: the deeper the colour, the more; one hue for earlier events and one for later. */
export function drawAttention(
  context: CanvasRenderingContext2D,
  attention: Float32Array,
  { size }: Grid,
  slice: number,
  placement: Placement,
): void {
  const [columns, rows] = size;
  const style = getComputedStyle(document.documentElement);
  const [earlier, later] = ['--attention-earlier', '--attention-later'].map((name) =>
    rgb(style.getPropertyValue(name).trim()),
  );
  const image = new ImageData(columns, rows);
  for (let i = 0; i < columns * rows; i++) {
    const value = attention[slice * columns * rows + i];
    image.data.set(value < 0 ? earlier : later, 4 * i);
    image.data[4 * i + 3] = 255 * MOST_OPAQUE * Math.abs(value);
  }
  drawImage(context, image, placement, false);
}
