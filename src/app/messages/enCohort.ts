/** What is said of a cohort's file, in English. */
import type { CohortNote, CohortReason, EventValue } from '../../pipeline/cohort/readCohort.ts';
import type { Words } from './reasons.ts';

/** Longer lists are of no column of events. */
const MOST_VALUES = 12;

const counted = (values: readonly EventValue[]): string =>
  values
    .slice(0, MOST_VALUES)
    .map(({ value, patients }) => `${value === '' ? 'nothing' : `'${value}'`} (${patients})`)
    .join(', ') + (values.length > MOST_VALUES ? ' and more' : '');

export const enCohort: Words<CohortNote | CohortReason> = {
  cohortEmpty: () => 'The file holds no patients.',
  cohortRagged: ({ row, cells, columns }) =>
    `Row ${row} has ${cells} cells, but the first row names ${columns} columns.`,
  cohortNoColumn: ({ column, columns }) => `There is no column '${column}'. The file has: ${columns.join(', ')}.`,
  cohortSameColumn: ({ column }) => `Two columns are called '${column}': rename one.`,
  cohortBadTime: ({ column, row, cell }) => `Row ${row}: '${cell}' in column '${column}' is no time of 0 or more.`,
  cohortTimeUnit: ({ unit, longest }) =>
    `The longest time is ${longest} ${unit}, which no cohort has: say in which unit the times are (--time-unit days, months or years).`,
  cohortEventNotNamed: ({ column, event, values, offer }) =>
    `No row has '${event}' in column '${column}', which holds ${counted(values)}: name what means the event ` +
    `(${offer === null ? '--event-value' : `perhaps --event-value ${offer}`}).`,
  cohortNobodyWithout: ({ column, values }) =>
    `Every row has the event in column '${column}', or says nothing that is known: it holds ${counted(values)}. Name what means ` +
    'the event and what means none (--event-value, --no-event-value).',
  cohortOutcomeAsCovariate: ({ column }) => `'${column}' is the outcome: it cannot be a covariate too.`,
  cohortNamedTwice: ({ column }) => `'${column}' is named twice among the covariates.`,
  cohortNoSuchCovariate: ({ column }) => `'${column}' is named among the categories and is no covariate.`,
  cohortNothingVaries: () => 'There is no covariate with more than one value.',
  cohortNotANumber: ({ column, row, cell }) =>
    `Column '${column}' holds numbers, but '${cell}' in row ${row}: mend the cell (NA is unknown) or leave the column out.`,
  cohortManyWords: ({ column, kinds }) =>
    `Column '${column}' holds ${kinds} different words: leave it out of the covariates, or group them.`,
  cohortComma: ({ column, row, cell }) =>
    `Row ${row}: the comma of '${cell}' in column '${column}' may part decimals or thousands: write a decimal point, and no thousands.`,
  cohortFractions: ({ column, fractions, patients }) =>
    `Column '${column}' should be in percent, but ${fractions === 1 ? 'a value is a fraction' : `${fractions} of its ${patients} values are fractions`} of 1: write 35 for 35%.`,

  cohortRowsLeftOut: ({ rows }) =>
    `${rows === 1 ? 'A row has' : `${rows} rows have`} no time or no known event and ${rows === 1 ? 'is' : 'are'} left out.`,
  cohortEventsUnknown: ({ column, values }) =>
    `In column '${column}' these are taken for unknown, not for no event: ${counted(values)}. Name them where they mean one of the two ` +
    '(--event-value, --no-event-value).',
  cohortOtherEvents: ({ column, values }) =>
    `In column '${column}' these are taken for other ends of the watch, without the event: ${counted(values)}.`,
  cohortZeroTimes: ({ patients }) =>
    `${patients === 1 ? 'A time' : `${patients} times`} of 0 ${patients === 1 ? 'counts' : 'count'} as half a day.`,
  cohortPercentSigns: ({ columns }) => `Percent signs were taken off in ${columns.join(', ')}: 35% counts as 35.`,
};
