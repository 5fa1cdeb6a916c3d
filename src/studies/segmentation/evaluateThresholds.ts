/** How well each threshold method finds the scar of known masks, inside the true wall. */
import { drawHeartSpec } from '../../core/phantom/drawHeart.ts';
import { makeHeart } from '../../core/phantom/heart.ts';
import { Random } from '../../core/random.ts';
import { dice, STRUCTURES } from '../../core/segmentation/agreement.ts';
import { measureBurden } from '../../core/scar/burden.ts';
import type { RemoteReference } from '../../core/scar/remote.ts';
import { THRESHOLD_METHODS, type ThresholdMethod } from '../../core/scar/thresholds.ts';
import { labelsBy, readScar } from '../../pipeline/analysing/measureScar.ts';
import type { LabelledCase } from '../files/caseFolder.ts';

const REFERENCES: readonly RemoteReference[] = ['eachSlice', 'oneRegion'];
/** A phantom's field, mm, its pixels, mm, and its slices. */
const FIELD_MM = 230;
const PIXEL_MM = { least: 1.3, most: 2 };
const SLICES = 10;
const SLICE_MM = 10;

interface Found {
  readonly dice: number;
  readonly burdenError: number;
}

/** One summary for each method and reference: the mean over cases with scar, and the share falsely found over those without. */
interface ThresholdEvaluation {
  readonly method: ThresholdMethod;
  readonly reference: RemoteReference;
  readonly cases: number;
  readonly dice: number | null;
  /** % of the wall, found less true. */
  readonly burdenError: number | null;
  readonly burdenErrorAbsolute: number | null;
  readonly healthyCases: number;
  readonly healthyBurden: number | null;
}

export async function evaluateThresholds(
  ids: readonly string[],
  readOne: (id: string) => Promise<LabelledCase> | LabelledCase,
  log: (line: string) => void,
): Promise<ThresholdEvaluation[]> {
  const withScar = new Map<string, Found[]>();
  const withoutScar = new Map<string, number[]>();
  for (const id of ids) {
    const { image, labels } = await readOne(id);
    const truth = measureBurden(labels);
    for (const reference of REFERENCES) {
      // The thresholds need neither levels nor insertion points: which end is the apex does not matter.
      const reading = readScar(image, labels, 'first', { reference });
      for (const method of THRESHOLD_METHODS) {
        const found = reading.signal && labelsBy(method, reading);
        if (found === null) continue;
        const key = `${method} ${reference}`;
        const { burdenPercent } = measureBurden(found);
        if (truth.scarMl === 0) withoutScar.set(key, [...(withoutScar.get(key) ?? []), burdenPercent]);
        else {
          const burdenError = burdenPercent - truth.burdenPercent;
          const one = { dice: dice(found, labels, STRUCTURES.scar), burdenError };
          withScar.set(key, [...(withScar.get(key) ?? []), one]);
        }
      }
    }
    log(id);
  }

  const mean = (some: readonly number[]): number | null =>
    some.length > 0 ? some.reduce((sum, value) => sum + value, 0) / some.length : null;
  return REFERENCES.flatMap((reference) =>
    THRESHOLD_METHODS.map((method) => {
      const found = withScar.get(`${method} ${reference}`) ?? [];
      const healthy = withoutScar.get(`${method} ${reference}`) ?? [];
      return {
        method,
        reference,
        cases: found.length,
        dice: mean(found.map((one) => one.dice)),
        burdenError: mean(found.map((one) => one.burdenError)),
        burdenErrorAbsolute: mean(found.map((one) => Math.abs(one.burdenError))),
        healthyCases: healthy.length,
        healthyBurden: mean(healthy),
      };
    }),
  );
}

/** A synthetic heart of typical resolution; `id` is its seed. */
export function phantomCase(id: string): LabelledCase {
  const random = new Random(Number(id));
  const pixelMm = PIXEL_MM.least + (PIXEL_MM.most - PIXEL_MM.least) * random.next();
  const side = Math.round(FIELD_MM / pixelMm);
  const spec = drawHeartSpec([side, side, SLICES], [pixelMm, pixelMm, SLICE_MM], random);
  const { volume, labels } = makeHeart(spec, random);
  return { id, image: volume, labels };
}
