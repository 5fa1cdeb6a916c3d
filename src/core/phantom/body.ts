import type { Random } from '../random.ts';
import { Tissue } from './constants.ts';
import type { Noise } from './valueNoise.ts';

/** Which tissue is at a point of one slice: mm from the left ventricle's axis, to the image's right and down. */
export type TissueAt = (x: number, y: number) => number;

interface Organ {
  readonly kind: 'liver' | 'stomach' | 'spleen' | 'kidney' | 'bowel' | 'muscle' | 'aorta' | 'spine';
  readonly x: number;
  readonly y: number;
  readonly a: number;
  readonly b: number;
  /** radians */
  readonly turn: number;
  /** mm that it moves to the right and down for each unit of height, apex to base. */
  readonly driftX: number;
  readonly driftY: number;
}

/** Textbook short-axis view with the heart at the origin, mm; each number varies by about a tenth from one body to the next. [choice] */
const ORGANS: readonly Organ[] = [
  { kind: 'muscle', x: 165, y: -118, a: 78, b: 26, turn: 0.75, driftX: 0, driftY: 6 },
  { kind: 'spine', x: 168, y: 108, a: 27, b: 24, turn: 0.3, driftX: -8, driftY: -8 },
  { kind: 'aorta', x: 138, y: 62, a: 12, b: 11, turn: 0, driftX: -10, driftY: -10 },
  { kind: 'muscle', x: 195, y: 150, a: 52, b: 34, turn: -0.5, driftX: 0, driftY: 0 },
  { kind: 'stomach', x: 52, y: 64, a: 27, b: 20, turn: 0.2, driftX: -6, driftY: -10 },
  { kind: 'spleen', x: 96, y: 14, a: 44, b: 20, turn: 0.35, driftX: -12, driftY: -12 },
  { kind: 'liver', x: -22, y: 92, a: 78, b: 46, turn: -0.75, driftX: 6, driftY: -6 },
  { kind: 'kidney', x: 112, y: 84, a: 22, b: 32, turn: -0.2, driftX: -4, driftY: -14 },
  { kind: 'bowel', x: 66, y: 132, a: 74, b: 52, turn: 0.1, driftX: 0, driftY: 12 },
];

/**
 * Everything around the heart: skin and subcutaneous fat, chest wall with ribs, lungs with their vessels, diaphragm,
 * liver, stomach, spleen, kidney, bowel, spine. Called once for each body; the result once for each slice.
 * @returns the tissues of the slice at a height of the ventricle (0 apex, 1 base)
 */
export function makeBody(random: Random, noise: Noise): (height: number, slice: number) => TissueAt {
  const vary = (value: number, share = 0.1): number => value * (1 + share * random.normal());
  const centreX = vary(44);
  const centreY = vary(28, 0.3);
  const halfWidth = vary(163, 0.04);
  const halfHeight = vary(186, 0.04);
  const skew = 0.1 * random.normal();
  const fat = Math.min(40, 16 * Math.exp(0.35 * random.normal()));
  const wall = vary(15);
  const ribPhase = 6 * random.next();
  const diaphragm = vary(44, 0.08);
  const dome = vary(72, 0.15);
  const domeX = vary(98, 0.12);
  const organs = ORGANS.map((organ) => ({
    ...organ,
    x: organ.x + 5 * random.normal(),
    y: organ.y + 5 * random.normal(),
    a: vary(organ.a),
    b: vary(organ.b),
    turn: organ.turn + 0.15 * random.normal(),
  }));

  return (height, slice) => {
    // the apex points forward and down: there the chest wall is nearer and more of the abdomen is in the picture
    const h = Math.max(-0.4, Math.min(1.4, height));
    const bodyX = centreX + 22 * (0.5 - h);
    const lungFloor = diaphragm + 14 * (h - 0.5);
    const grain = slice * 3.7;
    const placed = organs.map((organ) => ({
      kind: organ.kind,
      x: organ.x + organ.driftX * (h - 0.5) + 8 * (0.5 - h),
      y: organ.y + organ.driftY * (h - 0.5),
      cos: Math.cos(organ.turn),
      sin: Math.sin(organ.turn),
      a: 1 / organ.a,
      b: 1 / organ.b,
    }));

    return (x, y) => {
      const bx = (x - bodyX) / halfWidth;
      const by = (y - centreY) / halfHeight;
      const radius = Math.sqrt(bx * bx + by * by) + 1e-6;
      const rim = radius + (skew * bx * by + 0.05 * (bx * bx - by * by)) / radius + 0.05 * noise(bx * 1.4, by * 1.4, h);
      const depth = (1 - rim) * 172;
      if (depth < 0) return Tissue.air;
      if (depth < 2) return Tissue.skeletalMuscle;
      // more fat in front and below
      const fatHere = fat * (1 + 0.35 * bx * by - 0.25 * by);
      if (depth < fatHere) return Tissue.fat;
      if (depth < fatHere + wall) {
        const within = (depth - fatHere) / wall;
        const along = Math.sin(ribPhase + 11 * (bx - by) + 5 * bx * by + h);
        if (along > 0.35 && within > 0.3)
          return along > 0.55 && within > 0.45 && within < 0.85 ? Tissue.bone : Tissue.skeletalMuscle;
        return noise(x / 10, y / 10, grain) + within > 0.75 ? Tissue.fat : Tissue.skeletalMuscle;
      }
      for (const organ of placed) {
        const dx = x - organ.x;
        const dy = y - organ.y;
        const u = (dx * organ.cos + dy * organ.sin) * organ.a;
        const v = (dy * organ.cos - dx * organ.sin) * organ.b;
        const r = u * u + v * v;
        if (r <= 1) return organTissue(organ.kind, r, (mmX, mmY) => noise(x / mmX, y / mmY, grain));
      }
      const away = (x - domeX) / 48;
      const floor = lungFloor - dome * Math.exp(-away * away);
      if (y > floor + 3) return noise(x / 13, y / 13, grain) > 0.3 ? Tissue.spleen : Tissue.fat;
      if (y > floor) return Tissue.skeletalMuscle;
      // fat in front of the heart, between it and the chest wall
      const pad = 17 + 9 * noise(x / 14, y / 14, h) - 0.006 * (y - 2) ** 2;
      if (x < -28 && depth < fatHere + wall + pad) return Tissue.fat;
      return noise(x / 5.5, y / 5.5, grain) > 0.74 ? Tissue.vessel : Tissue.lung;
    };
  };
}

/**
 * @param r 0 in the organ's middle to 1 at its edge
 * @param grain noise at this point, of a size in mm across and down
 */
function organTissue(kind: Organ['kind'], r: number, grain: (mmX: number, mmY: number) => number): number {
  switch (kind) {
    case 'liver':
      return grain(7, 7) > 0.78 ? Tissue.vessel : Tissue.liver;
    case 'stomach':
      if (r > 0.62) return r > 0.92 ? Tissue.fat : Tissue.myocardium;
      return grain(5, 5) > 0.15 ? Tissue.myocardium : Tissue.fluid;
    case 'spleen':
      return r > 0.94 ? Tissue.fat : Tissue.spleen;
    case 'kidney':
      if (r < 0.12) return Tissue.fat;
      return r > 0.42 || grain(5, 5) > 0.2 ? Tissue.kidneyCortex : Tissue.kidneyMedulla;
    case 'bowel': {
      const folds = grain(15, 15);
      if (Math.abs(folds) < 0.08) return Tissue.fat;
      if (folds < -0.45) return Tissue.fluid;
      return folds > 0 ? Tissue.spleen : Tissue.liver;
    }
    case 'muscle':
      return grain(16, 5) > 0.62 ? Tissue.fat : Tissue.skeletalMuscle;
    case 'aorta':
      return r > 0.85 ? Tissue.skeletalMuscle : Tissue.blood;
    case 'spine':
      return r > 0.88 ? Tissue.air : Tissue.bone;
  }
}
