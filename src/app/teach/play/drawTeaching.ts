import { Label, type Grid, type LabelVolume, type SlicePoint, type Volume } from '../../../core/volume/volume.ts';
import { drawFill, drawGray, drawOutlines, outlinesOf, type LabelColours } from '../../shared/drawSlice.ts';
import { openingWindow } from '../../shared/grayWindow.ts';
import { place, type Region } from '../../shared/region.ts';
import type { SliceView } from '../state/teachRoom.svelte.ts';

/** The side of the picture, in its own pixels: sharp on a projector. */
export const PICTURE = 720;
const LINE_WIDTH = 3;
const CORE_OPACITY = 0.42;
const GREY_OPACITY = 0.2;
/** Below the picture of a recording. */
const CAPTION_FONT = "500 24px 'Inter Variable', system-ui, sans-serif";
export const CAPTION_HEIGHT = 88;
const MARK_FONT = "600 22px 'Inter Variable', system-ui, sans-serif";

/** Half of the side of what is shown, mm: a dilated ventricle with the right one next to it. */
const HALF_MM = 64;

/** The middle of the slice, where teaching hearts are: the picture stays in place while knobs turn. */
function regionOf({ size: [columns, rows], spacing: [dx, dy] }: Grid): Region {
  const [x, y] = [columns / 2, rows / 2];
  return { left: x - HALF_MM / dx, right: x + HALF_MM / dx, top: y - HALF_MM / dy, bottom: y + HALF_MM / dy };
}

/** The point of a slice at a place of the picture, each from 0 to 1. */
export function pointOn(grid: Grid, [across, down]: readonly [number, number]): SlicePoint {
  const { left, top, scaleX, scaleY } = place(regionOf(grid), grid, PICTURE, PICTURE);
  return [(across * PICTURE - left) / scaleX - 0.5, (down * PICTURE - top) / scaleY - 0.5];
}

/** One slice of a volume as a volume. */
function sliceOf({ image, at }: Pick<SliceView, 'image' | 'at'>): Volume {
  const [columns, rows] = image.size;
  const area = columns * rows;
  return { ...image, size: [columns, rows, 1], voxels: image.voxels.subarray(at * area, (at + 1) * area) };
}

/**
 * Draws a slice of a teaching heart: grey, what is outlined, the true scar below the outline if that is the truth, and
 * always the mark that it is simulated, in the picture itself.
 */
export function drawTeaching(
  context: CanvasRenderingContext2D,
  view: Pick<SliceView, 'image' | 'greyZone' | 'at'>,
  outlined: LabelVolume | null,
  isTruth: boolean,
  colours: LabelColours,
  mark: string,
): void {
  const region = regionOf(view.image);
  const at = place(region, view.image, PICTURE, PICTURE);
  const image = sliceOf(view);
  context.fillStyle = 'black';
  context.fillRect(0, 0, PICTURE, PICTURE);
  drawGray(context, image, 0, openingWindow(image, region), at);
  if (outlined) {
    if (isTruth) {
      const parts = (grey: 0 | 1): LabelVolume => ({
        ...outlined,
        labels: outlined.labels.map((label, i) =>
          label === Label.scar && view.greyZone[i] === grey
            ? Label.scar
            : label === Label.noReflow && !grey
              ? label
              : 0,
        ),
      });
      drawFill(context, parts(0), view.at, colours, at, { opacity: CORE_OPACITY, onlyScar: true });
      drawFill(context, parts(1), view.at, colours, at, { opacity: GREY_OPACITY, onlyScar: true });
    }
    drawOutlines(context, outlinesOf(outlined, view.at, colours), at, { opacity: 0.9, lineWidth: LINE_WIDTH });
  }
  context.font = MARK_FONT;
  context.fillStyle = 'white';
  context.strokeStyle = 'black';
  context.lineWidth = 4;
  context.strokeText(mark, 14, PICTURE - 16);
  context.fillText(mark, 14, PICTURE - 16);
}

/** Writes lines below the picture. */
export function drawCaption(context: CanvasRenderingContext2D, lines: readonly string[]): void {
  context.fillStyle = 'black';
  context.fillRect(0, PICTURE, PICTURE, CAPTION_HEIGHT);
  context.font = CAPTION_FONT;
  context.fillStyle = 'white';
  lines.forEach((line, i) => context.fillText(line, 14, PICTURE + 32 + 36 * i, PICTURE - 28));
}
