import { CancelledError, ScarcastError, sentence, type Bare } from '../../../core/errors.ts';
import type { StackEnd } from '../../../core/segmentation/anatomy.ts';
import { isDoubtful } from '../../../core/segmentation/reliability.ts';
import { attentionOnWall } from '../../../core/patient/attentionOnWall.ts';
import type { LabelVolume } from '../../../core/volume/volume.ts';
import type { StackAnalysis } from '../../../pipeline/analysing/analyse.ts';
import type { Survival, Warning } from '../../../pipeline/analysing/analysis.ts';
import type { CaseFileContent, SavedCase, WeightsId } from '../../../pipeline/saving/caseFile.ts';
import { isCaseFileName } from '../../../pipeline/saving/caseFileName.ts';
import { greyZoneBy } from '../../../pipeline/analysing/measureScar.ts';
import type { Backend, RanOn } from '../../../pipeline/analysing/models.ts';
import { findCompanion, isSameGrid } from '../../../pipeline/reading/companion.ts';
import {
  withTaken,
  type Contrast,
  type SeriesSummary,
  type Stack,
  type Study,
} from '../../../pipeline/reading/study.ts';
import type { Clinical } from '../../../core/patient/covariates.ts';
import inferenceUrl from '../../../workers/inference.worker.ts?worker&url';
import type {
  DroppedFile,
  DroppedStudy,
  Engine,
  InferenceCalls,
  Progress,
  ReadingCalls,
  Stage,
} from '../../../workers/protocol.ts';
import readingUrl from '../../../workers/reading.worker.ts?worker&url';
import { Inference } from '../../../workers/inference.ts';
import { WorkerHandle } from '../../../workers/workerHandle.ts';
import type { PageProblem } from '../../messages/reasons.ts';
import { problemOf } from '../../../workers/problem.ts';
import { riskComments } from '../../messages/riskComments.ts';
import { nextTurn } from '../../shared/inTurn.ts';
import { backendAskedFor, modelsUrl, workersAtMost } from '../../setup.ts';
import { heartRegion } from '../viewer/region.ts';
import { ClinicalForm } from './clinicalForm.svelte.ts';
import { Correction } from './correction.svelte.ts';
import { Offline } from '../../shared/offline.svelte.ts';
import { RequestLog } from '../../shared/requestLog.svelte.ts';
import { ScarView, type FoundScar } from './scarView.svelte.ts';
import { ViewerState } from './viewer.svelte.ts';
import { WhatIf } from './whatIf.svelte.ts';

/** No stack of the dropped files was, or could be, opened. */
export type NoStackReason = Bare<'noSeriesChosen' | 'noStack' | 'noOtherStack'>;

class NoStackError extends ScarcastError<NoStackReason> {}

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

/** The one case that the page holds, from its files to its curve. All of it lives in memory, and `clear` forgets it. */
export class Session {
  readonly requests = new RequestLog();
  readonly offline = new Offline();
  readonly viewer = new ViewerState();
  readonly form = new ClinicalForm(() => this.#follow());
  readonly correction = new Correction(() => this.#follow());
  readonly whatIf = new WhatIf(
    () => this.form.clinical,
    (clinical) => this.#predictAside(clinical),
  );

  study = $state.raw<Study | null>(null);
  stack = $state.raw<Stack | null>(null);
  /** The other image of the same scan, on the same grid: the magnitude of a PSIR, or the PSIR of a magnitude. */
  companion = $state.raw<Stack | null>(null);
  analysis = $state.raw<StackAnalysis | null>(null);
  /** Follows form and corrections; starts as the analysis's own. */
  survival = $state.raw<Survival | null>(null);
  engine = $state.raw<Engine | null>(null);
  /** What is being done now; null when nothing is. */
  task = $state.raw<Progress | null>(null);
  /** What went wrong, or was stopped. */
  problem = $state.raw<PageProblem | null>(null);
  /** The file that this case was opened from; null for one that began with its images. */
  saved = $state.raw<SavedCase | null>(null);
  compared = $state.raw<OtherStudy | null>(null);
  /** The work on another study that is under way: the open case is not touched by it. */
  comparing = $state.raw<AbortSignal | null>(null);
  /** The case was opened from a file that holds no pixels, and they have not been joined yet. */
  pixelsMissing = $state(false);
  readonly #weightsHere: readonly WeightsId[] = $derived(
    (this.engine?.cards ?? []).map(({ name, version, sha256 }) => ({ name, version, sha256 })),
  );
  /** Those that made the numbers: as saved, until something was computed anew, and then these here too. */
  readonly weights: readonly WeightsId[] = $derived.by(() => {
    const { saved } = this;
    if (!saved) return this.#weightsHere;
    if (this.survival === saved.survival && this.analysis === saved.analysis) return saved.weights;
    return [
      ...saved.weights,
      ...this.#weightsHere.filter(({ sha256 }) => saved.weights.every((one) => one.sha256 !== sha256)),
    ];
  });
  #backends = $state.raw<readonly Backend[]>([]);
  /** On which the numbers were made; null where there are none yet. */
  readonly ranOn: RanOn | null = $derived.by(() => {
    if (this.saved && this.survival === this.saved.survival) return this.saved.backend;
    return this.#backends.length > 1 ? 'both' : (this.#backends.at(0) ?? null);
  });
  /** As the images name the patient, or the file that the case was opened from; null where neither does. */
  get patient(): string | null {
    return (this.stack && this.study?.patients[this.stack.series.id]) ?? this.saved?.patient ?? null;
  }
  readonly synthetic = $derived(this.stack?.source.kind === 'synthetic');
  /** Of the analysis as it came, before any correction. */
  #read = $state.raw<FoundScar | null>(null);
  readonly scar = new ScarView(
    () =>
      this.stack && this.analysis && !this.pixelsMissing
        ? {
            image: this.stack.volume,
            labels: this.correction.labels ?? this.analysis.labels,
            apexEnd: this.analysis.segmentation.apex.end,
          }
        : null,
    () => this.#read,
    () => this.analysis?.scar ?? null,
  );
  /** The labels to show: with the scar method that was chosen, or, with a drawing tool in hand, those that are drawn in. */
  readonly shownLabels = $derived(
    this.scar.labels && this.correction.hand === 'look' && !this.correction.isPreviewing
      ? this.scar.labels
      : this.correction.shown,
  );

  /** Where the heart lies as the network drew it: the picture must not move while somebody draws in it. */
  readonly heart = $derived(this.correction.network && heartRegion(this.correction.network));
  /** The image branch read a heart, and so can show where it looked. */
  readonly canAttend = $derived((this.analysis?.heart ?? null) !== null);
  /** Where it looked, by voxel; null while that is not asked for. */
  readonly attention = $derived.by(() => {
    const { analysis } = this;
    if (!this.viewer.attention || !analysis?.heart) return null;
    return attentionOnWall(analysis.heart.attention, analysis.labels, analysis.segmentation.apex.end);
  });
  /** Slices whose contours a reader should check and has not changed yet. */
  readonly slicesToCheck: readonly number[] = $derived.by(() => {
    const done = this.correction.record?.slices ?? [];
    const plausibility = this.analysis?.segmentation.plausibility ?? [];
    return plausibility.flatMap((value, slice) => (isDoubtful(value) && !done.includes(slice) ? [slice] : []));
  });

  readonly #reading = new WorkerHandle<ReadingCalls>(readingUrl, (urls) => this.requests.add(urls));
  readonly #inference = new Inference(
    () => new WorkerHandle<InferenceCalls>(inferenceUrl, (urls) => this.requests.add(urls)),
    { backend: backendAskedFor(), modelsUrl: modelsUrl(), workers: workersAtMost() },
    (engine) => this.#runsOn(engine),
  );
  #dropped: DroppedStudy | null = null;
  #drops = 0;
  #abort: AbortController | null = null;
  /** Measures and curve are being brought up to the form or the corrections. */
  following = $state(false);
  #followed: Promise<void> = Promise.resolve();
  /** What the analysis and the curve were made of. */
  #settled: Asked | null = null;
  /** When each analysis was first exported, so that its objects belong together. */
  readonly #made = new WeakMap<StackAnalysis, Date>();

  /** Loads all that a case can need before it does: until a cancel or 'Clear everything' the network may be off. */
  async warmUp(): Promise<void> {
    try {
      await this.#reading.call('prepare', {});
      await this.#inference.start();
    } catch (error) {
      // Ended meanwhile by a cancel: the next case starts it again.
      if (!(error instanceof CancelledError)) this.problem = problemOf(error);
    }
  }

  openFiles(files: readonly DroppedFile[]): Promise<void> {
    return this.#run({ code: 'readingFiles' }, async (signal) => {
      const caseFile = files.find(({ path }) => isCaseFileName(path));
      if (caseFile) await this.#reopen(caseFile, signal);
      const images = files.filter(({ path }) => !isCaseFileName(path));
      if (caseFile && images.length === 0) return;
      if (this.saved && this.pixelsMissing) {
        await this.#join(this.saved, { key: ++this.#drops, files: images }, signal);
        return;
      }
      const before = this.#dropped;
      const open = this.stack?.series.id;
      if (before && open && (await this.#reading.call('holdsOnlySegmentations', { files }, { signal }))) {
        await this.#addSegmentations({ key: ++this.#drops, files: [...before.files, ...files] }, open, signal);
        return;
      }
      this.#forget();
      const dropped = { key: ++this.#drops, files };
      this.#dropped = dropped;
      const study = await this.#reading.call('readStudy', dropped, { signal, onProgress: this.#show });
      this.study = study;
      const chosen = study.series.find((series) => series.chosen);
      if (!chosen) {
        const canChoose = study.series.some((series) => series.usable);
        throw new NoStackError({ code: canChoose ? 'noSeriesChosen' : 'noStack' });
      }
      await this.#loadAndAnalyse(dropped, chosen.id, signal);
    });
  }

  /** A segmentation that was dropped by itself belongs to the series that is open; what the form says stays. */
  async #addSegmentations(dropped: DroppedStudy, seriesId: string, signal: AbortSignal): Promise<void> {
    this.#dropped = dropped;
    this.study = await this.#reading.call('readStudy', dropped, { signal, onProgress: this.#show });
    await this.#loadAndAnalyse(dropped, seriesId, signal);
  }

  /** The case as a DICOM object; null, with the reason on the page, where there is none to be had. */
  async exportDicom(kind: 'segmentation' | 'report', sameArchive: boolean): Promise<Uint8Array | null> {
    if (!(await this.settled())) return null;
    const { stack, analysis, survival } = this;
    if (!stack || !analysis || !survival) return null;
    const { reading, measures, method, labels } = this.scar;
    const made = this.#made.get(analysis) ?? new Date();
    this.#made.set(analysis, made);
    const dropped = this.#dropped;
    try {
      return await this.#reading.call('exportDicom', {
        kind,
        exported: {
          source: stack.source,
          labels: labels ?? analysis.labels,
          method,
          greyZone: reading && greyZoneBy(method, reading),
          drawnBy: analysis.corrections || analysis.segmentation.from === 'file' ? 'person' : 'network',
          scar: measures ?? analysis.scar,
          survival,
          comments: riskComments(survival),
          cards: this.weights,
        },
        archive: sameArchive && dropped ? { dropped, seriesId: stack.series.id, made } : null,
      });
    } catch (error) {
      if (!(error instanceof CancelledError)) this.problem = problemOf(error);
      return null;
    }
  }

  /** Shows a saved case with the numbers that it was saved with: nothing is computed anew. */
  async #reopen(file: DroppedFile, signal: AbortSignal): Promise<void> {
    const saved = await this.#reading.call('openCase', file, { signal });
    this.#forget();
    const { grid, series, source, analysis, clinical, network, edits } = saved;
    const voxels = saved.voxels ?? new Float32Array(analysis.labels.labels.length);
    this.form.fill(clinical);
    this.#take({ volume: { ...grid, voxels }, series, source, labels: null, warnings: [] });
    this.saved = saved;
    this.pixelsMissing = saved.voxels === null;
    this.#show({ stage: { code: 'openingCase' }, fraction: null });
    this.scar.restore(saved.scar, grid);
    this.correction.resume({ ...grid, labels: network }, analysis.labels, edits);
    this.correction.locked = this.pixelsMissing;
    this.analysis = analysis;
    this.survival = saved.survival;
    this.#settled = {
      labels: analysis.labels,
      apexEnd: analysis.segmentation.apex.end,
      revision: this.form.revision,
    };
    if (this.stack) this.viewer.turnToHeart(this.stack, analysis.labels);
    // Nothing is black.
    if (this.pixelsMissing) this.viewer.window = { centre: 1, width: 1 };
    await this.#inference.start({ signal });
  }

  /** Puts the pixels beneath a case that was saved without them. Throws OtherImageError where these are not they. */
  async #join(wanted: SavedCase, dropped: DroppedStudy, signal: AbortSignal): Promise<void> {
    const input = { dropped, wanted: { grid: wanted.grid, imageSha256: wanted.imageSha256 } };
    const { study, stack } = await this.#reading.call('findImage', input, { signal, onProgress: this.#show });
    this.#dropped = dropped;
    this.study = withTaken(study, stack.series);
    this.stack = stack;
    this.pixelsMissing = false;
    this.correction.locked = false;
    this.viewer.open(stack);
    if (this.analysis) this.viewer.turnToHeart(stack, this.analysis.labels);
    void this.#loadCompanion(dropped, stack.series);
  }

  /** The case as a file; null, with the reason on the page, where there is none to be had. */
  async saveCase(content: CaseFileContent): Promise<Uint8Array | null> {
    if (!(await this.settled())) return null;
    const { stack, analysis, survival, saved, pixelsMissing } = this;
    const { network, history } = this.correction;
    if (!stack || !analysis || !survival || !network) return null;
    const { size, spacing, frame, voxels } = stack.volume;
    try {
      return await this.#reading.call('saveCase', {
        saved: {
          series: stack.series,
          grid: { size, spacing, frame },
          source: stack.source,
          imageSha256: pixelsMissing ? (saved?.imageSha256 ?? null) : null,
          voxels: pixelsMissing ? null : voxels,
          patient: this.patient,
          analysis: { ...analysis, scar: this.scar.measures ?? analysis.scar },
          survival,
          network: network.labels,
          edits: history,
          clinical: this.form.clinical,
          scar: this.scar.choices,
          weights: this.weights,
          backend: this.ranOn,
        },
        content,
      });
    } catch (error) {
      this.problem = problemOf(error);
      return null;
    }
  }

  /** Puts another study of the same patient beside this one: a saved case, or images, which are segmented for it. */
  compareWith(files: readonly DroppedFile[]): Promise<void> {
    return this.#run({ code: 'readingFiles' }, async (signal) => {
      this.comparing = signal;
      try {
        const caseFile = files.find(({ path }) => isCaseFileName(path));
        const images = files.filter(({ path }) => !isCaseFileName(path));
        this.compared = caseFile
          ? await this.#readOtherCase(caseFile, images, signal)
          : await this.#readOther(images, signal);
      } finally {
        if (this.comparing === signal) this.comparing = null;
      }
      // Answers may have changed meanwhile.
      this.#follow();
    });
  }

  async #readOtherCase(file: DroppedFile, images: readonly DroppedFile[], signal: AbortSignal): Promise<OtherStudy> {
    const told = { signal, onProgress: this.#show };
    const saved = await this.#reading.call('openCase', file, told);
    const { patient, grid, voxels, series, source, analysis, survival, weights, imageSha256 } = saved;
    const own = voxels && { volume: { ...grid, voxels }, series, source, labels: null, warnings: [] };
    const dropped = { key: ++this.#drops, files: images };
    const found =
      own === null && images.length > 0
        ? await this.#reading.call('findImage', { dropped, wanted: { grid, imageSha256 } }, told)
        : null;
    const { warnings } = analysis;
    return { read: null, patient, series, warnings, stack: own ?? found?.stack ?? null, analysis, survival, weights };
  }

  async #readOther(files: readonly DroppedFile[], signal: AbortSignal): Promise<OtherStudy> {
    const told = { signal, onProgress: this.#show };
    const dropped = { key: ++this.#drops, files };
    const study = await this.#reading.call('readStudy', dropped, told);
    const series = study.series.find((one) => one.chosen);
    if (!series) throw new NoStackError({ code: 'noOtherStack' });
    const stack = await this.#reading.call('loadStack', { dropped, seriesId: series.id }, told);
    const { clinical, revision } = this.form;
    const { labels, scar, segmentation, survival, heart, findings, warnings } = await this.#inference.call(
      'analyse',
      { stack, clinical },
      told,
    );
    return {
      read: { heart, findings, revision },
      patient: study.patients[series.id] ?? null,
      series,
      warnings: [...study.warnings.map(sentence), ...warnings],
      stack,
      analysis: { labels, scar, segmentation },
      survival,
      weights: this.#weightsHere,
    };
  }

  openDemo(): Promise<void> {
    return this.#run({ code: 'makingDemo' }, async (signal) => {
      this.#forget();
      const { stack, clinical } = await this.#reading.call('demo', {}, { signal });
      this.form.fill(clinical);
      this.#take(stack);
      await this.#analyse(stack, signal);
    });
  }

  chooseSeries(seriesId: string): Promise<void> {
    return this.#run({ code: 'decodingImages' }, async (signal) => {
      if (!this.#dropped) throw new NoStackError({ code: 'noStack' });
      await this.#loadAndAnalyse(this.#dropped, seriesId, signal);
    });
  }

  /** The reader's word on which end of the stack is the apex. The segmentation does not depend on it. */
  chooseApex(end: StackEnd): void {
    if (!this.analysis || this.pixelsMissing) return;
    const segmentation = { ...this.analysis.segmentation, apex: { end, from: 'user' } as const };
    this.analysis = { ...this.analysis, segmentation };
    this.#follow();
  }

  /** The reader's word on PSIR or magnitude, which files often leave open. It stands beside the result; no number uses it. */
  chooseContrast(contrast: Contrast): void {
    if (!this.stack) return;
    const { id } = this.stack.series;
    const changed = (series: SeriesSummary): SeriesSummary => (series.id === id ? { ...series, contrast } : series);
    this.stack = { ...this.stack, series: changed(this.stack.series) };
    if (this.study) this.study = { ...this.study, series: this.study.series.map(changed) };
    // Which image stands beside depends on it.
    this.companion = null;
    if (this.#dropped) void this.#loadCompanion(this.#dropped, this.stack.series);
  }

  analyseAgain(): Promise<void> {
    return this.#run({ code: 'loadingNetworks' }, async (signal) => {
      if (this.stack) await this.#analyse(this.stack, signal);
    });
  }

  cancel(): void {
    this.#abort?.abort();
  }

  /** Forgets the case and ends both workers, with all that they hold. */
  clear(): void {
    const abort = this.#abort;
    this.#abort = null;
    abort?.abort();
    this.#reading.end();
    this.#inference.end();
    this.engine = null;
    this.task = null;
    this.#forget();
  }

  #forget(): void {
    this.#dropped = null;
    this.study = null;
    this.stack = null;
    this.companion = null;
    this.analysis = null;
    this.survival = null;
    this.#read = null;
    this.#settled = null;
    this.saved = null;
    this.pixelsMissing = false;
    this.compared = null;
    this.correction.start(null);
    this.scar.reset();
    this.problem = null;
    this.form.clear();
    this.whatIf.clear();
    this.scar.reset();
    this.viewer.forget();
    // What is derived of the case stays in memory until it is asked for again.
    const { scar, correction, form } = this;
    void [this.shownLabels, this.heart, this.attention, correction.record, form.outOfRange, form.clinical];
    void [scar.measures, scar.burden, scar.perSlice, scar.segments];
  }

  /** One piece of work at a time: a new one ends the one before. */
  async #run(stage: Stage, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.problem = null;
    this.task = { stage, fraction: null };
    try {
      await work(abort.signal);
    } catch (error) {
      if (this.#abort !== abort) return;
      this.problem = problemOf(error);
    } finally {
      if (this.#abort === abort) {
        this.#abort = null;
        this.task = null;
      }
    }
  }

  async #loadAndAnalyse(dropped: DroppedStudy, seriesId: string, signal: AbortSignal): Promise<void> {
    const stack = await this.#reading.call('loadStack', { dropped, seriesId }, { signal, onProgress: this.#show });
    if (this.study) this.study = withTaken(this.study, stack.series);
    const series = this.study?.series.find(({ id }) => id === seriesId) ?? stack.series;
    this.#take({ ...stack, series });
    await this.#analyse({ ...stack, series }, signal);
    void this.#loadCompanion(dropped, series);
  }

  #take(stack: Stack): void {
    this.analysis = null;
    this.survival = null;
    this.#read = null;
    this.saved = null;
    this.pixelsMissing = false;
    this.#backends = [];
    this.stack = stack;
    this.scar.reset();
    this.companion = null;
    this.correction.start(null);
    this.viewer.open(stack);
  }

  async #analyse(stack: Stack, signal: AbortSignal): Promise<void> {
    this.#show({ stage: { code: 'loadingNetworks' }, fraction: null });
    await this.#inference.start({ signal });
    const { clinical, revision } = this.form;
    const input = { stack, clinical };
    const { reading, ...analysis } = await this.#inference.call('analyse', input, {
      signal,
      onProgress: this.#show,
    });
    this.viewer.turnToHeart(stack, analysis.labels);
    await nextTurn();
    if (signal.aborted) throw new CancelledError();
    this.correction.start(analysis.labels);
    this.#read = { reading, measures: analysis.scar };
    this.analysis = analysis;
    this.survival = analysis.survival;
    this.#settled = { labels: analysis.labels, apexEnd: analysis.segmentation.apex.end, revision };
    this.#follow();
  }

  #runsOn(engine: Engine): void {
    this.engine = engine;
    if (this.stack && !this.comparing && !this.#backends.includes(engine.backend))
      this.#backends = [...this.#backends, engine.backend];
  }

  readonly #show = (progress: Progress): void => {
    this.task = progress;
  };

  /** Failing to read it takes nothing from the case: it is there to be looked at. */
  async #loadCompanion(dropped: DroppedStudy, taken: SeriesSummary): Promise<void> {
    const other = this.study && findCompanion(this.study, taken);
    if (!other) return;
    const isOpen = (): boolean => this.stack?.series === taken && this.#dropped === dropped;
    try {
      const load = () => this.#reading.call('loadStack', { dropped, seriesId: other.id });
      const companion = await unlessCancelledAgain(load, isOpen);
      if (isOpen() && this.stack && isSameGrid(this.stack.volume, companion.volume)) this.companion = companion;
    } catch (error) {
      if (!(error instanceof CancelledError)) this.problem = problemOf(error);
    }
  }

  /** The curve for answers that are not the patient's; null where it cannot be had. */
  async #predictAside(clinical: Clinical): Promise<Survival | null> {
    const { analysis } = this;
    if (!analysis) return null;
    const { heart, findings } = analysis;
    try {
      return await unlessCancelledAgain(
        () => this.#inference.call('predict', { heart, findings, clinical }),
        () => this.analysis === analysis,
      );
    } catch (error) {
      if (!(error instanceof CancelledError)) this.problem = problemOf(error);
      return null;
    }
  }

  #asked(): Asked | null {
    const { labels } = this.correction;
    if (!this.analysis || !labels) return null;
    return { labels, apexEnd: this.analysis.segmentation.apex.end, revision: this.form.revision };
  }

  /**
   * Whether measures and curve stand for what labels, apex and form now are, once all that is under way is done: what is saved
   * must belong together. Where it is not so, the page says why.
   */
  async settled(): Promise<boolean> {
    this.#follow();
    await this.#followed;
    const asked = this.#asked();
    return asked !== null && this.#settled !== null && isSame(asked, this.#settled);
  }

  #follow(): void {
    if (!this.following) this.#followed = this.#bringUp();
  }

  /** Brings measures and curve up to what labels, apex and form now are, once more for as long as they change meanwhile. */
  async #bringUp(): Promise<void> {
    this.following = true;
    try {
      while (
        await unlessCancelledAgain(
          () => this.#bringUpOnce(),
          () => this.analysis !== null,
        )
      );
    } catch (error) {
      if (!(error instanceof CancelledError)) this.problem = problemOf(error);
    } finally {
      this.following = false;
    }
  }

  /** Returns false where all stands for what is asked. */
  async #bringUpOnce(): Promise<boolean> {
    const { stack, analysis } = this;
    const settled = this.#settled;
    const asked = this.#asked();
    if (!stack || !analysis || !settled || !asked) return false;
    if (isSame(asked, settled)) return this.#bringUpOther(asked.revision);
    const { clinical } = this.form;
    const { labels, apexEnd } = asked;
    const redrawn = labels !== settled.labels || apexEnd !== settled.apexEnd;
    const followed = redrawn
      ? await this.#inference.call('analyseLabels', { stack, labels, apexEnd, clinical })
      : {
          survival: await this.#inference.call('predict', {
            heart: analysis.heart,
            findings: analysis.findings,
            clinical,
          }),
        };
    // Another case came meanwhile: this result is not its own.
    if (this.#settled !== settled || !this.analysis) return true;
    if (redrawn) {
      this.analysis = { ...this.analysis, ...followed, labels, corrections: this.correction.record };
    }
    this.survival = followed.survival;
    this.#settled = asked;
    return true;
  }

  /** The other study's curve for the same answers: else a difference would be theirs. */
  async #bringUpOther(revision: number): Promise<boolean> {
    const other = this.compared;
    if (!other?.read || other.read.revision === revision) return false;
    const { heart, findings } = other.read;
    const survival = await this.#inference.call('predict', { heart, findings, clinical: this.form.clinical });
    if (this.compared === other) this.compared = { ...other, survival, read: { heart, findings, revision } };
    return true;
  }
}

/** What measures and curve are made of. */
interface Asked {
  readonly labels: LabelVolume;
  readonly apexEnd: StackEnd;
  readonly revision: number;
}

/** A cancel ends a worker with all that it is asked, other tasks' work too: that is asked again while it is wanted. */
async function unlessCancelledAgain<T>(work: () => Promise<T>, isWanted: () => boolean): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof CancelledError) || !isWanted()) throw error;
    }
  }
}

const isSame = (a: Asked, b: Asked): boolean =>
  a.labels === b.labels && a.apexEnd === b.apexEnd && a.revision === b.revision;
