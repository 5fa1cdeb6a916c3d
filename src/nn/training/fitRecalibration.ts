/** Fits the recalibration of a network's laws to the observed risks of the patients that it learned from. */
import { logOddsOfRisk, risk, type LogLogistic } from '../../core/patient/logLogistic.ts';
import { LOW_LVEF_PERCENT, shiftAt, solveLvefShift, solveShift, type LvefShift } from '../../core/patient/lvefShift.ts';
import { CONTEMPORARY_RATES, HORIZON_YEARS, risksAtRate } from '../../core/patient/rates.ts';
import { withSpread, type Recalibration } from '../../core/patient/recalibration.ts';
import { observedRisk } from '../../core/statistics/calibration.ts';
import type { RightCensored } from '../../core/statistics/rightCensored.ts';

/** The patients that a network learned from, with what the recalibration uses. */
export interface RecalibrationCohort extends RightCensored {
  /** Unknown counts as the cohort's mean. */
  readonly lvefPercent: ArrayLike<number>;
  readonly ischaemic: ArrayLike<boolean>;
}

/** Where the mean curve is compared with Kaplan-Meier's. */
const YEARS = [1, 2, 3, 4, 5];
const SPREADS = { least: 0.5, most: 3 };
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const STEPS = 40;

/**
 * In the two classes of LVEF the mean risk by the horizon becomes Kaplan-Meier's, separately for ischaemic and other
 * patients; then sigma's factor is the one whose mean risks by 1 to 5 years are nearest to Kaplan-Meier's in squares of
 * the log-odds; the shifts to each published rate, in ischaemic patients, start from there.
 * @param laws of each patient, by the network
 * @param byLvef false where the network does not see LVEF: one shift for all
 */
export function fitRecalibration(
  laws: readonly LogLogistic[],
  cohort: RecalibrationCohort,
  byLvef: boolean,
): Recalibration {
  const { ischaemic, lvefPercent } = cohort;
  const rows = laws.map((_, i) => i);
  const before = laws.map((law) => logOddsOfRisk(law, HORIZON_YEARS));
  const groups = [rows.filter((i) => ischaemic[i]), rows.filter((i) => !ischaemic[i])];
  const shiftOf = (group: readonly number[], logOdds: readonly number[], meanRisk: LvefShift): LvefShift => {
    if (group.length === 0) return { low: 0, high: 0 };
    const of = group.map((i) => logOdds[i]);
    const lvef = group.map((i) => lvefPercent[i]);
    if (byLvef) return solveLvefShift(of, lvef, meanRisk);
    const low = lvef.filter((value) => value <= LOW_LVEF_PERCENT).length / lvef.length;
    const shift = solveShift(of, low * meanRisk.low + (1 - low) * meanRisk.high);
    return { low: shift, high: shift };
  };
  const observed = (group: readonly number[]): LvefShift => ({
    low: observedIn(
      cohort,
      group.filter((i) => lvefPercent[i] <= LOW_LVEF_PERCENT),
    ),
    high: observedIn(
      cohort,
      group.filter((i) => lvefPercent[i] > LOW_LVEF_PERCENT),
    ),
  });
  const [ofIschaemic, ofOther] = groups.map((group) => shiftOf(group, before, observed(group)));
  const after = before.map((logOdds, i) => logOdds + shiftAt(ischaemic[i] ? ofIschaemic : ofOther, lvefPercent[i]));
  return {
    spread: nearestSpread(laws, after, cohort),
    ischaemic: ofIschaemic,
    other: ofOther,
    rates: Object.fromEntries(
      CONTEMPORARY_RATES.map((rate) => [rate, shiftOf(groups[0], after, risksAtRate(rate))]),
    ) as Recalibration['rates'],
  };
}

/** Kaplan-Meier's risk by the horizon; at least that of half a patient, because a risk of 0 has no finite log-odds. */
function observedIn(cohort: RightCensored, rows: readonly number[]): number {
  if (rows.length === 0) return 0.5;
  return Math.max(0.5 / rows.length, observedRisk(rowsOf(cohort, rows), HORIZON_YEARS).observed);
}

function rowsOf({ time, event }: RightCensored, rows: readonly number[]): RightCensored {
  return { time: Float64Array.from(rows, (i) => time[i]), event: Uint8Array.from(rows, (i) => event[i]) };
}

function nearestSpread(laws: readonly LogLogistic[], logOdds: readonly number[], cohort: RightCensored): number {
  const odds = (value: number): number => Math.log(value / (1 - value));
  const observed = YEARS.map((t) => odds(Math.max(0.5 / laws.length, observedRisk(cohort, t).observed)));
  const distance = (factor: number): number =>
    YEARS.reduce((sum, t, k) => {
      const mean =
        laws.reduce((total, { sigma }, i) => {
          const mu = Math.log(HORIZON_YEARS) - sigma * logOdds[i];
          return total + risk(withSpread({ mu, sigma }, factor, HORIZON_YEARS), t);
        }, 0) / laws.length;
      return sum + (odds(mean) - observed[k]) ** 2;
    }, 0);
  let { least, most } = SPREADS;
  for (let step = 0; step < STEPS; step++) {
    const inner = [most - GOLDEN * (most - least), least + GOLDEN * (most - least)];
    if (distance(inner[0]) < distance(inner[1])) most = inner[1];
    else least = inner[0];
  }
  return (least + most) / 2;
}
