import { Label, type LabelVolume, type Vector3 } from '../../../src/core/volume/volume.ts';

const SIGNS: Readonly<Record<string, number>> = {
  '.': Label.background,
  o: Label.bloodPool,
  w: Label.viable,
  s: Label.scar,
  n: Label.noReflow,
};

/** Labels from drawn slices: . background, o pool, w viable wall, s scar, n no-reflow. */
export function drawn(spacing: Vector3, ...slices: string[][]): LabelVolume {
  return {
    size: [slices[0][0].length, slices[0].length, slices.length],
    spacing,
    frame: null,
    labels: Uint8Array.from(slices.flat().join(''), (sign) => SIGNS[sign]),
  };
}

/** A ring of viable wall around a pool in each slice, by inner and outer radius in pixels; middle of a square of `side`. */
export function rings(
  side: number,
  radii: readonly (readonly [number, number] | null)[],
  spacing: Vector3,
): LabelVolume {
  const labels = new Uint8Array(side * side * radii.length);
  const middle = (side - 1) / 2;
  radii.forEach((pair, slice) => {
    if (pair === null) return;
    for (let p = 0; p < side * side; p++) {
      const r = Math.hypot((p % side) - middle, Math.floor(p / side) - middle);
      labels[slice * side * side + p] = r < pair[0] ? Label.bloodPool : r < pair[1] ? Label.viable : Label.background;
    }
  });
  return { size: [side, side, radii.length], spacing, frame: null, labels };
}
