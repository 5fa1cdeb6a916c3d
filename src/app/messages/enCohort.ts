/** The words about a cohort's file, in English. */
import type { CohortNote, CohortReason, EventValue } from '../../pipeline/cohort/readCohort.ts';
import type { TableReason, Words } from './reasons.ts';

/** A column with more values is not a column of events. */
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
  cohortBadTime: ({ column, row, cell }) => `Row ${row}: '${cell}' in column '${column}' is not a time of 0 or more.`,
  cohortTimeUnit: ({ unit, longest }) =>
    `The longest time is ${longest} ${unit}, which no cohort has: say in which unit the times are (--time-unit days, months or years).`,
  cohortEventNotNamed: ({ column, event, values, offer }) =>
    `No row has '${event}' in column '${column}', which holds ${counted(values)}: name the value that means the event ` +
    `(${offer === null ? '--event-value' : `perhaps --event-value ${offer}`}).`,
  cohortNobodyWithout: ({ column, values }) =>
    `Every row has the event in column '${column}', or an unknown value: it holds ${counted(values)}. Name the values that ` +
    'mean the event and no event (--event-value, --no-event-value).',
  cohortOutcomeAsCovariate: ({ column }) => `'${column}' is the outcome: it cannot be a covariate too.`,
  cohortNamedTwice: ({ column }) => `'${column}' is named twice among the covariates.`,
  cohortNoSuchCovariate: ({ column }) => `'${column}' is named among the categories but is not a covariate.`,
  cohortNothingVaries: () => 'There is no covariate with more than one value.',
  cohortNotANumber: ({ column, row, cell }) =>
    `Column '${column}' holds numbers, but '${cell}' in row ${row}: correct the cell (NA means unknown) or leave the column out.`,
  cohortManyWords: ({ column, kinds }) =>
    `Column '${column}' holds ${kinds} different words: leave it out of the covariates, or group them.`,
  cohortComma: ({ column, row, cell }) =>
    `Row ${row}: the comma of '${cell}' in column '${column}' may mark decimals or thousands: write a decimal point and no thousands separator.`,
  cohortFractions: ({ column, fractions, patients }) =>
    `Column '${column}' should be in percent, but ${fractions === 1 ? 'a value is a fraction' : `${fractions} of its ${patients} values are fractions`} of 1: write 35 for 35%.`,

  cohortRowsLeftOut: ({ rows }) =>
    `${rows === 1 ? 'A row has' : `${rows} rows have`} no time or no known event and ${rows === 1 ? 'is' : 'are'} left out.`,
  cohortEventsUnknown: ({ column, values }) =>
    `In column '${column}' these count as unknown, not as no event: ${counted(values)}. Name them where they mean one of the two ` +
    '(--event-value, --no-event-value).',
  cohortOtherEvents: ({ column, values }) =>
    `In column '${column}' these count as the end of follow-up without the event: ${counted(values)}.`,
  cohortZeroTimes: ({ patients }) =>
    `${patients === 1 ? 'A time' : `${patients} times`} of 0 ${patients === 1 ? 'counts' : 'count'} as half a day.`,
  cohortPercentSigns: ({ columns }) => `Percent signs were removed in ${columns.join(', ')}: 35% counts as 35.`,
};

const cells = (count: number): string => (count === 1 ? '1 cell' : `${count} cells`);

export const enTable: Words<TableReason> = {
  emptyTable: () =>
    'The file holds no patients: it needs a first row with the columns’ names, and one row for each patient.',
  raggedRow: ({ row, cells: has, columns }) =>
    `Row ${row} has ${has} cells, but the first row names ${columns} columns. Check for a separator inside a cell.`,
  sameColumnName: ({ column }) => `Two columns are called “${column}”. Rename one of them.`,
  noColumnFor: ({ what }) =>
    what === 'time' ? 'Say which column holds the time of follow-up.' : 'Say which column holds the outcome.',
  twoColumnsFor: ({ columns }) => `The columns ${columns.join(' and ')} are said to be the same. Ignore one of them.`,
  noEvents: ({ column }) => `No patient has the event. Say which value of “${column}” means sudden cardiac death.`,
  noMapping: () => 'This file does not say what the columns of a table are. Choose one that Scarcast saved.',
  otherMappingVersion: ({ version }) => `This file of columns has version ${version}, which this Scarcast cannot read.`,
  columnMissing: ({ column }) => `The table has no column “${column}”, which the file of columns names.`,
  noTime: () => 'There is no time of follow-up.',
  timeNoNumber: ({ cell }) => `The time “${cell}” is not a number.`,
  negativeTime: ({ cell }) => `The time ${cell} is negative.`,
  noOutcome: () => 'There is no outcome.',
  outcomeNotNamed: ({ cell }) => `Nothing says what the outcome “${cell}” means.`,
  sameId: ({ id, firstRow }) => `The patient “${id}” is already in row ${firstRow}.`,
  notNumbers: ({ column, cells: count, example }) =>
    `${column}: ${cells(count)} without a number, such as “${example}”, count as unknown.`,
  beyondLimits: ({ column, cells: count, example }) =>
    `${column}: ${cells(count)} with a value that no patient can have, such as ${example}, count as unknown. Check the unit.`,
  commaUnclear: ({ column, example }) =>
    `${column}: the comma of “${example}” may mark decimals or thousands. The column counts as unknown.`,
  wordsNotNamed: ({ column, cells: count, example }) =>
    `${column}: nothing says what ${cells(count)}, such as “${example}”, mean. They count as unknown.`,
  unlikelyTimes: ({ column, unit, medianYears }) =>
    `${column}: read in ${unit}, half of the patients were followed for ${Number(medianYears.toPrecision(2))} years or more. Check the unit.`,
  timeOfZero: ({ rows }) =>
    rows === 1 ? 'One time of 0 counts as half a day.' : `${rows} times of 0 count as half a day.`,
  simulatedPatients: () =>
    'These patients are simulated. None of them exists, and no figure here says how the models do in patients.',
  studyInSeveralPlaces: ({ places }) =>
    `${places} folders have this id and may belong to several patients. Rename all but one, or merge them.`,
  studyWithoutStack: ({ series }) =>
    `None of its ${series} series could be chosen as a short-axis stack of late-enhancement images. Open the study as a case to see why.`,
  studyOfSeveralPatients: ({ patients }) =>
    `The images belong to ${patients} patients. Sort them into one folder for each patient.`,
  notASavedCohort: () => 'This is not a cohort that Scarcast saved.',
  savedCohortNewer: ({ itsFormat, latestFormat }) =>
    `This cohort was saved by a newer Scarcast (its format is ${itsFormat}, and this one reads up to ${latestFormat}). Update Scarcast to open it.`,
  savedCohortChanged: () =>
    'The cohort file was changed after it was saved, or is damaged, so it is not used. Use the file as it was saved.',
  tooFewEventsForHead: ({ events, needed }) =>
    `The head of the image branch stays as shipped: it needs ${needed} events with an image, and these patients have ${events}.`,
  imagesWithoutLatent: ({ patients }) =>
    `The head of the image branch stays as shipped: ${patients} of the studies were analysed before Scarcast kept what a head learns from. ` +
    'Analyse the studies again, without the old cohort file or into a new folder, and refit again.',
  savedCohortOtherWeights: () =>
    'The studies of this cohort file were analysed by another version of the networks, which gives other numbers. Analyse the studies again.',
  tooFewToShare: ({ patients, least }) =>
    `There are ${patients} patients: sums of fewer than ${least} could identify a person and are not written.`,
  noAggregates: () => 'This file does not hold sums of a cohort written by Scarcast.',
  aggregatesNewer: ({ itsFormat, latestFormat }) =>
    `These sums were written by a newer Scarcast (their format is ${itsFormat}, and this one reads up to ${latestFormat}). Update Scarcast to merge them.`,
  aggregatesDiffer: ({ what }) =>
    ({
      weights: 'The hospitals used different versions of the networks. Each must write its sums with the same version.',
      rate: 'The hospitals used different levels of risk. Each must write its sums at the same level.',
      applicable:
        'Some hospitals left out the patients to whom the models do not apply, others included them. All must do the same.',
    })[what],
};
