/** A value to minimise, with its gradient at `at` written into `gradient`. */
export type Objective = (at: Float64Array, gradient: Float64Array) => number;

/** Pairs of steps and gradient changes that approximate the curvature. */
const MEMORY = 10;
const ARMIJO = 1e-4;

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/**
 * Minimises a smooth function by L-BFGS with backtracking, from `start` (not changed): deterministic, for up to some thousand
 * parameters. `afterIteration` gets the current point, counting from 1. Ends when the largest slope is below
 * `slopeTolerance`, when no step gains, or after `maxIterations`. Source: Nocedal and Wright, Numerical Optimization,
 * 2nd ed., algorithms 7.4 and 3.1.
 */
export function minimise(
  objective: Objective,
  start: Float64Array,
  { slopeTolerance, maxIterations }: { readonly slopeTolerance: number; readonly maxIterations: number },
  afterIteration?: (iteration: number, at: Float64Array) => void,
): Float64Array {
  let at = Float64Array.from(start);
  let gradient = new Float64Array(at.length);
  let value = objective(at, gradient);
  const history: { step: Float64Array; change: Float64Array; rho: number }[] = [];
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (gradient.every((slope) => Math.abs(slope) < slopeTolerance)) break;
    const direction = descentDirection(gradient, history);
    const slope = dot(direction, gradient);
    const nextGradient = new Float64Array(at.length);
    let next = at;
    let nextValue = Infinity;
    let length = history.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
    for (; length > 1e-10; length /= 2) {
      next = at.map((value, i) => value + length * direction[i]);
      nextValue = objective(next, nextGradient);
      if (nextValue <= value + ARMIJO * length * slope) break;
    }
    if (!(nextValue < value)) break;
    const step = next.map((value, i) => value - at[i]);
    const change = nextGradient.map((value, i) => value - gradient[i]);
    const curvature = dot(step, change);
    // A pair without positive curvature would turn the direction uphill.
    if (curvature > 1e-12 * dot(change, change)) {
      history.push({ step, change, rho: 1 / curvature });
      if (history.length > MEMORY) history.shift();
    }
    at = next;
    gradient = nextGradient;
    value = nextValue;
    afterIteration?.(iteration + 1, at);
  }
  return at;
}

function descentDirection(
  gradient: Float64Array,
  history: readonly { step: Float64Array; change: Float64Array; rho: number }[],
): Float64Array {
  const q = gradient.map((slope) => -slope);
  const alphas: number[] = [];
  for (const { step, change, rho } of history.toReversed()) {
    const alpha = rho * dot(step, q);
    alphas.unshift(alpha);
    for (let i = 0; i < q.length; i++) q[i] -= alpha * change[i];
  }
  const last = history.at(-1);
  if (last) {
    const scale = 1 / (last.rho * dot(last.change, last.change));
    for (let i = 0; i < q.length; i++) q[i] *= scale;
  }
  history.forEach(({ step, change, rho }, k) => {
    const beta = rho * dot(change, q);
    for (let i = 0; i < q.length; i++) q[i] += (alphas[k] - beta) * step[i];
  });
  return q;
}
