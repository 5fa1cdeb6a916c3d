/** What a scan's resolution does to a slice. */

/**
 * Half of a symmetric kernel (centre first): the point spread of an acquisition `ratio` voxels wide, whose width at
 * half height is 1.2 of its pixels (that of a sinc), less the blur of the voxel's own width.
 */
export function blurKernel(ratio: number): number[] {
  const sigma = Math.sqrt((0.51 * Math.max(1, ratio)) ** 2 - 1 / 12);
  const kernel = Array.from({ length: Math.max(2, Math.ceil(2.5 * sigma) + 1) }, (_, i) =>
    Math.exp(-(i * i) / (2 * sigma * sigma)),
  );
  const sum = 2 * kernel.reduce((total, k) => total + k, 0) - kernel[0];
  return kernel.map((k) => k / sum);
}

/** Blurs a slice in place by a kernel along its columns and one along its rows; the edge repeats. */
export function blur(
  image: Float32Array,
  scratch: Float32Array,
  columns: number,
  rows: number,
  columnKernel: readonly number[],
  rowKernel: readonly number[],
): void {
  if (columnKernel.length > 1) blurLines(image, scratch, rows, columns, columns, 1, columnKernel);
  if (rowKernel.length > 1) blurLines(image, scratch, columns, rows, 1, columns, rowKernel);
}

/** Convolves `lines` lines of `length` elements; the edge repeats. */
function blurLines(
  image: Float32Array,
  scratch: Float32Array,
  lines: number,
  length: number,
  lineStep: number,
  step: number,
  kernel: readonly number[],
): void {
  scratch.set(image);
  const last = length - 1;
  for (let line = 0; line < lines; line++) {
    const start = line * lineStep;
    for (let i = 0; i < length; i++) {
      let sum = kernel[0] * scratch[start + i * step];
      for (let k = 1; k < kernel.length; k++) {
        const before = i < k ? 0 : i - k;
        const after = i + k > last ? last : i + k;
        sum += kernel[k] * (scratch[start + before * step] + scratch[start + after * step]);
      }
      image[start + i * step] = sum;
    }
  }
}
