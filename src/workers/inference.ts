import type { Backend } from '../pipeline/analysing/models.ts';
import type { AskedOfPage, Engine, InferenceCalls, WhyNotWebgpu } from './protocol.ts';
import type { Problem } from './problem.ts';
import { WorkerError, type CallOptions, type WorkerHandle } from './workerHandle.ts';

/** Reasons that say nothing about the case, only about what it was computed on. */
const ENGINE_CODES: readonly Problem['code'][] = [
  'backendStopped',
  'graphicsMemoryFull',
  'graphicsProcessorLost',
  'graphicsProcessorRefused',
  'networkGaveNoNumbers',
  'wasmMemoryFull',
  'workerFailed',
  'workerSilent',
];

export interface InferenceSetup {
  /** null takes the best available. */
  readonly backend: Backend | null;
  readonly modelsUrl: string;
  /** How many workers may share a segmentation, 1 or more. */
  readonly workers: number;
}

/**
 * The networks seen from the page. If the backend fails during work (a graphics processor that is lost or out of
 * memory), the work is done again in a fresh worker: on WebAssembly, and once more on it if WebAssembly failed. On
 * WebAssembly further workers help with a segmentation; if a helper is lost, the first worker does its share.
 */
export class Inference {
  readonly #worker: WorkerHandle<InferenceCalls>;
  readonly #helpers: readonly WorkerHandle<InferenceCalls>[];
  /** The helpers that have loaded their networks. */
  #ready: WorkerHandle<InferenceCalls>[] = [];
  /** Helpers that were asked to start belong to this round; an end begins another. */
  #round = 0;
  #startedRound = -1;
  readonly #modelsUrl: string;
  readonly #onEngine: (engine: Engine) => void;
  #asked: Backend | null;
  #engine: Engine | null = null;
  #failed: WhyNotWebgpu | null = null;

  /** `onEngine` is told what runs each time that work begins. */
  constructor(
    makeWorker: () => WorkerHandle<InferenceCalls>,
    { backend, modelsUrl, workers }: InferenceSetup,
    onEngine: (engine: Engine) => void,
  ) {
    this.#worker = makeWorker();
    this.#helpers = Array.from({ length: workers - 1 }, makeWorker);
    this.#asked = backend;
    this.#modelsUrl = modelsUrl;
    this.#onEngine = onEngine;
  }

  /** Loads backend and weights; returns at once if that is done. Throws as `WorkerHandle.call`. */
  async start(options: CallOptions = {}): Promise<void> {
    const engine = await this.#worker.call('start', { backend: this.#asked, modelsUrl: this.#modelsUrl }, options);
    const why = this.#failed ?? engine.why;
    const before = this.#engine;
    // The same object as long as the same engine runs: otherwise everything that shows it would be redrawn.
    const isSame =
      before?.backend === engine.backend &&
      before.why?.reason === why?.reason &&
      before.whyNotOwnKernels?.reason === engine.whyNotOwnKernels?.reason;
    this.#engine = isSame ? before : { ...engine, why };
    this.#onEngine(this.#engine);
    // Nothing waits for them: until they are ready the first worker does everything.
    if (this.#startedRound !== this.#round) void this.#startHelpers(this.#engine);
  }

  /** Throws as `WorkerHandle.call`; a backend's error only when the second try failed too. */
  async call<Name extends Exclude<keyof InferenceCalls, 'start' | 'startHelper' | 'runStage'>>(
    name: Name,
    input: Omit<InferenceCalls[Name]['input'], 'helpers'>,
    options: CallOptions = {},
  ): Promise<InferenceCalls[Name]['result']> {
    const once = async (): Promise<InferenceCalls[Name]['result']> => {
      await this.start(options);
      const ready = [...this.#ready];
      const whole = { ...input, helpers: ready.length } as InferenceCalls[Name]['input'];
      const onAsk = (asked: AskedOfPage): Promise<Float32Array | null> =>
        this.#share(ready[asked.helper], asked, options);
      return this.#worker.call(name, whole, { ...options, onAsk });
    };
    // What was cancelled must not go on in a helper.
    const end = (): void => this.#endHelpers();
    options.signal?.addEventListener('abort', end, { once: true });
    try {
      return await once().catch((error: unknown) => {
        if (!(error instanceof WorkerError) || !ENGINE_CODES.includes(error.reason.code)) throw error;
        this.#giveUp(error);
        return once();
      });
    } finally {
      options.signal?.removeEventListener('abort', end);
    }
  }

  end(): void {
    this.#worker.end();
    this.#endHelpers();
  }

  #endHelpers(): void {
    this.#ready = [];
    this.#round += 1;
    for (const helper of this.#helpers) helper.end();
  }

  async #startHelpers({ backend, kernels }: Engine): Promise<void> {
    const round = (this.#startedRound = this.#round);
    if (backend !== 'wasm' || kernels === null) return;
    for (const helper of this.#helpers) {
      if (round !== this.#round) return;
      // One after another, because the open case needs the processor more. The work goes on without one that does not
      // start.
      const started = await helper.call('startHelper', { modelsUrl: this.#modelsUrl, kernels }).then(
        () => true,
        () => false,
      );
      if (started && round === this.#round) this.#ready.push(helper);
    }
  }

  /** A helper's share; null if the helper is lost, and the work goes on without it. */
  async #share(
    helper: WorkerHandle<InferenceCalls>,
    { share }: AskedOfPage,
    { signal }: CallOptions,
  ): Promise<Float32Array | null> {
    return helper.call('runStage', share, signal ? { signal } : {}).catch(() => {
      helper.end();
      this.#ready = this.#ready.filter((one) => one !== helper);
      return null;
    });
  }

  #giveUp({ reason }: WorkerError): void {
    this.end();
    if (this.#engine?.backend !== 'webgpu') return;
    this.#asked = 'wasm';
    this.#failed = { reason: 'failed', because: reason };
  }
}
