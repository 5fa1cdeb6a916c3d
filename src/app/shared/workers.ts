import type { Inference } from '../../workers/inference.ts';
import type { ReadingCalls } from '../../workers/protocol.ts';
import type { WorkerHandle } from '../../workers/workerHandle.ts';

/** The two workers, as the page's rooms use them. */
export interface Workers {
  readonly reading: Pick<WorkerHandle<ReadingCalls>, 'call' | 'end'>;
  readonly inference: Pick<Inference, 'call' | 'start' | 'end'>;
}
