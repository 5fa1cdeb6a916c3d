import type { Random } from '../random.ts';

const SIDE = 32;
const MASK = SIDE - 1;

/** A smooth random field in [-1, 1]: three coordinates in units of its grain, repeating every 32 grains. */
export type Noise = (x: number, y: number, z: number) => number;

/** Value noise: random numbers on a lattice, trilinear between them. */
export function valueNoise(random: Random): Noise {
  const lattice = new Float32Array(SIDE ** 3);
  for (let i = 0; i < lattice.length; i++) lattice[i] = 2 * random.next() - 1;
  return (x, y, z) => {
    const xFloor = Math.floor(x);
    const yFloor = Math.floor(y);
    const zFloor = Math.floor(z);
    const fx = x - xFloor;
    const fy = y - yFloor;
    const fz = z - zFloor;
    const x0 = xFloor & MASK;
    const x1 = (xFloor + 1) & MASK;
    const y0 = (yFloor & MASK) * SIDE;
    const y1 = ((yFloor + 1) & MASK) * SIDE;
    const z0 = (zFloor & MASK) * SIDE * SIDE;
    const z1 = ((zFloor + 1) & MASK) * SIDE * SIDE;
    const a = lattice[x0 + y0 + z0] + fx * (lattice[x1 + y0 + z0] - lattice[x0 + y0 + z0]);
    const b = lattice[x0 + y1 + z0] + fx * (lattice[x1 + y1 + z0] - lattice[x0 + y1 + z0]);
    const c = lattice[x0 + y0 + z1] + fx * (lattice[x1 + y0 + z1] - lattice[x0 + y0 + z1]);
    const d = lattice[x0 + y1 + z1] + fx * (lattice[x1 + y1 + z1] - lattice[x0 + y1 + z1]);
    const ab = a + fy * (b - a);
    return ab + fz * (c + fy * (d - c) - ab);
  };
}
