/**
 * Reads MUSIC, sudden cardiac death in chronic heart failure (Martin-Yebra, Martinez, Laguna; PhysioNet 2024, doi
 * 10.13026/cec2-9w70, ODbL 1.0), into the covariates' schema by the rules of docs/data.md.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CovariateId, Covariates } from '../../core/patient/covariates.ts';
import { SentenceError } from '../../core/errors.ts';

export interface MusicPatient {
  readonly id: string;
  /** Never CMR's LVEF or LV mass, infarct size, time since ischaemia or ethnicity: MUSIC has no MRI and does not say. */
  readonly covariates: Covariates;
  /** Ischaemic dilated cardiomyopathy (aetiology 2). */
  readonly ischaemic: boolean;
  /** Functional class, 2 or 3 here. Only the five answers read it and the prior infarct. */
  readonly nyha: number;
  readonly priorInfarct: boolean;
  /** mm; unknown in ten patients. */
  readonly leftAtrium?: number;
  /** ng/L; the column is called Pro-BNP. */
  readonly ntProBnp?: number;
  /** Other columns at entry, by name in `OTHER_COLUMNS`: for a model that chooses among all of them; no network reads them. */
  readonly others: Readonly<Partial<Record<OtherColumn, number>>>;
  /** A device at entry that can abort sudden death or prevent it: ICD, CRT-D or CRT-P. */
  readonly device: boolean;
  readonly timeYears: number;
  /** 0 censored (alive, lost or transplanted), 1 sudden cardiac death, 2 other death. */
  readonly status: 0 | 1 | 2;
}

/** A skewed column on the scale that a regression uses. */
const ln = (value: number): number => Math.log(Math.max(value, Number.MIN_VALUE));
const ln1 = (value: number): number => Math.log1p(value);
const same = (value: number): number => value;
const some = (value: number): number => Number(value > 0);

/** What MUSIC holds besides SSCAR's covariates: its column, and how a regression uses it. */
const OTHER_COLUMNS = {
  nyha: ['NYHA class', same],
  priorInfarct: ['Prior Myocardial Infarction (yes=1)', same],
  leftAtrium: ['Left atrial size (mm)', same],
  lnNtProBnp: ['Pro-BNP (ng/L)', ln],
  bodyMassIndex: ['Body Mass Index (Kg/m2)', same],
  diastolicPressure: ['Diastolic blood  pressure (mmHg)', same],
  systolicPressure: ['Systolic blood pressure (mmHg)', same],
  peripheralVascular: ['Peripheral vascular disease (yes=1)', same],
  revascularised: ['Prior Revascularization', some],
  syncope: ['Syncope', some],
  albumin: ['Albumin (g/L)', same],
  lnCreatinine: ['Creatinine (?mol/L)', ln],
  glucose: ['Glucose (mmol/L)', same],
  haemoglobin: ['Hemoglobin (g/L)', same],
  potassium: ['Potassium (mEq/L)', same],
  sodium: ['Sodium (mEq/L)', same],
  cholesterol: ['Total Cholesterol (mmol/L)', same],
  lnUrea: ['Urea (mg/dL)', ln],
  pulmonaryVenousHypertension: ['Signs of pulmonary venous hypertension (yes=1)', same],
  cardiothoracicRatio: ['Cardiothoracic ratio', same],
  rightVentricleAltered: ['Right ventricle contractility (altered=1)', same],
  mitralInsufficiency: ['Mitral valve insufficiency ', same],
  endDiastolicDiameter: ['Left ventricle end-diastolic diameter (mm)', same],
  septalThickness: ['Septal thickness (mm)', same],
  ventricularHypertrophy: ['Left ventricular hypertrophy (yes=1)', same],
  qWaves: ['Q-waves (necrosis, yes=1)', same],
  correctedQt: ['QT corrected ', same],
  lnPrematureBeats: ['Number of ventricular premature beats in 24h', ln1],
  ventricularTachycardia: ['Ventricular Tachycardia', some],
  spironolactone: ['Spironolactone (yes=1)', same],
} as const satisfies Readonly<Record<string, readonly [column: string, scale: (value: number) => number]>>;

export type OtherColumn = keyof typeof OTHER_COLUMNS;
export const OTHER_COLUMN_NAMES = Object.keys(OTHER_COLUMNS) as OtherColumn[];

export class MusicFileError extends SentenceError {}

const DAYS_PER_YEAR = 365.25;
const SUDDEN_CARDIAC_DEATH = 3;
const SURVIVOR_OR_CENSORED = 0;
const DEATH = 3;
const LBBB = 2;
const AF_OR_FLUTTER: readonly (number | undefined)[] = [1, 2];
const PAROXYSMAL_AF = 2;
const ISCHAEMIC = 2;
/** CRT-P, ICD, CRT-D. */
const DEVICES: readonly number[] = [4, 5, 8];

/** Looks up a row's numbers by exact column name: decimal comma; blank or NA is undefined. */
type Row = (column: string) => number | undefined;

function parseRow(columns: ReadonlyMap<string, number>, cells: readonly string[]): Row {
  return (column) => {
    const index = columns.get(column);
    if (index === undefined) {
      throw new MusicFileError(
        `The MUSIC file has no column '${column}'. Take subject-info.csv as PhysioNet gives it.`,
      );
    }
    const cell = cells[index]?.trim() ?? '';
    if (cell === '' || cell === 'NA') return undefined;
    // Ages above 89 are withheld.
    const value = cell === '>89' ? 89 : Number(cell.replace(',', '.'));
    if (Number.isNaN(value)) {
      throw new MusicFileError(`The MUSIC file holds '${cell}' in column '${column}', where a number belongs.`);
    }
    return value;
  };
}

/** True if any is 1, false if none is and all are known. */
function anyOf(...flags: readonly (number | undefined)[]): number | undefined {
  if (flags.includes(1)) return 1;
  return flags.includes(undefined) ? undefined : 0;
}

function known<Id extends string>(values: Partial<Record<Id, number | undefined>>): Partial<Record<Id, number>> {
  const entries = Object.entries<number | undefined>(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Record<Id, number>>;
}

function toPatient(id: string, row: Row): MusicPatient {
  const required = (column: string): number => {
    const value = row(column);
    if (value === undefined) throw new MusicFileError(`Patient ${id} has no '${column}' in the MUSIC file.`);
    return value;
  };
  // The ECG's mean RR has a trailing blank in its name; the name without it is the Holter's.
  const meanRr = row('Average RR (ms) ');
  const cigarettes = row('daily smoking (cigarretes/day)');
  const smokeFreeYears = row('smoke-free time (years)');
  const conduction = row('Intraventricular conduction disorder');
  const cause = required('Cause of death');
  const died = row('Exit of the study') === DEATH;
  if (died === (cause === SURVIVOR_OR_CENSORED)) {
    throw new MusicFileError(`Patient ${id} of the MUSIC file has a cause of death that does not match the exit.`);
  }
  return {
    id,
    ischaemic: required('HF etiology - Diagnosis') === ISCHAEMIC,
    nyha: required('NYHA class'),
    priorInfarct: required('Prior Myocardial Infarction (yes=1)') === 1,
    ...known({ leftAtrium: row('Left atrial size (mm)'), ntProBnp: row('Pro-BNP (ng/L)') }),
    others: known<OtherColumn>(
      Object.fromEntries(
        OTHER_COLUMN_NAMES.map((name) => {
          const [column, scale] = OTHER_COLUMNS[name];
          const value = row(column);
          return [name, value === undefined ? undefined : scale(value)];
        }),
      ),
    ),
    device: DEVICES.includes(required('Prior implantable device')),
    timeYears: required('Follow-up period from enrollment (days)') / DAYS_PER_YEAR,
    status: !died ? 0 : cause === SUDDEN_CARDIAC_DEATH ? 1 : 2,
    covariates: known<CovariateId>({
      age: row('Age'),
      male: row('Gender (male=1)'),
      lvef: row('LVEF (%)'),
      heartRate: meanRr === undefined ? undefined : 60_000 / meanRr,
      qrs: row('QRS duration (ms)'),
      lbbb: conduction === undefined ? undefined : conduction === LBBB ? 1 : 0,
      atrialFibrillation:
        AF_OR_FLUTTER.includes(row('ECG rhythm ')) ||
        AF_OR_FLUTTER.includes(row('Holter  rhythm ')) ||
        row('Paroxysmal supraventricular tachyarrhythmia') === PAROXYSMAL_AF
          ? 1
          : 0,
      // Former smokers still have their count of cigarettes.
      smoker:
        cigarettes === undefined || smokeFreeYears === undefined
          ? undefined
          : cigarettes > 0 && smokeFreeYears === 0
            ? 1
            : 0,
      diabetes: row('Diabetes (yes=1)'),
      hypertension: row('History of hypertension (yes=1)'),
      hypercholesterolaemia: row('History of dyslipemia (yes=1)'),
      betaBlocker: row('Betablockers (yes=1)'),
      aceInhibitorOrArb: anyOf(row('ACE inhibitor (yes=1)'), row('Angiotensin-II receptor blocker (yes=1)')),
      lipidLowering: row('Statins (yes=1)'),
      diuretic: row('Loop diuretics (yes=1)'),
      antiarrhythmic: row('Amiodarone (yes=1)'),
      digoxin: row('Digoxin (yes=1)'),
    }),
  };
}

/** Every patient of subject-info.csv's text (';' between cells). Throws MusicFileError. */
export function parseMusic(text: string): MusicPatient[] {
  const [header, ...lines] = text.split(/\r?\n/).filter((line) => line !== '');
  if (header === undefined) throw new MusicFileError('The MUSIC file is empty.');
  const columns = new Map(header.split(';').map((name, index) => [name, index]));
  return lines.map((line) => {
    const cells = line.split(';');
    return toPatient(cells[0], parseRow(columns, cells));
  });
}

/** Reads music/subject-info.csv of the folder of public data. Throws MusicFileError, and what reading a file throws. */
export async function readMusic(dataFolder: string): Promise<MusicPatient[]> {
  return parseMusic(await readFile(path.join(dataFolder, 'music', 'subject-info.csv'), 'latin1'));
}

/** What the card of every model that learned from these patients says about them. */
export function musicCard(patients: readonly MusicPatient[]) {
  const ischaemic = patients.filter((patient) => patient.ischaemic).length;
  return {
    licence: 'ODbL-1.0',
    restsOn: {
      code: 'realOutcomes',
      patients: patients.length,
      ischaemic,
      suddenDeaths: patients.filter(({ status }) => status === 1).length,
    },
    data: {
      name: 'MUSIC: sudden cardiac death in chronic heart failure, version 1.0.0',
      source: 'Martin-Yebra, Martinez, Laguna. PhysioNet 2024. doi 10.13026/cec2-9w70',
      licence: 'Open Database License (ODbL) 1.0',
      patients: patients.length,
      ischaemic,
      event: 'Sudden cardiac death (cause 3). Censored: alive, lost, transplanted, other death.',
    },
  } as const;
}
