import { readFileSync } from 'node:fs';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { GALLERY_IDS } from '../../../../src/core/phantom/knobs.ts';
import { galleryPicture } from '../../../../src/pipeline/teaching/galleryPicture.ts';

/** Greys: another engine's sines may round to the next one. */
const GREY_TOLERANCE = 1;

describe('the pictures of the start page', () => {
  it('are the hearts that a click opens, as `npm run pictures` draws them', () => {
    for (const id of GALLERY_IDS) {
      const { side, greys } = galleryPicture(id);
      const file = decode(readFileSync(`src/app/hearts/${id}.png`));
      expect([file.width, file.height, file.channels], id).toEqual([side, side, 1]);
      const furthest = greys.reduce((most, grey, at) => Math.max(most, Math.abs(grey - file.data[at])), 0);
      expect(furthest, id).toBeLessThanOrEqual(GREY_TOLERANCE);
    }
  });
});
