import { describe, expect, it } from 'vitest';
import { labelSurface } from '../../../src/core/surface/labelSurface.ts';
import { surfaceNets, type Surface } from '../../../src/core/surface/surfaceNets.ts';
import { Label, type LabelVolume } from '../../../src/core/volume/volume.ts';

type Point = [number, number, number];

const vertex = ({ vertices }: Surface, index: number): Point => [
  vertices[3 * index],
  vertices[3 * index + 1],
  vertices[3 * index + 2],
];

function measure(surface: Surface): { area: number; volume: number; worstEdge: number; outwards: boolean } {
  let [area, volume] = [0, 0];
  let outwards = true;
  const edges = new Map<string, number>();
  for (let t = 0; t < surface.triangles.length; t += 3) {
    const corners = [...surface.triangles.subarray(t, t + 3)];
    const [a, b, c] = corners.map((index) => vertex(surface, index));
    const [u, v] = [b, c].map((p) => p.map((mm, axis) => mm - a[axis]));
    const normal = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
    area += Math.hypot(...normal) / 2;
    volume += a.reduce((sum, mm, axis) => sum + mm * normal[axis], 0) / 6;
    const stored = [0, 1, 2].map((axis) => surface.normals[3 * corners[0] + axis]);
    if (normal.reduce((sum, part, axis) => sum + part * stored[axis], 0) < 0) outwards = false;
    corners.forEach((from, i) => {
      const to = corners[(i + 1) % 3];
      const key = `${Math.min(from, to)}-${Math.max(from, to)}`;
      edges.set(key, (edges.get(key) ?? 0) + (from < to ? 1 : -1));
    });
  }
  return { area, volume, worstEdge: Math.max(...[...edges.values()].map(Math.abs)), outwards };
}

describe('surface nets', () => {
  it('give a sphere its area and volume, closed, with normals outwards', () => {
    const n = 30;
    const step: Point = [1, 2, 1.5];
    const centre = [14, 29, 21.4];
    const field = Float32Array.from({ length: n ** 3 }, (_, at) => {
      const place = [at % n, Math.floor(at / n) % n, Math.floor(at / (n * n))];
      return Math.hypot(...place.map((index, axis) => index * step[axis] - centre[axis])) - 10;
    });
    const { area, volume, worstEdge, outwards } = measure(surfaceNets(field, [n, n, n], step));
    // Grid steps of 1 to 2 on a radius of 10.
    expect(area / (4 * Math.PI * 100)).toBeCloseTo(1, 1);
    expect(volume / ((4 / 3) * Math.PI * 1000)).toBeCloseTo(1, 1);
    // Each edge is traversed once in each direction.
    expect(worstEdge).toBe(0);
    expect(outwards).toBe(true);
  });
});

describe('the surface of a label', () => {
  const size = [48, 40, 6] as const;
  const labels = (belongs: (x: number, y: number, slice: number) => boolean): LabelVolume => ({
    size: [...size],
    spacing: [1.5, 1.5, 8],
    frame: null,
    labels: Uint8Array.from({ length: size[0] * size[1] * size[2] }, (_, at) =>
      belongs(at % size[0], Math.floor(at / size[0]) % size[1], Math.floor(at / (size[0] * size[1])))
        ? Label.scar
        : Label.background,
    ),
  });
  const isScar = (label: number): boolean => label === Label.scar;

  it('holds the volume of its voxels, closed at both ends', () => {
    const tube = labels((x, y, slice) => Math.hypot(x - 24, y - 20) < 12 && slice > 0 && slice < 5);
    const surface = labelSurface(tube, isScar);
    if (!surface) throw new Error('no surface');
    const voxels = tube.labels.filter(isScar).length;
    const { volume, worstEdge } = measure(surface);
    // Rounded at its ends, over half a slice of 8 mm.
    expect(volume / (voxels * 1.5 * 1.5 * 8)).toBeGreaterThan(0.9);
    expect(volume / (voxels * 1.5 * 1.5 * 8)).toBeLessThan(1.05);
    expect(worstEdge).toBe(0);
    const heights = surface.vertices.filter((_, i) => i % 3 === 2);
    expect(Math.min(...heights)).toBeCloseTo(4, 0);
    expect(Math.max(...heights)).toBeCloseTo(36, 0);
  });

  it('is closed where the label reaches the edge of the image, and null where there is none', () => {
    const cut = labelSurface(
      labels((x) => x < 10),
      isScar,
    );
    expect(cut && measure(cut).worstEdge).toBe(0);
    expect(
      labelSurface(
        labels(() => false),
        isScar,
      ),
    ).toBeNull();
  });
});
