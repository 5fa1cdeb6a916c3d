import type { Random } from '../random.ts';
import { MYOCARDIUM_G_PER_ML } from '../scar/burden.ts';
import type { HeartSpec, Territory } from './heartSpec.ts';

/** Angles at which the contours are tabled; angle 0 points to the image's right, a quarter turn further points down. */
export const ANGLES = 128;
const ANGLE_STEP = (2 * Math.PI) / ANGLES;

/** Where the ellipsoid is widest, as a share of its length from the apex. */
const EQUATOR = 0.72;
/** The epicardium's apex is this share of the wall beyond the endocardium's. */
const APICAL_WALL = 0.7;
/** Steepness of a wavefront's shoulder: transmurality falls as 1 - (q/extent)^p. */
const SHOULDER = 3;
/** Share of the wall lost where a chronic scar is transmural. */
const THINNING = 0.5;
const MIN_WALL_MM = 2;

/**
 * Centres of the coronary territories on the bull's eye (radius 0 apex to 1 base; angle pi the septum, -pi/2 anterior)
 * with their half-widths along the radius and across it. AHA-17, Cerqueira 2002.
 */
export const TERRITORIES: Readonly<
  Record<Territory, { radius: number; angle: number; along: number; across: number }>
> = {
  LAD: { radius: 0.42, angle: -2.2, along: 0.55, across: 0.45 },
  RCA: { radius: 0.68, angle: 1.85, along: 0.45, across: 0.42 },
  LCX: { radius: 0.66, angle: 0.3, along: 0.45, across: 0.42 },
};

/**
 * The order in which points of the wall would become scar: a number that grows outward from the scar's centre, so that
 * a scar of any mass is the points below some value.
 * @param bullX bull's-eye position, across and down
 * @param depth 0 at the endocardium, 1 at the epicardium
 * @param noise about -1 to 1
 */
export type ScarOrder = (bullX: number, bullY: number, depth: number, noise: number) => number;

/** Contours of the left ventricle, one pair for each plane (a slice holds several planes across its thickness). */
export interface LeftVentricle {
  /** Height of each plane: 0 endocardial apex, 1 base plane. */
  readonly heights: Float64Array;
  /** mm from the axis, [plane][angle]; 0 where a plane is outside the cavity. */
  readonly endocardium: Float32Array;
  /** mm from the axis, [plane][angle]; 0 where a plane is outside the ventricle. */
  readonly epicardium: Float32Array;
  /** Mean epicardial radius at the widest plane, mm. */
  readonly radiusMm: number;
  readonly scarOrder: ScarOrder;
}

/** Radius of the ellipsoid at a height, as a share of the widest. */
function profile(height: number): number {
  if (height <= 0) return 0;
  const u = height < EQUATOR ? (EQUATOR - height) / EQUATOR : ((height - EQUATOR) / (1 - EQUATOR)) * 0.42;
  return Math.sqrt(1 - u ** 2.2);
}

function bullDistance(centreX: number, centreY: number, along: number, across: number) {
  const radius = Math.hypot(centreX, centreY) || 1;
  const ux = centreX / radius;
  const uy = centreY / radius;
  return (x: number, y: number): number => {
    const dx = x - centreX;
    const dy = y - centreY;
    const a = (dx * ux + dy * uy) / along;
    const c = (dy * ux - dx * uy) / across;
    return Math.sqrt(a * a + c * c);
  };
}

interface ScarShape {
  readonly order: ScarOrder;
  /** Share of the wall that an infarct of this extent takes at a point of the bull's-eye. */
  readonly takes: (bullX: number, bullY: number, extent: number) => number;
}

/** Draws where in the ventricle a scar of a given kind is. */
export function scarShape(scar: HeartSpec['scar'], random: Random): ScarShape {
  const turn = 0.25 * random.normal();
  const lift = 0.06 * random.normal();
  const stretch = Math.exp(0.15 * random.normal());
  if (scar.kind === 'nonIschaemic') {
    const angle = (scar.pattern === 'subepicardial' ? 0.55 : Math.PI) + turn;
    const height = 0.65 + lift;
    const distance = bullDistance(height * Math.cos(angle), height * Math.sin(angle), 0.5, 0.45 * stretch);
    const upper = bullDistance(height * Math.cos(-2.1 + turn), height * Math.sin(-2.1 + turn), 0.5, 0.15);
    const lower = bullDistance(height * Math.cos(2.1 + turn), height * Math.sin(2.1 + turn), 0.5, 0.15);
    const order: ScarOrder = (x, y, depth, noise) => {
      if (scar.pattern === 'insertionPoints') {
        return Math.hypot(Math.min(upper(x, y), lower(x, y)), (depth - 0.6) / 0.35) + 0.3 * noise;
      }
      if (scar.pattern === 'global') return depth + 0.15 * noise + 0.15;
      const away = scar.pattern === 'midWall' ? Math.abs(depth - 0.5) / 0.22 : (1 - depth) / 0.4;
      return Math.hypot(distance(x, y), away) + 0.3 * noise;
    };
    return { order, takes: () => 0 };
  }
  const { radius, angle, along, across } = TERRITORIES[scar.kind === 'infarct' ? scar.territory : 'LAD'];
  const centre = (scar.kind === 'infarct' && scar.centre) || { radius: radius + lift, angle: angle + turn };
  const centreX = centre.radius * Math.cos(centre.angle);
  const centreY = centre.radius * Math.sin(centre.angle);
  const distance = bullDistance(centreX, centreY, along * stretch, across / stretch);
  const transmurality = scar.kind === 'infarct' ? scar.transmurality : 0;
  return {
    order: (x, y, depth, noise) => {
      // the infarct can still go beyond its transmurality, but only when nothing else is left
      const free = Math.max(0.02, 1 - (depth + 0.2 * noise) / transmurality);
      return distance(x, y) / Math.cbrt(free) + 0.1 * noise;
    },
    takes: (x, y, extent) => transmurality * Math.max(0, 1 - (distance(x, y) / extent) ** SHOULDER),
  };
}

/**
 * Shapes a left ventricle so that its cavity and its wall have the volumes that the spec asks for, summed over the planes
 * of the stack: truncated half ellipsoid, uneven wall, thinner apex, thinned at a chronic infarct.
 * @param planeHeightsMm height of each plane above the endocardial apex, mm
 * @param planeMm the length along the axis that each plane covers, mm
 */
export function shapeLeftVentricle(
  spec: HeartSpec,
  planeHeightsMm: Float64Array,
  planeMm: number,
  random: Random,
): LeftVentricle {
  const planes = planeHeightsMm.length;
  const length = spec.lengthMm;
  const heights = planeHeightsMm.map((z) => z / length);
  const cos = Float64Array.from({ length: ANGLES }, (_, a) => Math.cos(a * ANGLE_STEP));
  const sin = Float64Array.from({ length: ANGLES }, (_, a) => Math.sin(a * ANGLE_STEP));

  const { outline, wallOutline } = drawOutlines(random);
  const { endocardium, endoRadius } = shapeCavity(heights, outline, spec.bloodPoolMl / planeMm);

  const shape = scarShape(spec.scar, random);
  const thins = spec.scar.kind === 'infarct' && !spec.scar.acute;
  const thinning = new Float64Array(planes * ANGLES).fill(1);
  const epicardium = new Float32Array(planes * ANGLES);
  /** Sets the epicardium for a wall thickness (mm) and returns the wall's volume, mm3. */
  const setWall = (wall: number): number => {
    let volume = 0;
    for (let p = 0; p < planes; p++) {
      const z = planeHeightsMm[p];
      const inside = z <= length && z > -APICAL_WALL * wall;
      const height = (z + APICAL_WALL * wall) / (length + APICAL_WALL * wall);
      const share = inside ? profile(height) : 0;
      const apical = 0.7 + 0.3 * Math.min(1, Math.max(0, heights[p]) / 0.4);
      for (let a = 0; a < ANGLES; a++) {
        const i = p * ANGLES + a;
        const inner = endocardium[i];
        if (!inside) {
          epicardium[i] = 0;
          continue;
        }
        const outer = share * (endoRadius * outline[a] + wall * apical * wallOutline[a]);
        const radius = inner + Math.max(MIN_WALL_MM, (outer - inner) * thinning[i]);
        epicardium[i] = radius;
        volume += 0.5 * (radius * radius - inner * inner) * ANGLE_STEP * planeMm;
      }
    }
    return volume;
  };
  const target = (spec.myocardiumG / MYOCARDIUM_G_PER_ML) * 1000;
  const solveWall = (): void => {
    let low = 1;
    let high = 40;
    for (let i = 0; i < 18; i++) {
      const middle = (low + high) / 2;
      if (setWall(middle) < target) low = middle;
      else high = middle;
    }
    setWall((low + high) / 2);
  };
  solveWall();
  if (thins && spec.scar.kind === 'infarct') {
    const scarMm3 = (spec.scar.scarG / MYOCARDIUM_G_PER_ML) * 1000;
    // thinning moves the wall, which moves the infarct's extent: twice is enough
    for (let pass = 0; pass < 2; pass++) {
      const extent = infarctExtent(scarMm3, heights, endocardium, epicardium, planeMm, cos, sin, shape.order);
      for (let p = 0; p < planes; p++) {
        const radius = Math.max(0, heights[p]);
        for (let a = 0; a < ANGLES; a++) {
          const taken = shape.takes(radius * cos[a], radius * sin[a], extent);
          thinning[p * ANGLES + a] = 1 - THINNING * taken;
        }
      }
      solveWall();
    }
  }

  const radiusMm = widestRadius(epicardium);
  return { heights, endocardium, epicardium, radiusMm, scarOrder: shape.order };
}

/**
 * The endocardium of each plane, mm, and its mean radius where it is widest.
 * @param mlPerMm the cavity's volume over the length along the axis that one plane covers
 */
function shapeCavity(
  heights: Float64Array,
  outline: Float64Array,
  mlPerMm: number,
): { readonly endocardium: Float32Array; readonly endoRadius: number } {
  const endocardium = new Float32Array(heights.length * ANGLES);
  let unitArea = 0;
  heights.forEach((height, p) => {
    const share = height > 0 && height <= 1 ? profile(height) : 0;
    for (let a = 0; a < ANGLES; a++) {
      const radius = share * outline[a];
      endocardium[p * ANGLES + a] = radius;
      unitArea += 0.5 * radius * radius * ANGLE_STEP;
    }
  });
  const endoRadius = Math.sqrt((mlPerMm * 1000) / unitArea);
  for (let i = 0; i < endocardium.length; i++) endocardium[i] *= endoRadius;
  return { endocardium, endoRadius };
}

/** Shares of the mean radius by angle: of the cavity, a little oval and triangular, and of the wall, a little uneven. */
function drawOutlines(random: Random): { readonly outline: Float64Array; readonly wallOutline: Float64Array } {
  const oval = 0.03 + 0.02 * random.normal();
  const ovalAngle = 2 * Math.PI * random.next();
  const triangle = 0.012 * random.normal();
  const triangleAngle = 2 * Math.PI * random.next();
  const uneven = 0.08 * random.normal();
  const unevenAngle = 2 * Math.PI * random.next();
  const outline = new Float64Array(ANGLES);
  const wallOutline = new Float64Array(ANGLES);
  for (let a = 0; a < ANGLES; a++) {
    const angle = a * ANGLE_STEP;
    outline[a] = 1 + oval * Math.cos(2 * (angle - ovalAngle)) + triangle * Math.cos(3 * (angle - triangleAngle));
    wallOutline[a] = 1 + uneven * Math.cos(angle - unevenAngle) + 0.04 * Math.cos(2 * (angle - unevenAngle));
  }
  return { outline, wallOutline };
}

/** Mean over the angles of the widest plane. */
function widestRadius(radii: Float32Array): number {
  let widest = 0;
  for (let plane = 0; plane < radii.length; plane += ANGLES) {
    let sum = 0;
    for (let a = 0; a < ANGLES; a++) sum += radii[plane + a];
    widest = Math.max(widest, sum / ANGLES);
  }
  return widest;
}

/** The value of the scar order below which the wall holds a volume, on a coarse grid of the wall. */
function infarctExtent(
  volumeMm3: number,
  heights: Float64Array,
  endocardium: Float32Array,
  epicardium: Float32Array,
  planeMm: number,
  cos: Float64Array,
  sin: Float64Array,
  order: ScarOrder,
): number {
  const depths = [0.1, 0.3, 0.5, 0.7, 0.9];
  const stride = 4;
  const cells: [number, number][] = [];
  for (let p = 0; p < heights.length; p += 2) {
    const radius = Math.max(0, heights[p]);
    for (let a = 0; a < ANGLES; a += stride) {
      const inner = endocardium[p * ANGLES + a];
      const wall = epicardium[p * ANGLES + a] - inner;
      if (wall <= 0) continue;
      for (const depth of depths) {
        const area = (inner + depth * wall) * (wall / depths.length) * ANGLE_STEP * stride;
        cells.push([order(radius * cos[a], radius * sin[a], depth, 0), area * planeMm * 2]);
      }
    }
  }
  cells.sort((one, other) => one[0] - other[0]);
  let sum = 0;
  for (const [value, volume] of cells) {
    sum += volume;
    if (sum >= volumeMm3) return value;
  }
  return cells.at(-1)?.[0] ?? 1;
}
