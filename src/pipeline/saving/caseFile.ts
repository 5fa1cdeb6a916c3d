/**
 * A case as one file, '.scarcast': a zip of manifest.json, which says what is in it, case.json, and the image's pixels where the
 * reader asks for them. By default it holds neither pixels nor who the patient is, and says so.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { strFromU8, strToU8, zipSync } from 'fflate';
import type { EditHistory } from '../../core/editing/edits.ts';
import { ScarcastError } from '../../core/errors.ts';
import { geometryHeader } from '../../core/nifti/mask.ts';
import type { GreyZoneDefinition } from '../../core/scar/thresholds.ts';
import { type Clinical, parseClinicalFile } from '../../core/patient/covariates.ts';
import { fromTypedJson, toTypedJson } from '../../core/typedJson.ts';
import { LABEL_COUNT, type Grid } from '../../core/volume/volume.ts';
import type { StackAnalysis } from '../analysing/analyse.ts';
import type { Survival } from '../analysing/analysis.ts';
import type { ScarMethod, ScarPlaces } from '../analysing/measureScar.ts';
import type { ModelCard, RanOn } from '../analysing/models.ts';
import type { OpenStudy, ReadOptions } from '../reading/readStudy.ts';
import type { InputFile, SeriesSummary, Stack, StackSource } from '../reading/study.ts';
import { migrateCase } from './migrateCase.ts';
import { isZip, zipFiles } from '../reading/zipFiles.ts';

const FORMAT = 'scarcast-case';
/** Raised whenever a file is written that an older Scarcast would read wrongly. */
const SCHEMA_VERSION = 2;
/** More than any stack that is opened has. */
const MOST_BYTES = 2 ** 29;

type CaseFileReason =
  | { readonly code: 'notACase' }
  | { readonly code: 'caseFileDamaged' }
  | { readonly code: 'caseFilePartMissing'; readonly part: string }
  | { readonly code: 'caseFilePartsDiffer' }
  | { readonly code: 'caseFileNewer'; readonly itsFormat: number; readonly latestFormat: number };

/** The file is no case, is damaged, or was written by a newer Scarcast. */
export class CaseFileError extends ScarcastError<CaseFileReason> {}

/** None of the images is the one that a case was made of. */
export class OtherImageError extends ScarcastError<{ readonly code: 'otherImage' }> {
  constructor() {
    super({ code: 'otherImage' });
  }
}

/** How the reader had scar told. */
export interface ScarChoices {
  readonly method: ScarMethod;
  readonly greyZone: GreyZoneDefinition;
  readonly places: ScarPlaces;
  /** With scar by the method; absent where that is the segmentation's own. */
  readonly labels?: Uint8Array;
}

/** Weights that made the numbers. */
export type WeightsId = Pick<ModelCard, 'name' | 'version' | 'sha256'>;

/** All that a case needs to be shown again with the same numbers. */
export interface SavedCase {
  readonly series: SeriesSummary;
  readonly grid: Grid;
  readonly source: StackSource;
  /** SHA-256 of the image's voxels as float32: tells the image again without holding it. */
  readonly imageSha256: string;
  /** null where they are not in the file. */
  readonly voxels: Float32Array | null;
  /** The patient's name as the images give it; null where it is not in the file. */
  readonly patient: string | null;
  readonly analysis: StackAnalysis;
  readonly survival: Survival;
  /** The segmentation before any correction, and the corrections that were made of it. */
  readonly network: Uint8Array;
  readonly edits: EditHistory;
  readonly clinical: Clinical;
  readonly scar: ScarChoices;
  readonly weights: readonly WeightsId[];
  readonly backend: RanOn | null;
  /** Of Scarcast. */
  readonly version: string;
}

interface Manifest {
  readonly format: typeof FORMAT;
  readonly schemaVersion: number;
  readonly about: string;
  readonly contains: { readonly pixels: boolean; readonly identity: boolean };
  /** Name to SHA-256. */
  readonly files: Readonly<Record<string, string>>;
}

export interface CaseFileContent {
  readonly pixels: boolean;
  /** The patient's name and the series' description, which are the hospital's own words. */
  readonly identity: boolean;
}

const hash = (bytes: Uint8Array): string => bytesToHex(sha256(bytes));

/** SHA-256 of an image's voxels. */
export const imageHash = ({ buffer, byteOffset, byteLength }: Float32Array): string =>
  hash(new Uint8Array(buffer, byteOffset, byteLength));

/** The bytes of a '.scarcast' file. The same case always gives the same bytes. */
export function writeCaseFile(saved: SavedCase, { pixels, identity }: CaseFileContent): Uint8Array {
  const { voxels, ...rest } = saved;
  const withPixels = pixels && voxels !== null;
  const shown: Omit<SavedCase, 'voxels'> = identity ? rest : withoutIdentity(rest);
  const contents: Record<string, Uint8Array> = { 'case.json': strToU8(toTypedJson(shown)) };
  if (withPixels) contents['pixels.f32'] = new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength);
  const manifest: Manifest = {
    format: FORMAT,
    schemaVersion: SCHEMA_VERSION,
    about: aboutContent(withPixels, identity),
    contains: { pixels: withPixels, identity },
    files: Object.fromEntries(Object.entries(contents).map(([name, bytes]) => [name, hash(bytes)])),
  };
  // The least date that a zip can hold: the file does not say when it was made.
  const mtime = new Date(1980, 0, 1);
  return zipSync({ 'manifest.json': strToU8(JSON.stringify(manifest, null, 2)), ...contents }, { mtime });
}

function withoutIdentity(saved: Omit<SavedCase, 'voxels'>): Omit<SavedCase, 'voxels'> {
  const { series, source } = saved;
  return {
    ...saved,
    patient: null,
    series: { ...series, description: '' },
    source: source.kind === 'nifti' ? { ...source, header: geometryHeader(source.header) } : source,
  };
}

function aboutContent(pixels: boolean, identity: boolean): string {
  return [
    'A case of Scarcast: segmentation, measures, covariates and curve. For research and teaching; not a medical device.',
    pixels ? 'It holds the pixels of the image.' : 'It holds no pixel of the image.',
    identity ? 'IT NAMES THE PATIENT.' : 'It does not name the patient.',
  ].join(' ');
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
  const entries = await zipFiles(file);
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
  const saved = content as Omit<SavedCase, 'voxels'>;
  const pixels = contains.pixels ? await readChecked('pixels.f32') : null;
  return checked({ ...saved, voxels: pixels && new Float32Array(pixels.slice().buffer) });
}

function parseManifest(text: string): Manifest {
  const manifest = JSON.parse(text) as Partial<Manifest>;
  if (manifest.format !== FORMAT || typeof manifest.schemaVersion !== 'number') {
    throw new CaseFileError({ code: 'notACase' });
  }
  if (manifest.schemaVersion > SCHEMA_VERSION) {
    const { schemaVersion: itsFormat } = manifest;
    throw new CaseFileError({ code: 'caseFileNewer', itsFormat, latestFormat: SCHEMA_VERSION });
  }
  const { contains, files } = manifest;
  if (!contains || !files) throw new CaseFileError({ code: 'caseFileDamaged' });
  return manifest as Manifest;
}

/** What the rest of the program relies on without asking. */
function checked(saved: SavedCase): SavedCase {
  const { grid, voxels, analysis, network, clinical, scar } = saved;
  const count = grid.size.reduce((product, n) => product * n, 1);
  const fits = [analysis.labels.labels, network, ...(scar.labels ? [scar.labels] : [])].every(
    (labels) => labels.length === count && labels.every((label) => label < LABEL_COUNT),
  );
  if (!fits || (voxels !== null && voxels.length !== count)) {
    throw new CaseFileError({ code: 'caseFilePartsDiffer' });
  }
  parseClinicalFile({ ...clinical.covariates, ...clinical.facts });
  return saved;
}

/**
 * The image that a case without pixels was made of, told by its hash among the series of a study.
 * @throws OtherImageError where it is none of them; whatever `loadStack` throws
 */
export async function findImage(
  { study, loadStack }: OpenStudy,
  { grid, imageSha256 }: Pick<SavedCase, 'grid' | 'imageSha256'>,
  options: ReadOptions,
): Promise<Stack> {
  const [columns, rows, slices] = grid.size;
  const alike = study.series.filter(
    (one) => one.usable && one.columns === columns && one.rows === rows && one.slices === slices,
  );
  for (const { id } of alike) {
    const stack = await loadStack(id, options);
    if (imageHash(stack.volume.voxels) === imageSha256) return stack;
  }
  throw new OtherImageError();
}
