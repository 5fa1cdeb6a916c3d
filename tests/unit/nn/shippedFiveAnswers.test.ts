import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { risk } from '../../../src/core/patient/logLogistic.ts';
import { LOW_LVEF_PERCENT, shiftAt } from '../../../src/core/patient/lvefShift.ts';
import { CONTEMPORARY_RATES, HORIZON_YEARS, risksAtRate } from '../../../src/core/patient/rates.ts';
import { shifted } from '../../../src/core/patient/recalibration.ts';
import { observedRisk } from '../../../src/core/statistics/calibration.ts';
import { covariateBranch } from '../../../src/nn/networks/covariateBranch.ts';
import { covariateNetwork, type CovariateModelFile } from '../../../src/nn/networks/covariateFile.ts';
import {
  fiveAnswersBranch,
  fiveAnswersModel,
  fiveAnswersOf,
  packFiveAnswers,
  type FiveAnswersFile,
  type FiveAnswerValues,
} from '../../../src/nn/networks/fiveAnswers.ts';
import { unpackWeights } from '../../../src/nn/weights.ts';
import { readMusic } from '../../../src/studies/survival/music.ts';
import { dataWith } from '../../realData.ts';

const DATA = dataWith('music');
function load<File>(name: string): { file: File; weights: Uint8Array } {
  const folder = new URL(`../../../public/models/${name}/`, import.meta.url);
  return {
    file: JSON.parse(readFileSync(new URL('model.json', folder), 'utf8')) as File,
    weights: readFileSync(new URL('weights.bin', folder)),
  };
}
const stored = load<FiveAnswersFile>('fiveAnswers');
const model = fiveAnswersModel({ file: stored.file, arrays: unpackWeights(stored.file, stored.weights) });
const branch = load<CovariateModelFile>('covariates');
const network = covariateNetwork({ file: branch.file, arrays: unpackWeights(branch.file, branch.weights) });

const KNOWN: FiveAnswerValues = { lvef: 33, nyha: 2, priorInfarct: 1, leftAtrium: 45, ntProBnp: 6.7 };
const riskOf = (values: FiveAnswerValues): number => risk(fiveAnswersBranch(model, values, {}), HORIZON_YEARS);

describe('the shipped five answers', () => {
  it('say more risk for each answer that is worse', () => {
    const worse: FiveAnswerValues[] = [{ lvef: 20 }, { nyha: 3 }, { leftAtrium: 58 }, { ntProBnp: 8.5 }];
    for (const one of worse) expect(riskOf({ ...KNOWN, ...one }), JSON.stringify(one)).toBeGreaterThan(riskOf(KNOWN));
    expect(riskOf({ ...KNOWN, priorInfarct: 0 })).toBeLessThan(riskOf(KNOWN));
  });

  it('answer by a model of what is known, whatever that is', () => {
    for (const id of ['lvef', 'nyha', 'priorInfarct', 'leftAtrium', 'ntProBnp'] as const) {
      const rest = Object.fromEntries(Object.entries(KNOWN).filter(([name]) => name !== id));
      const answer = fiveAnswersBranch(model, rest, {});
      expect(answer.missing).toEqual([id]);
      expect(risk(answer, HORIZON_YEARS)).toBeGreaterThan(0.02);
      expect(risk(answer, HORIZON_YEARS)).toBeLessThan(0.4);
      // It is a separate model: no value replaces the hidden answer.
      expect(answer.refits).toHaveLength(30);
    }
    expect(fiveAnswersBranch(model, {}, {}).known).toEqual([]);
  });

  it('are read from what the form asks: CMR’s LVEF for want of another, an infarct of known age, the logarithm of NT-proBNP', () => {
    expect(fiveAnswersOf({ lvefCmr: 30 }, { daysSinceInfarct: 400, ntProBnp: Math.E })).toEqual({
      lvef: 30,
      priorInfarct: 1,
      ntProBnp: 1,
    });
  });

  it('survive being written to files and read again', () => {
    const { model: file, weights } = packFiveAnswers(model, '1');
    const again = fiveAnswersModel({ file, arrays: unpackWeights(file, weights) });
    expect(fiveAnswersBranch(again, KNOWN, {})).toEqual(fiveAnswersBranch(model, KNOWN, {}));
  });
});

describe.skipIf(!DATA)("on MUSIC's ischaemic patients", () => {
  /** What a published rate allows: the solver is far more accurate. */
  const PUBLISHED_WITHIN = 0.02;
  const patients = async () =>
    (await readMusic(DATA ?? '')).filter(({ ischaemic, covariates }) => ischaemic && covariates.lvef !== undefined);

  it("both branches have the published mean risk at each rate, and Kaplan-Meier's as in MUSIC, by LVEF", async () => {
    const all = await patients();
    const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
    for (const end of ['low', 'high'] as const) {
      const some = all.filter(({ covariates }) => (covariates.lvef ?? 0) <= LOW_LVEF_PERCENT === (end === 'low'));
      const observed = observedRisk(
        {
          time: Float64Array.from(some, ({ timeYears }) => timeYears),
          event: Uint8Array.from(some, ({ status }) => Number(status === 1)),
        },
        HORIZON_YEARS,
      ).observed;
      const covariates = some.map((one) => covariateBranch(network, one.covariates, { ischaemic: true }));
      expect(Math.abs(mean(covariates.map((law) => risk(law, HORIZON_YEARS))) / observed - 1)).toBeLessThan(
        PUBLISHED_WITHIN,
      );
      // Those in whom all five are known: the pattern that was calibrated on them.
      const complete = some.filter(({ leftAtrium, ntProBnp }) => leftAtrium !== undefined && ntProBnp !== undefined);
      const five = complete.map(({ covariates: given, ...facts }) =>
        fiveAnswersBranch(model, fiveAnswersOf(given, facts), { ischaemic: true }),
      );
      for (const rate of CONTEMPORARY_RATES) {
        const asked = risksAtRate(rate)[end];
        const ofCovariates = covariates.map((law, i) =>
          risk(shifted(law, shiftAt(network.recalibration.rates[rate], some[i].covariates.lvef ?? 0)), HORIZON_YEARS),
        );
        const ofFive = five.map((law, i) =>
          risk(shifted(law, shiftAt(law.recalibration.rates[rate], complete[i].covariates.lvef ?? 0)), HORIZON_YEARS),
        );
        expect(Math.abs(mean(ofCovariates) / asked - 1), `covariates, ${rate}, ${end}`).toBeLessThan(PUBLISHED_WITHIN);
        expect(Math.abs(mean(ofFive) / asked - 1), `five answers, ${rate}, ${end}`).toBeLessThan(PUBLISHED_WITHIN);
      }
    }
  });
});
