/**
 * A hospital's refit as a model folder, and from one: index.json says what the others must be, model.json and weights.bin hold the network
 * and the image branch's head, card.json says on whom they were trained and how good they are. In one file, it is a zip whose name ends in '.scarmodel'.
 */
import { strToU8, unzipSync, zipSync } from 'fflate';
import * as v from 'valibot';
import { COVARIATES, type NetworkInput } from '../../core/patient/covariates.ts';
import { ScarcastError } from '../../core/errors.ts';
import {
  isCalibrationOf,
  refitAlone,
  type HospitalCalibration,
  type NamedWeights,
} from '../../core/patient/hospitalCalibration.ts';
import type { HospitalRefit, RefittedHead, RefittedNetwork } from '../../core/patient/hospitalRefit.ts';
import { HEAD_INPUTS, HEAD_PARAMETERS } from '../../nn/networks/imageHead.ts';
import type { ParameterArrays } from '../../nn/networks/parameters.ts';
import { packWeights, sha256Hex, unpackWeights } from '../../nn/weights.ts';
import { count, finiteArray, list, number, sha256, share, words } from './schemaParts.ts';

type RefitFileFault =
  | { readonly code: 'notARefit' }
  | { readonly code: 'refitNewer'; readonly itsFormat: number; readonly latestFormat: number }
  /** One of its files is missing, or is not what its index lists. */
  | { readonly code: 'refitChanged'; readonly file: string }
  | { readonly code: 'refitDamaged' }
  | { readonly code: 'refitOtherWeights' };

/** The folder is not a refit, was changed, or is from another version of Scarcast or of the networks. */
export class RefitFileError extends ScarcastError<RefitFileFault> {}

const FORMAT = 'scarcast-refit';
const VERSION = 1;
const FILES = ['model.json', 'weights.bin', 'card.json'] as const;
/** Of the folder. */
export const REFIT_FILES = ['index.json', ...FILES] as const;
/** More bytes than any of its files has: anything longer is not unpacked. */
const MOST_BYTES = 4_000_000;

/** By name below the folder. */
export type RefitFiles = Readonly<Record<string, Uint8Array>>;

const head = v.object({ format: v.literal(FORMAT), version: v.number() });
const listed = v.object({ bytes: count, sha256 });
/** index.json */
export const refitIndex = v.object({
  format: v.literal(FORMAT),
  version: v.literal(VERSION),
  /** Of the networks that were in use when it was trained. */
  weights: list(v.object({ name: words, sha256 })),
  files: v.object({ 'model.json': listed, 'weights.bin': listed, 'card.json': listed }),
});

const networkInput = v.picklist([
  ...COVARIATES.map(({ id }) => id).filter((id): id is Exclude<NetworkInput, 'ischaemic'> => id !== 'ethnicity'),
  'ischaemic' as const,
]);
const inputs = v.pipe(list(networkInput), v.minLength(1));
const band = v.object({ refits: number, shrinkage: number, centre: number });
const years = v.pipe(number, v.gtValue(0));
const fusion = v.object({ covariateWeight: number, imageWeight: number, muOffset: number, lnSigmaOffset: number });
const tensor = v.object({
  name: v.picklist(['scaling', 'mean', 'covariance', 'members', 'headScaling', 'headMembers']),
  shape: list(count),
  dtype: v.literal('float32'),
  offset: count,
  bytes: count,
});
/** model.json */
export const refitModel = v.object({
  name: v.literal('refit'),
  version: words,
  inputs,
  band,
  followUpYears: years,
  fusion: v.nullable(fusion),
  /** With the refitted head of the image branch. */
  headFusion: v.optional(v.nullable(fusion), null),
  tensors: list(tensor),
});

const measure = v.nullable(v.object({ value: number, low: number, high: number }));
const figures = v.object({ harrell: measure, ratio: measure, slope: v.nullable(number), ici: v.nullable(share) });
const comparisonEntries = {
  patients: count,
  events: count,
  refitted: figures,
  shipped: figures,
  gain: v.object({ logLikelihoodAPatient: number, standardError: number }),
};
const comparison = v.object(comparisonEntries);
const recipe = v.object({ members: count, penalty: number, epochs: count, effectiveParameters: number });
const imageRecipe = v.object({ members: count, penalty: number, effectiveParameters: number });
const headNotRefitted = v.optional(
  v.nullable(
    v.variant('code', [
      v.object({ code: v.literal('tooFewEventsForHead'), events: count, needed: count }),
      v.object({ code: v.literal('imagesWithoutLatent'), patients: count }),
    ]),
  ),
  null,
);
const data = { patients: count, events: count, otherDeaths: count };
/** card.json: the part that is read again; the rest is for people. */
export const refitCard = v.object({
  madeBy: words,
  madeOn: words,
  data: v.object(data),
  horizonYears: years,
  recipe,
  results: v.object({
    covariates: comparison,
    fused: v.nullable(comparison),
    /** With the refitted head: of the image branch alone, and fused. */
    image: v.optional(v.nullable(v.object({ recipe: imageRecipe, alone: comparison, fused: comparison })), null),
  }),
  headNotRefitted,
});

const isHead = ({ scaling, members }: RefittedHead): boolean =>
  scaling.length === 2 * HEAD_INPUTS &&
  scaling.every((value, at) => Number.isFinite(value) && (at % 2 === 0 || value > 0)) &&
  members.length > 0 &&
  members.length % HEAD_PARAMETERS === 0 &&
  members.every(Number.isFinite);

const toldImage = { recipe: imageRecipe, alone: comparison, fused: v.object({ ...comparisonEntries, fusion }) };
/** In the form of files that are not for running it. */
export const toldRefitSchema = v.object({
  ...data,
  horizonYears: years,
  recipe,
  covariates: comparison,
  fused: v.nullable(v.object({ ...comparisonEntries, fusion })),
  image: v.optional(v.nullable(v.object(toldImage)), null),
  headNotRefitted,
});

/** In the form that a case file holds. */
export const refitSchema = v.object({
  ...toldRefitSchema.entries,
  network: v.object({
    inputs,
    scaling: finiteArray,
    mean: finiteArray,
    covariance: finiteArray,
    members: finiteArray,
    band,
    followUpYears: years,
  }),
  image: v.optional(
    v.nullable(
      v.object({
        ...toldImage,
        head: v.pipe(
          v.object({ scaling: finiteArray, members: finiteArray }),
          v.check((one) => isHead(one)),
        ),
      }),
    ),
    null,
  ),
});

/** What the card says to people. */
export interface RefitWords {
  readonly title: string;
  readonly licence: string;
  readonly whatItIs: string;
  readonly intendedUse: string;
  readonly rule: string;
  readonly how: string;
  readonly limits: readonly string[];
}

/** The folder's files. @param refit of `made` */
export function writeRefit(
  { weights: trainedWith, madeBy, madeOn }: HospitalCalibration,
  refit: HospitalRefit,
  words: RefitWords,
): RefitFiles {
  const { network } = refit;
  const p = network.inputs.length;
  const specs = [
    { name: 'scaling', shape: [p, 4] },
    { name: 'mean', shape: [p] },
    { name: 'covariance', shape: [p, p] },
    { name: 'members', shape: [refit.recipe.members, 2 * (p + 1)] },
  ];
  const { scaling, mean, covariance, members } = network;
  const head = refit.image?.head ?? null;
  if (head) {
    specs.push({ name: 'headScaling', shape: [HEAD_INPUTS, 2] });
    specs.push({ name: 'headMembers', shape: [head.members.length / HEAD_PARAMETERS, HEAD_PARAMETERS] });
  }
  const ofHead = head ? { headScaling: head.scaling, headMembers: head.members } : {};
  const { tensors, weights } = packWeights(specs, { scaling, mean, covariance, members, ...ofHead }, 'float32');
  const model = {
    name: 'refit',
    version: '1',
    inputs: network.inputs,
    band: network.band,
    followUpYears: network.followUpYears,
    fusion: refit.fused?.fusion ?? null,
    headFusion: refit.image?.fused.fusion ?? null,
    tensors,
  };
  const files = {
    'model.json': json(model),
    'weights.bin': weights,
    'card.json': json(cardOf(refit, madeBy, madeOn, words)),
  };
  const index = {
    format: FORMAT,
    version: VERSION,
    weights: trainedWith,
    files: Object.fromEntries(
      FILES.map((name) => [name, { bytes: files[name].length, sha256: sha256Hex(files[name]) }]),
    ),
  };
  return { 'index.json': json(index), ...files };
}

const json = (value: unknown): Uint8Array => strToU8(`${JSON.stringify(value, null, 2)}\n`);

function cardOf(
  refit: HospitalRefit,
  madeBy: string,
  madeOn: string,
  { title, licence, whatItIs, intendedUse, rule, how, limits }: RefitWords,
): Readonly<Record<string, unknown>> {
  const { patients, events, otherDeaths, horizonYears, recipe: made, network, covariates, fused, image } = refit;
  return {
    title,
    licence,
    whatItIs,
    intendedUse,
    madeBy,
    madeOn,
    data: { patients, events, otherDeaths, fiftyFollowedYears: network.followUpYears },
    inputs: network.inputs,
    horizonYears,
    rule,
    recipe: made,
    results: {
      how,
      covariates,
      fused: fused && withoutFusion(fused),
      image: image && { recipe: image.recipe, alone: image.alone, fused: withoutFusion(image.fused) },
    },
    headNotRefitted: refit.headNotRefitted,
    limits,
  };
}

function withoutFusion({ fusion: _, ...rest }: NonNullable<HospitalRefit['fused']>): HospitalRefit['covariates'] {
  return rest;
}

/**
 * The refit as a calibration that changes nothing else.
 * @param cards of the networks here: with others it would be wrong
 * @throws RefitFileError
 */
export function readRefit(files: RefitFiles, cards: readonly NamedWeights[]): HospitalCalibration {
  const told = v.safeParse(head, parsed(fileOf(files, 'index.json')));
  if (!told.success) throw new RefitFileError({ code: 'notARefit' });
  const { version: itsFormat } = told.output;
  if (itsFormat > VERSION) throw new RefitFileError({ code: 'refitNewer', itsFormat, latestFormat: VERSION });
  const index = checked(refitIndex, files, 'index.json');
  for (const name of FILES) {
    const bytes = fileOf(files, name);
    const { bytes: length, sha256: hash } = index.files[name];
    if (bytes?.length !== length || sha256Hex(bytes) !== hash) {
      throw new RefitFileError({ code: 'refitChanged', file: name });
    }
  }
  if (!isCalibrationOf(index, cards)) throw new RefitFileError({ code: 'refitOtherWeights' });
  const { fusion: fused, headFusion, ...model } = checked(refitModel, files, 'model.json');
  const { madeBy, madeOn, data: counts, results, ...card } = checked(refitCard, files, 'card.json');
  const arrays: Partial<ParameterArrays> = unpackWeights(model, files['weights.bin']);
  const network = networkOf(model, arrays);
  const trainedHead = headOf(arrays);
  const { covariates, image } = results;
  const agree =
    (results.fused === null) === (fused === null) &&
    [image, headFusion].every((one) => (one === null) === (trainedHead === null));
  if (!agree || network === null) throw new RefitFileError({ code: 'refitDamaged' });
  return refitAlone(
    { weights: index.weights, madeBy, madeOn },
    {
      ...counts,
      ...card,
      network,
      covariates,
      fused: results.fused && fused && { ...results.fused, fusion: fused },
      image: image &&
        trainedHead &&
        headFusion && { ...image, head: trainedHead, fused: { ...image.fused, fusion: headFusion } },
    },
  );
}

/** null where there is none. @throws RefitFileError where it is none that could be run */
function headOf({ headScaling: scaling, headMembers: members }: Partial<ParameterArrays>): RefittedHead | null {
  if (!scaling && !members) return null;
  if (!scaling || !members || !isHead({ scaling, members })) throw new RefitFileError({ code: 'refitDamaged' });
  return { scaling, members };
}

/** null if the number of its parameters does not match its inputs. */
function networkOf(
  model: Pick<v.InferOutput<typeof refitModel>, 'inputs' | 'band' | 'followUpYears'>,
  { scaling, mean, covariance, members }: Partial<ParameterArrays>,
): RefittedNetwork | null {
  const p = model.inputs.length;
  if (!scaling || !mean || !covariance || !members) return null;
  const fits =
    scaling.length === 4 * p &&
    mean.length === p &&
    covariance.length === p * p &&
    members.length > 0 &&
    members.length % (2 * (p + 1)) === 0;
  const { inputs: names, band: widened, followUpYears } = model;
  return fits && [scaling, mean, covariance, members].every((values) => values.every(Number.isFinite))
    ? { inputs: names, scaling, mean, covariance, members, band: widened, followUpYears }
    : null;
}

const fileOf = (files: RefitFiles, name: string): Uint8Array | null =>
  Object.hasOwn(files, name) ? files[name] : null;

/** @throws RefitFileError */
function checked<T extends v.GenericSchema>(schema: T, files: RefitFiles, name: string): v.InferOutput<T> {
  const read = v.safeParse(schema, parsed(fileOf(files, name)));
  if (!read.success) throw new RefitFileError({ code: 'refitDamaged' });
  return read.output;
}

function parsed(bytes: Uint8Array | null): unknown {
  try {
    return bytes && JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

/** The folder as one file. */
export const zipRefit = (files: RefitFiles): Uint8Array => zipSync({ ...files }, { mtime: EPOCH });
/** The earliest date that a zip can hold: the same refit is the same file. */
const EPOCH = new Date(1980, 0, 1);

/** @throws RefitFileError where it is not a zip of a refit's files */
export function unzipRefit(bytes: Uint8Array): RefitFiles {
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => REFIT_FILES.some((one) => one === name) && originalSize <= MOST_BYTES,
    });
  } catch (error) {
    throw new RefitFileError({ code: 'notARefit' }, { cause: error });
  }
}
