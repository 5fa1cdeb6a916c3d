/** The files of the teaching room are JSON of a named kind and format: a lesson, and a student's result. */
import * as v from 'valibot';
import { ScarcastError } from '../../core/errors.ts';

export type TeachingFileKind = 'lesson' | 'result';

export type TeachingFileReason =
  | { readonly code: 'notATeachingFile'; readonly wanted: TeachingFileKind }
  | { readonly code: 'teachingFileNewer'; readonly itsFormat: number; readonly latestFormat: number }
  /** `part`: where in the file, as 'steps.2.task'; '' for the whole. */
  | { readonly code: 'teachingFileDamaged'; readonly part: string };

/** The file is not such a file, has a newer format, or a part of it breaks the format (docs/teaching.md). */
export class TeachingFileError extends ScarcastError<TeachingFileReason> {}

const FORMAT = 1;
/** More than any lesson needs; anything larger is something else. */
const MOST_CHARACTERS = 1_000_000;

/** What is at the head of such a file. */
export const head = <Kind extends TeachingFileKind>(
  kind: Kind,
): {
  readonly scarcast: v.LiteralSchema<Kind, undefined>;
  readonly format: v.LiteralSchema<typeof FORMAT, undefined>;
} => ({
  scarcast: v.literal(kind),
  format: v.literal(FORMAT),
});

/** Throws TeachingFileError. */
export function readTeachingFile<Content>(
  text: string,
  kind: TeachingFileKind,
  schema: v.GenericSchema<unknown, Content>,
): Content {
  if (text.length > MOST_CHARACTERS) throw new TeachingFileError({ code: 'notATeachingFile', wanted: kind });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new TeachingFileError({ code: 'notATeachingFile', wanted: kind }, { cause: error });
  }
  if (typeof content !== 'object' || content === null || !('scarcast' in content) || content.scarcast !== kind)
    throw new TeachingFileError({ code: 'notATeachingFile', wanted: kind });
  if ('format' in content && typeof content.format === 'number' && content.format > FORMAT)
    throw new TeachingFileError({ code: 'teachingFileNewer', itsFormat: content.format, latestFormat: FORMAT });
  const read = v.safeParse(schema, content);
  if (read.success) return read.output;
  throw new TeachingFileError({ code: 'teachingFileDamaged', part: v.getDotPath(read.issues[0]) ?? '' });
}
