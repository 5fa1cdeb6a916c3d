import { problemOf } from './problem.ts';
import type { Answer, AskedOfPage, CallTable, Progress, Reply, Request } from './protocol.ts';

/** Asks the page for something during a call; null if it is not available. */
export type Ask = (asked: AskedOfPage) => Promise<Float32Array | null>;

export type Handlers<Calls extends CallTable> = {
  readonly [Name in keyof Calls]: (
    input: Calls[Name]['input'],
    onProgress: (progress: Progress) => void,
    ask: Ask,
  ) => Promise<Calls[Name]['result']>;
};

/** If told more often, the page would do nothing but draw its progress while thousands of files are read. */
const PROGRESS_EVERY_MS = 50;

/** Answers the page's calls inside a worker, one message per call, and reports each file that the worker fetches. */
export function serve<Calls extends CallTable>(handlers: Handlers<Calls>): void {
  const reply = (message: Reply): void => self.postMessage(message);
  const asks = new Map<number, (result: Float32Array | null) => void>();
  let lastAsk = 0;

  self.addEventListener('message', ({ data }: MessageEvent<Request | Answer>) => {
    if ('ask' in data) {
      asks.get(data.ask)?.(data.result);
      asks.delete(data.ask);
      return;
    }
    const { id, name, input } = data;
    let told = Number.NEGATIVE_INFINITY;
    const onProgress = (progress: Progress): void => {
      const now = performance.now();
      if (now - told < PROGRESS_EVERY_MS) return;
      told = now;
      reply({ kind: 'progress', id, progress });
    };
    const ask: Ask = (asked) =>
      new Promise((resolve) => {
        asks.set(++lastAsk, resolve);
        reply({ kind: 'ask', id, ask: lastAsk, asked });
      });
    void handlers[name](input, onProgress, ask).then(
      (result) => reply({ kind: 'result', id, result }),
      (error: unknown) => reply({ kind: 'error', id, reason: problemOf(error) }),
    );
  });

  new PerformanceObserver((list) => {
    reply({ kind: 'requests', urls: list.getEntries().map((entry) => entry.name) });
  }).observe({ type: 'resource', buffered: true });
}
