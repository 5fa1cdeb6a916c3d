import { problemOf } from './problem.ts';
import type { CallTable, Progress, Reply, Request } from './protocol.ts';

export type Handlers<Calls extends CallTable> = {
  readonly [Name in keyof Calls]: (
    input: Calls[Name]['input'],
    onProgress: (progress: Progress) => void,
  ) => Promise<Calls[Name]['result']>;
};

/** Told oftener, the page would do nothing but draw its progress while thousands of files are read. */
const PROGRESS_EVERY_MS = 50;

/** Answers the page's calls inside a worker, one message a call, and reports each file that the worker fetches. */
export function serve<Calls extends CallTable>(handlers: Handlers<Calls>): void {
  const reply = (message: Reply): void => self.postMessage(message);

  self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
    const { id, name, input } = data;
    let told = Number.NEGATIVE_INFINITY;
    const onProgress = (progress: Progress): void => {
      const now = performance.now();
      if (now - told < PROGRESS_EVERY_MS) return;
      told = now;
      reply({ kind: 'progress', id, progress });
    };
    void handlers[name](input, onProgress).then(
      (result) => reply({ kind: 'result', id, result }),
      (error: unknown) => reply({ kind: 'error', id, reason: problemOf(error) }),
    );
  });

  new PerformanceObserver((list) => {
    reply({ kind: 'requests', urls: list.getEntries().map((entry) => entry.name) });
  }).observe({ type: 'resource', buffered: true });
}
