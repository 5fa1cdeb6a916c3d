import type { StackAnalysis } from '../../../pipeline/analysing/analyse.ts';
import type { Survival, Warning } from '../../../pipeline/analysing/analysis.ts';
import type { LabelVolume } from '../../../core/volume/volume.ts';
import type { OfferedMask, SeriesSummary, Stack } from '../../../pipeline/reading/study.ts';
import type { WeightsId } from '../../../pipeline/saving/caseFile.ts';
import type { DroppedStudy } from '../../../workers/protocol.ts';
import type { ClinicalForm } from './clinicalForm.svelte.ts';
import type { Networks } from './openCase.svelte.ts';

/** Another study of the patient, to compare with. */
export interface OtherStudy {
  /** Its curve's inputs and the form's revision that it stands for, where it follows the answers; null: a saved case's own. */
  readonly read: {
    readonly heart: StackAnalysis['heart'];
    readonly findings: StackAnalysis['findings'];
    readonly revision: number;
  } | null;
  /** As its images name the patient; null where nothing does. */
  readonly patient: string | null;
  readonly series: SeriesSummary;
  readonly warnings: readonly Warning[];
  /** null where the case was saved without pixels, and they did not come with it. */
  readonly stack: Stack | null;
  readonly analysis: Pick<StackAnalysis, 'labels' | 'scar' | 'segmentation'>;
  readonly survival: Survival;
  readonly weights: readonly WeightsId[];
}

/** Masks that were dropped over a case. */
export interface OfferedMasks {
  readonly dropped: DroppedStudy;
  readonly masks: readonly OfferedMask[];
}

/** Another's contours on the same images. */
interface ComparedMask {
  /** Of its file: all that is known of whose it is. For the page alone. */
  readonly path: string;
  readonly labels: LabelVolume;
  /** Where it draws scar alone, which then lies in the case's own wall: the share of it that lay outside. null where it draws a heart. */
  readonly scarOutside: number | null;
}

/** What a case is compared with. It goes with the case. */
export class Comparison {
  other = $state.raw<OtherStudy | null>(null);
  offered = $state.raw<OfferedMasks | null>(null);
  mask = $state.raw<ComparedMask | null>(null);
  readonly #networks: Networks;

  constructor(networks: Networks) {
    this.#networks = networks;
  }

  /** The other study's curve for the same answers: else a difference would be theirs. False where it stands for them already. */
  async follow({ asked, revision }: ClinicalForm): Promise<boolean> {
    const { other } = this;
    if (!other?.read || other.read.revision === revision) return false;
    const { heart, findings } = other.read;
    const survival = await this.#networks.call('predict', { heart, findings, ...asked });
    if (this.other === other) this.other = { ...other, survival, read: { heart, findings, revision } };
    return true;
  }
}
