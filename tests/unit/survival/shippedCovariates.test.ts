import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readMusic } from '../../../src/cli/music.ts';
import { aalenJohansen } from '../../../src/core/survival/aalenJohansen.ts';
import { crudeRisk } from '../../../src/core/survival/crudeRisk.ts';
import { stepAt } from '../../../src/core/survival/kaplanMeier.ts';
import { risk } from '../../../src/core/survival/logLogistic.ts';
import type { CovariateModelFile } from '../../../src/nn/networks/covariateBranch.ts';
import { covariateBranch, covariateNetwork } from '../../../src/nn/networks/covariateBranch.ts';
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
