import { evaluateCase, meanOf, type CaseEvaluation } from './caseEvaluation.ts';
import { countReliability, type ReliabilityCounts } from '../../core/segmentation/reliability.ts';
import { HEART_LABELS, Label, type HeartLabel } from '../../core/volume/volume.ts';
import { segmentStack, type SegmentationNetworks } from '../../nn/segmentStack.ts';
import { readCase } from '../files/caseFolder.ts';

/** One case as its segmentation compares with the expert's mask. */
export interface EvaluatedCase extends CaseEvaluation {
  readonly id: string;
  readonly seconds: number;
  /** Over the voxels that were given each label. */
  readonly reliability: Readonly<Record<HeartLabel, ReliabilityCounts>>;
}

/** What `npm run evaluate:segmentation` gives. */
export interface SegmentationEvaluation {
  readonly n: number;
  /** Our convention: over the cases where the expert's mask holds the structure. */
  readonly mean: CaseEvaluation['dice'];
  readonly meanEmidec: CaseEvaluation['diceEmidec'];
  readonly cases: readonly EvaluatedCase[];
}

/** Segments each case of a folder and compares it with the expert's mask. */
export async function evaluateCases(
  folder: string,
  ids: readonly string[],
  networks: SegmentationNetworks,
): Promise<EvaluatedCase[]> {
  const cases: EvaluatedCase[] = [];
  for (const id of ids) {
    const { image, labels } = await readCase(folder, id);
    const started = performance.now();
    const found = await segmentStack(image, networks, {});
    const seconds = (performance.now() - started) / 1000;
    const reliability = Object.fromEntries(
      HEART_LABELS.map((name) => [
        name,
        countReliability(found.labels.labels, found.confidence, labels.labels, (label) => label === Label[name]),
      ]),
    ) as Record<HeartLabel, ReliabilityCounts>;
    cases.push({ id, ...evaluateCase(found.labels, labels), seconds, reliability });
    process.stderr.write(`${id}: ${seconds.toFixed(1)} s\n`);
  }
  return cases;
}

export function summarise(cases: readonly EvaluatedCase[]): SegmentationEvaluation {
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
