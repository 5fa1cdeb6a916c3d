/** Which files of a folder belong to one patient's study, and to whom. */
/**
 * How a study gets its id: 'table' takes the folder or file whose name is an id of the table, at any depth; 'folder' the outermost folder,
 * or the name of a file outside any folder; 'patientId' the Patient ID in the images.
 */
export const ID_RULES = ['table', 'folder', 'patientId'] as const;
export type IdRule = (typeof ID_RULES)[number];

/** Two folders have the same id: they may be of two patients. */
export interface StudyPlaceFault {
  readonly code: 'studyInSeveralPlaces';
  readonly places: number;
}

/** Files of one study, as they were given. */
export interface FoundStudy<F> {
  readonly id: string;
  readonly files: readonly F[];
  readonly fault: StudyPlaceFault | null;
}

export interface FoundStudies<F> {
  readonly studies: readonly FoundStudy<F>[];
  /** Files that could not be assigned to a study. */
  readonly unplaced: number;
}

const ENDINGS = /(\.nii)?(\.gz|\.zip|\.nii|\.hdr|\.img|\.nrrd|\.nhdr|\.raw|\.dcm)?$/i;
/** 'p01_lge' and 'p01-mask' belong to 'p01'. */
const FIRST_PART = /^[^_\s]+/;

/** The parts of a path that may be an id: each of its folders, the file's name without its extension, and the part of that before a '_'. */
function candidates(path: string): { readonly id: string; readonly folder: string | null }[] {
  const parts = path.split('/');
  const file = parts[parts.length - 1].replace(ENDINGS, '');
  return [
    ...parts.slice(0, -1).map((id, depth) => ({ id, folder: parts.slice(0, depth + 1).join('/') })),
    { id: file, folder: null },
    { id: FIRST_PART.exec(file)?.[0] ?? file, folder: null },
  ];
}

/**
 * Sorts files into studies by their paths. Files named after a patient are one study wherever they are; folders of the same name in two
 * places are a fault, because site A's patient 1 is not site B's.
 * @param ids the table's ids; null takes the outermost folder of each path, or the name of a file outside any folder
 */
export function studiesByPath<F extends { readonly path: string }>(
  files: readonly F[],
  ids: ReadonlySet<string> | null,
): FoundStudies<F> {
  const found = new Map<string, { files: F[]; folders: Set<string> }>();
  let unplaced = 0;
  for (const file of files) {
    const some = candidates(file.path);
    const own = some.find(({ id }) => ids?.has(id)) ?? some[0];
    if (own.id === '' || isHidden(file.path)) {
      unplaced += 1;
      continue;
    }
    const study = found.get(own.id) ?? { files: [], folders: new Set() };
    study.files.push(file);
    if (own.folder !== null) study.folders.add(own.folder);
    found.set(own.id, study);
  }
  return {
    unplaced,
    studies: [...found].sort(byId).map(([id, study]) => ({
      id,
      files: study.files,
      fault: study.folders.size > 1 ? { code: 'studyInSeveralPlaces', places: study.folders.size } : null,
    })),
  };
}

/** A browser lists a folder in no particular order. */
const byId = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

/** Files that an operating system leaves behind. */
const isHidden = (path: string): boolean => path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');

/** Removes the one folder that holds all of the files: people often drop the folder around the studies. */
export function withoutCommonFolder<F extends { readonly path: string }>(
  files: readonly F[],
): (F & { readonly path: string })[] {
  const first = files.at(0)?.path.split('/')[0];
  const isCommon = first !== undefined && files.every(({ path }) => path.startsWith(`${first}/`));
  return isCommon ? files.map((file) => ({ ...file, path: file.path.slice(first.length + 1) })) : [...files];
}
