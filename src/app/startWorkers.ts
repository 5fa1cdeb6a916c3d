import { Inference } from '../workers/inference.ts';
import inferenceUrl from '../workers/inference.worker.ts?worker&url';
import type { Engine, InferenceCalls, ReadingCalls } from '../workers/protocol.ts';
import readingUrl from '../workers/reading.worker.ts?worker&url';
import { WorkerHandle } from '../workers/workerHandle.ts';
import type { Workers } from './shared/workers.ts';
import { backendAskedFor, modelsUrl, workersAtMost } from './setup.ts';

/** The page's workers. Each starts with its first work. */
export function startWorkers(
  onRequests: (urls: readonly string[]) => void,
  onEngine: (engine: Engine) => void,
): Workers {
  return {
    reading: new WorkerHandle<ReadingCalls>(readingUrl, onRequests),
    inference: new Inference(
      () => new WorkerHandle<InferenceCalls>(inferenceUrl, onRequests),
      { backend: backendAskedFor(), modelsUrl: modelsUrl(), workers: workersAtMost() },
      onEngine,
    ),
  };
}
