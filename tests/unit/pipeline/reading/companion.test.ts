import { describe, expect, it } from 'vitest';
import type { Grid } from '../../../../src/core/volume/volume.ts';
import { findCompanion, isSameGrid } from '../../../../src/pipeline/reading/companion.ts';
import { EMPTY_STUDY, type SeriesSummary, type Study } from '../../../../src/pipeline/reading/study.ts';

const series = (id: string, changes: Partial<SeriesSummary> = {}): SeriesSummary => ({
  id,
  number: 1,
  description: id,
  slices: 10,
  columns: 256,
  rows: 256,
  spacing: [1.4, 1.4, 10],
  contrast: 'magnitude',
  chosen: false,
  usable: true,
  kind: 'unknown',
  why: { code: 'takenByHand' },
  ...changes,
});

const study = (...all: SeriesSummary[]): Study => ({ ...EMPTY_STUDY, series: all });

describe('the other image of the same scan', () => {
  const psir = series('psir', { contrast: 'PSIR' });

  it('is the magnitude of a PSIR and the PSIR of a magnitude', () => {
    const both = study(psir, series('magnitude'));
    expect(findCompanion(both, both.series[0])?.id).toBe('magnitude');
    expect(findCompanion(both, both.series[1])?.id).toBe('psir');
  });

  it('is none of another size, none that cannot be opened, and none where the contrast is not known', () => {
    expect(findCompanion(study(psir, series('short', { slices: 9 })), psir)).toBeNull();
    expect(findCompanion(study(psir, series('cine', { usable: false })), psir)).toBeNull();
    const unknown = series('unknown', { contrast: 'unknown' });
    expect(findCompanion(study(unknown, series('magnitude')), unknown)).toBeNull();
  });

  it('lies on the same voxels, or does not stand beside', () => {
    const grid: Grid = {
      size: [256, 256, 10],
      spacing: [1.4, 1.4, 10],
      frame: { origin: [0, 0, 0], columnStep: [1, 0, 0], rowStep: [0, 1, 0], sliceStep: [0, 0, 1] },
    };
    const movedBy = (mm: number): Grid => ({ ...grid, frame: grid.frame && { ...grid.frame, origin: [mm, 0, 0] } });
    expect(isSameGrid(grid, movedBy(0.01))).toBe(true);
    expect(isSameGrid(grid, movedBy(2))).toBe(false);
    expect(isSameGrid(grid, { ...grid, spacing: [1.4, 1.4, 9] })).toBe(false);
    expect(isSameGrid(grid, { ...grid, frame: null })).toBe(false);
  });
});
