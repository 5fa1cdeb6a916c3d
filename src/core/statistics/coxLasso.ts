import { coxDerivatives } from './coxRidge.ts';
import { ascending } from './kaplanMeier.ts';

/** Penalties start at the one that selects nothing, each this much of the last. */
const PATH_RATIO = 0.9;
const PATH_STEPS = 60;
const NEWTON_STEPS = 5;
const SWEEPS = 50;
const SETTLED = 1e-6;

/**
 * The inputs that a lasso selects for Cox's model, at most `most` of them: down a path of penalties, those of the last
 * penalty that selects no more than that. Each penalty's coefficients come from Newton's quadratic of the partial
 * likelihood and coordinate descent on it, starting from the last ones. `inputs` is row-major and standardised.
 * Sources: Tibshirani, Stat Med 1997;16:385; Simon et al., J Stat Softw 2011;39(5).
 * @returns indices of the columns, ascending
 */
export function coxLassoChoice(inputs: Float64Array, time: Float64Array, event: Uint8Array, most: number): number[] {
  const p = inputs.length / time.length;
  const latestFirst = ascending(time).reverse();
  const coefficients = new Float64Array(p);
  const start = coxDerivatives(inputs, time, event, latestFirst, coefficients);
  let penalty = Math.max(...start.score.map(Math.abs));
  let chosen: number[] = [];
  for (let step = 0; step < PATH_STEPS; step++) {
    penalty *= PATH_RATIO;
    for (let newton = 0; newton < NEWTON_STEPS; newton++) {
      const { score, information } = coxDerivatives(inputs, time, event, latestFirst, coefficients);
      if (descend(coefficients, score, information, penalty) < SETTLED) break;
    }
    const now = [...coefficients.keys()].filter((j) => coefficients[j] !== 0);
    if (now.length > most) break;
    chosen = now;
  }
  return chosen;
}

/** Moves the coefficients to the best of the quadratic about them; returns how far the farthest went. */
function descend(coefficients: Float64Array, score: Float64Array, information: Float64Array, penalty: number): number {
  const p = coefficients.length;
  const before = coefficients.slice();
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let moved = 0;
    for (let j = 0; j < p; j++) {
      const own = information[j * p + j];
      if (own <= 0) continue;
      let slope = score[j];
      for (let k = 0; k < p; k++) slope -= information[j * p + k] * (coefficients[k] - before[k]);
      const target = slope + own * coefficients[j];
      const next = (Math.sign(target) * Math.max(0, Math.abs(target) - penalty)) / own;
      moved = Math.max(moved, Math.abs(next - coefficients[j]));
      coefficients[j] = next;
    }
    if (moved < SETTLED) break;
  }
  return coefficients.reduce((farthest, value, j) => Math.max(farthest, Math.abs(value - before[j])), 0);
}
