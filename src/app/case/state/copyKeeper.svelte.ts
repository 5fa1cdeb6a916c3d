import type { Jobs } from '../../shared/jobs.svelte.ts';
import {
  deleteLeftCopy,
  KeptCopy,
  leftCopies,
  readLeftCopy,
  type CopyError,
  type LeftCopy,
} from '../saving/keptCopy.ts';
import type { CaseSaver } from './caseSaver.ts';
import { unlessCancelledAgain, type OpenCase } from './openCase.svelte.ts';

/** After a change the copy is renewed once nothing has changed for so long. */
const RENEW_MS = 1000;

/** Keeps a copy of the open case in the browser for as long as its reader has that ticked, and knows of those that tabs left. */
export class CopyKeeper {
  /** Copies whose tabs ended without deleting them. */
  left = $state.raw<readonly LeftCopy[]>([]);
  readonly #saver: CaseSaver;
  readonly #jobs: Jobs;

  constructor(saver: CaseSaver, jobs: Jobs) {
    this.#saver = saver;
    this.#jobs = jobs;
  }

  /** Looks for copies that were left. */
  async look(): Promise<void> {
    try {
      this.left = await leftCopies();
    } catch (error) {
      this.left = [];
      // A private window may have no such storage, and then nothing was left in it.
      if (!(error instanceof DOMException && error.name === 'SecurityError')) this.#jobs.tell(error);
    }
  }

  /**
   * Keeps a copy of a case, renewed as the case changes, until what it returns is called: that deletes it. To be called in an
   * effect, with which it stops to follow the case.
   */
  keep(one: OpenCase): () => void {
    const copy = new KeptCopy();
    let isKept = true;
    let delay = 0;
    const renew = async (): Promise<void> => {
      try {
        const bytes = await unlessCancelledAgain(
          () => this.#saver.copyCase(one),
          () => isKept,
        );
        if (!bytes || !isKept) return;
        await copy.write(bytes);
        one.copiedAt = new Date();
      } catch (error) {
        if (!isKept) return;
        one.ticks.copy = false;
        this.#jobs.tell(error);
      }
    };
    $effect(() => {
      void [one.asked, one.notes.written, one.scar.choices];
      const timer = setTimeout(() => void renew(), delay);
      delay = RENEW_MS;
      return () => clearTimeout(timer);
    });
    return () => {
      isKept = false;
      one.copiedAt = null;
      copy.end().catch((error: CopyError) => this.#jobs.tell(error));
    };
  }

  /** A copy that was left, as a file to open; null, with the reason on the page, where it cannot be had. */
  async read(copy: LeftCopy): Promise<File | null> {
    try {
      return await readLeftCopy(copy);
    } catch (error) {
      this.#jobs.tell(error);
      await this.look();
      return null;
    }
  }

  /** Deletes copies that were left. */
  async delete(copies: readonly LeftCopy[]): Promise<void> {
    try {
      for (const copy of copies) await deleteLeftCopy(copy);
    } catch (error) {
      this.#jobs.tell(error);
    }
    await this.look();
  }
}
