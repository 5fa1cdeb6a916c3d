import type { StackAnalysis } from '../../../pipeline/analysing/analyse.ts';
import type { Survival, Warning } from '../../../pipeline/analysing/analysis.ts';
import type { LabelVolume } from '../../../core/volume/volume.ts';
import type { OfferedMask, SeriesSummary, Stack } from '../../../pipeline/reading/study.ts';
import type { WeightsId } from '../../../pipeline/saving/caseFile.ts';
import type { DroppedStudy } from '../../../workers/protocol.ts';
import type { ClinicalForm } from './clinicalForm.svelte.ts';
import type { Networks } from './openCase.svelte.ts';

/** Another study of the same patient, to compare with. */
export interface OtherStudy {
  /** Its curve's inputs and the form's revision that it was computed for, where it follows the answers; null: a saved case's own. */
  readonly read: {
    readonly heart: StackAnalysis['heart'];
    readonly findings: StackAnalysis['findings'];
    readonly revision: number;
  } | null;
  /** The patient as its images name them; null where nothing does. */
  readonly patient: string | null;
  readonly series: SeriesSummary;
  readonly warnings: readonly Warning[];
  /** null where the case was saved without pixels and none were opened with it. */
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

/** Someone else's contours on the same images. */
interface ComparedMask {
  /** Its file's name, all that is known of its author. Only the page uses it. */
  readonly path: string;
  readonly labels: LabelVolume;
  /** For a mask of scar alone, which is then put in the case's own wall: the share of it that was outside. null for a mask of the heart. */
  readonly scarOutside: number | null;
}

/** What a case is compared with. It belongs to the case. */
export class Comparison {
  other = $state.raw<OtherStudy | null>(null);
  offered = $state.raw<OfferedMasks | null>(null);
  mask = $state.raw<ComparedMask | null>(null);
  readonly #networks: Networks;

  constructor(networks: Networks) {
    this.#networks = networks;
  }

  /**
   * Computes the other study's curve for the same answers: otherwise a difference could come from them. Returns false
   * if it was up to date.
   */
  async follow({ asked, revision }: ClinicalForm): Promise<boolean> {
    const { other } = this;
    if (!other?.read || other.read.revision === revision) return false;
    const { heart, findings } = other.read;
    const survival = await this.#networks.call('predict', { heart, findings, ...asked });
    if (this.other === other) this.other = { ...other, survival, read: { heart, findings, revision } };
    return true;
  }
}
