/** `npm run pictures`: the hearts of the start page, drawn by the code of the teaching room, as src/app/hearts/*.png. */
import { writeFileSync } from 'node:fs';
import { encode } from 'fast-png';
import { GALLERY_IDS } from '../src/core/phantom/knobs.ts';
import { galleryPicture } from '../src/pipeline/teaching/galleryPicture.ts';

for (const id of GALLERY_IDS) {
  const { side, greys } = galleryPicture(id);
  const png = encode({ width: side, height: side, data: greys, channels: 1, depth: 8 });
  writeFileSync(new URL(`../src/app/hearts/${id}.png`, import.meta.url), png);
}
