import { evaluateCase, meanOf, type CaseEvaluation } from './caseEvaluation.ts';
import { MYOCARDIUM_G_PER_ML } from '../../core/scar/burden.ts';
import { blandAltman, type BlandAltman } from '../../core/statistics/readerAgreement.ts';
import { countReliability, type ReliabilityCounts } from '../../core/segmentation/reliability.ts';
import { HEART_LABELS, Label, type HeartLabel } from '../../core/volume/volume.ts';
import { segmentStack, type SegmentationNetworks } from '../../nn/segmentStack.ts';
import { readCase, type LabelledCase } from '../files/caseFolder.ts';

/** One case as its segmentation compares with the expert's mask. */
export interface EvaluatedCase extends CaseEvaluation {
  readonly id: string;
  readonly seconds: number;
  /** Over the voxels that were given each label. */
  readonly reliability: Readonly<Record<HeartLabel, ReliabilityCounts>>;
}

/** What `npm run evaluate:segmentation` returns. */
export interface SegmentationEvaluation {
  readonly n: number;
  /** Our convention: over the cases where the expert's mask holds the structure. */
  readonly mean: CaseEvaluation['dice'];
  readonly meanEmidec: CaseEvaluation['diceEmidec'];
  readonly masses: MassAgreement;
  readonly cases: readonly EvaluatedCase[];
}

/** Mass against the expert's. */
export interface MassAgreement {
  /** Of all cases together: the network's less the expert's, % of the expert's. Scar over the cases in which the expert marked some. */
  readonly errorPercent: { readonly myocardium: number | null; readonly scar: number | null };
  /** The network's less the expert's, g: mean and 95% limits of agreement. */
  readonly differenceG: { readonly myocardium: BlandAltman | null; readonly scar: BlandAltman | null };
}

/**
 * Segments each case of a folder and compares it with the expert's mask.
 * @param prepare what is done to a case first: `asScanned`, or nothing
 */
export async function evaluateCases(
  folder: string,
  ids: readonly string[],
  networks: SegmentationNetworks,
  prepare: (one: LabelledCase) => LabelledCase,
): Promise<EvaluatedCase[]> {
  const cases: EvaluatedCase[] = [];
  for (const id of ids) {
    const { image, labels } = prepare(await readCase(folder, id));
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
    masses: massAgreement(cases),
    cases,
  };
}

function massAgreement(cases: readonly EvaluatedCase[]): MassAgreement {
  const withScar = cases.filter(({ measures: { expert } }) => expert.scarMl > 0);
  const of = (
    those: readonly EvaluatedCase[],
    name: 'myocardium' | 'scar',
  ): { percent: number | null; difference: BlandAltman | null } => {
    const errorMl = those.map(({ volumeErrorMl }) => volumeErrorMl[name]);
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    const expertMl = sum(those.map(({ measures: { expert } }) => expert[`${name}Ml`]));
    return {
      percent: expertMl > 0 ? (100 * sum(errorMl)) / expertMl : null,
      difference: blandAltman(errorMl.map((ml) => MYOCARDIUM_G_PER_ML * ml)),
    };
  };
  const [myocardium, scar] = [of(cases, 'myocardium'), of(withScar, 'scar')];
  return {
    errorPercent: { myocardium: myocardium.percent, scar: scar.percent },
    differenceG: { myocardium: myocardium.difference, scar: scar.difference },
  };
}
