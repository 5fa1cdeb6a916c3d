/**
 * The schema of a '.scarcast' file's case.json, format 6. It is separate from the types in memory: both when written
 * and when read, a file is checked to the leaf and unknown fields are dropped. Once the format is released, a change
 * needs the next format and a migration (migrateCase.ts).
 */
import * as v from 'valibot';
import { GREY_ZONE_DEFINITIONS, THRESHOLD_METHODS } from '../../core/scar/thresholds.ts';
import {
  byName,
  count,
  finiteArray,
  grid,
  interval,
  labels,
  latent,
  list,
  number,
  percentage,
  sha256,
  share,
  vector,
  words,
} from './schemaParts.ts';
import { readingWarnings, refused, series, source } from './readingSchema.ts';
import { survivalSchema } from './survivalSchema.ts';

export const burden = {
  bloodPoolMl: v.nullable(number),
  myocardiumMl: v.nullable(number),
  myocardiumG: v.nullable(number),
  scarMl: v.nullable(number),
  scarG: v.nullable(number),
  burdenPercent: v.nullable(percentage),
  noReflowMl: v.nullable(number),
  noReflowG: v.nullable(number),
  noReflowPercent: v.nullable(percentage),
};
const reference = v.picklist(['eachSlice', 'oneRegion']);
const levels = list(v.nullable(v.picklist(['base', 'mid', 'apex', 'cap'])));
const insertionPoints = v.object({ anterior: number, inferior: number });
const placedBy = v.picklist(['image', 'assumed', 'user']);

const scar = v.object({
  ...burden,
  excluded: v.exactOptional(list(count)),
  perSlice: list(v.object({ ...burden, slice: count })),
  remote: v.nullable(v.object({ reference, regions: list(v.object({ slice: count, angle: number, voxels: count })) })),
  methods: byName(
    v.object({
      name: words,
      scarMl: v.nullable(number),
      scarG: v.nullable(number),
      burdenPercent: v.nullable(percentage),
    }),
  ),
  greyZones: byName(
    v.object({
      name: words,
      greyMl: v.nullable(number),
      greyG: v.nullable(number),
      coreMl: v.nullable(number),
      coreG: v.nullable(number),
    }),
  ),
  aha17: v.nullable(
    v.object({
      insertionPoints,
      placedBy,
      levels,
      segments: list(
        v.object({
          segment: count,
          myocardiumMl: v.nullable(number),
          scarPercent: v.nullable(percentage),
          noReflowPercent: v.nullable(percentage),
          transmuralityPercent: v.nullable(percentage),
          slices: list(count),
        }),
      ),
    }),
  ),
});

const tool = v.picklist([
  'brush',
  'eraser',
  'outline',
  'drag',
  'threshold',
  'interpolate',
  'copy',
  'move',
  'clear',
  'network',
  'mask',
]);
const steps = list(v.object({ tool, runs: v.instance(Uint32Array) }));
const labelName = v.picklist(['background', 'bloodPool', 'viable', 'scar', 'noReflow']);

const corrections = v.object({
  edits: count,
  tools: list(tool),
  slices: list(count),
  voxels: count,
  changes: list(v.object({ from: labelName, to: labelName, voxels: count })),
  dice: v.object({
    cavity: v.nullable(share),
    myocardium: v.nullable(share),
    scar: v.nullable(share),
    noReflow: v.nullable(share),
  }),
});

/** What must be known about an analysis. */
export const warning = v.variant('code', [
  v.object({ code: v.literal('noVentricle') }),
  v.object({ code: v.literal('heartDoubtful'), looksAgree: share, min: share }),
  v.object({
    code: v.literal('heartShown'),
    place: v.object({ centre: v.tuple([number, number]), diameterMm: v.pipe(number, v.gtValue(0)) }),
  }),
  v.object({ code: v.literal('unsureSlices'), slices: list(count) }),
  v.object({ code: v.literal('scarTooSmall'), foundMl: number, minMl: number }),
  v.object({ code: v.literal('slicesOffLine'), shifts: list(v.object({ slice: count, mm: number })) }),
  v.object({ code: v.literal('ventricleCutOff'), ends: list(v.object({ slice: count, sharePercent: number })) }),
  v.object({ code: v.literal('sentence'), english: words }),
  ...readingWarnings,
]);

/** What the heart says about whether the models apply. */
export const findings = v.object({
  noReflowMl: number,
  nonIschaemicPattern: v.boolean(),
  withheld: v.exactOptional(v.picklist(['noVentricle', 'lengthsNotKnown'])),
});

const analysis = v.object({
  scar,
  heart: v.nullable(
    v.object({ mu: number, sigma: number, reconstructionError: number, latent, attention: finiteArray }),
  ),
  findings,
  survival: survivalSchema,
  labels: v.object({ ...grid.entries, labels }),
  segmentation: v.object({
    slices: count,
    spacing: v.nullable(vector),
    from: v.picklist(['network', 'file']),
    plausibility: list(v.nullable(share)),
    casePlausibility: v.nullable(share),
    apex: v.object({
      end: v.picklist(['first', 'last']),
      from: v.picklist(['mask', 'header', 'user', 'assumed']),
    }),
  }),
  intervals: v.nullable(
    v.object({
      bloodPoolMl: interval,
      myocardiumMl: interval,
      scarMl: interval,
      burdenPercent: interval,
      noReflowMl: interval,
    }),
  ),
  corrections: v.nullable(corrections),
  warnings: list(warning),
  refused,
});

const scarChoices = v.object({
  method: v.picklist(['segmentation', ...THRESHOLD_METHODS]),
  greyZone: v.picklist(GREY_ZONE_DEFINITIONS),
  places: v.object({
    reference,
    remote: v.exactOptional(list(v.nullable(number))),
    insertion: v.exactOptional(v.object({ points: insertionPoints, from: placedBy, anteriorKnown: v.boolean() })),
    levels: v.exactOptional(levels),
  }),
  labels: v.exactOptional(labels),
});

export const caseSchema = v.object({
  series,
  grid,
  source,
  imageSha256: sha256,
  patient: v.nullable(words),
  analysis,
  survival: survivalSchema,
  network: labels,
  edits: v.object({ done: steps, undone: steps }),
  clinical: v.object({ covariates: byName(number), facts: byName(v.union([number, v.boolean()])) }),
  notes: v.object({
    checkedSlices: list(count),
    excludedSlices: list(count),
    lockedSlices: list(count),
    impression: words,
    signedBy: words,
  }),
  scar: scarChoices,
  weights: list(v.object({ name: words, version: words, sha256: words })),
  backend: v.nullable(v.picklist(['webgpu', 'wasm', 'both'])),
  version: words,
});

/** Slices, voxels and labels of consistent size. */
export function isConsistent({
  grid: { size },
  analysis: one,
  network,
  edits,
  notes,
  scar: chosen,
  source: from,
  series: taken,
}: v.InferOutput<typeof caseSchema>): boolean {
  const [columns, rows, slices] = size;
  const voxels = columns * rows * slices;
  // The series is the volume from which reformatted slices were cut.
  const grids = [one.labels.size, ...(from.kind === 'reformatted' ? [] : [[taken.columns, taken.rows, taken.slices]])];
  const runs = [...edits.done, ...edits.undone].map((step) => step.runs);
  return (
    [notes.checkedSlices, notes.excludedSlices, notes.lockedSlices, one.scar.excluded ?? []]
      .flat()
      .every((slice) => slice < slices) &&
    [one.labels.labels, network, ...(chosen.labels ? [chosen.labels] : [])].every((some) => some.length === voxels) &&
    grids.every((other) => other.every((n, axis) => n === size[axis])) &&
    [one.segmentation.plausibility, one.scar.perSlice].every((each) => each.length === slices) &&
    (from.kind !== 'dicom' || from.positions.length === slices) &&
    runs.every((run) => run.length % 4 === 0 && fitsIn(run, voxels))
  );
}

/** Runs of four numbers: first voxel, length, label before and after. */
function fitsIn(run: Uint32Array, voxels: number): boolean {
  for (let at = 0; at < run.length; at += 4) {
    if (run[at] + run[at + 1] > voxels || run[at + 2] > 4 || run[at + 3] > 4) return false;
  }
  return true;
}
