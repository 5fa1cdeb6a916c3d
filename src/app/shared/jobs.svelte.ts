import { CancelledError } from '../../core/errors.ts';
import { problemOf } from '../../workers/problem.ts';
import type { Progress, ProgressStage } from '../../workers/protocol.ts';
import type { PageProblem } from '../messages/reasons.ts';

/** The page's work: one piece at a time, which can be cancelled, and what went wrong with the last. */
export class Jobs {
  /** What is being done now; null when nothing is. */
  task = $state.raw<Progress | null>(null);
  /** What went wrong, or was stopped. */
  problem = $state.raw<PageProblem | null>(null);
  #abort: AbortController | null = null;

  /** Does one piece of work and ends any that is running. What it throws becomes the problem. */
  async run(stage: ProgressStage, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.problem = null;
    this.task = { stage, fraction: null };
    try {
      await work(abort.signal);
    } catch (error) {
      if (this.#abort !== abort) return;
      this.problem = problemOf(error);
    } finally {
      if (this.#abort === abort) {
        this.#abort = null;
        this.task = null;
      }
    }
  }

  /** What went wrong, for the place where the result was to appear; a stop is not reported there. */
  get failure(): PageProblem | null {
    return this.task === null && this.problem?.code !== 'cancelled' ? this.problem : null;
  }

  readonly show = (progress: Progress): void => {
    this.task = progress;
  };

  /** Reports what went wrong next to the work; a cancel is not reported there. */
  tell(error: unknown): void {
    if (!(error instanceof CancelledError)) this.problem = problemOf(error);
  }

  cancel(): void {
    this.#abort?.abort();
  }

  /** Silently ends what is running. */
  clear(): void {
    const abort = this.#abort;
    this.#abort = null;
    abort?.abort();
    this.task = null;
    this.problem = null;
  }
}
