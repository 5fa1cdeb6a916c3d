import type { Clinical, CovariateId } from '../../../core/patient/covariates.ts';
import type { Survival } from '../../../pipeline/analysing/analysis.ts';

/** Other answers, tried in place of the patient's own: nothing of this reaches the case, its files or its report. */
export class WhatIf {
  tried = $state.raw<Readonly<Partial<Record<CovariateId, number>>>>({});
  /** What the models say about the tried answers; null until something is tried. */
  survival = $state.raw<Survival | null>(null);
  readonly #given: () => Clinical;
  readonly #predict: (clinical: Clinical) => Promise<Survival | null>;
  #following = false;
  /** Grows with each request, so that the answer to an older one is dropped. */
  #asked = 0;

  constructor(given: () => Clinical, predict: (clinical: Clinical) => Promise<Survival | null>) {
    this.#given = given;
    this.#predict = predict;
  }

  answer(id: CovariateId, value: number): void {
    this.tried = { ...this.tried, [id]: value };
    void this.follow();
  }

  clear(): void {
    this.tried = {};
    this.survival = null;
    this.#asked++;
  }

  /** Updates the prediction to what is tried, and repeats while that changes: a slider changes it at each step. */
  async follow(): Promise<void> {
    this.#asked++;
    if (this.#following) return;
    this.#following = true;
    try {
      for (let settled = 0; settled !== this.#asked && Object.keys(this.tried).length > 0;) {
        settled = this.#asked;
        const { covariates, facts } = this.#given();
        const survival = await this.#predict({ covariates: { ...covariates, ...this.tried }, facts });
        if (settled === this.#asked) this.survival = survival;
      }
    } finally {
      this.#following = false;
    }
  }
}
