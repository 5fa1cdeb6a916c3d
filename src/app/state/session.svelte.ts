import { CancelledError, ScarcastError } from '../../core/errors.ts';
import type { Choices, StackAnalysis } from '../../pipeline/analyse.ts';
import type { Survival } from '../../pipeline/analysis.ts';
import type { Stack, Study } from '../../pipeline/study.ts';
import inferenceUrl from '../../workers/inference.worker.ts?worker&url';
import type {
  Backend,
  DroppedFile,
  DroppedStudy,
  Engine,
  InferenceCalls,
  Progress,
  ReadingCalls,
} from '../../workers/protocol.ts';
import readingUrl from '../../workers/reading.worker.ts?worker&url';
import { WorkerHandle } from '../../workers/workerHandle.ts';
import { ClinicalForm } from './clinicalForm.svelte.ts';
import { RequestLog } from './requestLog.svelte.ts';
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

  readonly #reading = new WorkerHandle<ReadingCalls>(readingUrl, (urls) => this.requests.add(urls));
  readonly #inference = new WorkerHandle<InferenceCalls>(inferenceUrl, (urls) => this.requests.add(urls));
  readonly #setup = { backend: backendAskedFor(), modelsUrl: new URL('models/', document.baseURI).href };
  #dropped: DroppedStudy | null = null;
  #choices: Choices = {};
  #abort: AbortController | null = null;
  #predicting = false;

  /** Loads the backend and the weights before they are needed. */
  async warmUp(): Promise<void> {
    try {
      this.engine = await this.#inference.call('start', this.#setup);
    } catch (error) {
      // Ended meanwhile by a cancel: the next case starts it again.
      if (!(error instanceof CancelledError)) this.problem = sentence(error);
    }
  }

  openFiles(files: readonly DroppedFile[]): Promise<void> {
    return this.#run('Reading files', async (signal) => {
      this.#forget();
      const dropped = { key: (this.#dropped?.key ?? 0) + 1, files };
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
      await this.#analyse(stack, signal);
    });
  }

  chooseSeries(seriesId: string): Promise<void> {
    return this.#run('Decoding images', async (signal) => {
      if (!this.#dropped) throw new NoStackError({ series: [], refused: [], warnings: [] });
      await this.#loadAndAnalyse(this.#dropped, seriesId, signal);
    });
  }

  chooseApex(apexEnd: 'first' | 'last'): Promise<void> {
    this.#choices = { apexEnd };
    return this.analyseAgain();
  }

  analyseAgain(): Promise<void> {
    return this.#run('Preparing', async (signal) => {
      if (this.stack) await this.#analyse(this.stack, signal);
    });
  }

  cancel(): void {
    this.#abort?.abort();
  }

  /** Forgets the case and ends both workers, with all that they hold. */
  clear(): void {
    this.#abort?.abort();
    this.#reading.end();
    this.#inference.end();
    this.#forget();
    this.#dropped = null;
  }

  #forget(): void {
    this.study = null;
    this.stack = null;
    this.analysis = null;
    this.survival = null;
    this.problem = null;
    this.#choices = {};
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
      // The worker that was ended holds the image's part of the curve, so the shown one could not follow the form any more.
      this.analysis = null;
      this.survival = null;
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
    this.#choices = {};
    this.#take(stack);
    await this.#analyse(stack, signal);
  }

  #take(stack: Stack): void {
    this.analysis = null;
    this.survival = null;
    this.stack = stack;
    this.viewer.open(stack);
  }

  async #analyse(stack: Stack, signal: AbortSignal): Promise<void> {
    this.#show({ stage: 'Loading the networks', fraction: null });
    this.engine = await this.#inference.call('start', this.#setup, { signal });
    const { clinical, revision } = this.form;
    const input = { stack, clinical, choices: this.#choices };
    const analysis = await this.#inference.call('analyse', input, { signal, onProgress: this.#show });
    this.analysis = analysis;
    this.survival = analysis.survival;
    if (this.form.revision !== revision) void this.#followForm();
  }

  readonly #show = (progress: Progress): void => {
    this.task = progress;
  };

  /** Asks for the curve of what the form now says, once more for as long as it has changed meanwhile. */
  async #followForm(): Promise<void> {
    const { analysis } = this;
    if (!analysis || this.#predicting) return;
    this.#predicting = true;
    try {
      let revision;
      do {
        revision = this.form.revision;
        const survival = await this.#inference.call('predict', { clinical: this.form.clinical });
        if (this.analysis !== analysis) return;
        this.survival = survival;
      } while (revision !== this.form.revision);
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

/** '?backend=wasm' or '?backend=webgpu' in the page's address; null takes the best there is. */
function backendAskedFor(): Backend | null {
  const asked = new URLSearchParams(location.search).get('backend');
  return asked === 'wasm' || asked === 'webgpu' ? asked : null;
}
