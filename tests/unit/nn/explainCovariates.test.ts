import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMusic } from '../../../src/studies/survival/music.ts';
import { Random } from '../../../src/core/random.ts';
import type { Covariates } from '../../../src/core/patient/covariates.ts';
import { logOddsOfRisk, risk } from '../../../src/core/patient/logLogistic.ts';
import { shapleyValues } from '../../../src/core/patient/shapley.ts';
import { explainCovariates, explainRefit } from '../../../src/nn/explainCovariates.ts';
import { refittedNetwork } from '../../../src/nn/networks/covariateFile.ts';
import { hospitalRefit } from '../../hospitalCalibration.ts';
import { covariateBranch, networkInputs, recalibratedLawOf } from '../../../src/nn/networks/covariateBranch.ts';
import { covariateNetwork, type CovariateModelFile } from '../../../src/nn/networks/covariateFile.ts';
import { unpackWeights } from '../../../src/nn/weights.ts';
import { dataWith } from '../../realData.ts';
import { processorMs } from '../../processorTime.ts';

const DATA = dataWith('music');
const EXACT = 1e-6;
/** Curve and explanation together must take under 2 s on one core; half of it is reserved for reading the heart. */
const MOST_MS = 1000;
/**
 * How far the values may move, in log-odds, if the ischaemic patients themselves are the background: the law that
 * represents them is the whole cohort's, given the flag. No bar would look different.
 */
const LAW_FOR_COHORT = 0.05;

const folder = new URL('../../../public/models/covariates/', import.meta.url);
const file = JSON.parse(readFileSync(new URL('model.json', folder), 'utf8')) as CovariateModelFile;
const network = covariateNetwork({
  file,
  arrays: unpackWeights(file, readFileSync(new URL('weights.bin', folder))),
});
const PATIENT: Covariates = {
  age: 71,
  male: 1,
  lvef: 24,
  heartRate: 78,
  qrs: 150,
  diabetes: 1,
  smoker: 0,
  diuretic: 1,
};

describe('the explanation by covariate', () => {
  it('adds up to the log-odds of F(4) less their mean, for whatever is known', () => {
    const known = fc.record(
      {
        age: fc.integer({ min: 18, max: 100 }),
        male: fc.integer({ min: 0, max: 1 }),
        lvef: fc.integer({ min: 5, max: 85 }),
        qrs: fc.integer({ min: 40, max: 300 }),
        diabetes: fc.integer({ min: 0, max: 1 }),
        digoxin: fc.integer({ min: 0, max: 1 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(known, fc.option(fc.boolean(), { nil: undefined }), (covariates, ischaemic) => {
        const facts = ischaemic === undefined ? {} : { ischaemic };
        const { logOdds, meanLogOdds, effects } = explainCovariates(network, covariates, facts);
        const sum = effects.reduce((total, effect) => total + effect.logOdds, 0);
        expect(Math.abs(sum - (logOdds - meanLogOdds))).toBeLessThan(EXACT);
        const f = risk(covariateBranch(network, covariates, facts), 4);
        expect(Math.abs(logOdds - Math.log(f / (1 - f)))).toBeLessThan(EXACT);
      }),
      { numRuns: 12 },
    );
  });

  it('adds up for a refit of two inputs, without the aetiology among them', () => {
    const { logOdds, meanLogOdds, effects } = explainRefit(
      refittedNetwork(hospitalRefit.network),
      { age: 70, qrs: 150 },
      {},
    );
    expect(effects.map(({ id }) => id).sort()).toEqual(['age', 'qrs']);
    expect(Math.abs(effects.reduce((sum, one) => sum + one.logOdds, meanLogOdds) - logOdds)).toBeLessThan(EXACT);
  });

  it('has no player for what is unknown or never learned, and one for aetiology only where it is told', () => {
    const ids = (covariates: Covariates, facts: { ischaemic?: boolean }): string[] =>
      explainCovariates(network, covariates, facts)
        .effects.map(({ id }) => id)
        .sort();
    expect(ids({ lvef: 30, lvMassCmr: 150, ethnicity: 1, infarctPercent: 20 }, {})).toEqual(['lvef']);
    expect(ids({ age: 60 }, { ischaemic: true })).toEqual(['age', 'ischaemic']);
    expect(explainCovariates(network, {}, {})).toMatchObject({ effects: [] });
  });

  it('takes both LVEFs as one', () => {
    const p = network.inputs.length;
    const inputs = [...network.inputs, 'lvefCmr'] as const;
    const grown = (values: Float64Array, rows: number): Float64Array => {
      const result = new Float64Array((rows + 1) * (p + 1));
      for (let i = 0; i < rows; i++) result.set(values.subarray(i * p, (i + 1) * p), i * (p + 1));
      return result;
    };
    const covariance = grown(network.covariance, p);
    covariance[covariance.length - 1] = 1;
    const head = (parameters: Float64Array): Float64Array =>
      Float64Array.of(
        ...parameters.subarray(0, p),
        0.3,
        ...parameters.subarray(p, 2 * p),
        0,
        ...parameters.subarray(2 * p),
      );
    const both = {
      ...network,
      inputs,
      scaling: [...network.scaling, { shift: 35, scale: 12, min: 5, max: 80 }],
      mean: Float64Array.of(...network.mean, 0),
      covariance,
      depth: 0,
      members: network.members.map(head),
    };
    const { effects } = explainCovariates(both, { age: 60, lvef: 25, lvefCmr: 22 }, {});
    expect(effects.map(({ id }) => id).sort()).toEqual(['age', 'lvef']);
  });

  it('points the way the risk goes, and is the same again', () => {
    const { effects } = explainCovariates(network, PATIENT, { ischaemic: true });
    const of = (id: string): number => effects.find((effect) => effect.id === id)?.logOdds ?? NaN;
    expect(of('lvef')).toBeGreaterThan(0);
    expect(of('diabetes')).toBeGreaterThan(0);
    expect(explainCovariates(network, PATIENT, { ischaemic: true }).effects).toEqual(effects);
  });

  it('takes a small part of two seconds with the curve', () => {
    const all: Covariates = Object.fromEntries(
      network.inputs.map((id, j) => [id, network.scaling[j].shift + network.scaling[j].scale]),
    );
    const start = processorMs();
    covariateBranch(network, PATIENT, {});
    explainCovariates(network, all, { ischaemic: true });
    expect(processorMs() - start).toBeLessThan(MOST_MS);
  });

  it.skipIf(!DATA)('says of a patient what it would say with the cohort itself as the background', async () => {
    const patients = (await readMusic(DATA ?? '')).filter(({ ischaemic }) => ischaemic);
    const cohort = patients.map(({ covariates, ischaemic }) => networkInputs(network, covariates, { ischaemic }));
    for (const { covariates, ischaemic } of patients.slice(0, 3)) {
      const x = networkInputs(network, covariates, { ischaemic });
      const { effects, meanLogOdds } = explainCovariates(network, covariates, { ischaemic });
      const players = effects.map(({ id }) => [network.inputs.indexOf(id)]);
      const law = recalibratedLawOf(network);
      const exact = shapleyValues((inputs) => logOddsOfRisk(law(inputs), 4), x, cohort, players, new Random(1));
      expect(Math.abs(exact.mean - meanLogOdds)).toBeLessThan(LAW_FOR_COHORT);
      effects.forEach(({ logOdds }, i) => expect(Math.abs(logOdds - exact.values[i])).toBeLessThan(LAW_FOR_COHORT));
    }
  });
});
