/** What a stage sees of a stack, and what its answer means. */
import type { IntensityWindow } from '../core/volume/intensity.ts';
import { samplePlane, squareMap, type Square } from '../core/volume/plane.ts';
import type { Volume } from '../core/volume/volume.ts';
import { scaleIntensity, writeChannels, type CascadeStage } from './networks/segmentation.ts';

/** The input of a stage for all slices: count x size x size x 3. */
export function stageInput(image: Volume, square: Square, window: IntensityWindow, stage: CascadeStage): Float32Array {
  const [columns, rows, slices] = image.size;
  const map = squareMap(square, image);
  const pixels = stage.size * stage.size;
  const planes = Array.from({ length: slices }, (_, slice) => {
    const plane = new Float32Array(pixels);
    samplePlane(image.voxels, slice * columns * rows, columns, rows, map, stage.size, window.zero, plane);
    return plane.map((value) => scaleIntensity((value - window.zero) / window.range));
  });
  const channels = stage.network.inputChannels;
  const input = new Float32Array(slices * pixels * channels);
  planes.forEach((plane, slice) => {
    const before = planes[Math.max(0, slice - 1)];
    const after = planes[Math.min(slices - 1, slice + 1)];
    writeChannels(plane, before, after, input, slice * pixels * channels);
  });
  return input;
}

/** Logits become probabilities, class fastest. */
export function softmaxInPlace(logits: Float32Array, classes: number): void {
  for (let at = 0; at < logits.length; at += classes) {
    let largest = -Infinity;
    for (let c = 0; c < classes; c++) largest = Math.max(largest, logits[at + c]);
    let total = 0;
    for (let c = 0; c < classes; c++) total += logits[at + c] = Math.exp(logits[at + c] - largest);
    for (let c = 0; c < classes; c++) logits[at + c] /= total;
  }
}
