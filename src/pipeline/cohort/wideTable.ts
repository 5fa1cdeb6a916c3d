/**
 * A cohort as one table, one patient a row: what was known, the images' measures and what each model says; and a description of each
 * column.
 */
import { COVARIATES, NUMBER_FACTS, YES_NO_FACTS } from '../../core/patient/covariates.ts';
import { risk } from '../../core/patient/logLogistic.ts';
import { cell } from '../saving/toCsv.ts';
import { LAW_MODELS } from './cohortModels.ts';
import type { Judged } from './judgePatient.ts';
import type { CohortPatient } from './patients.ts';
import type { StudyFailure, StudyOutcome } from './studyResult.ts';

/** How far a row got. */
export type RowStatus = 'analysed' | 'failed' | 'noStudy' | 'noRow';

/** A patient, a study, or both, with the same id. */
export interface CohortRow {
  readonly id: string;
  readonly status: RowStatus;
  readonly patient: CohortPatient | null;
  readonly study: StudyOutcome | null;
  readonly judged: Judged | null;
}

interface Column {
  readonly name: string;
  readonly unit: string;
  readonly about: string;
  readonly value: (row: CohortRow, say: (failed: StudyFailure) => string) => number | string | null | undefined;
}

const YEARS = [1, 2, 3, 4, 5] as const;

const burdenColumn = (
  name: string,
  id: keyof NonNullable<StudyOutcome['result']>['burden'],
  unit: string,
  about: string,
): Column => ({ name, unit, about, value: ({ study }) => study?.result?.burden[id] });

const COLUMNS: readonly Column[] = [
  { name: 'id', unit: '', about: 'the patient, as table and folder call them', value: ({ id }) => id },
  {
    name: 'status',
    unit: '',
    about:
      'analysed: the study gave a result; failed: it did not; noStudy: the table has the patient and the folder has not; noRow: the other way',
    value: ({ status }) => status,
  },
  {
    name: 'reason',
    unit: '',
    about: 'why the study failed',
    value: ({ study }, say) => study?.failed && say(study.failed),
  },
  {
    name: 'table_row',
    unit: '',
    about: 'row of the table, the header being row 1',
    value: ({ patient }) => patient?.row,
  },
  { name: 'time', unit: 'years', about: 'follow-up', value: ({ patient }) => patient?.timeYears },
  {
    name: 'outcome',
    unit: '',
    about: 'event: sudden cardiac death; otherDeath: another death; none: alive at the end of observation',
    value: ({ patient }) => patient?.outcome,
  },
  ...COVARIATES.map(({ id, label, unit }): Column => ({
    name: id,
    unit,
    about: label,
    value: ({ patient }) => patient?.clinical.covariates[id],
  })),
  ...[...NUMBER_FACTS.map(({ id }) => id), ...YES_NO_FACTS].map((id): Column => ({
    name: id,
    unit: NUMBER_FACTS.find((fact) => fact.id === id)?.unit ?? '',
    about: `${id}, as the form of the page asks it`,
    value: ({ patient }) => {
      const value = patient?.clinical.facts[id];
      return typeof value === 'boolean' ? Number(value) : value;
    },
  })),
  {
    name: 'applies',
    unit: '0 or 1',
    about: 'whether the models are for this patient',
    value: ({ judged }) => judged && Number(judged.why.length === 0),
  },
  {
    name: 'applies_not',
    unit: '',
    about: 'why the models are not for this patient, by their codes',
    value: ({ judged }) => judged?.why.map(({ code }) => code).join(' '),
  },
  burdenColumn('blood_pool_ml', 'bloodPoolMl', 'mL', 'left ventricle’s cavity'),
  burdenColumn('myocardium_g', 'myocardiumG', 'g', 'left ventricle’s wall, scar included'),
  burdenColumn('scar_g', 'scarG', 'g', 'scar, no-reflow included'),
  burdenColumn('scar_percent', 'burdenPercent', '% of the wall', 'scar burden'),
  burdenColumn('no_reflow_ml', 'noReflowMl', 'mL', 'no-reflow'),
  ...(['2-3SD', '2-5SD', '35-50%'] as const).map((definition): Column => ({
    name: `grey_zone_${definition.replace('-', '_').replace('%', 'pc').toLowerCase()}_g`,
    unit: 'g',
    about: `grey zone by ${definition}`,
    value: ({ study }) => study?.result?.greyZonesG[definition],
  })),
  {
    name: 'drawn_by',
    unit: '',
    about: 'network; file: a segmentation that lay with the images; reader: corrected by hand',
    value: ({ study }) => study?.result?.drawnBy,
  },
  {
    name: 'plausibility',
    unit: '0 to 1',
    about: 'of the network’s segmentation',
    value: ({ study }) => study?.result?.casePlausibility,
  },
  {
    name: 'warnings',
    unit: '',
    about: 'what is to be known of the study, by its codes',
    value: ({ study }) => study?.result?.warnings.map(({ code }) => code).join(' '),
  },
  {
    name: 'image_withheld',
    unit: '',
    about: 'why the image says nothing of the risk, by its code',
    value: ({ judged }) => judged?.whyNoImage,
  },
  ...LAW_MODELS.flatMap((model): Column[] => {
    const simulated = model === 'image' || model === 'fused' ? '; simulated outcomes have a part in it' : '';
    return [
      {
        name: `${model}_mu`,
        unit: 'ln years',
        about: `location of the log-logistic law by ${model}${simulated}`,
        value: ({ judged }) => judged?.laws[model]?.mu,
      },
      {
        name: `${model}_sigma`,
        unit: 'ln years',
        about: `scale of the log-logistic law by ${model}${simulated}`,
        value: ({ judged }) => judged?.laws[model]?.sigma,
      },
      ...YEARS.map((t): Column => ({
        name: `${model}_risk_${t}y`,
        unit: '0 to 1',
        about: `net risk of sudden cardiac death by ${t} years by ${model}${simulated}`,
        value: ({ judged }) => {
          const law = judged?.laws[model];
          return law && risk(law, t);
        },
      })),
    ];
  }),
];

/** The rows as CSV (RFC 4180), with a header. @param say a reason in English */
export function wideCsv(rows: readonly CohortRow[], say: (failed: StudyFailure) => string): string {
  const lines = rows.map((row) => COLUMNS.map(({ value }) => cell(value(row, say) ?? '')));
  return csvOf([COLUMNS.map(({ name }) => name), ...lines]);
}

/** What each column of `wideCsv` is, as CSV. */
export function dictionaryCsv(): string {
  return csvOf([
    ['column', 'unit', 'what it is'],
    ...COLUMNS.map(({ name, unit, about }) => [cell(name), cell(unit), cell(about)]),
  ]);
}

const csvOf = (lines: readonly (readonly string[])[]): string =>
  `${lines.map((line) => line.join(',')).join('\r\n')}\r\n`;
