/** The words about a cohort's file, in Simplified Chinese. */
import type { CohortNote, CohortReason, EventValue } from '../../pipeline/cohort/readCohort.ts';
import type { TableReason, Words } from './reasons.ts';

/** A column with more values is not a column of events. */
const MOST_VALUES = 12;
const UNITS = { days: '天', months: '个月', years: '年' } as const;

const counted = (values: readonly EventValue[]): string =>
  values
    .slice(0, MOST_VALUES)
    .map(({ value, patients }) => `${value === '' ? '空白' : `“${value}”`}（${patients} 例）`)
    .join('、') + (values.length > MOST_VALUES ? ' 等' : '');

export const zhCohort: Words<CohortNote | CohortReason> = {
  cohortEmpty: () => '文件中没有患者。',
  cohortRagged: ({ row, cells, columns }) => `第 ${row} 行有 ${cells} 个单元格，而首行有 ${columns} 个列名。`,
  cohortNoColumn: ({ column, columns }) => `没有名为“${column}”的列。文件中的列：${columns.join('、')}。`,
  cohortSameColumn: ({ column }) => `有两列同名“${column}”：请更改其一。`,
  cohortBadTime: ({ column, row, cell }) => `第 ${row} 行：“${column}”列中的“${cell}”不是不小于 0 的时间。`,
  cohortTimeUnit: ({ unit, longest }) =>
    `最长时间为 ${longest} ${UNITS[unit]}，任何队列都不可能如此：请指明时间单位是天、月还是年。`,
  cohortEventNotNamed: ({ column, event, values, offer }) =>
    `“${column}”列中没有“${event}”，其内容为${counted(values)}：请指明何者表示发生事件${offer === null ? '' : `，或为“${offer}”`}。`,
  cohortNobodyWithout: ({ column, values }) =>
    `“${column}”列中人人发生事件，或内容无法识别：${counted(values)}。请指明何者表示发生事件、何者表示未发生。`,
  cohortOutcomeAsCovariate: ({ column }) => `“${column}”为结局，不能同时作为协变量。`,
  cohortNamedTwice: ({ column }) => `协变量中“${column}”出现两次。`,
  cohortNoSuchCovariate: ({ column }) => `“${column}”被列为分类变量，却不是协变量。`,
  cohortNothingVaries: () => '没有取值多于一种的协变量。',
  cohortNotANumber: ({ column, row, cell }) =>
    `“${column}”列为数值，但第 ${row} 行为“${cell}”：请更正该单元格（空白表示未知），或不用该列。`,
  cohortManyWords: ({ column, kinds }) => `“${column}”列有 ${kinds} 种不同文字：请不将其用作协变量，或加以归类。`,
  cohortComma: ({ column, row, cell }) =>
    `第 ${row} 行：“${column}”列中“${cell}”的逗号可能是小数点，也可能是千位分隔符：请用小数点，勿用千位分隔符。`,
  cohortFractions: ({ column, fractions, patients }) =>
    `“${column}”列应为百分数，但 ${patients} 个值中有 ${fractions} 个为小于 1 的分数：35% 请写作 35。`,

  cohortRowsLeftOut: ({ rows }) => `${rows} 行没有时间或没有可识别的事件，未计入。`,
  cohortEventsUnknown: ({ column, values }) =>
    `“${column}”列中下列内容按未知处理，而非未发生事件：${counted(values)}。若其表示两者之一，请指明。`,
  cohortOtherEvents: ({ column, values }) =>
    `“${column}”列中下列内容按未发生该事件而终止观察处理：${counted(values)}。`,
  cohortZeroTimes: ({ patients }) => `${patients} 例时间为 0，按半天计。`,
  cohortPercentSigns: ({ columns }) => `${columns.join('、')}中的百分号已去除：35% 按 35 计。`,
};

export const zhTable: Words<TableReason> = {
  emptyTable: () => '文件中没有患者：首行应为列名，其后每行一名患者。',
  raggedRow: ({ row, cells, columns }) =>
    `第 ${row} 行有 ${cells} 个单元格，而首行有 ${columns} 列。请检查单元格内是否含有分隔符。`,
  sameColumnName: ({ column }) => `有两列同名“${column}”，请更改其一。`,
  noColumnFor: ({ what }) => (what === 'time' ? '请指明哪一列为随访时间。' : '请指明哪一列为结局。'),
  twoColumnsFor: ({ columns }) => `${columns.join('、')} 被指定为同一内容，请忽略其中一列。`,
  noEvents: ({ column }) => `没有患者发生事件。请指明“${column}”中哪个取值表示心脏性猝死。`,
  noMapping: () => '该文件未说明表格各列的含义，请选择由本程序保存的列定义文件。',
  otherMappingVersion: ({ version }) => `该列定义文件的版本为 ${version}，当前程序无法读取。`,
  columnMissing: ({ column }) => `表格中没有列定义文件所指的“${column}”列。`,
  noTime: () => '无随访时间。',
  timeNoNumber: ({ cell }) => `随访时间“${cell}”不是数字。`,
  negativeTime: ({ cell }) => `随访时间 ${cell} 为负数。`,
  noOutcome: () => '无结局。',
  outcomeNotNamed: ({ cell }) => `未指明结局“${cell}”的含义。`,
  sameId: ({ id, firstRow }) => `患者“${id}”已在第 ${firstRow} 行出现。`,
  notNumbers: ({ column, cells, example }) => `${column}：${cells} 个单元格不是数字（如“${example}”），按未知处理。`,
  beyondLimits: ({ column, cells, example }) =>
    `${column}：${cells} 个单元格的数值超出可能范围（如 ${example}），按未知处理。请检查单位。`,
  commaUnclear: ({ column, example }) =>
    `${column}：无法判断“${example}”中的逗号是小数点还是千位分隔符，该列按未知处理。`,
  wordsNotNamed: ({ column, cells, example }) =>
    `${column}：${cells} 个单元格的含义未指明（如“${example}”），按未知处理。`,
  unlikelyTimes: ({ column, unit, medianYears }) =>
    `${column}：按${UNITS[unit]}读取时，半数患者随访 ${Number(medianYears.toPrecision(2))} 年或更久。请检查单位。`,
  timeOfZero: ({ rows }) => `${rows} 个为 0 的随访时间按半天计。`,
  simulatedPatients: () => '这些患者均为模拟，并不存在；此处的任何数值都不说明模型在真实患者中的表现。',
  studyInSeveralPlaces: ({ places }) =>
    `有 ${places} 个文件夹使用这个编号，可能属于不同患者。请只保留一个，或将它们合并。`,
  studyWithoutStack: ({ series }) =>
    `在 ${series} 个序列中，没有一个能被选为短轴延迟强化图像。请将该检查作为病例打开，查看原因。`,
  studyOfSeveralPatients: ({ patients }) => `图像属于 ${patients} 名患者。请按患者分到不同的文件夹。`,
  notASavedCohort: () => '这不是由本软件保存的队列文件。',
  savedCohortNewer: ({ itsFormat, latestFormat }) =>
    `该队列由更新的版本保存（其格式为 ${itsFormat}，当前版本最高可读 ${latestFormat}）。请更新后再打开。`,
  savedCohortChanged: () => '队列文件在保存后被改动或已损坏，因此不予使用。请使用保存时的原始文件。',
  tooFewEventsForHead: ({ events, needed }) =>
    `图像分支的输出层保持原样：需要 ${needed} 个有图像的事件，而这些患者只有 ${events} 个。`,
  imagesWithoutLatent: ({ patients }) =>
    `图像分支的输出层保持原样：${patients} 个检查是在本软件保存输出层所需数据之前分析的。请不打开旧队列文件（或使用新的文件夹）重新分析这些检查，再重新训练。`,
  savedCohortOtherWeights: () => '该队列文件中的检查由另一版本的网络分析，其数值与当前版本不同。请重新分析这些检查。',
  tooFewToShare: ({ patients, least }) => `共有 ${patients} 名患者：少于 ${least} 人的合计可能指向个人，因此不予写出。`,
  noAggregates: () => '该文件不含由本软件写出的队列合计。',
  aggregatesNewer: ({ itsFormat, latestFormat }) =>
    `这些合计由更新的版本写出（其格式为 ${itsFormat}，当前版本最高可读 ${latestFormat}）。请更新后再合并。`,
  aggregatesDiffer: ({ what }) =>
    ({
      weights: '各医院使用了不同版本的网络。请用同一版本写出合计。',
      rate: '各医院采用了不同的风险水平。请按同一水平写出合计。',
      applicable: '部分医院排除了模型不适用的患者，其他医院没有。各医院须采用同一做法。',
    })[what],
};
