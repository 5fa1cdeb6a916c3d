import { isDoubtful } from '../../core/segmentation/reliability.ts';
import type { CohortPatient } from '../../pipeline/cohort/patients.ts';
import type { StudyOutcome } from '../../pipeline/cohort/studyResult.ts';

/** What the table of studies can be narrowed to. */
export const ROW_FILTERS = ['all', 'failed', 'warned', 'doubtful', 'waiting', 'noStudy', 'noRow'] as const;
export type RowFilter = (typeof ROW_FILTERS)[number];

export const ROW_ORDERS = ['id', 'scarG', 'scarPercent', 'greyZone', 'plausibility'] as const;
export type RowOrder = (typeof ROW_ORDERS)[number];

/** A study, a patient, or both. */
export interface StudyRow {
  readonly id: string;
  readonly status: 'analysed' | 'failed' | 'waiting' | 'noStudy' | 'noRow';
  readonly outcome: StudyOutcome | null;
  /** Whether its files are here. */
  readonly canOpen: boolean;
}

/**
 * Each study that was found or analysed, and each patient without one.
 * @param outcomeOf the outcome of a study, or null
 */
export function studyRows(
  found: readonly { readonly id: string }[],
  patients: readonly Pick<CohortPatient, 'id'>[] | null,
  outcomeOf: (id: string) => StudyOutcome | null,
): StudyRow[] {
  const known = patients && new Set(patients.map(({ id }) => id));
  const here = new Set(found.map(({ id }) => id));
  const ofStudies = found.map(({ id }): StudyRow => {
    const outcome = outcomeOf(id);
    const status = known && !known.has(id) ? 'noRow' : statusOf(outcome, 'waiting');
    return { id, status, outcome, canOpen: true };
  });
  const others = (patients ?? []).filter(({ id }) => !here.has(id));
  return [
    ...ofStudies,
    ...others.map(({ id }): StudyRow => {
      const outcome = outcomeOf(id);
      return { id, status: statusOf(outcome, 'noStudy'), outcome, canOpen: false };
    }),
  ];
}

const statusOf = (outcome: StudyOutcome | null, without: 'waiting' | 'noStudy'): StudyRow['status'] =>
  outcome === null ? without : outcome.result ? 'analysed' : 'failed';

const PASSES: Readonly<Record<RowFilter, (row: StudyRow) => boolean>> = {
  all: () => true,
  failed: ({ status }) => status === 'failed',
  warned: ({ outcome }) => (outcome?.result?.warnings.length ?? 0) > 0,
  doubtful: ({ outcome }) => isDoubtful(outcome?.result?.casePlausibility ?? null),
  waiting: ({ status }) => status === 'waiting',
  noStudy: ({ status }) => status === 'noStudy',
  noRow: ({ status }) => status === 'noRow',
};

const VALUES: Readonly<Record<Exclude<RowOrder, 'id'>, (row: StudyRow) => number | null | undefined>> = {
  scarG: ({ outcome }) => outcome?.result?.burden.scarG,
  scarPercent: ({ outcome }) => outcome?.result?.burden.burdenPercent,
  greyZone: ({ outcome }) => outcome?.result?.greyZonesG['2-3SD'],
  plausibility: ({ outcome }) => outcome?.result?.casePlausibility,
};

/** The rows that pass, the largest first, but the least plausible first; what has no value last. */
export function shownRows(rows: readonly StudyRow[], filter: RowFilter, order: RowOrder): StudyRow[] {
  const passing = rows.filter(PASSES[filter]);
  if (order === 'id') return passing.sort((a, b) => (a.id < b.id ? -1 : 1));
  const sign = order === 'plausibility' ? 1 : -1;
  const value = (row: StudyRow): number => {
    const of = VALUES[order](row);
    return typeof of === 'number' ? sign * of : Infinity;
  };
  return passing.sort((a, b) => compared(value(a), value(b)));
}

const compared = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);

/** How many rows reached each step, from what was found to what is judged. */
export function flowOf(rows: readonly StudyRow[]): Readonly<Record<StudyRow['status'], number>> {
  const count = (status: StudyRow['status']): number => rows.filter((row) => row.status === status).length;
  return {
    analysed: count('analysed'),
    failed: count('failed'),
    waiting: count('waiting'),
    noStudy: count('noStudy'),
    noRow: count('noRow'),
  };
}
