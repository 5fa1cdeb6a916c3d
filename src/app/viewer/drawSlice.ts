import { contours } from 'd3';
import { isHeart, isScar, Label, type LabelVolume, type Volume } from '../../core/volume/volume.ts';
import { grayLevel, type GrayWindow } from './grayWindow.ts';
import type { Placement } from './region.ts';

export interface LabelColours {
  readonly bloodPool: string;
  readonly myocardium: string;
  readonly scar: string;
  readonly noReflow: string;
}

/** The colours of tokens.css, '#rrggbb': a canvas cannot read them by itself. */
export function labelColours(): LabelColours {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    bloodPool: token('--label-blood-pool'),
    myocardium: token('--label-myocardium'),
    scar: token('--label-scar'),
    noReflow: token('--label-no-reflow'),
  };
}

/** Draws one slice in grey. */
export function drawGray(
  context: CanvasRenderingContext2D,
  volume: Volume,
  slice: number,
  window: GrayWindow,
  placement: Placement,
): void {
  const [columns, rows] = volume.size;
  const first = slice * columns * rows;
  const image = new ImageData(columns, rows);
  for (let i = 0; i < columns * rows; i++) {
    const level = grayLevel(volume.voxels[first + i], window);
    image.data[4 * i] = level;
    image.data[4 * i + 1] = level;
    image.data[4 * i + 2] = level;
    image.data[4 * i + 3] = 255;
  }
  drawImage(context, image, placement, true);
}

/** Draws what was segmented as areas: `opacity` 0 to 1, `onlyScar` for a small picture. */
export function drawFill(
  context: CanvasRenderingContext2D,
  labels: LabelVolume,
  slice: number,
  colours: LabelColours,
  placement: Placement,
  { opacity, onlyScar }: { opacity: number; onlyScar: boolean },
): void {
  const [columns, rows] = labels.size;
  const first = slice * columns * rows;
  const image = new ImageData(columns, rows);
  const palette = [null, colours.bloodPool, colours.myocardium, colours.scar, colours.noReflow].map(
    (colour, label) => colour && (!onlyScar || isScar(label)) && rgb(colour),
  );
  for (let i = 0; i < columns * rows; i++) {
    const colour = palette[labels.labels[first + i]];
    if (!colour) continue;
    image.data.set(colour, 4 * i);
    image.data[4 * i + 3] = opacity * 255;
  }
  drawImage(context, image, placement, false);
}

/** Draws the outlines of blood pool, myocardium's outer wall, scar and (dashed) no-reflow. */
export function drawContours(
  context: CanvasRenderingContext2D,
  labels: LabelVolume,
  slice: number,
  colours: LabelColours,
  placement: Placement,
  { opacity, lineWidth }: { opacity: number; lineWidth: number },
): void {
  const outlines: readonly (readonly [(label: number) => boolean, string, readonly number[]])[] = [
    [isHeart, colours.myocardium, []],
    [(label) => label === Label.bloodPool, colours.bloodPool, []],
    [isScar, colours.scar, []],
    [(label) => label === Label.noReflow, colours.noReflow, [3 * lineWidth, 2 * lineWidth]],
  ];
  context.save();
  context.globalAlpha = opacity;
  context.lineWidth = lineWidth;
  context.lineJoin = 'round';
  for (const [isInside, colour, dash] of outlines) {
    context.strokeStyle = colour;
    context.setLineDash([...dash]);
    context.beginPath();
    for (const ring of outline(labels, slice, isInside)) {
      ring.forEach(([x, y], i) => {
        const at = [placement.left + x * placement.scaleX, placement.top + y * placement.scaleY] as const;
        if (i === 0) context.moveTo(...at);
        else context.lineTo(...at);
      });
      context.closePath();
    }
    context.stroke();
  }
  context.restore();
}

/** Closed rings around the voxels of a slice that `isInside` takes, in voxel edges, by marching squares at one half. */
function outline(
  labels: LabelVolume,
  slice: number,
  isInside: (label: number) => boolean,
): readonly (readonly number[][])[] {
  const [columns, rows] = labels.size;
  const first = slice * columns * rows;
  const inside = Array.from(labels.labels.subarray(first, first + columns * rows), (label) =>
    isInside(label) ? 1 : 0,
  );
  if (!inside.includes(1)) return [];
  return contours().size([columns, rows]).contour(inside, 0.5).coordinates.flat();
}

/** Draws an image made of a slice's voxels where the slice lies. */
export function drawImage(
  context: CanvasRenderingContext2D,
  image: ImageData,
  placement: Placement,
  smooth: boolean,
): void {
  const { width, height } = image;
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = smooth;
  context.imageSmoothingQuality = 'high';
  context.drawImage(canvas, placement.left, placement.top, width * placement.scaleX, height * placement.scaleY);
}

/** '#rrggbb' as three numbers. */
export function rgb(colour: string): readonly [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
