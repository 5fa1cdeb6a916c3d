/** The parts of the schemas of Scarcast's files. Objects drop the keys that they do not know. */
import * as v from 'valibot';
import { LATENT } from '../../core/patient/heartImage.ts';
import { LABEL_COUNT } from '../../core/volume/volume.ts';

/** More characters than any description, name or sentence of a case has. */
const MOST_CHARACTERS = 4096;
/** More than a case has of any one thing: slices, steps of a correction, points of a curve. */
const MOST_ENTRIES = 10_000;
/** More than any heart's stack has. */
export const MOST_SLICES = 1000;

export const words = v.pipe(v.string(), v.maxLength(MOST_CHARACTERS));
/** The length first: entries beyond it are not checked. */
export const list = <T>(entry: v.GenericSchema<T, T>): v.GenericSchema<T[], T[]> =>
  v.pipe(
    v.custom<T[]>((value) => Array.isArray(value) && value.length <= MOST_ENTRIES),
    v.array(entry),
  );

export const number = v.pipe(v.number(), v.finite());
/** Sums of parts may differ from the whole by rounding. */
const ROUNDING = 1e-9;
export const share = v.pipe(number, v.minValue(-ROUNDING), v.maxValue(1 + ROUNDING));
export const percentage = v.pipe(number, v.minValue(-100 * ROUNDING), v.maxValue(100 + 100 * ROUNDING));
/** A count or an index. */
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** What the image branch's head reads; absent in files from before it was kept. */
export const latent = v.optional(v.nullable(v.pipe(list(number), v.length(LATENT))), null);
export const vector = v.tuple([number, number, number]);
export const interval = v.tuple([number, number]);
export const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

export const labels = v.pipe(
  v.instance(Uint8Array),
  v.check((values) => values.every((label) => label < LABEL_COUNT)),
);

export const finiteArray = v.pipe(
  v.instance(Float32Array),
  v.check((values) => values.every(Number.isFinite)),
);

export const grid = v.object({
  size: v.tuple([positiveCount(), positiveCount(), v.pipe(positiveCount(), v.maxValue(MOST_SLICES))]),
  spacing: v.tuple([positive(), positive(), positive()]),
  frame: v.nullable(v.object({ origin: vector, columnStep: vector, rowStep: vector, sliceStep: vector })),
  sliceMm: v.exactOptional(list(positive())),
  lengthsUnknown: v.exactOptional(v.picklist(['notGiven', 'impossible', 'contradictory', 'unit'])),
});

function positiveCount(): v.GenericSchema<number, number> {
  return v.pipe(v.number(), v.safeInteger(), v.minValue(1));
}

function positive(): v.GenericSchema<number, number> {
  return v.pipe(number, v.gtValue(0));
}

/** Values by keys that are not known beforehand: never a key that names an object's internals. */
export const byName = <T>(value: v.GenericSchema<T, T>): v.GenericSchema<Record<string, T>, Record<string, T>> =>
  v.record(
    v.pipe(
      v.string(),
      v.check((key) => key !== '__proto__'),
    ),
    value,
  );
