/** One case's segmentation against an expert's, by our convention and by EMIDEC's. */
import { voxelVolumeMl, type LabelVolume } from '../../core/volume/volume.ts';
import { dice, hausdorff95Mm, STRUCTURES, voxelCount } from '../../core/segmentation/agreement.ts';
import { measureBurden, type Burden } from '../../core/scar/burden.ts';

export interface CaseEvaluation {
  /** null where the expert's mask holds none of it. */
  readonly dice: Readonly<Record<keyof typeof STRUCTURES, number | null>>;
  /** Empty against empty 1, empty against anything 0 (Lalande et al., Medical Image Analysis 2022). */
  readonly diceEmidec: { readonly myocardium: number; readonly infarct: number; readonly noReflow: number };
  /** Predicted mL where the expert's mask holds none of it; null where it holds some. */
  readonly falsePositiveMl: { readonly scar: number | null; readonly noReflow: number | null };
  readonly hd95mm: { readonly cavity: number | null; readonly myocardium: number | null };
  /** Predicted less expert's. */
  readonly volumeErrorMl: { readonly myocardium: number; readonly scar: number };
  /** Predicted less expert's scar, % of each one's own myocardium. */
  readonly scarBurdenErrorPercent: number;
  readonly measures: { readonly predicted: Burden; readonly expert: Burden };
}

/** Both on one grid. */
export function evaluateCase(predicted: LabelVolume, expert: LabelVolume): CaseEvaluation {
  const ours = (name: keyof typeof STRUCTURES): number | null =>
    voxelCount(expert, STRUCTURES[name]) > 0 ? dice(predicted, expert, STRUCTURES[name]) : null;
  const emidec = (name: keyof typeof STRUCTURES): number => {
    const value = dice(predicted, expert, STRUCTURES[name]);
    return Number.isNaN(value) ? 1 : value;
  };
  const falsePositive = (name: keyof typeof STRUCTURES): number | null =>
    voxelCount(expert, STRUCTURES[name]) > 0
      ? null
      : voxelCount(predicted, STRUCTURES[name]) * voxelVolumeMl(predicted);
  const here = measureBurden(predicted);
  const there = measureBurden(expert);
  return {
    dice: {
      cavity: ours('cavity'),
      myocardium: ours('myocardium'),
      scar: ours('scar'),
      noReflow: ours('noReflow'),
    },
    diceEmidec: { myocardium: emidec('myocardium'), infarct: emidec('scar'), noReflow: emidec('noReflow') },
    falsePositiveMl: { scar: falsePositive('scar'), noReflow: falsePositive('noReflow') },
    hd95mm: {
      cavity: hausdorff95Mm(predicted, expert, STRUCTURES.cavity),
      myocardium: hausdorff95Mm(predicted, expert, STRUCTURES.myocardium),
    },
    volumeErrorMl: { myocardium: here.myocardiumMl - there.myocardiumMl, scar: here.scarMl - there.scarMl },
    scarBurdenErrorPercent: here.burdenPercent - there.burdenPercent,
    measures: { predicted: here, expert: there },
  };
}

/** Mean of the numbers among values that may be null; null if there is none. */
export function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value): value is number => value !== null);
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
}
