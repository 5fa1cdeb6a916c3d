import type { ReadersNotes } from '../../../pipeline/saving/readersNotes.ts';
import { isSame, type Asked } from './asked.ts';

/**
 * The reader's notes on the case: slices checked, left out and locked, the impression, and the signature. A signature
 * covers what was signed: any later change withdraws it.
 */
export class Notes {
  /** Slice indices in ascending order. */
  checkedSlices = $state.raw<readonly number[]>([]);
  excludedSlices = $state.raw<readonly number[]>([]);
  lockedSlices = $state.raw<readonly number[]>([]);
  impression = $state('');
  #signed = $state.raw<{ readonly by: string; readonly asked: Asked; readonly said: string } | null>(null);
  readonly #asked: () => Asked;
  readonly #said = $derived.by(() => JSON.stringify([this.checkedSlices, this.excludedSlices, this.impression]));

  /**
   * @param saved the notes when the case was saved
   * @param asked the current answers and corrections
   */
  constructor(saved: ReadersNotes, asked: () => Asked) {
    this.#asked = asked;
    this.checkedSlices = saved.checkedSlices;
    this.excludedSlices = saved.excludedSlices;
    this.lockedSlices = saved.lockedSlices;
    this.impression = saved.impression;
    if (saved.signedBy !== '') this.sign(saved.signedBy);
  }

  check(slice: number, checked: boolean): void {
    this.checkedSlices = withSlice(this.checkedSlices, slice, checked);
  }

  exclude(slice: number, excluded: boolean): void {
    this.excludedSlices = withSlice(this.excludedSlices, slice, excluded);
  }

  lock(slice: number, locked: boolean): void {
    this.lockedSlices = withSlice(this.lockedSlices, slice, locked);
  }

  sign(by: string): void {
    this.#signed = { by: by.trim(), asked: this.#asked(), said: this.#said };
  }

  /** '' where nobody has signed, or something has changed since. */
  get signedBy(): string {
    const signed = this.#signed;
    return signed && signed.said === this.#said && isSame(signed.asked, this.#asked()) ? signed.by : '';
  }

  /** Whether a signature was withdrawn. */
  get isWithdrawn(): boolean {
    return this.#signed !== null && this.signedBy === '';
  }

  /** As they are saved. */
  get all(): ReadersNotes {
    const { checkedSlices, excludedSlices, lockedSlices, impression, signedBy } = this;
    return { checkedSlices, excludedSlices, lockedSlices, impression, signedBy };
  }

  /** Equal for equal notes. */
  get written(): string {
    return JSON.stringify(this.all);
  }
}

function withSlice(slices: readonly number[], slice: number, isIn: boolean): readonly number[] {
  const others = slices.filter((one) => one !== slice);
  return isIn ? [...others, slice].sort((a, b) => a - b) : others;
}
