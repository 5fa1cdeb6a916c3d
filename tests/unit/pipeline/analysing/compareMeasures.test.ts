import { describe, expect, it } from 'vitest';
import { makeHeart } from '../../../../src/core/phantom/heart.ts';
import { Random } from '../../../../src/core/random.ts';
import { GREY_ZONE_DEFINITIONS, THRESHOLD_METHODS } from '../../../../src/core/scar/thresholds.ts';
import { compareMeasures } from '../../../../src/pipeline/analysing/compareMeasures.ts';
import { FOUND_PLACES, measureScar, readScar } from '../../../../src/pipeline/analysing/measureScar.ts';
import { SPEC } from '../../phantom/specs.ts';

const { volume, labels } = makeHeart(SPEC, new Random(8));
const measures = measureScar(readScar(volume, labels, 'first', FOUND_PLACES));
/** The same heart with all scar healed. */
const healed = measureScar(
  readScar(volume, { ...labels, labels: labels.labels.map((label) => (label > 2 ? 2 : label)) }, 'first', FOUND_PLACES),
);
const PLAIN = 5;

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
