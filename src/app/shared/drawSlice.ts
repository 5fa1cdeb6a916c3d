import { isHeart, isScar, Label, type Grid, type LabelVolume, type Volume } from '../../core/volume/volume.ts';
import { grayLevel, type GrayWindow } from './grayWindow.ts';
import { outlineOf } from './outline.ts';
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
  const part = visiblePart(context, volume, placement);
  if (!part) return;
  const [columns, rows] = volume.size;
  const image = new ImageData(part.width, part.height);
  let at = 0;
  for (let row = part.top; row < part.top + part.height; row++) {
    const first = columns * (row + rows * slice) + part.left;
    for (let i = first; i < first + part.width; i++, at += 4) {
      const level = grayLevel(volume.voxels[i], window);
      image.data[at] = level;
      image.data[at + 1] = level;
      image.data[at + 2] = level;
      image.data[at + 3] = 255;
    }
  }
  drawImage(context, image, placement, true, part);
}

/** Voxels around the visible part that smoothing may reach. */
const BEYOND = 2;

/** Voxels of a slice. */
interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The part of a slice that its canvas shows, with a margin: an enlarged heart is a tenth of it. null if nothing is
 * shown.
 */
function visiblePart(
  { canvas }: CanvasRenderingContext2D,
  { size: [columns, rows] }: Grid,
  { left, top, scaleX, scaleY }: Placement,
): Part | null {
  const from = (edge: number, scale: number): number => Math.max(0, Math.floor(-edge / scale) - BEYOND);
  const to = (edge: number, scale: number, shown: number, count: number): number =>
    Math.min(count, Math.ceil((shown - edge) / scale) + BEYOND);
  const [firstColumn, firstRow] = [from(left, scaleX), from(top, scaleY)];
  const width = to(left, scaleX, canvas.width, columns) - firstColumn;
  const height = to(top, scaleY, canvas.height, rows) - firstRow;
  return width > 0 && height > 0 ? { left: firstColumn, top: firstRow, width, height } : null;
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
  const part = visiblePart(context, labels, placement);
  if (!part) return;
  const [columns, rows] = labels.size;
  const image = new ImageData(part.width, part.height);
  const palette = [null, colours.bloodPool, colours.myocardium, colours.scar, colours.noReflow].map(
    (colour, label) => colour && (!onlyScar || isScar(label)) && rgb(colour),
  );
  let at = 0;
  for (let row = part.top; row < part.top + part.height; row++) {
    const first = columns * (row + rows * slice) + part.left;
    for (let i = first; i < first + part.width; i++, at += 4) {
      const colour = palette[labels.labels[i]];
      if (!colour) continue;
      image.data.set(colour, at);
      image.data[at + 3] = opacity * 255;
    }
  }
  drawImage(context, image, placement, false, part);
}

/** What is drawn around one structure of a slice. */
export interface Outline {
  readonly rings: ReturnType<typeof outlineOf>;
  readonly colour: string;
  /** As a dashed line: it is within another structure. */
  readonly dashed: boolean;
}

/**
 * The outlines of myocardium's outer wall, blood pool, scar and (dashed) no-reflow in a slice, one after the other, so
 * that a caller that must stay responsive can split them into several tasks.
 */
export function* outlinesOf(labels: LabelVolume, slice: number, colours: LabelColours): Generator<Outline, void> {
  const structures: readonly (readonly [(label: number) => boolean, string, boolean])[] = [
    [isHeart, colours.myocardium, false],
    [(label) => label === Label.bloodPool, colours.bloodPool, false],
    [isScar, colours.scar, false],
    [(label) => label === Label.noReflow, colours.noReflow, true],
  ];
  for (const [isInside, colour, dashed] of structures) {
    yield { rings: outlineOf(labels, slice, isInside), colour, dashed };
  }
}

/**
 * Draws the outlines of a slice's structures.
 * @param options `dashed`: another's contours, in addition to the case's own
 */
export function drawOutlines(
  context: CanvasRenderingContext2D,
  outlines: Iterable<Outline>,
  placement: Placement,
  { opacity, lineWidth, dashed: allDashed = false }: { opacity: number; lineWidth: number; dashed?: boolean },
): void {
  context.save();
  context.globalAlpha = opacity;
  context.lineWidth = lineWidth;
  context.lineJoin = 'round';
  for (const { rings, colour, dashed } of outlines) {
    context.strokeStyle = colour;
    if (allDashed) context.setLineDash([6 * lineWidth, 4 * lineWidth]);
    else context.setLineDash(dashed ? [3 * lineWidth, 2 * lineWidth] : []);
    context.beginPath();
    for (const ring of rings) {
      // Curves from the middle of one piece to the middle of the next.
      const at = (i: number): readonly [number, number] => {
        const [x, y] = ring[i % ring.length];
        return [placement.left + x * placement.scaleX, placement.top + y * placement.scaleY];
      };
      const middleAfter = (i: number): readonly [number, number] => {
        const [[x0, y0], [x1, y1]] = [at(i), at(i + 1)];
        return [(x0 + x1) / 2, (y0 + y1) / 2];
      };
      context.moveTo(...middleAfter(0));
      for (let i = 1; i <= ring.length; i++) context.quadraticCurveTo(...at(i), ...middleAfter(i));
      context.closePath();
    }
    context.stroke();
  }
  context.restore();
}

/** Draws an image made of a slice's voxels, or of a part of them, at their position. */
export function drawImage(
  context: CanvasRenderingContext2D,
  image: ImageData,
  placement: Placement,
  smooth: boolean,
  from: Pick<Part, 'left' | 'top'> = { left: 0, top: 0 },
): void {
  const { width, height } = image;
  const [left, top] = [placement.left + from.left * placement.scaleX, placement.top + from.top * placement.scaleY];
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = smooth;
  context.imageSmoothingQuality = 'high';
  context.drawImage(canvas, left, top, width * placement.scaleX, height * placement.scaleY);
}

/** '#rrggbb' as three numbers. */
export function rgb(colour: string): readonly [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
