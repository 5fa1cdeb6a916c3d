import { describe, expect, it } from 'vitest';
import { countReliability } from '../../../../src/core/segmentation/reliability.ts';
import { HEART_LABELS } from '../../../../src/core/volume/volume.ts';
import { evaluateCase } from '../../../../src/studies/segmentation/caseEvaluation.ts';
import { summarise, type EvaluatedCase } from '../../../../src/studies/segmentation/evaluateCases.ts';
import { drawn } from '../../scar/drawn.ts';

const none = new Uint8Array(0);
const reliability = Object.fromEntries(
  HEART_LABELS.map((name) => [name, countReliability(none, new Float32Array(0), none, () => false)]),
) as EvaluatedCase['reliability'];
/** A voxel is 1 mL. */
const VOXEL_MM = [10, 10, 10] as const;
const G_PER_ML = 1.05;

const compared = (id: string, network: string, expert: string): EvaluatedCase => ({
  id,
  ...evaluateCase(drawn(VOXEL_MM, [network]), drawn(VOXEL_MM, [expert])),
  seconds: 0,
  reliability,
});

describe('mass against the expert’s', () => {
  const { masses } = summarise([
    compared('too much', 'owwss.', 'owws..'),
    compared('too little', 'ows...', 'owsss.'),
    compared('normal', 'owww..', 'owwww.'),
  ]);

  it('counts wall in all cases, scar in those in which the expert marked some', () => {
    expect(masses.errorPercent.myocardium).toBeCloseTo((100 * (1 - 2 - 1)) / (3 + 4 + 4), 12);
    expect(masses.errorPercent.scar).toBeCloseTo((100 * (1 - 2)) / (1 + 3), 12);
  });

  it('has a mean difference with its limits, g', () => {
    const sd = Math.sqrt((1.5 ** 2 + 1.5 ** 2) / 1);
    expect(masses.differenceG.scar?.bias).toBeCloseTo(G_PER_ML * -0.5, 12);
    expect(masses.differenceG.scar?.limits?.[1]).toBeCloseTo(G_PER_ML * (-0.5 + 1.96 * sd), 12);
  });
});
