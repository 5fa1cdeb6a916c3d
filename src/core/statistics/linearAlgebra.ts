import { ScarcastError } from '../errors.ts';

/** Some inputs repeat each other exactly, so there is no unique answer. */
export class NotPositiveDefiniteError extends ScarcastError<{ readonly code: 'notPositiveDefinite' }> {
  constructor() {
    super({ code: 'notPositiveDefinite' });
  }
}

/**
 * Solves A x = b for a symmetric positive definite A (row-major, n x n) by Cholesky. Throws NotPositiveDefiniteError.
 */
export function solveSymmetric(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; k++) sum -= l[i * n + k] * l[j * n + k];
      if (i === j) {
        if (!(sum > 1e-12 * a[i * n + i])) throw new NotPositiveDefiniteError();
        l[i * n + i] = Math.sqrt(sum);
      } else {
        l[i * n + j] = sum / l[j * n + j];
      }
    }
  }
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= l[i * n + k] * x[k];
    x[i] /= l[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= l[k * n + i] * x[k];
    x[i] /= l[i * n + i];
  }
  return x;
}
