import { CancelledError } from '../../../core/errors.ts';
import { scarInWall } from '../../../core/editing/tools.ts';
import { attentionOnWall } from '../../../core/patient/attentionOnWall.ts';
import type { StackEnd } from '../../../core/segmentation/anatomy.ts';
import { isDoubtful } from '../../../core/segmentation/reliability.ts';
import { gridOf, type LabelVolume } from '../../../core/volume/volume.ts';
import type { StackAnalysis } from '../../../pipeline/analysing/analyse.ts';
import type { Survival } from '../../../pipeline/analysing/analysis.ts';
import { greyZoneBy, withoutSlices } from '../../../pipeline/analysing/measureScar.ts';
import type { MeasureIntervals } from '../../../pipeline/analysing/measureIntervals.ts';
import { knownIntervals, whose } from '../../../pipeline/analysing/whose.ts';
import type { RanOn } from '../../../pipeline/analysing/models.ts';
import type { SavedCase, WeightsId } from '../../../pipeline/saving/caseFile.ts';
import { NO_NOTES } from '../../../pipeline/saving/readersNotes.ts';
import { exportedSurvival, type ExportedSurvival } from '../../../pipeline/saving/exportedSurvival.ts';
import type { ExportedCase } from '../../../pipeline/saving/exportCase.ts';
import type { Inference } from '../../../workers/inference.ts';
import type { ToldImage } from '../../../workers/protocol.ts';
import { riskComments } from '../../messages/riskComments.ts';
import { heartRegion } from '../../shared/region.ts';
import { isSame, type Asked } from './asked.ts';
import type { ClinicalForm } from './clinicalForm.svelte.ts';
import { Comparison, type OfferedMasks } from './comparison.svelte.ts';
import { Correction } from './correction.svelte.ts';
import { Notes } from './notes.svelte.ts';
import type { OpenImage } from './openImage.svelte.ts';
import type { ReaderSettings } from './readerSettings.svelte.ts';
import { ScarView, type FoundScar } from './scarView.svelte.ts';
import { WhatIf } from './whatIf.svelte.ts';

/** The networks, as a case calls them. */
export type Networks = Pick<Inference, 'call'>;

/** What a case is made from, all at once. */
export interface CaseParts {
  readonly image: OpenImage;
  readonly form: ClinicalForm;
  readonly analysis: StackAnalysis;
  /** The scar reading and measures of the original analysis; null where they were not kept. */
  readonly found: FoundScar | null;
  /** The form's revision that the curve was computed for. */
  readonly revision: number;
  /** The file that it was opened from; null for one that began with its images. */
  readonly saved: SavedCase | null;
}

/** The views of a case, in the order of its contents. */
export const PARTS = ['summary', 'scar', 'answers', 'risk', 'why', 'guidelines', 'compare', 'report', 'study'] as const;
export type Part = (typeof PARTS)[number];

/** What a case needs from the page. */
export interface CaseSurroundings {
  readonly networks: Networks;
  readonly settings: ReaderSettings;
  /** The weights of the networks that run here. */
  readonly weights: () => readonly WeightsId[];
  /** Whether this case is the open one: work on any other is abandoned. */
  readonly isOpen: (one: OpenCase) => boolean;
  /** Called with whatever went wrong while the curve was updated. */
  readonly tell: (error: unknown) => void;
}

/**
 * One case: image, analysis, answers, corrections, and the measures and the curve that follow from them. It is made as
 * a whole and released as a whole, and exists only in memory.
 */
export class OpenCase {
  readonly image: OpenImage;
  readonly form: ClinicalForm;
  readonly saved: SavedCase | null;
  readonly correction: Correction;
  readonly scar: ScarView;
  readonly whatIf: WhatIf;
  readonly comparison: Comparison;
  readonly notes: Notes;
  readonly settings: ReaderSettings;
  /** When it was first exported; all exported objects carry this time, so that they belong together. */
  #exportedAt: Date | null = null;

  analysis: StackAnalysis;
  /** Follows form and corrections; at first the analysis's own. */
  survival: Survival;
  /** Whether measures and curve are being updated. */
  following = $state(false);
  /** The reader's label for the case in the report and in file names. It is not the patient's name, and no file holds it. */
  label = $state('');
  readonly #saved = new Map<string, number>();
  /** The view that is open. */
  part = $state<Part>('summary');
  /** Whether the report fills the page. */
  reportOpen = $state(false);
  /** What the reader ticked. It belongs to the case: the next patient is not named because this one was. */
  readonly ticks = $state({ pixels: false, identity: false, sameArchive: false, reportIdentity: false, copy: false });
  /** When the copy in the browser was last renewed; null while there is none. */
  copiedAt = $state.raw<Date | null>(null);
  /** SHA-256 of its image, once that is known. */
  imageSha256: string | null = null;

  readonly #around: CaseSurroundings;
  /** What analysis and curve were computed from. */
  #settled: Asked;
  /** The answers and corrections that are in a file, or that the case began with. */
  kept: Asked;
  keptNotes: string;
  /** Whether measures and curve are up to date with labels, apex and form: only then is anything printed, saved or exported. */
  readonly isSettled = $derived.by(() => isSame(this.asked, this.#settled));
  #followed: Promise<void> = Promise.resolve();

  constructor({ image, form, analysis, found, revision, saved }: CaseParts, around: CaseSurroundings) {
    this.image = image;
    this.form = form;
    this.saved = saved;
    this.settings = around.settings;
    this.#around = around;
    this.analysis = $state.raw(analysis);
    this.survival = $state.raw(saved?.survival ?? analysis.survival);
    const network = saved ? { ...saved.grid, labels: saved.network } : analysis.labels;
    this.correction = new Correction(
      { network, labels: analysis.labels, history: saved?.edits ?? null },
      around.settings,
      { all: () => image.pixelsMissing, slices: () => this.notes.lockedSlices },
      () => this.follow(),
    );
    this.scar = new ScarView(
      around.settings,
      () =>
        image.pixelsMissing
          ? null
          : {
              image: image.stack.volume,
              labels: this.correction.labels,
              apexEnd: this.analysis.segmentation.apex.end,
              excluded: this.notes.excludedSlices,
            },
      () => found,
      () => this.analysis.scar,
    );
    if (saved) this.scar.restore(saved.scar, saved.grid);
    this.whatIf = new WhatIf(
      () => form.clinical,
      (clinical) => this.#predictAside({ ...form.asked, clinical }),
    );
    this.comparison = new Comparison(around.networks);
    const { end: apexEnd } = analysis.segmentation.apex;
    this.#settled = $state.raw({ labels: analysis.labels, apexEnd, revision });
    this.kept = { labels: analysis.labels, apexEnd, revision: 0 };
    this.notes = new Notes(saved?.notes ?? NO_NOTES, () => this.asked);
    this.keptNotes = this.notes.written;
  }

  /** The labels to show: by the chosen scar method or, while a drawing tool is selected, the labels that it changes. */
  readonly shownLabels = $derived.by(() => {
    const { scar, correction } = this;
    return scar.labels && correction.hand === 'look' && !correction.isPreviewing ? scar.labels : correction.shown;
  });
  /** The heart's place by the network's contours: the picture must not move while somebody draws in it. */
  readonly heartPlace = $derived.by(() => heartRegion(this.correction.network));
  /** Where the image branch looked, by voxel; null while that is not shown. */
  readonly attention = $derived.by(() => {
    const { heart, labels, segmentation } = this.analysis;
    return this.settings.attention && heart ? attentionOnWall(heart.attention, labels, segmentation.apex.end) : null;
  });
  /** Slices whose contours a reader should check and has not changed yet. */
  readonly slicesToCheck: readonly number[] = $derived.by(() => {
    const done = this.correction.record?.slices ?? [];
    const { plausibility } = this.analysis.segmentation;
    return plausibility.flatMap((value, slice) => (isDoubtful(value) && !done.includes(slice) ? [slice] : []));
  });
  /** The weights that made the numbers: those saved, and the ones here too once something was computed anew. */
  readonly weights: readonly WeightsId[] = $derived.by(() => {
    const { saved } = this;
    const here = this.#around.weights();
    if (!saved) return here;
    if (this.survival === saved.survival && this.analysis === saved.analysis) return saved.weights;
    return [...saved.weights, ...here.filter(({ sha256 }) => saved.weights.every((one) => one.sha256 !== sha256))];
  });
  /** The backend that computed the numbers; null where there are none yet. */
  readonly ranOn: RanOn | null = $derived.by(() => {
    if (this.saved && this.survival === this.saved.survival) return this.saved.backend;
    const { backends } = this.image;
    return backends.length > 1 ? 'both' : (backends.at(0) ?? null);
  });

  /** The intervals of the measures by the contours. */
  get intervals(): MeasureIntervals | null {
    return knownIntervals({ ...this.analysis, scar: this.scar.measures });
  }

  /** Warnings that no ventricle was found, or that what was found may not be one. */
  get heartWarnings(): StackAnalysis['warnings'] {
    return this.analysis.warnings.filter(({ code }) => code === 'noVentricle' || code === 'heartDoubtful');
  }

  get isHeartUnsure(): boolean {
    return this.heartWarnings.length > 0;
  }

  /** Whether the image branch read a heart, and so can show where it looked. */
  get canAttend(): boolean {
    return this.analysis.heart !== null;
  }

  /** Takes the reader's choice of the apical end of the stack. The segmentation does not depend on it. */
  chooseApex(end: StackEnd): void {
    if (this.image.pixelsMissing) return;
    const segmentation = { ...this.analysis.segmentation, apex: { end, from: 'user' } as const };
    this.analysis = { ...this.analysis, segmentation };
    this.follow();
  }

  /** Takes masks that were dropped over the case; the view of comparisons offers what can be done with them. */
  offerMasks(offered: OfferedMasks): void {
    this.comparison.offered = offered;
    this.part = 'compare';
  }

  compareMask(path: string, drawn: LabelVolume): void {
    const scar = scarInWall(this.correction.labels, drawn);
    this.comparison.mask = { path, labels: scar?.labels ?? drawn, scarOutside: scar?.shareOutside ?? null };
    this.part = 'compare';
  }

  get toldImage(): ToldImage {
    const { stack, pixelsMissing } = this.image;
    if (pixelsMissing) return { imageSha256: this.saved?.imageSha256 ?? null, voxels: null };
    return { imageSha256: null, voxels: stack.volume.voxels };
  }

  /** The case as it is written to a file; `imageSha256` is null where it is to be computed from the pixels. */
  toSave(patient: string | null): Omit<SavedCase, 'imageSha256' | 'version'> & { readonly imageSha256: string | null } {
    const { stack, pixelsMissing } = this.image;
    return {
      ...this.toldImage,
      noData: pixelsMissing ? null : (stack.volume.noData ?? null),
      series: stack.series,
      grid: gridOf(stack.volume),
      source: stack.source,
      patient,
      analysis: { ...this.analysis, scar: this.scar.measures },
      survival: this.survival,
      network: this.correction.network.labels,
      edits: this.correction.history,
      clinical: this.form.clinical,
      notes: this.notes.all,
      scar: this.scar.choices,
      weights: this.weights,
      backend: this.ranOn,
    };
  }

  /** The prediction as it is exported. */
  get exportedSurvival(): ExportedSurvival {
    return exportedSurvival(this.survival, this.form.clinical);
  }

  /** Counts saved files of a kind; returns 1 for the first. */
  countSaved(kind: string): number {
    const count = (this.#saved.get(kind) ?? 0) + 1;
    this.#saved.set(kind, count);
    return count;
  }

  /** What exported objects are made from, and the time of the first export. */
  toExport(): { readonly exported: Omit<ExportedCase, 'origin'>; readonly made: Date } {
    const { reading, measures, method, labels } = this.scar;
    const { analysis, exportedSurvival: survival } = this;
    this.#exportedAt ??= new Date();
    return {
      made: this.#exportedAt,
      exported: {
        source: this.image.stack.source,
        labels: labels ?? withoutSlices(analysis.labels, this.notes.excludedSlices),
        method,
        greyZone: reading && greyZoneBy(method, reading),
        whose: whose(analysis),
        scar: measures,
        survival,
        notes: this.notes.all,
        comments: riskComments(survival),
        cards: this.weights,
      },
    };
  }

  /**
   * Waits for work that is under way, and tells whether measures and curve are up to date with labels, apex and form:
   * what is saved must belong together. Where they are not, the page says why.
   */
  async settled(): Promise<boolean> {
    this.follow();
    await this.#followed;
    return this.isSettled;
  }

  /** Updates measures and curve to the current labels, apex and form. */
  follow(): void {
    if (!this.following) this.#followed = this.#bringUp();
  }

  /** Answers that the page has measured, as the form writes them; only those that are known. */
  get measuredAnswers(): Readonly<Record<string, string>> {
    const { myocardiumG, burdenPercent } = this.scar.measures;
    const measured = { lvMassCmr: myocardiumG?.toFixed(0), infarctPercent: burdenPercent?.toFixed(1) };
    return Object.fromEntries(Object.entries(measured).flatMap(([id, text]) => (text ? [[id, text]] : [])));
  }

  /** What measures and curve should be computed from now. */
  get asked(): Asked {
    const { labels } = this.correction;
    return { labels, apexEnd: this.analysis.segmentation.apex.end, revision: this.form.revision };
  }

  /** Counts everything as unsaved work: the case was opened from a copy that is gone once the case is closed. */
  countAsUnsaved(): void {
    this.kept = { ...this.kept, revision: -1 };
  }

  /** Whether there are answers, corrections or notes that are in no file yet. */
  get hasUnsavedWork(): boolean {
    return !isSame(this.asked, this.kept) || this.notes.written !== this.keptNotes;
  }

  /** Whether there are corrections, or notes that are in no file yet: they would be lost with these contours. */
  get hasWorkOnContours(): boolean {
    return this.correction.record !== null || this.notes.written !== this.keptNotes;
  }

  /** Repeats for as long as they change meanwhile. */
  async #bringUp(): Promise<void> {
    this.following = true;
    try {
      while (
        await unlessCancelledAgain(
          () => this.#bringUpOnce(),
          () => this.#around.isOpen(this),
        )
      );
    } catch (error) {
      this.#around.tell(error);
    } finally {
      this.following = false;
    }
  }

  /** Returns false if everything was up to date. */
  async #bringUpOnce(): Promise<boolean> {
    if (!this.#around.isOpen(this)) return false;
    const { form } = this;
    const { networks } = this.#around;
    const asked = this.asked;
    const { labels, apexEnd } = asked;
    if (this.isSettled) return this.comparison.follow(form);
    if (labels !== this.#settled.labels || apexEnd !== this.#settled.apexEnd) {
      const { stack } = this.image;
      const followed = await networks.call('analyseLabels', { stack, labels, apexEnd, ...form.asked });
      this.analysis = { ...this.analysis, ...followed, labels, corrections: this.correction.record };
      this.survival = followed.survival;
    } else {
      const { heart, findings } = this.analysis;
      this.survival = await networks.call('predict', { heart, findings, ...form.asked });
    }
    this.#settled = asked;
    return true;
  }

  /** The curve for answers that are not the patient's; null where it cannot be computed. */
  async #predictAside(given: ClinicalForm['asked']): Promise<Survival | null> {
    const { heart, findings } = this.analysis;
    try {
      return await unlessCancelledAgain(
        () => this.#around.networks.call('predict', { heart, findings, ...given }),
        () => this.#around.isOpen(this),
      );
    } catch (error) {
      this.#around.tell(error);
      return null;
    }
  }
}

/** A cancel ends a worker and all of its work, including that of other tasks: this starts such work again while it is wanted. */
export async function unlessCancelledAgain<T>(work: () => Promise<T>, isWanted: () => boolean): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CancelledError) || !isWanted()) throw error;
    }
  }
}
