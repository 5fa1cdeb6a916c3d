import { describe, expect, it } from 'vitest';
import { makeHeart } from '../../../../src/core/phantom/heart.ts';
import { Random } from '../../../../src/core/random.ts';
import { GREY_ZONE_DEFINITIONS, THRESHOLD_METHODS } from '../../../../src/core/scar/thresholds.ts';
import { compareLabels, compareMeasures } from '../../../../src/pipeline/analysing/compareMeasures.ts';
import { FOUND_PLACES, measureScar, readScar } from '../../../../src/pipeline/analysing/measureScar.ts';
import { SPEC } from '../../phantom/specs.ts';

const { volume, labels } = makeHeart(SPEC, new Random(8));
const measures = measureScar(readScar(volume, labels, 'first', FOUND_PLACES));
/** The same heart with all scar healed. */
const healed = measureScar(
  readScar(volume, { ...labels, labels: labels.labels.map((label) => (label > 2 ? 2 : label)) }, 'first', FOUND_PLACES),
);
const PLAIN = 5;

/** Two slices of four voxels of 1 mL. */
const LABELS = { size: [4, 1, 2], spacing: [10, 10, 10], frame: null } as const;

describe('two readings of the same images', () => {
  it('agree by Dice, structure by structure, and hold so many mL', () => {
    const here = { ...LABELS, labels: Uint8Array.from([1, 2, 3, 0, 1, 2, 0, 0]) };
    const other = { ...LABELS, labels: Uint8Array.from([1, 2, 2, 0, 0, 2, 0, 0]) };
    expect(compareLabels(here, other)).toEqual([
      { structure: 'cavity', dice: 2 / 3, hereMl: 2, otherMl: 1 },
      { structure: 'myocardium', dice: 1, hereMl: 3, otherMl: 3 },
      { structure: 'scar', dice: 0, hereMl: 1, otherMl: 0 },
      { structure: 'noReflow', dice: null, hereMl: 0, otherMl: 0 },
    ]);
  });

  it('are not told in mL where lengths are not known', () => {
    const bare = { ...LABELS, lengthsUnknown: 'notGiven' as const, labels: Uint8Array.from([1, 2, 3, 0, 1, 2, 0, 0]) };
    expect(compareLabels(bare, bare)[2]).toEqual({ structure: 'scar', dice: 1, hereMl: null, otherMl: null });
  });
});

describe('two scans of a patient', () => {
  it('that are the same differ in nothing, in every measure', () => {
    const changes = compareMeasures(measures, measures);
    expect(changes).toHaveLength(PLAIN + THRESHOLD_METHODS.length + GREY_ZONE_DEFINITIONS.length);
    expect(changes.every(({ difference }) => difference === 0)).toBe(true);
  });

  it('differ by what was lost, and the other way round by what was gained', () => {
    const lost = compareMeasures(measures, healed).find(({ id }) => id === 'scarG');
    const gained = compareMeasures(healed, measures).find(({ id }) => id === 'scarG');
    expect(lost).toEqual({ id: 'scarG', before: measures.scarG, after: 0, difference: -(measures.scarG ?? NaN) });
    expect(gained?.difference).toBe(measures.scarG);
  });

  it('are not compared by thresholds that took remote myocardium in another way', () => {
    const other = measureScar(readScar(volume, labels, 'first', { reference: 'oneRegion' }));
    expect(compareMeasures(measures, other)).toHaveLength(PLAIN);
    expect(compareMeasures(measures, { ...measures, remote: null, methods: {}, greyZones: {} })).toHaveLength(PLAIN);
  });
});
