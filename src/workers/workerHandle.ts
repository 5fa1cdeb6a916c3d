import { CancelledError, ScarcastError } from '../core/errors.ts';
import type { Problem } from './problem.ts';
import type { Answer, AskedOfPage, CallTable, Progress, Reply, Request } from './protocol.ts';

/** An error in a worker, with the reason that was given there. */
export class WorkerError extends ScarcastError<Problem> {}

export interface CallOptions {
  /** Aborting it ends the worker with all that it holds; the next call starts a fresh one. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Returns what the worker asks for during the call; null if it is not available. */
  readonly onAsk?: (asked: AskedOfPage) => Promise<Float32Array | null>;
}

/**
 * How long a worker may be silent within a call before it is considered gone, ms: some ten times what a slow machine
 * needs, for a call that reports no progress and for any other.
 */
const MOST_SILENCE_MS: Readonly<Record<string, number>> = { predict: 60_000, analyseLabels: 180_000 };
const MOST_SILENCE_OF_OTHERS_MS = 600_000;

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: CallOptions['onProgress'] | undefined;
  readonly onAsk: CallOptions['onAsk'] | undefined;
  /** Called at every message from the worker: one call may wait for another to finish. */
  readonly heard: () => void;
}

/** A worker seen from the page: started by its first call, ended by an aborted one. */
export class WorkerHandle<Calls extends CallTable> {
  readonly #source: string;
  readonly #type: WorkerType;
  readonly #onRequests: (urls: readonly string[]) => void;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | null = null;
  #lastId = 0;

  /**
   * `url`: the worker's built file; in the single file a blob that holds the whole worker. `onRequests` is told each address
   * that the worker fetches.
   */
  constructor(url: string, onRequests: (urls: readonly string[]) => void) {
    // A policy in a meta tag does not apply to a worker loaded by its address; one that starts from a blob inherits it.
    const line = `import ${JSON.stringify(new URL(url, document.baseURI).href)};`;
    const isWhole = url.startsWith('blob:');
    this.#source = isWhole ? url : URL.createObjectURL(new Blob([line], { type: 'text/javascript' }));
    // On file:// Chromium starts no module from a blob.
    this.#type = isWhole ? 'classic' : 'module';
    this.#onRequests = onRequests;
  }

  /** Throws CancelledError when `signal` aborts or the worker is ended meanwhile, WorkerError for the worker's own errors or its silence. */
  call<Name extends keyof Calls & string>(
    name: Name,
    input: Calls[Name]['input'],
    { signal, onProgress, onAsk }: CallOptions = {},
  ): Promise<Calls[Name]['result']> {
    return new Promise<Calls[Name]['result']>((resolve, reject) => {
      if (signal?.aborted) {
        reject(new CancelledError());
        return;
      }
      const id = ++this.#lastId;
      const end = (): void => this.end();
      signal?.addEventListener('abort', end, { once: true });
      const mostSilenceMs = MOST_SILENCE_MS[name] ?? MOST_SILENCE_OF_OTHERS_MS;
      const giveUp = (): void =>
        this.#fail(new WorkerError({ code: 'workerSilent', seconds: Math.round(mostSilenceMs / 1000) }));
      let timer = setTimeout(giveUp, mostSilenceMs);
      const settle = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        this.#pending.delete(id);
      };
      this.#pending.set(id, {
        resolve: (result) => {
          settle();
          resolve(result);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
        onProgress,
        onAsk,
        heard: () => {
          clearTimeout(timer);
          timer = setTimeout(giveUp, mostSilenceMs);
        },
      });
      this.#worker ??= this.#start();
      this.#worker.postMessage({ id, name, input } satisfies Request);
    });
  }

  /** Ends the worker and forgets all that it held. Calls that wait are cancelled. */
  end(): void {
    this.#fail(new CancelledError());
  }

  #start(): Worker {
    const worker = new Worker(this.#source, { type: this.#type });
    worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => this.#receive(data));
    worker.addEventListener('error', ({ filename, lineno, colno }) => {
      // Where it happened, and not its message, which may quote what it was working on.
      const detail = filename ? `${filename.slice(filename.lastIndexOf('/') + 1)}:${lineno}:${colno}` : null;
      this.#fail(new WorkerError({ code: 'workerFailed', detail }));
    });
    return worker;
  }

  #receive(reply: Reply): void {
    for (const { heard } of this.#pending.values()) heard();
    switch (reply.kind) {
      case 'requests':
        this.#onRequests(reply.urls);
        break;
      case 'progress':
        this.#pending.get(reply.id)?.onProgress?.(reply.progress);
        break;
      case 'ask':
        void this.#answer(reply.ask, this.#pending.get(reply.id)?.onAsk?.(reply.asked));
        break;
      case 'result':
        this.#pending.get(reply.id)?.resolve(reply.result);
        break;
      case 'error':
        this.#pending.get(reply.id)?.reject(new WorkerError(reply.reason));
        break;
    }
  }

  /** To the worker that asked, and to no other that has been started since. */
  async #answer(ask: number, asked: Promise<Float32Array | null> | undefined): Promise<void> {
    const worker = this.#worker;
    const result = await (asked ?? null);
    if (this.#worker === worker) worker?.postMessage({ ask, result } satisfies Answer);
  }

  #fail(error: Error): void {
    this.#worker?.terminate();
    this.#worker = null;
    for (const pending of [...this.#pending.values()]) pending.reject(error);
  }
}
