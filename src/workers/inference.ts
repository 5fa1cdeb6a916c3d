import type { Backend } from '../pipeline/analysing/models.ts';
import type { Engine, InferenceCalls, WhyNotWebgpu } from './protocol.ts';
import type { Problem } from './problem.ts';
import { WorkerError, type CallOptions, type WorkerHandle } from './workerHandle.ts';

/** Reasons that say nothing of the case, only of what it was computed on. */
const ENGINE_CODES: readonly Problem['code'][] = [
  'backendStopped',
  'graphicsMemoryFull',
  'graphicsProcessorLost',
  'graphicsProcessorRefused',
  'networkGaveNoNumbers',
  'workerFailed',
];

/**
 * The networks seen from the page. Where what they run on fails in the middle (a graphics processor that is lost or out of
 * memory), the work is done again in a fresh worker: on WebAssembly, and once more on it if that is what failed.
 */
export class Inference {
  readonly #worker: WorkerHandle<InferenceCalls>;
  readonly #modelsUrl: string;
  readonly #onEngine: (engine: Engine) => void;
  #asked: Backend | null;
  #engine: Engine | null = null;
  #failed: WhyNotWebgpu | null = null;

  /** `onEngine` is told what runs each time that work begins. */
  constructor(
    worker: WorkerHandle<InferenceCalls>,
    setup: { readonly backend: Backend | null; readonly modelsUrl: string },
    onEngine: (engine: Engine) => void,
  ) {
    this.#worker = worker;
    this.#asked = setup.backend;
    this.#modelsUrl = setup.modelsUrl;
    this.#onEngine = onEngine;
  }

  /** Loads backend and weights; at once where that is done. Throws as `WorkerHandle.call`. */
  async start(options: CallOptions = {}): Promise<void> {
    const engine = await this.#worker.call('start', { backend: this.#asked, modelsUrl: this.#modelsUrl }, options);
    const why = this.#failed ?? engine.why;
    const before = this.#engine;
    // The same object as before while the same runs: else all that shows it would be made anew.
    const isSame = before?.backend === engine.backend && before.why?.reason === why?.reason;
    this.#engine = isSame ? before : { ...engine, why };
    this.#onEngine(this.#engine);
  }

  /** Throws as `WorkerHandle.call`; a backend's error only when the second try failed too. */
  async call<Name extends Exclude<keyof InferenceCalls, 'start'>>(
    name: Name,
    input: InferenceCalls[Name]['input'],
    options: CallOptions = {},
  ): Promise<InferenceCalls[Name]['result']> {
    await this.start(options);
    try {
      return await this.#worker.call(name, input, options);
    } catch (error) {
      if (!(error instanceof WorkerError) || !ENGINE_CODES.includes(error.reason.code)) throw error;
      this.#giveUp(error);
    }
    await this.start(options);
    return this.#worker.call(name, input, options);
  }

  end(): void {
    this.#worker.end();
  }

  #giveUp({ reason }: WorkerError): void {
    this.#worker.end();
    if (this.#engine?.backend !== 'webgpu') return;
    this.#asked = 'wasm';
    this.#failed = { reason: 'failed', because: reason };
  }
}
