/** Four floats at a time, and matrix products of them. AssemblyScript: every number of a signature is an address or a count. */

/** Of a vector, in bytes; of a float. */
export const VECTOR: usize = 16;
export const FLOAT: usize = 4;

/** a b + c: one rounding with relaxed SIMD, two without. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Negative values become 0; NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function rectify(value: v128): v128 {
  return f32x4.pmax(value, f32x4.splat(0));
}

/** The places of a matrix of `columns` in panels of eight, and one of four at the end: where the panel of column `column` begins. */
// @ts-ignore: decorator
@inline
export function panelAt(column: usize, rows: usize): usize {
  return column * rows * FLOAT;
}

/**
 * c (count x columns, rows of `columns`) = a (count x depth, rows of `stride` bytes) b (depth x columns, in panels).
 * `count` is a multiple of 4, `columns` of 4, `depth` any.
 */
export function product(a: usize, stride: usize, b: usize, c: usize, count: usize, depth: usize, columns: usize): void {
  const row = columns * FLOAT;
  let column: usize = 0;
  for (; column + 8 <= columns; column += 8) {
    const panel = b + panelAt(column, depth);
    for (let t: usize = 0; t < count; t += 4) {
      let a0 = a + t * stride;
      let a1 = a0 + stride;
      let a2 = a1 + stride;
      let a3 = a2 + stride;
      let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
      const end = panel + depth * 32;
      for (let p = panel; p < end; p += 32) {
        const b0 = v128.load(p);
        const b1 = v128.load(p, 16);
        let x = v128.load32_splat(a0);
        s00 = madd(x, b0, s00);
        s01 = madd(x, b1, s01);
        x = v128.load32_splat(a1);
        s10 = madd(x, b0, s10);
        s11 = madd(x, b1, s11);
        x = v128.load32_splat(a2);
        s20 = madd(x, b0, s20);
        s21 = madd(x, b1, s21);
        x = v128.load32_splat(a3);
        s30 = madd(x, b0, s30);
        s31 = madd(x, b1, s31);
        a0 += FLOAT;
        a1 += FLOAT;
        a2 += FLOAT;
        a3 += FLOAT;
      }
      let to = c + t * row + column * FLOAT;
      v128.store(to, s00);
      v128.store(to, s01, 16);
      to += row;
      v128.store(to, s10);
      v128.store(to, s11, 16);
      to += row;
      v128.store(to, s20);
      v128.store(to, s21, 16);
      to += row;
      v128.store(to, s30);
      v128.store(to, s31, 16);
    }
  }
  if (column == columns) return;
  const panel = b + panelAt(column, depth);
  for (let t: usize = 0; t < count; t += 4) {
    let a0 = a + t * stride;
    let a1 = a0 + stride;
    let a2 = a1 + stride;
    let a3 = a2 + stride;
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    const end = panel + depth * VECTOR;
    for (let p = panel; p < end; p += VECTOR) {
      const b0 = v128.load(p);
      s0 = madd(v128.load32_splat(a0), b0, s0);
      s1 = madd(v128.load32_splat(a1), b0, s1);
      s2 = madd(v128.load32_splat(a2), b0, s2);
      s3 = madd(v128.load32_splat(a3), b0, s3);
      a0 += FLOAT;
      a1 += FLOAT;
      a2 += FLOAT;
      a3 += FLOAT;
    }
    let to = c + t * row + column * FLOAT;
    v128.store(to, s0);
    v128.store(to + row, s1);
    v128.store(to + 2 * row, s2);
    v128.store(to + 3 * row, s3);
  }
}

/**
 * c (depth x columns) += a' b, where a is count x depth (rows of `stride` bytes) and b count x columns.
 * `depth` and `columns` are multiples of 4, `count` any.
 */
export function transposedProduct(
  a: usize,
  stride: usize,
  b: usize,
  c: usize,
  count: usize,
  depth: usize,
  columns: usize,
): void {
  const row = columns * FLOAT;
  for (let d: usize = 0; d < depth; d += 4) {
    let column: usize = 0;
    for (; column + 8 <= columns; column += 8) {
      let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
      let p = a + d * FLOAT;
      let q = b + column * FLOAT;
      for (let t: usize = 0; t < count; t++) {
        const b0 = v128.load(q);
        const b1 = v128.load(q, 16);
        let x = v128.load32_splat(p);
        s00 = madd(x, b0, s00);
        s01 = madd(x, b1, s01);
        x = v128.load32_splat(p, 4);
        s10 = madd(x, b0, s10);
        s11 = madd(x, b1, s11);
        x = v128.load32_splat(p, 8);
        s20 = madd(x, b0, s20);
        s21 = madd(x, b1, s21);
        x = v128.load32_splat(p, 12);
        s30 = madd(x, b0, s30);
        s31 = madd(x, b1, s31);
        p += stride;
        q += row;
      }
      let to = c + d * row + column * FLOAT;
      addTo(to, s00);
      addTo(to + 16, s01);
      to += row;
      addTo(to, s10);
      addTo(to + 16, s11);
      to += row;
      addTo(to, s20);
      addTo(to + 16, s21);
      to += row;
      addTo(to, s30);
      addTo(to + 16, s31);
    }
    if (column == columns) continue;
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    let p = a + d * FLOAT;
    let q = b + column * FLOAT;
    for (let t: usize = 0; t < count; t++) {
      const b0 = v128.load(q);
      s0 = madd(v128.load32_splat(p), b0, s0);
      s1 = madd(v128.load32_splat(p, 4), b0, s1);
      s2 = madd(v128.load32_splat(p, 8), b0, s2);
      s3 = madd(v128.load32_splat(p, 12), b0, s3);
      p += stride;
      q += row;
    }
    const to = c + d * row + column * FLOAT;
    addTo(to, s0);
    addTo(to + row, s1);
    addTo(to + 2 * row, s2);
    addTo(to + 3 * row, s3);
  }
}

// @ts-ignore: decorator
@inline
function addTo(to: usize, value: v128): void {
  v128.store(to, f32x4.add(v128.load(to), value));
}
