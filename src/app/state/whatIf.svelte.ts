import type { CovariateId } from '../../core/survival/covariates.ts';
import type { Survival } from '../../pipeline/analysis.ts';
import type { Clinical } from '../../pipeline/predictSurvival.ts';

/** Other answers, tried beside the patient's own: nothing of it reaches the case, its files or its report. */
export class WhatIf {
  tried = $state.raw<Readonly<Partial<Record<CovariateId, number>>>>({});
  /** What the models say of the tried answers; null until something is tried. */
  survival = $state.raw<Survival | null>(null);
  readonly #given: () => Clinical;
  readonly #predict: (clinical: Clinical) => Promise<Survival | null>;
  /** The last that was asked: an answer to an older question is dropped. */
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

  /** Once more, because the patient's own answers changed. */
  async follow(): Promise<void> {
    if (Object.keys(this.tried).length === 0) return;
    const asked = ++this.#asked;
    const { covariates, facts } = this.#given();
    const survival = await this.#predict({ covariates: { ...covariates, ...this.tried }, facts });
    if (asked === this.#asked) this.survival = survival;
  }
}
