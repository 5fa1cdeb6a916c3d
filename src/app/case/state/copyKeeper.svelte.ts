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

/** The copy is renewed once nothing has changed for this long. */
const RENEW_MS = 1000;

/** Keeps a copy of the open case in the browser while the reader has that ticked, and lists the copies that tabs left. */
export class CopyKeeper {
  /** Copies whose tabs ended without deleting them. */
  left = $state.raw<readonly LeftCopy[]>([]);
  readonly #saver: CaseSaver;
  readonly #jobs: Jobs;

  constructor(saver: CaseSaver, jobs: Jobs) {
    this.#saver = saver;
    this.#jobs = jobs;
  }

  /** Looks for copies that tabs left. */
  async look(): Promise<void> {
    try {
      this.left = await leftCopies();
    } catch (error) {
      this.left = [];
      // A private window may have no such storage; then no copy was left in it.
      if (!(error instanceof DOMException && error.name === 'SecurityError')) this.#jobs.tell(error);
    }
  }

  /**
   * Keeps a copy of a case and renews it as the case changes. Call it in an effect, with which it stops following the
   * case; the function that it returns deletes the copy.
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

  /** A copy that was left, as a file to open; null, with the reason on the page, where it cannot be read. */
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
