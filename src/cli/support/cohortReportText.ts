import { say } from '../../app/messages/reasons.ts';
import { cohortReportEn } from '../../app/messages/cohortReportEn.ts';
import { cohortRoomEn } from '../../app/messages/cohortRoomEn.ts';
import type { Measure } from '../../core/statistics/validation.ts';
import { COHORT_MODELS, RIDGE_COX_FOLDS } from '../../pipeline/cohort/cohortModels.ts';
import type { CohortReport, SheetItem } from '../../pipeline/cohort/cohortReport.ts';
import type { CohortValidation } from '../../pipeline/cohort/validateCohort.ts';

const limits = (measure: Measure | undefined): string =>
  measure
    ? `${measure.value.toFixed(2)} (${measure.low.toFixed(2)} to ${measure.high.toFixed(2)})`
    : cohortRoomEn.notGiven;

/** The page's report as Markdown, in English, without its figures. */
export function cohortReportText(
  report: CohortReport,
  result: CohortValidation,
  cards: readonly { readonly name: string; readonly version: string; readonly sha256: string }[],
): string {
  const text = cohortReportEn;
  const horizon = result.years.at(-1) ?? 0;
  const table = (rows: readonly (readonly string[])[]): string[] => {
    const [head, ...body] = rows.map((row) => `| ${row.map((one) => one.replaceAll('|', '\\|')).join(' | ')} |`);
    return [head, `|${' --- |'.repeat(rows[0].length)}`, ...body, ''];
  };
  const sheet = (names: Readonly<Record<string, string>>, items: readonly SheetItem[], judged: boolean): string[] =>
    table([
      [text.item, text.said, ...(judged ? [text.judgement] : [])],
      ...items.map(({ item, facts }) => [
        `${item} ${names[item]}`,
        facts.map((fact) => say(text.facts, fact)).join(' ') || text.blank,
        ...(judged ? [text.blank] : []),
      ]),
    ]);
  const models = COHORT_MODELS.flatMap((id) => {
    const model = result.models[id];
    if (!model) return [];
    const at = model.at.at(-1);
    const counts = `${model.patients}, ${model.events}`;
    const measures = [model.harrell, model.uno, at?.auc, at?.ratio, at?.scaledBrier].map((one) => limits(one ?? null));
    return [[cohortRoomEn.models[id], counts, ...measures]];
  });
  const { harrell, uno, auc, ratio } = cohortRoomEn;
  return [
    `# ${text.title}`,
    '',
    `## ${text.flow}`,
    '',
    ...report.flow.map((fact) => `- ${say(text.facts, fact)}`),
    '',
    `## ${text.limits}`,
    '',
    ...report.limits.map((limit) => `- ${say(text.limitsOf, limit)}`),
    '',
    `## ${cohortRoomEn.result}`,
    '',
    ...table([
      [
        cohortRoomEn.model,
        cohortRoomEn.patients,
        harrell,
        uno,
        auc(horizon),
        ratio(horizon),
        `Scaled Brier at ${horizon} y`,
      ],
      ...models,
    ]),
    cohortRoomEn.limits,
    ...(result.models.coxRidge ? [cohortRoomEn.rivalAbout(RIDGE_COX_FOLDS)] : []),
    '',
    `## ${text.tripod}`,
    '',
    ...sheet(text.tripodItems, report.tripod, false),
    `## ${text.probast}`,
    '',
    ...sheet(text.probastItems, report.probast, true),
    `## ${text.weights}`,
    '',
    ...cards.map(({ name, version, sha256 }) => `- ${name} ${version}, SHA-256 ${sha256}`),
    '',
  ].join('\n');
}
