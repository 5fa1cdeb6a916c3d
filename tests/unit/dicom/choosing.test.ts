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
    'Herz Kurzachse verzögertes Enhancement',
    'KM-Spätaufnahmen kurze Achse',
    '心脏短轴延迟增强',
    '左室短軸 遅延造影',
    'de_tfl_psir_sax',
    'LGE_sax_PSIR_seg',
    '2D PSMDE SAX',
  ])('%s is late enhancement', (name) => {
    expect(readNames(name, '')).toMatchObject({ lateEnhancement: true, otherKind: null });
  });

  it.each([
    ['Localizer', 'a localizer'],
    ['AAScout', 'a localizer'],
    ['3-plane loc', 'a localizer'],
    ['Übersicht', 'a localizer'],
    ['定位像', 'a localizer'],
    ['Übersichtsaufnahme', 'a localizer'],
    ['位置決め', 'a localizer'],
    ['シネ 短軸', 'a cine'],
    ['T1マッピング', 'a T1 or T2 map'],
    ['負荷パーフュージョン', 'a perfusion series'],
    ['心肌灌注', 'a perfusion series'],
    ['血流 2D', 'a flow measurement'],
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
    for (const name of [
      'LGE 四腔心',
      'PSIR 两腔',
      '遅延造影 4腔像',
      'LGE Vierkammerblick',
      'LGE 2-Kammerblick',
      'LGE 長軸',
    ]) {
      expect(readNames(name, ''), name).toMatchObject({ longAxis: true, shortAxis: false });
    }
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
