import { describe, expect, it } from 'vitest';
import { placeOf } from '../../../src/core/segmentation/ventriclePlace.ts';
import { drawn } from '../scar/drawn.ts';

describe('the place of a ventricle', () => {
  it('is the centre of pool and wall, as wide as a disc of their area where they are largest', () => {
    const labels = drawn(
      [2, 3, 8],
      ['.....', '.ww..', '.ow..'],
      ['.....', '.....', '.o...'],
      ['.....', '.....', '.....'],
    );
    const place = placeOf(labels);
    expect(place?.centre).toEqual([(1 + 2 + 1 + 2 + 1) / 5, (1 + 1 + 2 + 2 + 2) / 5]);
    expect(place?.diameterMm).toBeCloseTo(2 * Math.sqrt((4 * 2 * 3) / Math.PI), 12);
  });

  it('is none where there is no heart', () => {
    expect(placeOf(drawn([1, 1, 8], ['...', '...']))).toBeNull();
  });
});
