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

/** The networks, as a case asks them. */
export type Networks = Pick<Inference, 'call'>;

/** What a case is made of, all at once. */
export interface CaseParts {
  readonly image: OpenImage;
  readonly form: ClinicalForm;
  readonly analysis: StackAnalysis;
  /** What was read and measured of the analysis as it came; null where that was not kept. */
  readonly found: FoundScar | null;
  /** The form's revision that the curve stands for. */
  readonly revision: number;
  /** The file that it was opened from; null for one that began with its images. */
  readonly saved: SavedCase | null;
}

/** The views of a case, in the order of its contents. */
export const PARTS = ['summary', 'scar', 'answers', 'risk', 'why', 'guidelines', 'compare', 'report', 'study'] as const;
export type Part = (typeof PARTS)[number];

/** What is around a case. */
export interface CaseSurroundings {
  readonly networks: Networks;
  readonly settings: ReaderSettings;
  /** Those of the networks that run here. */
  readonly weights: () => readonly WeightsId[];
  /** Whether this case is the one that is open: the work of another is given up. */
  readonly isOpen: (one: OpenCase) => boolean;
  /** Told what went wrong while the curve followed. */
  readonly tell: (error: unknown) => void;
}

/**
 * One case: image, analysis, answers, corrections, and the measures and the curve that follow them. It is made whole and let go
 * whole. It lives in memory alone.
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
  /** When it was first exported, so that its objects belong together. */
  #exportedAt: Date | null = null;

  analysis: StackAnalysis;
  /** Follows form and corrections; starts as the analysis's own. */
  survival: Survival;
  /** Measures and curve are being brought up to the form or the corrections. */
  following = $state(false);
  /** How the reader calls the case, in the report and in the names of files. It is not the patient's name, and in no file. */
  label = $state('');
  readonly #saved = new Map<string, number>();
  /** The view that is looked at. */
  part = $state<Part>('summary');
  /** The report has the page. */
  reportOpen = $state(false);
  /** What the reader ticked. It goes with the case: the next patient is not named because this one was. */
  readonly ticks = $state({ pixels: false, identity: false, sameArchive: false, reportIdentity: false, copy: false });
  /** When the copy in the browser was last renewed; null while there is none. */
  copiedAt = $state.raw<Date | null>(null);
  /** SHA-256 of its image, once that was told. */
  imageSha256: string | null = null;

  readonly #around: CaseSurroundings;
  /** What analysis and curve were made of. */
  #settled: Asked;
  /** What of the reader's work is in a file, or was there before any. */
  kept: Asked;
  keptNotes: string;
  /** Measures and curve stand for what labels, apex and form now are: only then is anything printed, saved or exported. */
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

  /** The labels to show: with the scar method that was chosen, or, with a drawing tool in hand, those that are drawn in. */
  readonly shownLabels = $derived.by(() => {
    const { scar, correction } = this;
    return scar.labels && correction.hand === 'look' && !correction.isPreviewing ? scar.labels : correction.shown;
  });
  /** Where the heart is as the network drew it: the picture must not move while somebody draws in it. */
  readonly heartPlace = $derived.by(() => heartRegion(this.correction.network));
  /** Where the image branch looked, by voxel; null while that is not asked for. */
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
  /** Of the weights that made the numbers: as saved, until something was computed anew, and then those here too. */
  readonly weights: readonly WeightsId[] = $derived.by(() => {
    const { saved } = this;
    const here = this.#around.weights();
    if (!saved) return here;
    if (this.survival === saved.survival && this.analysis === saved.analysis) return saved.weights;
    return [...saved.weights, ...here.filter(({ sha256 }) => saved.weights.every((one) => one.sha256 !== sha256))];
  });
  /** On which the numbers were made; null where there are none yet. */
  readonly ranOn: RanOn | null = $derived.by(() => {
    if (this.saved && this.survival === this.saved.survival) return this.saved.backend;
    const { backends } = this.image;
    return backends.length > 1 ? 'both' : (backends.at(0) ?? null);
  });

  /** That hold for the measures by the contours. */
  get intervals(): MeasureIntervals | null {
    return knownIntervals({ ...this.analysis, scar: this.scar.measures });
  }

  /** What says that no ventricle was found, or that what was found may be none. */
  get heartWarnings(): StackAnalysis['warnings'] {
    return this.analysis.warnings.filter(({ code }) => code === 'noVentricle' || code === 'heartDoubtful');
  }

  get isHeartUnsure(): boolean {
    return this.heartWarnings.length > 0;
  }

  /** The image branch read a heart, and so can show where it looked. */
  get canAttend(): boolean {
    return this.analysis.heart !== null;
  }

  /** The reader's word on which end of the stack is the apex. The segmentation does not depend on it. */
  chooseApex(end: StackEnd): void {
    if (this.image.pixelsMissing) return;
    const segmentation = { ...this.analysis.segmentation, apex: { end, from: 'user' } as const };
    this.analysis = { ...this.analysis, segmentation };
    this.follow();
  }

  /** Masks were dropped over the case: what may be done with them stands where things are compared. */
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

  /** The case as it is written to a file; `imageSha256` null where the pixels are here to tell it from. */
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

  /** As it is given to others. */
  get exportedSurvival(): ExportedSurvival {
    return exportedSurvival(this.survival, this.form.clinical);
  }

  /** Which one of its kind the file is that is saved now, from 1. */
  countSaved(kind: string): number {
    const count = (this.#saved.get(kind) ?? 0) + 1;
    this.#saved.set(kind, count);
    return count;
  }

  /** What its objects for others are made of, and when the first of them was. */
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
   * Whether measures and curve stand for what labels, apex and form now are, once all that is under way is done: what is saved
   * must belong together. Where it is not so, the page says why.
   */
  async settled(): Promise<boolean> {
    this.follow();
    await this.#followed;
    return this.isSettled;
  }

  /** Brings measures and curve up to what labels, apex and form now are. */
  follow(): void {
    if (!this.following) this.#followed = this.#bringUp();
  }

  /** What questions of the form ask and the page has measured, as the form writes it; only what is known. */
  get measuredAnswers(): Readonly<Record<string, string>> {
    const { myocardiumG, burdenPercent } = this.scar.measures;
    const measured = { lvMassCmr: myocardiumG?.toFixed(0), infarctPercent: burdenPercent?.toFixed(1) };
    return Object.fromEntries(Object.entries(measured).flatMap(([id, text]) => (text ? [[id, text]] : [])));
  }

  /** What measures and curve are to stand for. */
  get asked(): Asked {
    const { labels } = this.correction;
    return { labels, apexEnd: this.analysis.segmentation.apex.end, revision: this.form.revision };
  }

  /** All of it counts as work that is in no file: it was opened from a copy that is gone when it is closed. */
  countAsUnsaved(): void {
    this.kept = { ...this.kept, revision: -1 };
  }

  /** Answers and corrections that are in no file yet. */
  get hasUnsavedWork(): boolean {
    return !isSame(this.asked, this.kept) || this.notes.written !== this.keptNotes;
  }

  /** Corrections and notes that are in no file yet: they would go with the contours that they are of. */
  get hasWorkOnContours(): boolean {
    return this.correction.record !== null || this.notes.written !== this.keptNotes;
  }

  /** Once more for as long as they change meanwhile. */
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

  /** Returns false where all stands for what is asked. */
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

  /** The curve for answers that are not the patient's; null where it cannot be had. */
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

/** A cancel ends a worker with all that it is asked, other tasks' work too: that is asked again while it is wanted. */
export async function unlessCancelledAgain<T>(work: () => Promise<T>, isWanted: () => boolean): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CancelledError) || !isWanted()) throw error;
    }
  }
}
