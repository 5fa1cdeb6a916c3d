import { describe, expect, it } from 'vitest';
import { ReaderSettings } from '../../../../src/app/case/state/readerSettings.svelte.ts';
import { ScarView } from '../../../../src/app/case/state/scarView.svelte.ts';
import { makeHeart } from '../../../../src/core/phantom/heart.ts';
import { Random } from '../../../../src/core/random.ts';
import { FOUND_PLACES, measureScar, readScar } from '../../../../src/pipeline/analysing/measureScar.ts';
import { SPEC } from '../../phantom/specs.ts';

const { volume, labels } = makeHeart(SPEC, new Random(8));

const MEASURES = measureScar(readScar(volume, labels, 'first', FOUND_PLACES));

function view(oriented: boolean, settings = new ReaderSettings(), excluded: readonly number[] = []): ScarView {
  const frame = oriented ? volume.frame : null;
  return new ScarView(
    settings,
    () => ({ image: { ...volume, frame }, labels: { ...labels, frame }, apexEnd: 'first', excluded }),
    () => null,
    () => MEASURES,
  );
}

const percents = (scar: ScarView): (number | null)[] => (scar.segments ?? []).map(({ scarPercent }) => scarPercent);

describe('the reading of a case by hand', () => {
  it('measures without the slices that are left out, and keeps the levels of the others', () => {
    const slice = 5;
    const [all, some] = [view(true), view(true, new ReaderSettings(), [slice])];
    const left = some.measures;
    expect([all.measures.excluded, left.excluded]).toEqual([undefined, [slice]]);
    for (const id of ['scarMl', 'myocardiumMl', 'bloodPoolMl'] as const) {
      expect(left[id]).toBeCloseTo((all.measures[id] ?? NaN) - (all.measures.perSlice[slice][id] ?? NaN), 9);
      expect(left.perSlice[slice][id]).toBe(0);
    }
    expect(left.burdenPercent).toBeCloseTo((100 * (left.scarMl ?? NaN)) / (left.myocardiumMl ?? NaN), 9);
    expect(some.segments?.flatMap(({ slices }) => slices)).not.toContain(slice);
    expect(left.remote?.regions.map((region) => region.slice)).not.toContain(slice);
    expect(some.levels).toEqual(all.levels);
    expect(some.labels?.labels.slice(0, 10)).toEqual(labels.labels.slice(0, 10));
  });

  it('has no segments until the reader says which point is anterior, and swaps them by that word', () => {
    const unknown = view(false);
    expect(unknown.segments).toBeNull();
    expect(unknown.measures?.aha17).toBeNull();
    const { anterior, inferior } = unknown.reading?.insertion.points ?? {};
    unknown.nameAnterior('inferior');
    expect(unknown.reading?.insertion.points).toEqual({ anterior: inferior, inferior: anterior });
    expect(unknown.segments).toHaveLength(17);
    unknown.nameAnterior('inferior');
    expect(percents(unknown)).toEqual(percents(view(true)));
  });

  it('takes back every placement, and only that', () => {
    const scar = view(true);
    scar.method = '3SD';
    const before = JSON.stringify([scar.measures, percents(scar)]);
    const moves = [
      () => scar.moveRemote(5, 2),
      () => scar.moveInsertion('anterior', 1),
      () => scar.setLevel(4, null),
      () => (scar.reference = 'oneRegion'),
    ];
    for (const move of moves) {
      move();
      expect(JSON.stringify([scar.measures, percents(scar)])).not.toBe(before);
      scar.findRemote();
      scar.findInsertion();
      scar.findLevels();
      scar.reference = 'eachSlice';
      expect(JSON.stringify([scar.measures, percents(scar)])).toBe(before);
    }
    expect(scar.method).toBe('3SD');
  });

  it('shows scar by its method while the image is not there, and keeps what was placed until it is', () => {
    const saved = view(true);
    saved.method = '5SD';
    saved.reference = 'oneRegion';
    saved.moveRemote(5, 2);
    saved.moveInsertion('anterior', 1);
    saved.setLevel(4, null);
    const bare = new ScarView(
      new ReaderSettings(),
      () => null,
      () => null,
      () => saved.measures,
    );
    bare.restore(saved.choices, labels);
    const shown = ({ method, burden, perSlice, segments, levels }: ScarView): unknown[] => [
      method,
      burden,
      perSlice,
      segments,
      levels,
    ];
    expect(bare.method).toBe('5SD');
    expect(shown(bare)).toEqual(shown(saved));
    bare.reference = 'eachSlice';
    bare.moveRemote(5, 1);
    bare.setLevel(3, 'apex');
    bare.findRemote();
    bare.findInsertion();
    bare.findLevels();
    expect(bare.choices).toEqual(saved.choices);
  });

  it('leaves nothing that was placed to the next case, but the reader’s method', () => {
    const settings = new ReaderSettings();
    const scar = view(true, settings);
    const { places } = scar.choices;
    scar.method = '3SD';
    scar.reference = 'oneRegion';
    scar.moveRemote(5, 2);
    scar.setLevel(4, null);
    const next = view(true, settings);
    expect(next.choices.places).toEqual(places);
    expect(next.method).toBe('3SD');
  });

  it('has one region for all slices where that is chosen, and moves it to the slice in view', () => {
    const scar = view(true);
    scar.reference = 'oneRegion';
    scar.moveRemote(6, 1.5);
    expect(scar.reading?.remote?.regions.map(({ slice }) => slice)).toEqual([6]);
    expect(scar.remoteAngle(6)).toEqual({ angle: 1.5, here: true });
    expect(scar.remoteAngle(3)).toEqual({ angle: 1.5, here: false });
  });
});
