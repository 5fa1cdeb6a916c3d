/** A surface as the faces between points. */
export interface Surface {
  /** x, y, z of each vertex. */
  readonly vertices: Float32Array;
  /** Unit normals, outwards. */
  readonly normals: Float32Array;
  /** Three vertices per triangle, counter-clockwise seen from outside (in a right-handed frame). */
  readonly triangles: Uint32Array;
}

/** Corners of a cell: bit 0 of the index is x, bit 1 y, bit 2 z. Edges join corners that differ in one bit. */
const EDGES = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((corner) =>
  [1, 2, 4].filter((bit) => (corner & bit) === 0).map((bit) => [corner, corner | bit] as const),
);

/**
 * The surface where a field on a regular grid is zero, by naive surface nets (Gibson, MICCAI 1998): one vertex in each cell that
 * the surface crosses, at the mean of the crossings of its edges. Closed where the field is positive all around the grid.
 * @param field negative inside; x fastest, at least two points along each axis
 * @param step distance between the grid's points along x, y and z
 */
export function surfaceNets(
  field: Float32Array,
  [nx, ny, nz]: readonly [number, number, number],
  step: readonly [number, number, number],
): Surface {
  const strides = [1, nx, nx * ny];
  const vertices: number[] = [];
  const normals: number[] = [];
  const triangles: number[] = [];
  const vertexOf = new Int32Array(field.length).fill(-1);
  const corners = new Float64Array(8);
  for (let z = 0; z + 1 < nz; z++) {
    for (let y = 0; y + 1 < ny; y++) {
      for (let x = 0; x + 1 < nx; x++) {
        const cell = x + nx * (y + ny * z);
        let inside = 0;
        for (let corner = 0; corner < 8; corner++) {
          const value = field[cell + (corner & 1) + nx * ((corner >> 1) & 1) + nx * ny * (corner >> 2)];
          corners[corner] = value;
          if (value < 0) inside += 1;
        }
        if (inside === 0 || inside === 8) continue;
        vertexOf[cell] = vertices.length / 3;
        const at = crossing(corners);
        [x, y, z].forEach((base, axis) => vertices.push((base + at[axis]) * step[axis]));
        const slope = [1, 2, 4].map((bit, axis) => slopeAlong(corners, bit) / step[axis]);
        const length = Math.hypot(...slope) || 1;
        normals.push(...slope.map((part) => part / length));
      }
    }
  }
  for (let z = 1; z + 1 < nz; z++) {
    for (let y = 1; y + 1 < ny; y++) {
      for (let x = 1; x + 1 < nx; x++) {
        const cell = x + nx * (y + ny * z);
        for (let axis = 0; axis < 3; axis++) {
          const isInside = field[cell] < 0;
          if (isInside === field[cell + strides[axis]] < 0) continue;
          const [u, v] = [strides[(axis + 1) % 3], strides[(axis + 2) % 3]];
          const [a, b, c, d] = [cell - u - v, cell - v, cell, cell - u].map((at) => vertexOf[at]);
          // The four cells around the edge go counter-clockwise seen from its far end, which is outside if this one is inside.
          if (isInside) triangles.push(a, b, c, a, c, d);
          else triangles.push(a, c, b, a, d, c);
        }
      }
    }
  }
  return {
    vertices: Float32Array.from(vertices),
    normals: Float32Array.from(normals),
    triangles: Uint32Array.from(triangles),
  };
}

/** Mean of the points where the surface crosses a cell's edges, in the cell. */
function crossing(corners: Float64Array): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (const [from, to] of EDGES) {
    const [low, high] = [corners[from], corners[to]];
    if (low < 0 === high < 0) continue;
    const share = low / (low - high);
    for (let axis = 0; axis < 3; axis++) {
      sum[axis] += ((from >> axis) & 1) + share * (((to >> axis) & 1) - ((from >> axis) & 1));
    }
    count += 1;
  }
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}

/** How much the field grows across a cell along one axis, summed over its four edges. */
function slopeAlong(corners: Float64Array, bit: number): number {
  let sum = 0;
  for (let corner = 0; corner < 8; corner++) sum += corner & bit ? corners[corner] : -corners[corner];
  return sum;
}
