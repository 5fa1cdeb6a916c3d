import { expect, it } from 'vitest';
import { Label } from '../../../../src/core/volume/volume.ts';
import { hasWallAndPool, mappingOf } from '../../../../src/pipeline/reading/masks.ts';

it('a mask is offered as what its values may stand for: a heart by a convention, or scar where it has one value alone', () => {
  expect(mappingOf([0, 1, 2, 3])).toEqual([1, 2, 3].map((value) => ({ value, label: value })));
  for (const value of [1, 3, 255]) {
    const scar = mappingOf([0, value]);
    expect(scar).toEqual([{ value, label: Label.scar }]);
    expect(hasWallAndPool(scar ?? []), 'it cannot stand for the segmentation').toBe(false);
  }
  for (const values of [[0], [0, 7, 9], [0, 3, 4]]) expect(mappingOf(values)).toBeNull();
});
