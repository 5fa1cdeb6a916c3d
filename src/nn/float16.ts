/** IEEE 754 binary16, for weights: half the download, decoded to float32 at load. */

const scratch = new DataView(new ArrayBuffer(4));

/** The nearest binary16 of a number, ties to even, as its 16 bits; beyond +-65504 infinity. */
export function toFloat16(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 127;
  const mantissa = bits & 0x7fffff;
  if (exponent === 128) return sign | 0x7c00 | (mantissa ? 0x200 : 0);
  if (exponent > 15) return sign | 0x7c00;
  if (exponent >= -14) {
    const half = ((exponent + 15) << 10) | (mantissa >>> 13);
    return sign | roundHalf(half, mantissa & 0x1fff, 0x1000);
  }
  if (exponent < -25) return sign;
  const shift = -exponent - 1;
  const full = mantissa | 0x800000;
  const rest = full & ((1 << shift) - 1);
  return sign | roundHalf(full >>> shift, rest, 1 << (shift - 1));
}

function roundHalf(half: number, rest: number, middle: number): number {
  return rest > middle || (rest === middle && half & 1) ? half + 1 : half;
}

/** The number that 16 bits of binary16 represent. */
export function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa ? NaN : sign * Infinity;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}
