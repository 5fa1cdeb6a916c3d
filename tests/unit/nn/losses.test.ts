import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { density, survival } from '../../../src/core/patient/logLogistic.ts';
import { HEART_IMAGE } from '../../../src/core/patient/heartImage.ts';
import { RECONSTRUCTION, reconstructionLoss } from '../../../src/nn/networks/imageBranch.ts';
import { segmentationLoss, type LossSpec } from '../../../src/nn/training/segmentationLoss.ts';
import { likelihoodLoss } from '../../../src/nn/training/trainImageBranch.ts';

// Central differences: a step of 2^-7 leaves curvature of 6e-5 of a third derivative near 1; values are double precision sums
// of float32 probabilities, 1e-7 / 2^-6.
const STEP = 2 ** -7;
const TOLERANCE = 1e-4;

/** The slope of a loss by one of its inputs. */
function slope(loss: (at: Float32Array) => number, at: Float32Array, index: number): number {
  const moved = (by: number): number => loss(at.map((value, i) => (i === index ? value + by : value)));
  return (moved(STEP) - moved(-STEP)) / (2 * STEP);
}

describe('the loss of a segmentation', () => {
  const classes = 5;
  const labels = Uint8Array.of(0, 1, 2, 3, 4, 2, 0, 0, 3, 1);
  const spec: LossSpec = {
    classWeights: [1, 1, 1, 1.5, 2],
    groups: [
      { classes: [1], weight: 0.5 },
      { classes: [2, 3, 4], weight: 1 },
      { classes: [3, 4], weight: 1 },
      { classes: [4], weight: 0.5 },
    ],
  };
  const random = new Random(1);
  const logits = Float32Array.from({ length: labels.length * classes }, () => 1.5 * random.normal());
  const certain = (sure: number): Float32Array =>
    Float32Array.from(logits, (_, i) => (labels[Math.floor(i / classes)] === i % classes ? sure : 0));

  it('has the gradient that finite differences give', () => {
    const { gradients } = segmentationLoss(logits, labels, classes, spec);
    logits.forEach((_, i) => {
      const difference = slope((at) => segmentationLoss(at, labels, classes, spec).value, logits, i);
      expect(Math.abs(difference - gradients[0][i])).toBeLessThan(TOLERANCE);
    });
  });

  it('is cross-entropy of ln 5 where the network knows nothing', () => {
    const plain: LossSpec = { classWeights: [1, 1, 1, 1, 1], groups: [] };
    expect(segmentationLoss(new Float32Array(logits.length), labels, classes, plain).value).toBeCloseTo(Math.log(5), 6);
  });

  it('is 0 for the right answer given with certainty, and more for any other', () => {
    expect(segmentationLoss(certain(60), labels, classes, spec).value).toBeCloseTo(0, 6);
    const wrong = certain(60);
    wrong[0] = 0;
    wrong[1] = 60;
    expect(segmentationLoss(wrong, labels, classes, spec).value).toBeGreaterThan(1);
    expect(segmentationLoss(logits, labels, classes, spec).value).toBeGreaterThan(
      segmentationLoss(certain(5), labels, classes, spec).value,
    );
  });

  it('stays finite for logits that overflow an exponential', () => {
    const { value, gradients } = segmentationLoss(certain(2000), labels, classes, spec);
    expect(Number.isFinite(value) && gradients[0].every(Number.isFinite)).toBe(true);
    const opposite = certain(-2000);
    expect(Number.isFinite(segmentationLoss(opposite, labels, classes, spec).value)).toBe(true);
  });

  it("does not change where a number is added to all of a pixel's logits", () => {
    const moved = logits.map((value, i) => value + Math.floor(i / classes));
    const here = segmentationLoss(logits, labels, classes, spec).value;
    expect(segmentationLoss(moved, labels, classes, spec).value).toBeCloseTo(here, 5);
  });
});

describe('the likelihood of the image branch', () => {
  const nullModel = { nullMu: 4, nullLnSigma: 0.3 };
  /** Three hearts, the first and the last with two outcomes each. */
  const outcomes = [
    [
      { timeYears: 0.4, status: 1 },
      { timeYears: 3, status: 0 },
    ],
    [{ timeYears: 5.5, status: 2 }],
    [
      { timeYears: 9, status: 1 },
      { timeYears: 2, status: 2 },
    ],
  ] as const;
  const head = Float32Array.of(-1.5, 0.2, 0.3, -0.4, 1, 0);

  it('is the mean of -ln (t f) of sudden deaths and -ln S of all others, other deaths being censored', () => {
    const losses = outcomes.flatMap((some, i) =>
      some.map(({ timeYears, status }) => {
        const law = { mu: 4 + head[2 * i], sigma: Math.exp(0.3 + head[2 * i + 1]) };
        return -Math.log(status === 1 ? density(law, timeYears) * timeYears : survival(law, timeYears));
      }),
    );
    const expected = losses.reduce((sum, loss) => sum + loss, 0) / 5;
    expect(likelihoodLoss(head, outcomes, nullModel).value).toBeCloseTo(expected, 6);
  });

  it('has the gradient that finite differences give', () => {
    const { gradients } = likelihoodLoss(head, outcomes, nullModel);
    head.forEach((_, i) => {
      const difference = slope((at) => likelihoodLoss(at, outcomes, nullModel).value, head, i);
      expect(Math.abs(difference - gradients[0][i])).toBeLessThan(TOLERANCE);
    });
  });

  it('is less for a law whose median is the time of death than for one far off', () => {
    const loss = (mu: number): number =>
      likelihoodLoss(Float32Array.of(mu - 4, -0.3), [[{ timeYears: 2, status: 1 }]], nullModel).value;
    expect(loss(Math.log(2))).toBeLessThan(loss(Math.log(4)));
    expect(loss(Math.log(2))).toBeLessThan(loss(Math.log(1)));
  });
});

describe('the loss of the reconstruction', () => {
  const { side, slices, channels } = HEART_IMAGE;
  const random = new Random(2);
  const heart = (): Float32Array => Float32Array.from({ length: slices * side * side * channels }, () => random.next());
  const images = [heart(), heart()];
  const { side: coarse, block } = RECONSTRUCTION;
  /** The network's layout: blocks of 4 x 4 pixels as channels. */
  const folded = Float32Array.from({ length: images.length * images[0].length }, (_, i) => {
    const channel = i % channels;
    const inBlock = Math.floor(i / channels) % (block * block);
    const cell = Math.floor(i / channels / block / block);
    const x = (cell % coarse) * block + (inBlock % block);
    const y = (Math.floor(cell / coarse) % coarse) * block + Math.floor(inBlock / block);
    const z = Math.floor(cell / coarse / coarse) % slices;
    const image = images[Math.floor(cell / coarse / coarse / slices)];
    return image[((z * side + y) * side + x) * channels + channel];
  });

  it('is 0 for a perfect reconstruction', () => {
    const { value, gradient } = reconstructionLoss(folded, images);
    expect(value).toBe(0);
    expect(gradient.every((slopeHere) => slopeHere === 0)).toBe(true);
  });

  it('is the mean square of what it is off, with the gradient of that', () => {
    expect(
      reconstructionLoss(
        folded.map((value) => value + 0.5),
        images,
      ).value,
    ).toBeCloseTo(0.25, 6);
    const off = folded.map((value) => value + random.normal());
    const { gradient } = reconstructionLoss(off, images);
    // All gradients are 2 d / n with n = 196,608: compared in units of 1 / n.
    for (const index of [0, 1, 31, 32, 777, 98_304, 196_607]) {
      const difference = slope((at) => reconstructionLoss(at, images).value, off, index);
      expect(Math.abs(difference - gradient[index]) * off.length).toBeLessThan(0.01);
    }
  });
});
