import type { Random } from '../random.ts';
import { makeBody } from './body.ts';
import { Tissue, TISSUE_COUNT } from './constants.ts';
import type { HeartSpec } from './heartSpec.ts';
import { ANGLES, type LeftVentricle } from './leftVentricle.ts';
import { POOL_BLOOD, POOL_MUSCLE, SAMPLE_COLUMN, SAMPLE_ROW, SAMPLES, WALL } from './points.ts';
import type { Noise } from './valueNoise.ts';

/** Points of the wall that may become scar. */
export interface WallPoints {
  /** Index into the tissues. */
  readonly index: number[];
  /** The scar's order (leftVentricle.ts). */
  readonly order: number[];
  /** 0 endocardium to 1 epicardium. */
  readonly depth: number[];
  /** Patchiness, about -1 to 1. */
  readonly patch: number[];
}

/**
 * What is at a point of a plane, mm from the left ventricle's axis: a tissue, or a point with its label (points.ts).
 */
type TissueAt = (x: number, y: number) => number;

const TRABECULAE_MM = 4;
const RIGHT_WALL_MM = 3;

/** What differs from heart to heart around the left ventricle's walls. */
interface Habit {
  readonly rightSize: number;
  readonly fatMm: number;
  readonly papillaryAngles: readonly number[];
  readonly papillaryMm: number;
}

function drawHabit(radiusMm: number, random: Random): Habit {
  const rightSize = 1 + 0.1 * random.normal();
  const fatMm = 2.5 * Math.exp(0.4 * random.normal());
  const papillaryAngles = [-0.75 + 0.2 * random.normal(), 1.35 + 0.2 * random.normal()];
  const papillaryMm = radiusMm * (0.15 + 0.02 * random.normal());
  return { rightSize, fatMm, papillaryAngles, papillaryMm };
}

/**
 * What is at each point of the stack, without scar, and which points are the wall.
 * @param shifts mm by which each slice's breath-hold moved it, two per slice
 * @param isWhole whether muscle in the pool and what is around the heart are drawn in a slice too
 */
export function drawTissues(
  spec: HeartSpec,
  ventricle: LeftVentricle,
  shifts: Float64Array,
  noise: Noise,
  random: Random,
  isWhole: (slice: number) => boolean,
): { tissues: Uint8Array; wall: WallPoints } {
  const [columns, rows, slices] = spec.size;
  const tissues = new Uint8Array(columns * rows * slices * SAMPLES);
  const wall: WallPoints = { index: [], order: [], depth: [], patch: [] };
  const body = makeBody(random, noise);
  const habit = drawHabit(ventricle.radiusMm, random);
  const heterogeneity = (spec.scar.kind === 'none' ? undefined : spec.scar.heterogeneity) ?? 1;
  for (let slice = 0; slice < slices; slice++) {
    const middle = (ventricle.heights[slice * SAMPLES] + ventricle.heights[slice * SAMPLES + 3]) / 2;
    const bodyAt = body(middle, slice);
    const vesselsAt = middle > 1 ? greatVessels(ventricle.radiusMm, middle) : null;
    const whole = isWhole(slice);
    const shift = [shifts[slice * 2], shifts[slice * 2 + 1]] as const;
    for (let sample = 0; sample < SAMPLES; sample++) {
      const plane = slice * SAMPLES + sample;
      const around = rightHeart(ventricle, plane, habit, noise, bodyAt);
      const poolAt = bloodPool(ventricle, plane, habit, noise);
      const reach = whole ? around.reachMm : around.leftReachMm;
      const contour = plane * ANGLES;
      const inPoolMm = whole ? 0 : narrowest(ventricle.endocardium, contour);
      const height = ventricle.heights[plane];
      const bull = Math.max(0, height);
      drawPlane(spec, { slice, sample, shift, reach, whole }, (at, x, y, distance) => {
        if (distance === null) {
          // away from the heart two points per voxel are enough
          const neighbour = tissues[at - 1];
          if (sample % 2 === 1 && neighbour < TISSUE_COUNT) tissues[at] = neighbour;
          else tissues[at] = vesselsAt !== null ? (vesselsAt(x, y) ?? bodyAt(x, y)) : bodyAt(x, y);
          return;
        }
        if (distance < inPoolMm) {
          tissues[at] = POOL_BLOOD;
          return;
        }
        const angle = angleIndex(Math.atan2(y, x));
        const inner = ventricle.endocardium[contour + angle];
        const outer = ventricle.epicardium[contour + angle];
        if (distance < inner) tissues[at] = whole ? poolAt(x, y, inner - distance) : POOL_BLOOD;
        else if (distance < outer) {
          tissues[at] = WALL;
          const depth = (distance - inner) / (outer - inner);
          const scale = bull / (distance + 1e-9);
          const coarse = heterogeneity * noise(x / 9, y / 9, height * 8);
          const fine = heterogeneity * noise(x / 3.5, y / 3.5, 7 + height * 20);
          wall.index.push(at);
          wall.depth.push(depth);
          wall.order.push(ventricle.scarOrder(x * scale, y * scale, depth, 0.7 * coarse + 0.5 * fine));
          wall.patch.push(fine);
        } else if (whole) tissues[at] = around.at(x, y, distance, outer);
      });
    }
  }
  return { tissues, wall };
}

/** The smallest of a plane's radii, mm. */
function narrowest(radii: Float32Array, contour: number): number {
  let least = Infinity;
  for (let a = contour; a < contour + ANGLES; a++) least = Math.min(least, radii[a]);
  return least;
}

/** One of the four planes of a slice, and how far from the axis it is drawn. */
interface DrawnPlane {
  readonly slice: number;
  readonly sample: number;
  readonly shift: readonly [number, number];
  readonly reach: number;
  /** Whether what is beyond the reach is drawn too. */
  readonly whole: boolean;
}

/**
 * Goes through a plane's points.
 * @param draw gets the point's index, its position in mm from the ventricle's axis, and its distance from it; null
 * beyond the reach
 */
function drawPlane(
  spec: HeartSpec,
  { slice, sample, shift, reach, whole }: DrawnPlane,
  draw: (at: number, x: number, y: number, distance: number | null) => void,
): void {
  const [columns, rows] = spec.size;
  const [columnMm, rowMm] = spec.spacing;
  const cos = Math.cos(spec.rotation);
  const sin = Math.sin(spec.rotation);
  const [shiftX, shiftY] = shift;
  // where the ventricle's axis meets the plane
  const axisU = shiftX * cos - shiftY * sin;
  const axisV = shiftX * sin + shiftY * cos;
  const firstU = ((1 - columns) / 2 + SAMPLE_COLUMN[sample]) * columnMm - spec.centreMm[0];
  for (let row = 0; row < rows; row++) {
    const v = (row - (rows - 1) / 2 + SAMPLE_ROW[sample]) * rowMm - spec.centreMm[1];
    // columns that only the heart reaches in this row
    const half = Math.sqrt(reach * reach - (v - axisV) ** 2);
    const first = whole ? 0 : Math.max(0, Math.floor((axisU - half - firstU) / columnMm));
    const last = whole ? columns - 1 : Math.min(columns - 1, Math.ceil((axisU + half - firstU) / columnMm));
    let at = ((slice * rows + row) * columns + first) * SAMPLES + sample;
    for (let column = first; column <= last; column++, at += SAMPLES) {
      const u = (column - (columns - 1) / 2 + SAMPLE_COLUMN[sample]) * columnMm - spec.centreMm[0];
      const x = u * cos + v * sin - shiftX;
      const y = v * cos - u * sin - shiftY;
      const distance2 = x * x + y * y;
      if (distance2 <= reach * reach) draw(at, x, y, Math.sqrt(distance2));
      else if (whole) draw(at, x, y, null);
    }
  }
}

const TO_ANGLE = ANGLES / (2 * Math.PI);

/** Which of the ventricle's tabulated directions is nearest. */
function angleIndex(angle: number): number {
  let index = Math.round(angle * TO_ANGLE);
  if (index < 0) index += ANGLES;
  return index === ANGLES ? 0 : index;
}

/** The pool of a plane: blood, trabeculae at its edge and two papillary muscles. */
function bloodPool(
  ventricle: LeftVentricle,
  plane: number,
  habit: Habit,
  noise: Noise,
): (x: number, y: number, fromWallMm: number) => number {
  const height = ventricle.heights[plane];
  const papillaryShare = Math.max(0, 1 - ((height - 0.5) / 0.33) ** 2);
  const papillaryRadius = habit.papillaryMm * Math.sqrt(papillaryShare);
  const [anterior, posterior] = habit.papillaryAngles.map((angle) => {
    const a = ((Math.round(angle * TO_ANGLE) % ANGLES) + ANGLES) % ANGLES;
    const distance = Math.max(0, 0.92 * ventricle.endocardium[plane * ANGLES + a] - papillaryRadius * 1.15);
    return [distance * Math.cos(angle), distance * Math.sin(angle)] as const;
  });
  return (x, y, fromWallMm) => {
    let tissue = POOL_BLOOD;
    if (fromWallMm < TRABECULAE_MM && noise(x / 3.5, y / 3.5, height * 12) > 0.4) tissue = POOL_MUSCLE;
    const near = Math.min(
      (x - anterior[0]) ** 2 + (y - anterior[1]) ** 2,
      (x - posterior[0]) ** 2 + (y - posterior[1]) ** 2,
    );
    if (near < 1.7 * papillaryRadius ** 2) {
      const lobes = 1 + 0.7 * noise(x / 4, y / 4, height * 6);
      if (near < papillaryRadius ** 2 * lobes) tissue = POOL_MUSCLE;
    }
    return tissue;
  };
}

/** What is just outside the left ventricle in a plane. */
interface Around {
  /** How far from the axis the left ventricle reaches, mm; and with the right one and their fat. */
  readonly leftReachMm: number;
  readonly reachMm: number;
  readonly at: (x: number, y: number, distance: number, outer: number) => number;
}

/** The right ventricle, an ellipse to the left that the left ventricle bites into (none near the apex), and fat around both. */
function rightHeart(ventricle: LeftVentricle, plane: number, habit: Habit, noise: Noise, bodyAt: TissueAt): Around {
  const height = ventricle.heights[plane];
  let widest = 0;
  for (let a = 0; a < ANGLES; a++) widest = Math.max(widest, ventricle.epicardium[plane * ANGLES + a]);
  const rise = Math.sqrt(Math.max(0, Math.min(1, (height - 0.1) / 0.6)));
  const rightX = -widest * (0.36 + 0.34 * rise);
  const rightY = widest * 0.14;
  const rightA = widest * (0.5 + 0.42 * rise * habit.rightSize);
  const rightB = widest * (0.5 + 0.48 * rise * habit.rightSize);
  const fatHere = habit.fatMm * (height < 0.15 ? 1.8 : 1);
  const padLeft = rightA + RIGHT_WALL_MM + 2.2 * fatHere;
  const padDown = rightB + RIGHT_WALL_MM + 1.3 * fatHere;
  const reachMm = widest > 0 ? Math.max(widest + 3 * fatHere, 1.2 * Math.hypot(padLeft - rightX, 0.7 * padDown)) : 0;
  const at = (x: number, y: number, distance: number, outer: number): number => {
    const lean = 0.25 * (y - rightY);
    const rx = (x - rightX + lean) / rightA;
    const ry = (y - rightY) / rightB;
    const right = rx * rx + ry * ry;
    const wallX = (x - rightX + lean) / (rightA + RIGHT_WALL_MM);
    const wallY = (y - rightY) / (rightB + RIGHT_WALL_MM);
    const padX = (x - rightX + lean) / padLeft;
    const padY = (y - rightY) / padDown;
    if (rise > 0 && right < 1) {
      return right > 0.7 && noise(x / 4, y / 4, height * 9) > 0.55 ? Tissue.myocardium : Tissue.blood;
    }
    if (rise > 0 && wallX * wallX + wallY * wallY < 1) return Tissue.myocardium;
    const inFat =
      (rise > 0 && padX * padX + padY * padY < 1) ||
      distance - outer < Math.max(1.3, fatHere * (0.75 - 0.6 * (x / (distance + 1))));
    return inFat ? Tissue.fat : bodyAt(x, y);
  };
  return { leftReachMm: widest, reachMm, at };
}

/** Above the base plane: left atrium, aortic root, outflow of the right ventricle and right atrium, thin-walled, in fat. */
function greatVessels(radiusMm: number, height: number): (x: number, y: number) => number | null {
  const r = radiusMm * Math.max(0.55, 1.15 - 0.5 * (height - 1));
  const chambers = [
    [0.28 * r, 0.42 * r, 0.62 * r, 0.5 * r],
    [-0.22 * r, -0.3 * r, 0.38 * r, 0.38 * r],
    [-0.75 * r, -0.85 * r, 0.42 * r, 0.36 * r],
    [-0.95 * r, 0.25 * r, 0.55 * r, 0.62 * r],
  ] as const;
  return (x, y) => {
    let rim = false;
    for (const [cx, cy, a, b] of chambers) {
      const dx = (x - cx) / a;
      const dy = (y - cy) / b;
      const inside = dx * dx + dy * dy;
      if (inside < 1) return Tissue.blood;
      const wx = (x - cx) / (a + 2.5);
      const wy = (y - cy) / (b + 2.5);
      if (wx * wx + wy * wy < 1) rim = true;
    }
    if (rim) return Tissue.myocardium;
    const fx = (x + 0.3 * r) / (1.35 * r);
    const fy = (y + 0.1 * r) / (1.15 * r);
    return fx * fx + fy * fy < 1 ? Tissue.fat : null;
  };
}
