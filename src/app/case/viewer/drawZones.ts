import { Zone } from '../../../core/scar/thresholds.ts';
import type { Grid } from '../../../core/volume/volume.ts';
import { drawImage, rgb } from '../../shared/drawSlice.ts';
import type { Placement } from '../../shared/region.ts';

/** The image can be seen through it. */
const OPACITY = 0.55;

/** Paints grey zone and core over a slice; `zones` as `zoneVoxels` gives them. */
export function drawZones(
  context: CanvasRenderingContext2D,
  zones: Uint8Array,
  { size: [columns, rows] }: Grid,
  slice: number,
  placement: Placement,
): void {
  const style = getComputedStyle(document.documentElement);
  const [grey, core] = ['--zone-grey', '--zone-core'].map((name) => rgb(style.getPropertyValue(name).trim()));
  const image = new ImageData(columns, rows);
  for (let i = 0; i < columns * rows; i++) {
    const zone = zones[slice * columns * rows + i];
    if (zone === Zone.neither) continue;
    image.data.set(zone === Zone.core ? core : grey, 4 * i);
    image.data[4 * i + 3] = 255 * OPACITY;
  }
  drawImage(context, image, placement, false);
}
