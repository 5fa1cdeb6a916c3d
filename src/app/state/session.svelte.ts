import { CancelledError, ScarcastError } from '../../core/errors.ts';
import type { Choices, StackAnalysis } from '../../pipeline/analyse.ts';
import type { Survival } from '../../pipeline/analysis.ts';
import { withTaken, type Contrast, type SeriesSummary, type Stack, type Study } from '../../pipeline/study.ts';
import inferenceUrl from '../../workers/inference.worker.ts?worker&url';
import type {
  DroppedFile,
  DroppedStudy,
  Engine,
  InferenceCalls,
  Progress,
  ReadingCalls,
} from '../../workers/protocol.ts';
import readingUrl from '../../workers/reading.worker.ts?worker&url';
import { WorkerHandle } from '../../workers/workerHandle.ts';
import { backendAskedFor, modelsUrl } from '../setup.ts';
import { ClinicalForm } from './clinicalForm.svelte.ts';
import { RequestLog } from './requestLog.svelte.ts';
import { ScarView } from './scarView.svelte.ts';
import { ViewerState } from './viewer.svelte.ts';

/** Nothing in the dropped files could be taken. */
export class NoStackError extends ScarcastError {
  readonly code = 'noStack';

  constructor(study: Study) {
    super(
      study.series.some((series) => series.usable)
        ? 'No series was taken by itself: choose one from the list of what was found.'
        : 'None of these files holds a short-axis stack of late-enhancement images. The list says why each was left out.',
    );
  }
}

/** The one case that the page holds, from its files to its curve. All of it lives in memory, and `clear` forgets it. */
export class Session {
  readonly requests = new RequestLog();
  readonly viewer = new ViewerState();
  readonly form = new ClinicalForm(() => void this.#followForm());

  study = $state.raw<Study | null>(null);
  stack = $state.raw<Stack | null>(null);
  analysis = $state.raw<StackAnalysis | null>(null);
  /** Follows the form; starts as the analysis's own. */
  survival = $state.raw<Survival | null>(null);
  engine = $state.raw<Engine | null>(null);
  /** What is being done now; null when nothing is. */
  task = $state.raw<Progress | null>(null);
  /** What went wrong, or was stopped, in a sentence. */
  problem = $state<string | null>(null);
  readonly synthetic = $derived(this.stack?.source.kind === 'synthetic');
  readonly scar = new ScarView(() =>
    this.stack && this.analysis
      ? { image: this.stack.volume, labels: this.analysis.labels, apexEnd: this.analysis.segmentation.apex.end }
      : null,
  );

  readonly #reading = new WorkerHandle<ReadingCalls>(readingUrl, (urls) => this.requests.add(urls));
  readonly #inference = new WorkerHandle<InferenceCalls>(inferenceUrl, (urls) => this.requests.add(urls));
  readonly #setup = { backend: backendAskedFor(), modelsUrl: modelsUrl() };
  #dropped: DroppedStudy | null = null;
  #drops = 0;
  #abort: AbortController | null = null;
  #predicting = false;

  /** Loads all that a case can need before it does: until a cancel or 'Clear everything' the network may be off. */
  async warmUp(): Promise<void> {
    try {
      await this.#reading.call('prepare', {});
      this.engine = await this.#inference.call('start', this.#setup);
    } catch (error) {
      // Ended meanwhile by a cancel: the next case starts it again.
      if (!(error instanceof CancelledError)) this.problem = sentence(error);
    }
  }

  openFiles(files: readonly DroppedFile[]): Promise<void> {
    return this.#run('Reading files', async (signal) => {
      this.#forget();
      const dropped = { key: ++this.#drops, files };
      this.#dropped = dropped;
      const study = await this.#reading.call('readStudy', dropped, { signal, onProgress: this.#show });
      this.study = study;
      const chosen = study.series.find((series) => series.chosen);
      if (!chosen) throw new NoStackError(study);
      await this.#loadAndAnalyse(dropped, chosen.id, signal);
    });
  }

  openDemo(): Promise<void> {
    return this.#run('Making the synthetic patient', async (signal) => {
      this.#forget();
      const { stack, clinical } = await this.#reading.call('demo', {}, { signal });
      this.form.fill(clinical);
      this.#take(stack);
      await this.#analyse(stack, {}, signal);
    });
  }

  chooseSeries(seriesId: string): Promise<void> {
    return this.#run('Decoding images', async (signal) => {
      if (!this.#dropped) throw new NoStackError({ series: [], refused: [], segmentations: [], warnings: [] });
      await this.#loadAndAnalyse(this.#dropped, seriesId, signal);
    });
  }

  chooseApex(apexEnd: 'first' | 'last'): Promise<void> {
    return this.#run('Preparing', async (signal) => {
      if (this.stack) await this.#analyse(this.stack, { apexEnd }, signal);
    });
  }

  /** The reader's word on PSIR or magnitude, which files often leave open. It stands beside the result; no number uses it. */
  chooseContrast(contrast: Contrast): void {
    if (!this.stack) return;
    const { id } = this.stack.series;
    const changed = (series: SeriesSummary): SeriesSummary => (series.id === id ? { ...series, contrast } : series);
    this.stack = { ...this.stack, series: changed(this.stack.series) };
    if (this.study) this.study = { ...this.study, series: this.study.series.map(changed) };
  }

  analyseAgain(): Promise<void> {
    return this.#run('Preparing', async (signal) => {
      if (this.stack) await this.#analyse(this.stack, {}, signal);
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
    this.analysis = null;
    this.survival = null;
    this.problem = null;
    this.form.clear();
  }

  /** One piece of work at a time: a new one ends the one before. */
  async #run(stage: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.problem = null;
    this.task = { stage, fraction: null };
    try {
      await work(abort.signal);
    } catch (error) {
      if (this.#abort !== abort) return;
      this.problem = sentence(error);
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
    await this.#analyse({ ...stack, series }, {}, signal);
  }

  #take(stack: Stack): void {
    this.analysis = null;
    this.survival = null;
    this.stack = stack;
    this.scar.reset();
    this.viewer.open(stack);
  }

  async #analyse(stack: Stack, choices: Choices, signal: AbortSignal): Promise<void> {
    this.#show({ stage: 'Loading the networks', fraction: null });
    this.engine = await this.#inference.call('start', this.#setup, { signal });
    const { clinical, revision } = this.form;
    const input = { stack, clinical, choices };
    const analysis = await this.#inference.call('analyse', input, { signal, onProgress: this.#show });
    this.analysis = analysis;
    this.survival = analysis.survival;
    this.viewer.turnToHeart(stack, analysis.labels);
    if (this.form.revision !== revision) void this.#followForm();
  }

  readonly #show = (progress: Progress): void => {
    this.task = progress;
  };

  /** Asks for the curve of what the form now says, once more for as long as form or case have changed meanwhile. */
  async #followForm(): Promise<void> {
    if (this.#predicting) return;
    this.#predicting = true;
    try {
      let analysis, revision;
      do {
        ({ analysis } = this);
        if (!analysis) return;
        const { heart, scar } = analysis;
        await this.#inference.call('start', this.#setup);
        ({ revision } = this.form);
        const input = { heart, noReflowMl: scar.noReflowMl, clinical: this.form.clinical };
        const survival = await this.#inference.call('predict', input);
        if (this.analysis === analysis) this.survival = survival;
      } while (this.analysis !== analysis || this.form.revision !== revision);
    } catch (error) {
      if (!(error instanceof CancelledError)) this.problem = sentence(error);
    } finally {
      this.#predicting = false;
    }
  }
}

function sentence(error: unknown): string {
  return error instanceof ScarcastError ? error.message : `This should not have happened: ${String(error)}`;
}
