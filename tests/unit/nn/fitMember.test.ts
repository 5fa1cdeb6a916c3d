import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { headOffset } from '../../../src/nn/networks/covariateBranch.ts';
import { fitMember, penalisedLoss, startParameters } from '../../../src/nn/training/fitMember.ts';

/** Of a central difference with steps of 1e-5, in double precision. */
const SLOPES_AGREE = 1e-7;

const random = new Random(8);
const inputs = 3;
const x = Float64Array.from({ length: 40 * inputs }, () => random.normal());
const time = Float64Array.from({ length: 40 }, () => 0.1 + 5 * random.next());
const event = Uint8Array.from({ length: 40 }, () => (random.next() < 0.4 ? 1 : 0));

describe.each([0, 1, 2, 5])('the loss of a network with %i hidden layers', (depth) => {
  const shape = { inputs, depth, width: 4 };
  const loss = penalisedLoss(x, { time, event }, shape, 0.02);
  const start = startParameters(shape, { mu: 1.5, sigma: 0.8 }, random);

  it('has the slopes that its differences show', () => {
    const at = start.map((value) => value + 0.3 * random.normal());
    const gradient = new Float64Array(at.length);
    loss(at, gradient);
    const unused = new Float64Array(at.length);
    const moved = (k: number, by: number): number =>
      loss(
        at.map((value, i) => (i === k ? value + by : value)),
        unused,
      );
    gradient.forEach((slope, k) => {
      expect(Math.abs((moved(k, 1e-5) - moved(k, -1e-5)) / 2e-5 - slope)).toBeLessThan(SLOPES_AGREE);
    });
  });

  it('falls with each epoch', () => {
    const seen: number[] = [];
    fitMember(x, { time, event }, shape, { penalty: 0.02, epochs: 6 }, start, (epoch, parameters) => {
      expect(epoch).toBe(seen.length + 1);
      seen.push(loss(parameters, new Float64Array(parameters.length)));
    });
    expect(seen.length).toBeGreaterThan(2);
    for (let k = 1; k < seen.length; k++) expect(seen[k]).toBeLessThan(seen[k - 1]);
  });

  it('shrinks what an input does to mu alike in whatever unit it comes', () => {
    const times = 7;
    const scaled = x.map((value, k) => (k % inputs === 1 ? times * value : value));
    const head = headOffset(shape);
    const places = [head + 1, ...(depth > 0 ? [0, 1, 2, 3].map((h) => h * inputs + 1) : [])];
    const toLnSigma = head + inputs + (depth > 0 ? shape.width : 0) + 1;
    const at = start.map((value, k) => (k === toLnSigma ? 0 : value + 0.3 * random.normal()));
    const slopes = new Float64Array(at.length);
    const same = at.map((value, k) => (places.includes(k) ? value / times : value));
    const other = penalisedLoss(scaled, { time, event }, shape, 0.02)(same, slopes);
    expect(other).toBeCloseTo(loss(at, slopes), 9);
  });
});
