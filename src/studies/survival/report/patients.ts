import { COVARIATES } from '../../../core/patient/covariates.ts';
import type { MusicPatient } from '../music.ts';
import { mean, percent, table } from './markdown.ts';
import type { ReportInput } from './reportInput.ts';

export function cohort({ patients }: ReportInput): string[] {
  const groups = [
    patients.filter(({ ischaemic }) => ischaemic),
    patients.filter(({ ischaemic }) => !ischaemic),
  ] as const;
  const events = (of: readonly MusicPatient[], status: number): string =>
    String(of.filter((patient) => patient.status === status).length);
  const years = (of: readonly MusicPatient[]): string =>
    of.reduce((sum, { timeYears }) => sum + timeYears, 0).toFixed(0);
  return [
    '## The patients',
    '',
    ...table(
      ['', 'ischaemic', 'other', 'unknown in'],
      [
        ['patients', ...groups.map((of) => String(of.length)), ''],
        ['sudden deaths', ...groups.map((of) => events(of, 1)), ''],
        ['other deaths', ...groups.map((of) => events(of, 2)), ''],
        ['patient-years', ...groups.map(years), ''],
        ['ICD, CRT-D or CRT-P at entry', ...groups.map((of) => String(of.filter(({ device }) => device).length)), ''],
        ...COVARIATES.flatMap(({ id, label, unit, kind }) => {
          const known = (of: readonly MusicPatient[]): number[] => of.flatMap(({ covariates }) => covariates[id] ?? []);
          if (known(patients).length === 0) return [];
          const cell = (of: readonly MusicPatient[]): string => {
            const values = known(of);
            if (kind === 'yesNo') return percent(mean(values), 0);
            const sd = Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
            return `${mean(values).toFixed(0)} +- ${sd.toFixed(0)}`;
          };
          const unknown = patients.length - known(patients).length;
          return [
            [unit === '' ? label : `${label}, ${unit}`, ...groups.map(cell), unknown === 0 ? '' : String(unknown)],
          ];
        }),
      ],
    ),
    'Numbers as mean +- SD. Not in MUSIC, and so not in the weights: LVEF and mass by CMR, infarct size, time since ischaemia, ethnicity.',
    '',
  ];
}
