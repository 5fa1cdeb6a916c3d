import type { StackAnalysis } from '../analysing/analyse.ts';
import type { Analysis, Survival } from '../analysing/analysis.ts';
import type { ModelCard } from '../analysing/models.ts';
import type { Study } from '../reading/study.ts';

/** All of a case as it is written to a file: by the page and by `npm run predict` alike. */
export function toFile(
  study: Study,
  result: StackAnalysis,
  survival: Survival,
  cards: readonly Pick<ModelCard, 'name' | 'sha256'>[],
): Analysis {
  return {
    series: study.series,
    segmentation: result.segmentation,
    corrections: result.corrections,
    scar: result.scar,
    // They hold for what the network drew, not for what a reader did.
    intervals: result.corrections ? null : result.intervals,
    survival,
    warnings: [...study.warnings, ...result.warnings],
    models: Object.fromEntries(cards.map(({ name, sha256 }) => [name, sha256])),
  };
}
