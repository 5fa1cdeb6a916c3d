/** Draws surfaces as seen from one side, in memory and without a graphics processor, so that the picture is the same everywhere. */
import type { Surface } from '../../../core/surface/surfaceNets.ts';
import type { Vector3 } from '../../../core/volume/volume.ts';

/** The view: directions of the screen's right, of its top, and towards the reader; each of length 1. */
export interface Pose {
  readonly right: Vector3;
  readonly up: Vector3;
  readonly towards: Vector3;
}

/**
 * An upright pose along an axis: turned about it, then tilted so that its upper end comes nearer.
 * @param base 1 if the upper end points towards growing z, -1 if it points the other way
 * @param turn radians about the axis
 * @param tilt radians, -pi/2 to pi/2
 */
export function poseOf(base: 1 | -1, turn: number, tilt: number): Pose {
  const right: Vector3 = [Math.cos(turn), Math.sin(turn), 0];
  // Right-handed: right x up = towards.
  const flat: Vector3 = [base * Math.sin(turn), -base * Math.cos(turn), 0];
  const [c, s] = [Math.cos(tilt), Math.sin(tilt)];
  return {
    right,
    up: [-s * flat[0], -s * flat[1], c * base],
    towards: [c * flat[0], c * flat[1], s * base],
  };
}

export interface Layer {
  readonly surface: Surface;
  readonly colour: readonly [number, number, number];
  /** Transparent except for its rim. */
  readonly glass: boolean;
}

/** Margin around what the picture shows, mm. */
const MARGIN_MM = 6;
/** The share of light that glass lets through where it faces the reader, and where it is seen edge on. */
const GLASS = { facing: 0.86, rim: 0.4 } as const;
/** Glass this close in front of what it covers is left out, since scar reaches the wall's own surface. mm. */
const SKIN_MM = 1;
const AMBIENT = 0.35;

/**
 * The picture: RGBA, row by row from the top, transparent where there is nothing. It is scaled to fit in any pose.
 * Solid layers hide what is behind them; the order of glass does not matter, since all of it has one colour.
 */
export function renderSurfaces(
  layers: readonly Layer[],
  pose: Pose,
  width: number,
  height: number,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(width * height * 4);
  const { middle, radius } = bounds(layers);
  const scale = Math.min(width, height) / (2 * (radius + MARGIN_MM));
  const depth = new Float32Array(width * height).fill(-Infinity);
  const passing = new Float32Array(width * height).fill(1);
  const glow = new Float32Array(width * height);

  const draw = ({ surface, colour, glass }: Layer): void => {
    const seen = project(surface, pose, middle, scale, width, height);
    const { triangles } = surface;
    for (let t = 0; t < triangles.length; t += 3) {
      fillTriangle(seen, triangles[t], triangles[t + 1], triangles[t + 2], width, height, (at, z, facing) => {
        if (glass) {
          if (z < depth[at] + SKIN_MM) return;
          const stopped = 1 - (GLASS.rim + (GLASS.facing - GLASS.rim) * facing);
          glow[at] += passing[at] * stopped * (AMBIENT + (1 - AMBIENT) * facing);
          passing[at] *= 1 - stopped;
        } else if (z > depth[at]) {
          depth[at] = z;
          const light = AMBIENT + (1 - AMBIENT) * facing;
          for (let i = 0; i < 3; i++) pixels[4 * at + i] = colour[i] * light;
          pixels[4 * at + 3] = 255;
        }
      });
    }
  };
  for (const layer of layers.filter(({ glass }) => !glass)) draw(layer);
  const glass = layers.find((layer) => layer.glass);
  if (!glass) return pixels;
  draw(glass);
  for (let at = 0; at < width * height; at++) {
    if (passing[at] === 1) continue;
    const behind = pixels[4 * at + 3] > 0 ? 1 : 0;
    const alpha = behind > 0 ? 1 : 1 - passing[at];
    for (let i = 0; i < 3; i++) {
      pixels[4 * at + i] = (glass.colour[i] * glow[at] + pixels[4 * at + i] * passing[at] * behind) / alpha;
    }
    pixels[4 * at + 3] = 255 * alpha;
  }
  return pixels;
}

/** The centre of the vertices' bounding box, and the distance of the farthest vertex from it. */
function bounds(layers: readonly Layer[]): { middle: Vector3; radius: number } {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (const { surface } of layers) {
    surface.vertices.forEach((mm, i) => {
      low[i % 3] = Math.min(low[i % 3], mm);
      high[i % 3] = Math.max(high[i % 3], mm);
    });
  }
  const middle: Vector3 = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, (low[2] + high[2]) / 2];
  let radius = 0;
  for (const { vertices } of layers.map(({ surface }) => surface)) {
    for (let i = 0; i < vertices.length; i += 3) {
      const away = Math.hypot(vertices[i] - middle[0], vertices[i + 1] - middle[1], vertices[i + 2] - middle[2]);
      radius = Math.max(radius, away);
    }
  }
  return { middle, radius };
}

/** Of each vertex: x and y on the screen in px, depth towards the reader in mm, and how squarely it faces the reader, 0 to 1. */
function project(
  { vertices, normals }: Surface,
  { right, up, towards }: Pose,
  middle: Vector3,
  scale: number,
  width: number,
  height: number,
): Float32Array {
  const seen = new Float32Array((vertices.length / 3) * 4);
  for (let v = 0; v < vertices.length / 3; v++) {
    const [x, y, z] = [0, 1, 2].map((axis) => vertices[3 * v + axis] - middle[axis]);
    const along = (d: Vector3): number => x * d[0] + y * d[1] + z * d[2];
    seen[4 * v] = width / 2 + along(right) * scale;
    seen[4 * v + 1] = height / 2 - along(up) * scale;
    seen[4 * v + 2] = along(towards);
    seen[4 * v + 3] = Math.abs(
      normals[3 * v] * towards[0] + normals[3 * v + 1] * towards[1] + normals[3 * v + 2] * towards[2],
    );
  }
  return seen;
}

/** Calls back for each pixel whose centre is in a triangle, with depth and facing interpolated between its corners. */
function fillTriangle(
  seen: Float32Array,
  a: number,
  b: number,
  c: number,
  width: number,
  height: number,
  put: (at: number, depth: number, facing: number) => void,
): void {
  const [ax, ay, bx, by, cx, cy] = [
    seen[4 * a],
    seen[4 * a + 1],
    seen[4 * b],
    seen[4 * b + 1],
    seen[4 * c],
    seen[4 * c + 1],
  ];
  const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
  if (area === 0) return;
  const left = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5));
  const right = Math.min(width - 1, Math.floor(Math.max(ax, bx, cx) - 0.5));
  const top = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5));
  const bottom = Math.min(height - 1, Math.floor(Math.max(ay, by, cy) - 0.5));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const [px, py] = [x + 0.5, y + 0.5];
      const wb = ((px - ax) * (cy - ay) - (cx - ax) * (py - ay)) / area;
      const wc = ((bx - ax) * (py - ay) - (px - ax) * (by - ay)) / area;
      const wa = 1 - wb - wc;
      if (wa < 0 || wb < 0 || wc < 0) continue;
      put(
        y * width + x,
        wa * seen[4 * a + 2] + wb * seen[4 * b + 2] + wc * seen[4 * c + 2],
        Math.min(1, wa * seen[4 * a + 3] + wb * seen[4 * b + 3] + wc * seen[4 * c + 3]),
      );
    }
  }
}
