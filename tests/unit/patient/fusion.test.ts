import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { fuse, type Fusion } from '../../../src/core/patient/fusion.ts';
import { negativeLogLikelihood, type LogLogistic } from '../../../src/core/patient/logLogistic.ts';
import { fitFusion, type FusionCase } from '../../../src/nn/training/fitFusion.ts';

const TRUTH: Fusion = { covariateWeight: 0.4, imageWeight: 0.7, muOffset: -0.3, lnSigmaOffset: 0.2 };
const PATIENTS = 4000;
/** Censored at a time between these, years: about half of the patients die before. */
const CENSORED_FROM = 2;
const CENSORED_TO = 30;
// Standard error of a weight at this size: sigma sqrt(3) / (SD of mu x sqrt(n)), about 0.03; four of them.
const WEIGHT_TOLERANCE = 0.12;

/** Patients whose outcomes follow the fused law exactly. */
function simulate(count: number, seed: number): FusionCase[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const law = (): LogLogistic => ({ mu: 2 + random.normal(), sigma: Math.exp(0.3 * random.normal()) });
    const covariates = law();
    const image = law();
    const { mu, sigma } = fuse(TRUTH, covariates, image);
    const u = (random.next() + 0.5 / 2 ** 32) % 1;
    const death = Math.exp(mu + sigma * Math.log(u / (1 - u)));
    const end = CENSORED_FROM + (CENSORED_TO - CENSORED_FROM) * random.next();
    return { covariates, image, timeYears: Math.min(death, end), event: death < end ? 1 : 0 };
  });
}

const meanLoss = (fusion: Fusion, cases: readonly FusionCase[]): number =>
  cases.reduce(
    (sum, { covariates, image, timeYears, event }) =>
      sum + negativeLogLikelihood(fuse(fusion, covariates, image), timeYears, event).value,
    0,
  ) / cases.length;

describe('the fusion', () => {
  it('is one branch alone where the other weighs nothing', () => {
    const covariates = { mu: 4.2, sigma: 1.3 };
    const image = { mu: 1.1, sigma: 0.7 };
    const fused = fuse({ covariateWeight: 0, imageWeight: 1, muOffset: 0, lnSigmaOffset: 0 }, covariates, image);
    expect(fused.mu).toBeCloseTo(1.1, 12);
    expect(fused.sigma).toBeCloseTo(0.7, 12);
  });

  it('weighs mu, and sigma on its logarithm', () => {
    const fused = fuse(TRUTH, { mu: 5, sigma: 2 }, { mu: 3, sigma: 0.5 });
    expect(fused.mu).toBeCloseTo(0.4 * 5 + 0.7 * 3 - 0.3, 12);
    expect(fused.sigma).toBeCloseTo(2 ** 0.4 * 0.5 ** 0.7 * Math.exp(0.2), 12);
  });

  it('finds the weights that made the outcomes, and no worse a likelihood than theirs', () => {
    const cases = simulate(PATIENTS, 3);
    const fitted = fitFusion(cases);
    for (const key of ['covariateWeight', 'imageWeight', 'lnSigmaOffset'] as const) {
      expect(Math.abs(fitted[key] - TRUTH[key])).toBeLessThan(WEIGHT_TOLERANCE);
    }
    // The offset of mu is less certain, since both branches' mu are around 2 and not 0.
    expect(Math.abs(fitted.muOffset - TRUTH.muOffset)).toBeLessThan(3 * WEIGHT_TOLERANCE);
    expect(meanLoss(fitted, cases)).toBeLessThanOrEqual(meanLoss(TRUTH, cases));
  });

  it("is worse where one patient's image goes with another's covariates", () => {
    const cases = simulate(PATIENTS, 4);
    const shuffled = cases.map((entry, i) => ({ ...entry, image: cases[(i + 1) % cases.length].image }));
    const apart = fitFusion(shuffled);
    // Another patient's image says nothing.
    expect(Math.abs(apart.imageWeight)).toBeLessThan(WEIGHT_TOLERANCE);
    expect(meanLoss(apart, shuffled)).toBeGreaterThan(meanLoss(fitFusion(cases), cases) + 0.05);
  });
});
