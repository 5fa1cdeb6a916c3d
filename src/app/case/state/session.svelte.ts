import type { Contrast } from '../../../core/dicom/choosing.ts';
import { CancelledError } from '../../../core/errors.ts';
import type { Clinical } from '../../../core/patient/covariates.ts';
import type { GalleryId, Knobs } from '../../../core/phantom/knobs.ts';
import type { VentriclePlace } from '../../../core/segmentation/ventriclePlace.ts';
import type { ShortAxisPlane } from '../../../core/volume/reformat.ts';
import { gridOf, type Vector3 } from '../../../core/volume/volume.ts';
import type { MaskValue } from '../../../pipeline/reading/reasons.ts';
import {
  withSpacing,
  withTaken,
  type OfferedMask,
  type SeriesSummary,
  type Stack,
  type TakenMask,
} from '../../../pipeline/reading/study.ts';
import type { SavedCase, WeightsId } from '../../../pipeline/saving/caseFile.ts';
import { isCaseFileName } from '../../../pipeline/saving/caseFileName.ts';
import type { DroppedFile, DroppedStudy, Engine } from '../../../workers/protocol.ts';
import { nextTurn } from '../../shared/inTurn.ts';
import { Jobs } from '../../shared/jobs.svelte.ts';
import { Offline } from '../../shared/offline.svelte.ts';
import type { RequestLog } from '../../shared/requestLog.svelte.ts';
import type { Workers } from '../../shared/workers.ts';
import { CaseCalibration } from './caseCalibration.ts';
import { CaseSaver } from './caseSaver.ts';
import { CopyKeeper } from './copyKeeper.svelte.ts';
import { loadCompanion } from './loadCompanion.ts';
import { caseKept, NoStackError, whyNone } from './noStackError.ts';
import { OpenCase, type CaseParts, type CaseSurroundings } from './openCase.svelte.ts';
import { imageOf, OpenImage } from './openImage.svelte.ts';
import { OpenStudy } from './openStudy.svelte.ts';
import { ReaderSettings } from './readerSettings.svelte.ts';
import { readOtherStudy } from './readOtherStudy.ts';

/** Where a reader says the heart is, or how slices are cut from a volume, and the mask to use as segmentation. */
type ReadersWord = Partial<Readonly<{ place: VentriclePlace; plane: ShortAxisPlane; mask: TakenMask | null }>>;

/** How long clearing can be undone. */
export const TAKE_BACK_MS = 10_000;

/** Everything that the page holds, from files to curve. It is kept in memory, and `clear` forgets it. */
export class Session {
  readonly requests: RequestLog;
  readonly offline = new Offline();
  readonly settings = new ReaderSettings();
  readonly jobs = new Jobs();

  engine = $state.raw<Engine | null>(null);
  opened = $state.raw<OpenStudy | null>(null);
  /** What was cleared with unsaved work, for as long as that can be undone. */
  cleared = $state.raw<OpenStudy | null>(null);
  #forgetting: ReturnType<typeof setTimeout> | undefined;
  /** Asks the reader whether the open case and its unsaved work may be lost. */
  mayLoseWork: () => boolean = () => true;
  /** Work under way on another study, which does not touch the open case. */
  comparing = $state.raw<AbortSignal | null>(null);
  readonly #weightsHere: readonly WeightsId[] = $derived(
    (this.engine?.cards ?? []).map(({ name, version, sha256 }) => ({ name, version, sha256 })),
  );
  /** For rooms that open no case. */
  readonly workers: Workers;
  readonly #reading: Workers['reading'];
  readonly #inference: Workers['inference'];
  readonly #around: CaseSurroundings;
  readonly saver: CaseSaver;
  readonly copies: CopyKeeper;
  readonly calibration: CaseCalibration;
  #drops = 0;

  /** @param start makes the workers, which report what they fetch and what they run on */
  constructor(
    start: (onRequests: (urls: readonly string[]) => void, onEngine: (engine: Engine) => void) => Workers,
    requests: RequestLog,
  ) {
    this.requests = requests;
    this.workers = start(
      (urls) => requests.add(urls),
      (engine) => this.#runsOn(engine),
    );
    const { reading, inference } = this.workers;
    this.#reading = reading;
    this.#inference = inference;
    this.saver = new CaseSaver(reading, this.jobs, () => this.opened);
    this.copies = new CopyKeeper(this.saver, this.jobs);
    this.calibration = new CaseCalibration(inference, this.jobs, this.settings, () => this.opened);
    this.#around = {
      networks: inference,
      settings: this.settings,
      weights: () => this.#weightsHere,
      isOpen: (one) => this.case === one,
      tell: (error) => this.jobs.tell(error),
    };
  }

  get image(): OpenImage | null {
    return this.opened?.image ?? null;
  }

  get case(): OpenCase | null {
    return this.opened?.case ?? null;
  }

  /** Loads everything that a case can need: until a cancel or 'Clear everything' the page then works offline. */
  async warmUp(): Promise<void> {
    try {
      await this.#reading.call('prepare', {});
      await this.#inference.start();
    } catch (error) {
      // A cancel ended it meanwhile: the next case starts it again.
      this.jobs.tell(error);
    }
  }

  /**
   * @param given the files; a promise while a dropped folder is still being listed
   * @param clinical what is known of the patient; null where nothing is
   */
  openFiles(
    given: readonly DroppedFile[] | Promise<readonly DroppedFile[]>,
    clinical: Clinical | null = null,
  ): Promise<void> {
    return this.jobs.run({ code: 'readingFiles' }, async (signal) => {
      const all = await given;
      if (signal.aborted) throw new CancelledError();
      const files = await this.calibration.takeFrom(all, signal);
      if (files.length < all.length && files.length === 0) return;
      const caseFile = files.find(({ path }) => isCaseFileName(path));
      if (caseFile) await this.#reopen(caseFile, signal);
      const images = files.filter(({ path }) => !isCaseFileName(path));
      if (caseFile && images.length === 0) return;
      const { opened } = this;
      if (opened?.image?.pixelsMissing && opened.case?.saved) {
        await this.#join(opened, opened.image, opened.case.saved, images, signal);
        return;
      }
      if (opened?.case && !opened.image?.pixelsMissing) {
        const masks = await this.#reading.call('masksAlone', { files }, { signal });
        if (masks) {
          opened.case.offerMasks({ dropped: this.#drop(files), masks });
          return;
        }
      }
      await this.#openImages(files, clinical, signal);
    });
  }

  async #openImages(files: readonly DroppedFile[], clinical: Clinical | null, signal: AbortSignal): Promise<void> {
    const dropped = this.#drop(files);
    const study = await this.#reading.call('readStudy', dropped, { signal, onProgress: this.jobs.show });
    const chosen = study.series.find((series) => series.chosen);
    const canChoose = study.series.some((series) => series.usable);
    // A wrong drop does not close the open case.
    if (!canChoose && this.image) throw new NoStackError(caseKept(study));
    this.#askToLoseWork(this.hasUnsavedWork);
    const opened = this.#begin();
    opened.dropped = dropped;
    opened.study = study;
    if (clinical) opened.form.fill(clinical);
    if (!chosen) throw new NoStackError(canChoose ? { code: 'noSeriesChosen' } : whyNone(study));
    await this.#loadAndAnalyse(opened, dropped, chosen.id, signal);
  }

  /** Compares a mask of the same images with a case's own contours. */
  compareMask(
    one: OpenCase,
    dropped: DroppedStudy,
    { id, path }: OfferedMask,
    values: readonly MaskValue[],
  ): Promise<void> {
    return this.jobs.run({ code: 'decodingImages' }, async (signal) => {
      const { volume, source } = one.image.stack;
      const images = { volume: gridOf(volume), source };
      const labels = await this.#reading.call('readMask', { dropped, mask: { id, values }, images }, { signal });
      one.compareMask(path, { ...images.volume, labels });
    });
  }

  /** Shows a saved case with the numbers saved in it; nothing is computed anew. What is open stays until the case is complete. */
  async #reopen(file: DroppedFile, signal: AbortSignal): Promise<void> {
    const saved = await this.#reading.call('openCase', file, { signal });
    this.#askToLoseWork(this.hasUnsavedWork);
    this.jobs.show({ stage: { code: 'openingCase' }, fraction: null });
    const opened = new OpenStudy(this.settings);
    const image = imageOf(saved, this.settings);
    opened.image = image;
    opened.form.fill(saved.clinical);
    opened.form.calibration = saved.survival.hospital?.calibration ?? null;
    this.#make(opened, { image, analysis: saved.analysis, found: null, revision: opened.form.revision, saved });
    this.#show(opened);
    await this.#inference.start({ signal });
  }

  /** Adds the pixels to a case that was saved without them. Throws OtherImageError if they are those of another image. */
  async #join(
    opened: OpenStudy,
    image: OpenImage,
    { grid, imageSha256, source }: SavedCase,
    files: readonly DroppedFile[],
    signal: AbortSignal,
  ): Promise<void> {
    const dropped = this.#drop(files);
    const { study, stack } = await this.#reading.call(
      'findImage',
      { dropped, wanted: { grid, imageSha256, source } },
      { signal, onProgress: this.jobs.show },
    );
    opened.dropped = dropped;
    opened.study = withTaken(study, stack.series);
    image.join(stack);
    if (opened.case) image.view.turnToHeart(stack, opened.case.analysis.labels);
    void this.#loadCompanion(opened, image);
  }

  /** Compares this study with another one of the same patient: a saved case, or images, which are then segmented. */
  compareWith(one: OpenCase, files: readonly DroppedFile[]): Promise<void> {
    return this.jobs.run({ code: 'readingFiles' }, async (signal) => {
      this.comparing = signal;
      try {
        one.comparison.other = await readOtherStudy(files, one.form, {
          reading: this.#reading,
          inference: this.#inference,
          drop: (dropped) => this.#drop(dropped),
          weights: () => this.#weightsHere,
          told: { signal, onProgress: this.jobs.show },
        });
      } finally {
        if (this.comparing === signal) this.comparing = null;
      }
      // The answers may have changed meanwhile.
      one.follow();
    });
  }

  openDemo(): Promise<void> {
    return this.#openSynthetic((signal) => this.#reading.call('demo', {}, { signal }));
  }

  /** Opens a teaching heart as a case. */
  openTeaching(heart: Knobs | GalleryId): Promise<void> {
    return this.#openSynthetic((signal) => this.#reading.call('teachingHeart', { heart }, { signal }));
  }

  #openSynthetic(
    make: (signal: AbortSignal) => Promise<{ readonly stack: Stack; readonly clinical: Clinical }>,
  ): Promise<void> {
    return this.jobs.run({ code: 'makingDemo' }, async (signal) => {
      this.#askToLoseWork(this.hasUnsavedWork);
      const { stack, clinical } = await make(signal);
      const opened = this.#begin();
      opened.form.fill(clinical);
      await this.#analyse(opened, stack, signal);
    });
  }

  chooseSeries(seriesId: string): Promise<void> {
    return this.jobs.run({ code: 'decodingImages' }, async (signal) => {
      const { opened } = this;
      if (!opened?.dropped) throw new NoStackError({ code: 'noStack' });
      if (opened.case?.image.stack.series.id === seriesId) return; // It may hold corrections.
      const left = opened.turnBackTo(seriesId);
      if (left) {
        if (opened.study) opened.study = withTaken(opened.study, left.image.stack.series);
        return left.follow();
      }
      await this.#loadAndAnalyse(opened, opened.dropped, seriesId, signal);
    });
  }

  /** Takes the lengths that the files do not give from the reader, and repeats everything with them. */
  enterSpacing(spacing: Vector3): Promise<void> {
    return this.jobs.run({ code: 'loadingNetworks' }, async (signal) => {
      const { opened } = this;
      if (!opened?.image || opened.image.pixelsMissing) return;
      this.#askToLoseWork(opened.case?.hasWorkOnContours ?? false);
      const stack = withSpacing(opened.image.stack, spacing);
      if (opened.study) opened.study = withTaken(opened.study, stack.series);
      await this.#analyse(opened, stack, signal);
      if (opened.image) void this.#loadCompanion(opened, opened.image);
    });
  }

  /** Takes the left ventricle's place from the reader: it is segmented anew there, and nowhere else. */
  showHeart(place: VentriclePlace): Promise<void> {
    return this.jobs.run({ code: 'loadingNetworks' }, async (signal) => {
      const { opened } = this;
      if (!opened?.image || opened.image.pixelsMissing) return;
      this.#askToLoseWork(opened.case?.hasWorkOnContours ?? false);
      const { stack, view } = opened.image;
      await this.#analyse(opened, stack, signal, { place });
      opened.image.view.slice = view.slice;
      void this.#loadCompanion(opened, opened.image);
    });
  }

  /**
   * Reads and analyses the image anew: with a mask that came with it as segmentation (null: the network's again), or
   * with its slices cut elsewhere from a volume.
   */
  readAgain(by: Pick<ReadersWord, 'mask' | 'plane'>): Promise<void> {
    return this.jobs.run({ code: 'decodingImages' }, async (signal) => {
      const { opened } = this;
      if (!opened?.dropped || !opened.image) throw new NoStackError({ code: 'noStack' });
      this.#askToLoseWork(opened.case?.hasWorkOnContours ?? false);
      await this.#loadAndAnalyse(opened, opened.dropped, opened.image.stack.series.id, signal, by);
    });
  }

  /** Takes the reader's choice of PSIR or magnitude, which files often leave open. It is reported with the result; no number uses it. */
  chooseContrast(contrast: Contrast): void {
    const { opened } = this;
    if (!opened?.image) return;
    const { image } = opened;
    const { id } = image.stack.series;
    const changed = (series: SeriesSummary): SeriesSummary => (series.id === id ? { ...series, contrast } : series);
    image.rename(changed(image.stack.series));
    if (opened.study) opened.study = { ...opened.study, series: opened.study.series.map(changed) };
    // Which other image is shown depends on it.
    image.companion = null;
    void this.#loadCompanion(opened, image);
  }

  /** Analyses the image again, after it was stopped. */
  analyseAgain(): Promise<void> {
    return this.jobs.run({ code: 'loadingNetworks' }, async (signal) => {
      const { opened } = this;
      if (opened?.image) await this.#analyse(opened, opened.image.stack, signal);
    });
  }

  /** A case that cannot be shown completely is not shown at all: half of it may be another patient's. */
  lose(error: unknown): void {
    this.clear();
    this.jobs.tell(error);
  }

  /** Whether closing the case would lose answers or corrections made since it was opened or saved. */
  get hasUnsavedWork(): boolean {
    return this.opened?.hasUnsavedWork ?? false;
  }

  /** Clears the page. For a while unsaved work can be brought back; then it is gone. */
  putAway(): void {
    const opened = this.hasUnsavedWork ? this.opened : null;
    this.clear();
    if (!opened) return;
    this.cleared = opened;
    this.#forgetting = setTimeout(() => (this.cleared = null), TAKE_BACK_MS);
  }

  /** Shows again what was cleared, as it was. */
  takeBack(): Promise<void> {
    const { cleared } = this;
    if (!cleared) return Promise.resolve();
    this.#show(cleared);
    cleared.case?.follow();
    return this.jobs.run({ code: 'loadingNetworks' }, (signal) => this.#inference.start({ signal }));
  }

  #show(opened: OpenStudy): void {
    clearTimeout(this.#forgetting);
    this.cleared = null;
    this.opened = opened;
  }

  /** @param atStake whether what follows would lose unsaved work */
  #askToLoseWork(atStake: boolean): void {
    if (atStake && !this.mayLoseWork()) throw new CancelledError();
  }

  /** Forgets everything that was opened, and ends both workers with everything that they hold. */
  clear(): void {
    clearTimeout(this.#forgetting);
    this.cleared = null;
    this.jobs.clear();
    this.#reading.end();
    this.#inference.end();
    this.engine = null;
    this.opened = null;
  }

  #drop(files: readonly DroppedFile[]): DroppedStudy {
    return { key: ++this.#drops, files };
  }

  #begin(): OpenStudy {
    const opened = new OpenStudy(this.settings);
    this.#show(opened);
    return opened;
  }

  #make(opened: OpenStudy, parts: Omit<CaseParts, 'form'>): OpenCase {
    const made = new OpenCase({ ...parts, form: opened.form }, this.#around);
    opened.take(made);
    return made;
  }

  async #loadAndAnalyse(
    opened: OpenStudy,
    dropped: DroppedStudy,
    seriesId: string,
    signal: AbortSignal,
    { mask = null, ...by }: ReadersWord = {},
  ): Promise<void> {
    const told = { signal, onProgress: this.jobs.show };
    const read = await this.#reading.call('loadStack', { dropped, seriesId, mask }, told);
    // Lengths that were entered are kept as long as the series is.
    const before = opened.image?.stack;
    const isByHand = before?.series.id === seriesId && before.warnings.some(({ code }) => code === 'lengthsByHand');
    const stack = isByHand ? withSpacing(read, before.volume.spacing) : read;
    if (opened.study) opened.study = withTaken(opened.study, stack.series);
    const series = opened.study?.series.find(({ id }) => id === seriesId) ?? stack.series;
    await this.#analyse(opened, { ...stack, series }, signal, by);
    if (opened.image) void this.#loadCompanion(opened, opened.image);
  }

  async #analyse(opened: OpenStudy, stack: Stack, signal: AbortSignal, by: ReadersWord = {}): Promise<void> {
    const image = new OpenImage(stack, false, this.settings);
    opened.turnTo(stack.series.id, image);
    this.jobs.show({ stage: { code: 'loadingNetworks' }, fraction: null });
    await this.#inference.start({ signal });
    const { asked, revision } = opened.form;
    const told = { signal, onProgress: this.jobs.show };
    const input = { stack, ...asked, ...by };
    const { reading, stack: read, ...analysis } = await this.#inference.call('analyse', input, told);
    await nextTurn();
    // For a volume, the slices cut from it are shown.
    if (read.source.kind === 'reformatted' && stack.source.kind !== 'reformatted') image.join(read);
    image.view.turnToHeart(image.stack, analysis.labels);
    await nextTurn();
    if (signal.aborted) throw new CancelledError();
    const found = { reading, measures: analysis.scar };
    this.#make(opened, { image, analysis, found, revision, saved: null }).follow();
  }

  #runsOn(engine: Engine): void {
    this.engine = engine;
    if (!this.comparing) this.image?.ranOn(engine.backend);
  }

  #loadCompanion(opened: OpenStudy, image: OpenImage): Promise<void> {
    return loadCompanion(opened, image, this.#reading, () => this.image === image).catch((error: unknown) =>
      this.jobs.tell(error),
    );
  }
}
