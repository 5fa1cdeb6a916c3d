import { evaluateCase, meanOf, type CaseEvaluation } from '../core/scar/caseEvaluation.ts';
import { segmentStack, type SegmentationNetworks } from '../nn/segmentStack.ts';
import { readCase } from './caseFolder.ts';

/** What `npm run evaluate:segmentation` gives. */
export interface SegmentationEvaluation {
  readonly n: number;
  /** Our convention: over the cases where the expert's mask holds the structure. */
  readonly mean: CaseEvaluation['dice'];
  readonly meanEmidec: CaseEvaluation['diceEmidec'];
  readonly cases: readonly ({ readonly id: string; readonly seconds: number } & CaseEvaluation)[];
}

/** Segments each case of a folder and compares it with the expert's mask. */
export async function evaluateCases(
  folder: string,
  ids: readonly string[],
  networks: SegmentationNetworks,
): Promise<SegmentationEvaluation> {
  const cases: SegmentationEvaluation['cases'][number][] = [];
  for (const id of ids) {
    const { image, labels } = await readCase(folder, id);
    const started = performance.now();
    const segmentation = await segmentStack(image, networks, {});
    const seconds = (performance.now() - started) / 1000;
    cases.push({ id, ...evaluateCase(segmentation.labels, labels), seconds });
    process.stderr.write(`${id}: ${seconds.toFixed(1)} s\n`);
  }
  const structures = ['cavity', 'myocardium', 'scar', 'noReflow'] as const;
  const emidec = ['myocardium', 'infarct', 'noReflow'] as const;
  const mean = structures.map((name) => [name, meanOf(cases.map((one) => one.dice[name]))]);
  const meanEmidec = emidec.map((name) => [name, meanOf(cases.map((one) => one.diceEmidec[name]))]);
  return {
    n: cases.length,
    mean: Object.fromEntries(mean) as SegmentationEvaluation['mean'],
    meanEmidec: Object.fromEntries(meanEmidec) as SegmentationEvaluation['meanEmidec'],
    cases,
  };
}
