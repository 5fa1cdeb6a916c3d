import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MusicFileError, parseMusic, readMusic } from '../../../../src/studies/survival/music.ts';
import { dataWith } from '../../../realData.ts';
import { readColumns } from '../../statistics/csv.ts';

const DATA = dataWith('music', 'oracle');

describe.skipIf(!DATA)('MUSIC', () => {
  it('is read with the times and outcomes that the analysis in R used', async () => {
    const patients = await readMusic(DATA ?? '');
    const oracle = readColumns(join(DATA ?? '', 'oracle', 'music_analysis_table.csv'));
    expect(patients.map(({ id }) => id)).toEqual(oracle['id']);
    expect(patients.map(({ status }) => status)).toEqual(oracle['status'].map(Number));
    expect(patients.map(({ timeYears }) => Math.round(timeYears * 365.25))).toEqual(oracle['time'].map(Number));
    expect(patients.map(({ covariates }) => covariates.age)).toEqual(oracle['age'].map(Number));
    const lvef = oracle['lvef'].map((cell) => (cell === 'NA' ? undefined : Number(cell)));
    expect(patients.map(({ covariates }) => covariates.lvef)).toEqual(lvef);
    expect(patients.map(({ covariates }) => covariates.qrs)).toEqual(oracle['qrs'].map(Number));
    expect(patients.map(({ ischaemic }) => (ischaemic ? '2' : ''))).toEqual(
      oracle['etiology'].map((cell) => (cell === '2' ? '2' : '')),
    );
  });

  it('keeps clear of the traps in its columns', async () => {
    const patients = await readMusic(DATA ?? '');
    const count = (id: 'smoker' | 'lbbb' | 'aceInhibitorOrArb'): number =>
      patients.filter(({ covariates }) => covariates[id] === 1).length;
    // Former smokers keep their count of cigarettes.
    expect(count('smoker')).toBe(108);
    expect(count('lbbb')).toBe(290);
    expect(count('aceInhibitorOrArb')).toBeGreaterThan(734);
    expect(patients.filter(({ ischaemic, status }) => ischaemic && status === 1)).toHaveLength(55);
    // The ECG's heart rate, known in everyone; the Holter's is not.
    expect(patients.every(({ covariates }) => covariates.heartRate !== undefined)).toBe(true);
    expect(patients.every(({ covariates }) => covariates.lvMassCmr === undefined)).toBe(true);
  });
});

describe('a file that is not MUSIC', () => {
  it('is refused with the name of the column that it lacks', () => {
    expect(() => parseMusic('Patient ID;Age\nP1;60\n')).toThrow(MusicFileError);
    expect(() => parseMusic('Patient ID;Age\nP1;60\n')).toThrow(/has no column/);
  });
});
