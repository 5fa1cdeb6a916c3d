import { demoPatient } from '../../core/phantom/demoPatient.ts';
import { GALLERY, GALLERY_IDS, type GalleryId } from '../../core/phantom/knobs.ts';
import { quantiles } from '../../core/quantiles.ts';
import { TeachingScanner } from './teachingHeart.ts';

/** Greys of a square slice, 0 black to 255 white, row by row. */
export interface GalleryPicture {
  readonly side: number;
  readonly greys: Uint8Array;
}

/** The slice that shows a heart of the gallery best. */
const SLICE = 5;
/** Where the demo patient's heart is in its slices. */
const DEMO = { left: 36, top: 42, side: 120 } as const;
/** Of the slice's signals: what is black, and what is white. */
const WINDOW = [0.02, 0.995] as const;

/** A heart of the gallery as the start page shows it. The first of the gallery is the demo patient. */
export function galleryPicture(id: GalleryId): GalleryPicture {
  return id === GALLERY_IDS[0] ? demoPicture() : inGreys(new TeachingScanner().slice(GALLERY[id], SLICE).image.voxels);
}

function demoPicture(): GalleryPicture {
  const { voxels, size } = demoPatient().volume;
  const { left, top, side } = DEMO;
  const picture = new Float32Array(side * side);
  for (let row = 0; row < side; row++) {
    const from = left + size[0] * (top + row + size[1] * SLICE);
    picture.set(voxels.subarray(from, from + side), row * side);
  }
  return inGreys(picture);
}

function inGreys(voxels: Float32Array): GalleryPicture {
  const [black, white] = quantiles(voxels, WINDOW);
  const greys = Uint8ClampedArray.from(voxels, (value) => (255 * (value - black)) / (white - black));
  return { side: Math.sqrt(voxels.length), greys: new Uint8Array(greys.buffer) };
}
