/** Damage as segmentation networks cause it, for a network that learns to see the whole ventricle behind it. */
import type { Random } from '../../core/random.ts';
import { isHeart, isMyocardium, Label } from '../../core/volume/volume.ts';
import { randomWaves } from './augmentation.ts';

/** Share of masks that are shown undamaged. */
const UNDAMAGED = 0.25;
/** At most this many kinds of damage at once. */
const MOST_DAMAGE = 3;

type Damage = (labels: Uint8Array, size: number, random: Random) => void;

/** A copy of one slice's square of labels with damage of one to three kinds, or none. */
export function damaged(whole: Uint8Array, size: number, random: Random): Uint8Array {
  const labels = whole.slice();
  if (random.next() < UNDAMAGED) return labels;
  const kinds = 1 + Math.floor(random.next() * MOST_DAMAGE);
  for (let k = 0; k < kinds; k++) DAMAGES[Math.floor(random.next() * DAMAGES.length)](labels, size, random);
  return labels;
}

const between = (random: Random, least: number, most: number): number => least + (most - least) * random.next();
const oneOf = (random: Random, labels: readonly number[]): number => labels[Math.floor(random.next() * labels.length)];

/** Centre of the heart in a square, or null where it holds none. */
function heartCentre(labels: Uint8Array, size: number): [number, number] | null {
  let count = 0;
  let x = 0;
  let y = 0;
  labels.forEach((label, p) => {
    if (!isHeart(label)) return;
    count += 1;
    x += p % size;
    y += Math.floor(p / size);
  });
  return count > 0 ? [x / count, y / count] : null;
}

/** A blob of random outline around a pixel. */
function forBlob(size: number, at: number, radius: number, random: Random, each: (p: number) => void): void {
  const [cx, cy] = [at % size, Math.floor(at / size)];
  const stretch = Math.exp(0.3 * random.normal());
  const angle = Math.PI * random.next();
  for (let p = 0; p < size * size; p++) {
    const [dx, dy] = [(p % size) - cx, Math.floor(p / size) - cy];
    const u = (dx * Math.cos(angle) + dy * Math.sin(angle)) * stretch;
    const v = (dy * Math.cos(angle) - dx * Math.sin(angle)) / stretch;
    if (Math.hypot(u, v) <= radius) each(p);
  }
}

/** A random pixel with a property; null if several tries find none. */
function somePixel(size: number, random: Random, has: (p: number) => boolean): number | null {
  for (let attempt = 0; attempt < 60; attempt++) {
    const p = Math.floor(random.next() * size * size);
    if (has(p)) return p;
  }
  return null;
}

/** The ring broken: the wall of a sector is background or pool. */
const breakRing: Damage = (labels, size, random) => {
  const centre = heartCentre(labels, size);
  if (centre === null) return;
  const middle = between(random, -Math.PI, Math.PI);
  const half = between(random, 0.15, 1.3);
  const instead = random.next() < 0.7 ? Label.background : Label.bloodPool;
  labels.forEach((label, p) => {
    if (!isMyocardium(label)) return;
    const angle = Math.atan2(Math.floor(p / size) - centre[1], (p % size) - centre[0]);
    const away = Math.abs(((angle - middle + 3 * Math.PI) % (2 * Math.PI)) - Math.PI);
    if (away < half) labels[p] = instead;
  });
};

/** A whole sector of the heart missing, wall and pool. */
const cutSector: Damage = (labels, size, random) => {
  const centre = heartCentre(labels, size);
  if (centre === null) return;
  const angle = between(random, 0, 2 * Math.PI);
  const offset = between(random, 2, 16);
  labels.forEach((_, p) => {
    const along = ((p % size) - centre[0]) * Math.cos(angle) + (Math.floor(p / size) - centre[1]) * Math.sin(angle);
    if (along > offset) labels[p] = Label.background;
  });
};

/** Holes in the heart. */
const makeHoles: Damage = (labels, size, random) => {
  const count = 1 + Math.floor(3 * random.next());
  for (let k = 0; k < count; k++) {
    const at = somePixel(size, random, (p) => isHeart(labels[p]));
    if (at === null) return;
    const instead = oneOf(random, [Label.background, Label.background, Label.bloodPool, Label.viable]);
    forBlob(size, at, between(random, 1.5, 6), random, (p) => (labels[p] = instead));
  }
};

/** A second piece of ventricle next to it. */
const addPiece: Damage = (labels, size, random) => {
  const at = somePixel(size, random, (p) => !isHeart(labels[p]));
  if (at === null) return;
  const radius = between(random, 2, 11);
  const piece = oneOf(random, [Label.viable, Label.viable, Label.bloodPool]);
  const cavity = random.next() < 0.5 ? between(random, 0.2, 0.7) : 0;
  const [cx, cy] = [at % size, Math.floor(at / size)];
  forBlob(size, at, radius, random, (p) => {
    if (isHeart(labels[p])) return;
    const inner = Math.hypot((p % size) - cx, Math.floor(p / size) - cy) < cavity * radius;
    labels[p] = inner ? Label.bloodPool : piece;
  });
};

/** Scar where no wall is. */
const strayScar: Damage = (labels, size, random) => {
  const at = somePixel(size, random, (p) => !isMyocardium(labels[p]));
  if (at === null) return;
  const label = oneOf(random, [Label.scar, Label.scar, Label.noReflow]);
  forBlob(size, at, between(random, 1, 5), random, (p) => {
    if (!isMyocardium(labels[p])) labels[p] = label;
  });
};

/** The pool moved within the heart or out of it. */
const shiftPool: Damage = (labels, size, random) => {
  const dx = Math.round(3.5 * random.normal());
  const dy = Math.round(3.5 * random.normal());
  const before = labels.slice();
  labels.forEach((label, p) => {
    if (label === Label.bloodPool) labels[p] = Label.viable;
  });
  before.forEach((label, p) => {
    const [x, y] = [(p % size) + dx, Math.floor(p / size) + dy];
    if (label === Label.bloodPool && x >= 0 && y >= 0 && x < size && y < size) labels[x + size * y] = Label.bloodPool;
  });
};

/** Most of the wall or of the pool not seen at all. */
const lose: Damage = (labels, size, random) => {
  const pool = random.next() < 0.4;
  const instead = pool
    ? oneOf(random, [Label.viable, Label.background])
    : oneOf(random, [Label.background, Label.bloodPool]);
  const keep = random.next() < 0.5 ? somePixel(size, random, (p) => isHeart(labels[p])) : null;
  const kept = new Set<number>();
  if (keep !== null) forBlob(size, keep, between(random, 3, 14), random, (p) => kept.add(p));
  labels.forEach((label, p) => {
    if ((pool ? label === Label.bloodPool : isMyocardium(label)) && !kept.has(p)) labels[p] = instead;
  });
};

/** Irregular borders. */
const wander: Damage = (labels, size, random) => {
  const before = labels.slice();
  const coarse = randomWaves(between(random, 0.5, 2), size, random);
  const fine = randomWaves(between(random, 0.3, 1.5), size / 5, random);
  for (let p = 0; p < labels.length; p++) {
    const [u, v] = [p % size, Math.floor(p / size)];
    const [a, b] = coarse.at(u, v);
    const [c, d] = fine.at(u, v);
    const x = Math.round(u + a + c);
    const y = Math.round(v + b + d);
    labels[p] = x >= 0 && y >= 0 && x < size && y < size ? before[x + size * y] : Label.background;
  }
};

const DAMAGES: readonly Damage[] = [
  breakRing,
  cutSector,
  makeHoles,
  addPiece,
  strayScar,
  shiftPool,
  lose,
  wander,
  wander,
];
