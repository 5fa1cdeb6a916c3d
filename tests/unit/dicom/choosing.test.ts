import { describe, expect, it } from 'vitest';
import { isThinVolume, LEAST_SCORE, planeOf, readNames, scoreOf } from '../../../src/core/dicom/choosing.ts';

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
    expect(readNames(name, 'unknown')).toMatchObject({ lateEnhancement: true, otherKind: null });
  });

  it.each([
    ['Localizer', 'localizer'],
    ['AAScout', 'localizer'],
    ['3-plane loc', 'localizer'],
    ['Übersicht', 'localizer'],
    ['定位像', 'localizer'],
    ['Übersichtsaufnahme', 'localizer'],
    ['位置決め', 'localizer'],
    ['シネ 短軸', 'cine'],
    ['T1マッピング', 'relaxationMap'],
    ['負荷パーフュージョン', 'perfusion'],
    ['心肌灌注', 'perfusion'],
    ['血流 2D', 'flow'],
    ['CINE_TRUFI_SAX', 'cine'],
    ['短轴电影', 'cine'],
    ['TI_SCOUT post', 'tiScout'],
    ['Look Locker', 'tiScout'],
    ['ShMOLLI_192i_T1MAP', 'relaxationMap'],
    ['MOLLI 5(3)3 sax', 'relaxationMap'],
    ['perf_stress_3sl', 'perfusion'],
    ['T2 STIR SAX', 'darkBlood'],
    ['SSFP sax', 'brightBlood'],
  ])('%s is %s', (name, kind) => {
    expect(readNames(name, 'unknown').otherKind).toBe(kind);
  });

  it('lets words for late enhancement beat the readout that it uses', () => {
    expect(readNames('LGE_PSIR_trufi_sax', 'unknown').otherKind).toBeNull();
    expect(readNames('TI scout before LGE', 'unknown').otherKind).toBe('tiScout');
  });

  it('tells the two images of one PSIR scan apart', () => {
    expect(readNames('PSIR_TFL_SAX_PSIR', 'magnitude').contrast).toBe('PSIR');
    expect(readNames('PSIR_TFL_SAX_MAG', 'magnitude').contrast).toBe('magnitude');
    expect(readNames('LGE SA', 'magnitude').contrast).toBe('magnitude');
    expect(readNames('LGE SA', 'real').contrast).toBe('PSIR');
    expect(readNames('LGE SA', 'unknown').contrast).toBe('unknown');
  });

  it('tells axes apart', () => {
    expect(readNames('LGE_SAX', 'unknown')).toMatchObject({ shortAxis: true, longAxis: false });
    expect(readNames('LGE 4CH', 'unknown')).toMatchObject({ shortAxis: false, longAxis: true });
    expect(readNames('PSIR 2-chamber', 'unknown')).toMatchObject({ longAxis: true });
    for (const name of [
      'LGE 四腔心',
      'PSIR 两腔',
      '遅延造影 4腔像',
      'LGE Vierkammerblick',
      'LGE 2-Kammerblick',
      'LGE 長軸',
    ]) {
      expect(readNames(name, 'unknown'), name).toMatchObject({ longAxis: true, shortAxis: false });
    }
  });
});

describe('choice', () => {
  const named = readNames('', 'unknown');

  it('knows a short axis by its normal, either way up', () => {
    expect(planeOf([-0.7, 0.5, 0.51])).toBe('short axis');
    expect(planeOf([0.7, -0.5, -0.51])).toBe('short axis');
    expect(planeOf([0, 0, 1])).toBe('axial');
    expect(planeOf([0.02, -1, 0])).toBe('coronal');
    expect(planeOf([1, 0.1, 0])).toBe('sagittal');
    expect(planeOf([0.5, 0.8, 0.33])).toBe('oblique');
  });

  it('tells a volume, out of which slices can be cut, from a stack', () => {
    const axial = { plane: 'axial', slices: 80, gap: 1.5 } as const;
    expect(isThinVolume(axial)).toBe(true);
    expect(isThinVolume({ ...axial, slices: 20 })).toBe(false);
    expect(isThinVolume({ ...axial, slices: 12, gap: 8 })).toBe(false);
    expect(isThinVolume({ ...axial, gap: 0 })).toBe(false);
    expect(isThinVolume({ ...axial, plane: 'short axis' })).toBe(false);
  });

  it('takes a stack across the heart though nothing names it, and no axial one', () => {
    expect(scoreOf({ named, plane: 'short axis', slices: 9, gap: 10 })).toBeGreaterThanOrEqual(LEAST_SCORE);
    expect(scoreOf({ named, plane: 'axial', slices: 20, gap: 8 })).toBeLessThan(LEAST_SCORE);
  });

  it('takes no T1 map, however well it lies', () => {
    const map = readNames('MOLLI T1 map sax', 'unknown');
    expect(scoreOf({ named: map, plane: 'short axis', slices: 9, gap: 10 })).toBeLessThan(LEAST_SCORE);
  });

  it('prefers PSIR to magnitude and late enhancement to a stack without a name', () => {
    const score = (name: string): number =>
      scoreOf({ named: readNames(name, 'unknown'), plane: 'short axis', slices: 9, gap: 10 });
    expect(score('LGE SAX PSIR')).toBeGreaterThan(score('LGE SAX MAG'));
    expect(score('LGE SAX MAG')).toBeGreaterThan(score(''));
    expect(score('LGE 4CH')).toBeLessThan(score('LGE SAX'));
  });
});
