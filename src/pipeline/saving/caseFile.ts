/**
 * A case as one file, '.scarcast': a zip of manifest.json, which says what is in it, case.json, and the image's pixels
 * if the reader asks for them. By default it holds neither pixels nor the patient's identity, and says so.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { strFromU8, strToU8, zipSync } from 'fflate';
import * as v from 'valibot';
import type { EditHistory } from '../../core/editing/edits.ts';
import { ScarcastError, type Bare } from '../../core/errors.ts';
import { geometryHeader } from '../../core/nifti/mask.ts';
import type { GreyZoneDefinition } from '../../core/scar/thresholds.ts';
import { type Clinical } from '../../core/patient/covariates.ts';
import { parseClinicalFile } from '../../core/patient/clinicalFile.ts';
import { fromTypedJson, toTypedJson } from '../../core/typedJson.ts';
import { marked, takeOutMarked } from '../../core/volume/noData.ts';
import { isSamePlace, type Grid } from '../../core/volume/volume.ts';
import type { StackAnalysis } from '../analysing/analyse.ts';
import type { Survival } from '../analysing/analysis.ts';
import type { ScarMethod, ScarPlaces } from '../analysing/measureScar.ts';
import type { ModelCard, RanOn } from '../analysing/models.ts';
import type { ReadOptions } from '../reading/headers.ts';
import { acrossPlane, isAskew } from '../reading/reformatted.ts';
import type { ReadableStudy } from '../reading/readStudy.ts';
import { withSpacing, type InputFile, type SeriesSummary, type Stack, type StackSource } from '../reading/study.ts';
import { caseSchema, isConsistent } from './caseSchema.ts';
import type { ReadersNotes } from './readersNotes.ts';
import { migrateCase } from './migrateCase.ts';
import { byName, sha256 as sha256Schema } from './schemaParts.ts';
import { isZip, zipFiles } from '../reading/zipFiles.ts';

const FORMAT = 'scarcast-case';
/** Raised whenever files change so that an older Scarcast would read them wrongly. */
const SCHEMA_VERSION = 6;
/** More than any stack that is opened has. */
const MOST_BYTES = 2 ** 29;

type CaseFileReason =
  | { readonly code: 'notACase' }
  | { readonly code: 'caseFileDamaged' }
  | { readonly code: 'caseFilePartMissing'; readonly part: string }
  | { readonly code: 'caseFilePartsDiffer' }
  | { readonly code: 'caseFileNewer'; readonly itsFormat: number; readonly latestFormat: number };

/** The file is not a case, is damaged, or was written by a newer Scarcast. */
export class CaseFileError extends ScarcastError<CaseFileReason> {}

/**
 * None of the images is the one that a case was made from; or one has its pixels, but not its spacing or its position.
 */
export class OtherImageError extends ScarcastError<Bare<'otherImage' | 'otherGeometry'>> {}

/** How the reader chose to find scar. */
export interface ScarChoices {
  readonly method: ScarMethod;
  readonly greyZone: GreyZoneDefinition;
  readonly places: ScarPlaces;
  /** With scar by the method; absent if that is the segmentation's own. */
  readonly labels?: Uint8Array;
}

/** Weights that made the numbers. */
export type WeightsId = Pick<ModelCard, 'name' | 'version' | 'sha256'>;

/** Everything needed to show a case again with the same numbers. */
export interface SavedCase {
  readonly series: SeriesSummary;
  readonly grid: Grid;
  readonly source: StackSource;
  /** SHA-256 of the image's voxels as float32: identifies the image without holding it. */
  readonly imageSha256: string;
  /** null where they are not in the file. */
  readonly voxels: Float32Array | null;
  /** 1 where the image holds no value: in the file those voxels are NaN. null where every voxel has one. */
  readonly noData: Uint8Array | null;
  /** The patient's name as the images give it; null where it is not in the file. */
  readonly patient: string | null;
  readonly analysis: StackAnalysis;
  readonly survival: Survival;
  /** The segmentation before any correction, and the corrections that were made to it. */
  readonly network: Uint8Array;
  readonly edits: EditHistory;
  readonly clinical: Clinical;
  readonly notes: ReadersNotes;
  readonly scar: ScarChoices;
  readonly weights: readonly WeightsId[];
  readonly backend: RanOn | null;
  /** Of Scarcast. */
  readonly version: string;
}

const manifestSchema = v.object({
  format: v.literal(FORMAT),
  schemaVersion: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  about: v.string(),
  contains: v.object({ pixels: v.boolean(), identity: v.boolean() }),
  /** Name to SHA-256. */
  files: byName(sha256Schema),
});
type Manifest = v.InferOutput<typeof manifestSchema>;

export interface CaseFileContent {
  readonly pixels: boolean;
  /** The patient's name and the series' description, which are the hospital's own words. */
  readonly identity: boolean;
  /** What the file is and holds, in words, for anyone who unpacks it. */
  readonly about: string;
}

const hash = (bytes: Uint8Array): string => bytesToHex(sha256(bytes));

/** SHA-256 of an image's voxels. */
export const imageHash = ({ buffer, byteOffset, byteLength }: Float32Array): string =>
  hash(new Uint8Array(buffer, byteOffset, byteLength));

/** The bytes of a '.scarcast' file. The same case always gives the same bytes. */
export function writeCaseFile(saved: SavedCase, { pixels, identity, about }: CaseFileContent): Uint8Array {
  const { voxels, noData, ...rest } = saved;
  const withPixels = pixels && voxels !== null;
  const shown: CaseWithoutPixels = identity ? rest : withoutIdentity(rest);
  const contents: Record<string, Uint8Array> = { 'case.json': strToU8(toTypedJson(checked(shown))) };
  if (withPixels) {
    const { buffer, byteOffset, byteLength } = noData ? marked(voxels, noData) : voxels;
    contents['pixels.f32'] = new Uint8Array(buffer, byteOffset, byteLength);
  }
  const manifest: Manifest = {
    format: FORMAT,
    schemaVersion: SCHEMA_VERSION,
    about,
    contains: { pixels: withPixels, identity },
    files: Object.fromEntries(Object.entries(contents).map(([name, bytes]) => [name, hash(bytes)])),
  };
  // The earliest date that a zip can hold: the file does not say when it was made.
  const mtime = new Date(1980, 0, 1);
  return zipSync({ 'manifest.json': strToU8(JSON.stringify(manifest, null, 2)), ...contents }, { mtime });
}

type CaseWithoutPixels = Omit<SavedCase, 'voxels' | 'noData'>;

function withoutIdentity(saved: CaseWithoutPixels): CaseWithoutPixels {
  const { series, source } = saved;
  return {
    ...saved,
    patient: null,
    series: { ...series, description: '' },
    source: source.kind === 'nifti' ? { ...source, header: geometryHeader(source.header) } : source,
  };
}

/**
 * Reads a '.scarcast' file.
 * @throws CaseFileError for one of a later format and anything else that is not as it was written
 */
export async function readCaseFile(file: InputFile): Promise<SavedCase> {
  try {
    return await readCase(file);
  } catch (error) {
    if (error instanceof CaseFileError) throw error;
    throw new CaseFileError({ code: 'caseFileDamaged' }, { cause: error });
  }
}

async function readCase(file: InputFile): Promise<SavedCase> {
  if (!isZip(await file.read(0, 32))) throw new CaseFileError({ code: 'notACase' });
  // Empty labels of a large image pack a thousandfold.
  const entries = await zipFiles(file, () => MOST_BYTES);
  const read = (name: string): Promise<Uint8Array> => {
    const entry = entries.find(({ path }) => path === `${file.path}/${name}`);
    if (!entry || entry.size > MOST_BYTES) throw new CaseFileError({ code: 'caseFilePartMissing', part: name });
    return entry.read();
  };
  const { contains, files, schemaVersion } = parseManifest(strFromU8(await read('manifest.json')));
  const readChecked = async (name: string): Promise<Uint8Array> => {
    const bytes = await read(name);
    if (hash(bytes) !== files[name]) throw new CaseFileError({ code: 'caseFileDamaged' });
    return bytes;
  };
  const content = migrateCase(fromTypedJson(strFromU8(await readChecked('case.json'))), schemaVersion);
  const saved = checked(content);
  if (!contains.pixels) return { ...saved, voxels: null, noData: null };
  const pixels = await readChecked('pixels.f32');
  if (pixels.length !== 4 * saved.network.length) throw new CaseFileError({ code: 'caseFilePartsDiffer' });
  const voxels = new Float32Array(pixels.slice().buffer);
  return { ...saved, noData: takeOutMarked(voxels), voxels };
}

function parseManifest(text: string): Manifest {
  const json: unknown = JSON.parse(text);
  if (!v.is(v.object({ format: v.literal(FORMAT), schemaVersion: v.number() }), json)) {
    throw new CaseFileError({ code: 'notACase' });
  }
  const { schemaVersion: itsFormat } = json;
  if (itsFormat > SCHEMA_VERSION) {
    throw new CaseFileError({ code: 'caseFileNewer', itsFormat, latestFormat: SCHEMA_VERSION });
  }
  const parsed = v.safeParse(manifestSchema, json);
  if (!parsed.success) throw new CaseFileError({ code: 'caseFileDamaged' });
  return parsed.output;
}

/** The parts of a case.json that fit its schema and each other. */
function checked(content: unknown): CaseWithoutPixels {
  const parsed = v.safeParse(caseSchema, content);
  if (!parsed.success || !isConsistent(parsed.output)) throw new CaseFileError({ code: 'caseFilePartsDiffer' });
  const { covariates, facts } = parsed.output.clinical;
  return { ...parsed.output, clinical: parseClinicalFile({ ...covariates, ...facts }) };
}

/**
 * The image from which a case without pixels was made, found among the series of a study by its hash, its spacing and
 * its position.
 * @throws OtherImageError where it is none of them; whatever `loadStack` throws
 */
export async function findImage(
  { study, loadStack }: Pick<ReadableStudy, 'study' | 'loadStack'>,
  { grid, imageSha256, source }: Pick<SavedCase, 'grid' | 'imageSha256' | 'source'>,
  options: ReadOptions,
): Promise<Stack> {
  const [columns, rows, slices] = grid.size;
  const plane = source.kind === 'reformatted' ? source.plane : null;
  const alike = study.series.filter(
    (one) => one.usable && (plane || (one.columns === columns && one.rows === rows && one.slices === slices)),
  );
  let code: OtherImageError['reason']['code'] = 'otherImage';
  for (const { id } of alike) {
    const loaded = await loadStack(id, options);
    if (plane && !isAskew(loaded)) continue;
    const read = plane ? acrossPlane(loaded, plane, 'reader') : loaded;
    if (imageHash(read.volume.voxels) !== imageSha256) continue;
    // Lengths that the reader entered belong to the case.
    const isByHand = read.volume.lengthsUnknown !== undefined && grid.lengthsUnknown === undefined;
    const stack = isByHand ? withSpacing(read, grid.spacing) : read;
    if (isSamePlace(stack.volume, grid)) return stack;
    code = 'otherGeometry';
  }
  throw new OtherImageError({ code });
}
