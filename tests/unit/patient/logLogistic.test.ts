import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { crudeRisk } from '../../../src/core/patient/crudeRisk.ts';
import {
  clipMu,
  density,
  fitNull,
  hazard,
  medianYears,
  negativeLogLikelihood,
  patientWeights,
  risk,
  sigmaFloor,
  survival,
} from '../../../src/core/patient/logLogistic.ts';

const laws = fc.record({
  mu: fc.double({ min: -3, max: 9, noNaN: true }),
  sigma: fc.double({ min: 0.2, max: 4, noNaN: true }),
});
const years = fc.double({ min: 0.01, max: 50, noNaN: true });

describe('the log-logistic law', () => {
  it('is one half at its median, falls with time, and adds up to one', () => {
    fc.assert(
      fc.property(laws, years, (law, t) => {
        expect(survival(law, medianYears(law))).toBeCloseTo(0.5, 9);
        expect(survival(law, t)).toBeGreaterThanOrEqual(survival(law, t * 1.1));
        expect(survival(law, t) + risk(law, t)).toBeCloseTo(1, 12);
        expect(survival(law, 0)).toBe(1);
      }),
    );
  });

  it('has a density that is the slope of the risk, and the hazard is density over survival', () => {
    fc.assert(
      fc.property(laws, years, (law, t) => {
        const h = t * 1e-5;
        const slope = (risk(law, t + h) - risk(law, t - h)) / (2 * h);
        // Central difference: about h^2 relative, and rounding of 1e-16/h.
        expect(density(law, t)).toBeCloseTo(slope, 5 - Math.ceil(Math.log10(1 + 1 / t)));
        expect(hazard(law, t) * survival(law, t)).toBeCloseTo(density(law, t), 12);
      }),
    );
  });

  it('keeps the central 90% of event times a month wide at the least', () => {
    for (const mu of [-3, 0, 4.5, 9]) {
      const sigma = sigmaFloor(mu);
      const k = Math.log(0.95 / 0.05);
      expect(Math.exp(mu + sigma * k) - Math.exp(mu - sigma * k)).toBeCloseTo(1 / 12, 9);
    }
    expect([clipMu(-5), clipMu(4), clipMu(30)]).toEqual([-3, 4, 9]);
  });
});

describe('the negative log likelihood', () => {
  it('is -ln f with the event and -ln S without, less the ln t that no parameter moves', () => {
    fc.assert(
      fc.property(laws, years, (law, t) => {
        fc.pre(survival(law, t) > 1e-12 && density(law, t) > 1e-12);
        expect(negativeLogLikelihood(law, t, 1).value).toBeCloseTo(-Math.log(density(law, t)) - Math.log(t), 6);
        expect(negativeLogLikelihood(law, t, 0).value).toBeCloseTo(-Math.log(survival(law, t)), 6);
      }),
    );
  });

  it('stays finite where the plain form overflows', () => {
    const far = negativeLogLikelihood({ mu: 9, sigma: 0.01 }, 0.003, 1);
    expect(Number.isFinite(far.value)).toBe(true);
    expect(Number.isFinite(far.byMu)).toBe(true);
  });

  it('has the derivatives that finite differences give', () => {
    const h = 1e-6;
    fc.assert(
      fc.property(laws, years, fc.constantFrom(0, 1), ({ mu, sigma }, t, d) => {
        const at = (dMu: number, dLogSigma: number): number =>
          negativeLogLikelihood({ mu: mu + dMu, sigma: sigma * Math.exp(dLogSigma) }, t, d).value;
        const exact = negativeLogLikelihood({ mu, sigma }, t, d);
        const scale = 1 + Math.abs(exact.value);
        expect(Math.abs(exact.byMu - (at(h, 0) - at(-h, 0)) / (2 * h)) / scale).toBeLessThan(1e-6);
        expect(Math.abs(exact.byLogSigma - (at(0, h) - at(0, -h)) / (2 * h)) / scale).toBeLessThan(1e-6);
      }),
    );
  });
});

describe('the null fit', () => {
  const random = new Random(7);
  const truth = { mu: 1.5, sigma: 0.8 };
  const n = 4000;
  const time = new Float64Array(n);
  const event = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const u = random.next();
    const t = Math.exp(truth.mu + truth.sigma * Math.log(u / (1 - u)));
    const censoring = 1 + 7 * random.next();
    time[i] = Math.min(t, censoring);
    event[i] = t <= censoring ? 1 : 0;
  }

  it('finds the law that the data came from', () => {
    const fit = fitNull({ time, event }, patientWeights(event, 'plain'));
    // Standard errors at n = 4,000 are about 0.03.
    expect(Math.abs(fit.mu - truth.mu)).toBeLessThan(0.1);
    expect(Math.abs(fit.sigma - truth.sigma)).toBeLessThan(0.06);
  });

  it("overstates the risk with the paper's weights, which is why they are not the default", () => {
    const rare = event.map((d, i) => (i % 10 === 0 ? d : 0));
    const plain = fitNull({ time, event: rare }, patientWeights(rare, 'plain'));
    const sscar = fitNull({ time, event: rare }, patientWeights(rare, 'sscar'));
    expect(risk(sscar, 4)).toBeGreaterThan(3 * risk(plain, 4));
  });
});

describe('the crude risk', () => {
  it('is the net risk without other death, less with it, and never more than the share that is left', () => {
    fc.assert(
      fc.property(laws, years, fc.double({ min: 0, max: 1, noNaN: true }), (law, t, other) => {
        expect(crudeRisk(law, 0, t)).toBeCloseTo(risk(law, t), 5);
        const crude = crudeRisk(law, other, t);
        expect(crude).toBeLessThanOrEqual(risk(law, t) + 1e-6);
        expect(crude).toBeGreaterThanOrEqual(risk(law, t) * Math.exp(-other * t) - 1e-6);
      }),
    );
  });
});
