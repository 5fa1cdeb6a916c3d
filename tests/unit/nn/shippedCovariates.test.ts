import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readMusic } from '../../../src/studies/survival/music.ts';
import { aalenJohansen } from '../../../src/core/statistics/aalenJohansen.ts';
import { halfWidthAbout } from '../../../src/core/patient/interval.ts';
import { crudeRisk } from '../../../src/core/patient/crudeRisk.ts';
import { stepAt } from '../../../src/core/statistics/kaplanMeier.ts';
import { logOddsOfRisk, risk } from '../../../src/core/patient/logLogistic.ts';
import { covariateBranch } from '../../../src/nn/networks/covariateBranch.ts';
import { type CovariateModelFile, covariateNetwork } from '../../../src/nn/networks/covariateFile.ts';
import { unpackWeights } from '../../../src/nn/weights.ts';
import { dataWith } from '../../realData.ts';

const DATA = dataWith('music');

const folder = new URL('../../../public/models/covariates/', import.meta.url);
const file = JSON.parse(readFileSync(new URL('model.json', folder), 'utf8')) as CovariateModelFile;
const network = covariateNetwork({
  file,
  arrays: unpackWeights(file, readFileSync(new URL('weights.bin', folder))),
});
const riskAt4Years = (covariates: Parameters<typeof covariateBranch>[1]): number =>
  risk(covariateBranch(network, covariates, {}), 4);

describe('the shipped covariate weights', () => {
  it('say more risk for a weaker ventricle, diabetes and a wider QRS', () => {
    expect(riskAt4Years({ lvef: 20 })).toBeGreaterThan(riskAt4Years({ lvef: 50 }));
    expect(riskAt4Years({ diabetes: 1 })).toBeGreaterThan(riskAt4Years({ diabetes: 0 }));
    expect(riskAt4Years({ qrs: 160 })).toBeGreaterThan(riskAt4Years({ qrs: 90 }));
  });

  it('do not use what MUSIC does not hold', () => {
    const given = { lvMassCmr: 150, lvefCmr: 30, infarctPercent: 20, yearsSinceIschaemia: 8, ethnicity: 1 };
    const answer = covariateBranch(network, { age: 66, ...given }, {});
    expect(answer.mu).toBe(covariateBranch(network, { age: 66 }, {}).mu);
    expect([...answer.unusedInputs].sort()).toEqual(Object.keys(given).sort());
  });

  const KNOWN = { age: 67, male: 1, lvef: 35, heartRate: 72, qrs: 115, lbbb: 0, atrialFibrillation: 0, smoker: 0 };
  const ALL = {
    ...KNOWN,
    ...{ diabetes: 0, hypertension: 1, hypercholesterolaemia: 0, betaBlocker: 1, aceInhibitorOrArb: 1 },
    ...{ lipidLowering: 1, diuretic: 1, antiarrhythmic: 0, digoxin: 0 },
  };

  it('give a wider interval without an input than with it at the mean of all', () => {
    const width = (covariates: Parameters<typeof covariateBranch>[1]): number => {
      const answer = covariateBranch(network, covariates, {});
      return Math.hypot(halfWidthAbout(answer, answer.refits, 5), halfWidthAbout(answer, answer.imputations, 5));
    };
    network.inputs.forEach((id, j) => {
      if (id === 'ischaemic') return;
      const { shift, scale } = network.scaling[j];
      const atMean = { ...ALL, [id]: network.mean[j] * scale + shift };
      const without = Object.fromEntries(Object.entries(ALL).filter(([name]) => name !== id));
      expect([id, width(without) > width(atMean)]).toEqual([id, true]);
    });
    expect(width(KNOWN)).toBeGreaterThan(width(ALL));
    expect(width({})).toBeGreaterThan(width(KNOWN));
  });

  it.skipIf(!DATA)('hold, in 9 of 10 intervals, the risk that the missing inputs would have given', async () => {
    const patients = (await readMusic(DATA ?? '')).filter((_, i) => i % 3 === 0);
    const masks = [['lvef'], ['qrs', 'lbbb', 'heartRate', 'atrialFibrillation'], network.inputs];
    for (const mask of masks) {
      const held = patients.filter(({ covariates, ischaemic }) => {
        const left = Object.fromEntries(Object.entries(covariates).filter(([id]) => !mask.some((one) => one === id)));
        const answer = covariateBranch(network, left, { ischaemic });
        const half = Math.hypot(
          halfWidthAbout(answer, answer.refits, 5),
          halfWidthAbout(answer, answer.imputations, 5),
        );
        const full = covariateBranch(network, covariates, { ischaemic });
        return Math.abs(logOddsOfRisk(full, 5) - logOddsOfRisk(answer, 5)) <= half;
      });
      // The draws are Gaussian, the patients are not; 331 of them can tell 0.9 from 0.85.
      expect(held.length / patients.length).toBeGreaterThan(0.85);
    }
  });

  it.skipIf(!DATA)('give the crude risk of the ischaemic of MUSIC that Aalen-Johansen finds', async () => {
    const patients = (await readMusic(DATA ?? '')).filter(({ ischaemic }) => ischaemic);
    const observed = aalenJohansen(
      Float64Array.from(patients, ({ timeYears }) => timeYears),
      Uint8Array.from(patients, ({ status }) => status),
      2,
    );
    const crude = patients.map(({ covariates }) => {
      const law = covariateBranch(network, covariates, {});
      return crudeRisk(law, law.otherDeathHazardPerYear, 4);
    });
    const mean = crude.reduce((sum, value) => sum + value, 0) / crude.length;
    const expected = stepAt(observed.time, observed.incidence[0], 4, 0);
    // A constant hazard of other death is a plain model: within a twentieth.
    expect(Math.abs(mean / expected - 1)).toBeLessThan(0.05);
  });
});
