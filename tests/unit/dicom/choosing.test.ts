import { describe, expect, it } from 'vitest';
import { LEAST_SCORE, planeOf, readNames, scoreOf } from '../../../src/core/dicom/choosing.ts';

describe('names of series', () => {
  it.each([
    'LGE SAX',
    'PSIR_TFE_BH SENSE',
    '2D_DE_SA',
    'late enhancement short axis',
    'Delayed Enh 10min',
    'MDE SA 10 min',
    'Viability_psir_sax',
    'Spätaufnahme KA',
    'IR_TFE narbe',
    '短轴延迟强化',
    '心肌延遲增強 SA',
    '遅延造影 短軸',
    'Realce tardío eje corto',
    'rehaussement tardif petit axe',
  ])('%s is late enhancement', (name) => {
    expect(readNames(name, '')).toMatchObject({ lateEnhancement: true, otherKind: null });
  });

  it.each([
    ['Localizer', 'a localizer'],
    ['AAScout', 'a localizer'],
    ['3-plane loc', 'a localizer'],
    ['Übersicht', 'a localizer'],
    ['定位像', 'a localizer'],
    ['CINE_TRUFI_SAX', 'a cine'],
    ['短轴电影', 'a cine'],
    ['TI_SCOUT post', 'a scout for the inversion time'],
    ['Look Locker', 'a scout for the inversion time'],
    ['ShMOLLI_192i_T1MAP', 'a T1 or T2 map'],
    ['MOLLI 5(3)3 sax', 'a T1 or T2 map'],
    ['perf_stress_3sl', 'a perfusion series'],
    ['T2 STIR SAX', 'a T2 or dark-blood series'],
    ['SSFP sax', 'a bright-blood series'],
  ])('%s is %s', (name, kind) => {
    expect(readNames(name, '').otherKind).toBe(kind);
  });

  it('lets words for late enhancement beat the readout that it uses', () => {
    expect(readNames('LGE_PSIR_trufi_sax', '').otherKind).toBeNull();
    expect(readNames('TI scout before LGE', '').otherKind).toBe('a scout for the inversion time');
  });

  it('tells the two images of one PSIR scan apart', () => {
    expect(readNames('PSIR_TFL_SAX_PSIR', 'ORIGINAL\\PRIMARY\\M\\NORM').contrast).toBe('PSIR');
    expect(readNames('PSIR_TFL_SAX_MAG', 'ORIGINAL\\PRIMARY\\M\\NORM').contrast).toBe('magnitude');
    expect(readNames('LGE SA', 'ORIGINAL\\PRIMARY\\M\\NORM').contrast).toBe('magnitude');
    expect(readNames('LGE SA', 'ORIGINAL\\PRIMARY\\R\\IR\\R').contrast).toBe('PSIR');
    expect(readNames('LGE SA', 'ORIGINAL\\PRIMARY\\OTHER').contrast).toBe('unknown');
  });

  it('tells axes apart', () => {
    expect(readNames('LGE_SAX', '')).toMatchObject({ shortAxis: true, longAxis: false });
    expect(readNames('LGE 4CH', '')).toMatchObject({ shortAxis: false, longAxis: true });
    expect(readNames('PSIR 2-chamber', '')).toMatchObject({ longAxis: true });
    expect(readNames('LGE 四腔心', '')).toMatchObject({ longAxis: true });
  });
});

describe('choice', () => {
  const named = readNames('', '');

  it('knows a short axis by its normal, either way up', () => {
    expect(planeOf([-0.7, 0.5, 0.51])).toBe('short axis');
    expect(planeOf([0.7, -0.5, -0.51])).toBe('short axis');
    expect(planeOf([0, 0, 1])).toBe('axial');
    expect(planeOf([0.02, -1, 0])).toBe('coronal');
    expect(planeOf([1, 0.1, 0])).toBe('sagittal');
    expect(planeOf([0.5, 0.8, 0.33])).toBe('oblique');
  });

  it('takes a stack across the heart though nothing names it, and no axial one', () => {
    expect(scoreOf({ named, plane: 'short axis', slices: 9, gap: 10 })).toBeGreaterThanOrEqual(LEAST_SCORE);
    expect(scoreOf({ named, plane: 'axial', slices: 20, gap: 8 })).toBeLessThan(LEAST_SCORE);
  });

  it('takes no T1 map, however well it lies', () => {
    const map = readNames('MOLLI T1 map sax', '');
    expect(scoreOf({ named: map, plane: 'short axis', slices: 9, gap: 10 })).toBeLessThan(LEAST_SCORE);
  });

  it('prefers PSIR to magnitude and late enhancement to a stack without a name', () => {
    const score = (name: string): number =>
      scoreOf({ named: readNames(name, ''), plane: 'short axis', slices: 9, gap: 10 });
    expect(score('LGE SAX PSIR')).toBeGreaterThan(score('LGE SAX MAG'));
    expect(score('LGE SAX MAG')).toBeGreaterThan(score(''));
    expect(score('LGE 4CH')).toBeLessThan(score('LGE SAX'));
  });
});
