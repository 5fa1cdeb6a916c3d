import { ScarcastError } from '../../core/errors.ts';
import type { DroppedFile } from '../../workers/protocol.ts';

export interface DropReason {
  readonly code: 'unreadableDrop';
  readonly path: string;
  /** The browser's own text. */
  readonly detail: string;
}

/** The system would not give a dropped file or folder. */
export class UnreadableDropError extends ScarcastError<DropReason> {
  constructor(path: string, cause: DOMException) {
    super({ code: 'unreadableDrop', path, detail: cause.message }, { cause });
  }
}

/** Files that a person picked, with their path inside a picked folder. */
export function pickedFiles(list: FileList): DroppedFile[] {
  return [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

type Handle = FileSystemDirectoryHandle | FileSystemFileHandle;

/** What Chromium has besides the entries of a drop, and TypeScript does not know. */
interface ItemWithHandle {
  getAsFileSystemHandle?(): Promise<Handle | null>;
}

/** All files of a drop, with folders opened recursively. Throws UnreadableDropError. */
export async function droppedFiles(transfer: DataTransfer): Promise<DroppedFile[]> {
  // The list is empty as soon as the event is over: take everything before the first wait.
  const found = [...transfer.items].map((item): Promise<DroppedFile[]> => {
    const entry = item.webkitGetAsEntry();
    const file = item.getAsFile();
    if (!entry || !isFolder(entry)) return Promise.resolve(file ? [{ path: file.name, file }] : []);
    // On file:// Chromium refuses to read an entry, but gives a handle.
    const handle = location.protocol === 'file:' ? (item as ItemWithHandle).getAsFileSystemHandle?.() : undefined;
    return handle ? filesBehind(handle, entry.name) : filesOf(entry);
  });
  return (await Promise.all(found)).flat();
}

async function filesBehind(dropped: Promise<Handle | null>, path: string): Promise<DroppedFile[]> {
  try {
    const handle = await dropped;
    const files: DroppedFile[] = [];
    if (handle) await collect(handle, path, files);
    return files;
  } catch (error) {
    throw error instanceof DOMException ? new UnreadableDropError(path, error) : error;
  }
}

async function collect(handle: Handle, path: string, files: DroppedFile[]): Promise<void> {
  if (handle.kind === 'file') {
    files.push({ path, file: await handle.getFile() });
    return;
  }
  for await (const inner of handle.values()) await collect(inner, `${path}/${inner.name}`, files);
}

async function filesOf(entry: FileSystemEntry): Promise<DroppedFile[]> {
  const path = entry.fullPath.replace(/^\//, '');
  const refuse =
    (reject: (error: Error) => void) =>
    (cause: DOMException): void =>
      reject(new UnreadableDropError(path, cause));
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, refuse(reject)));
    return [{ path, file }];
  }
  if (!isFolder(entry)) return [];
  const reader = entry.createReader();
  const files: DroppedFile[] = [];
  for (;;) {
    // A folder is read in parts, the last one empty.
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, refuse(reject)));
    if (part.length === 0) return files;
    // The files of a part at once, because each waits for the system; but folders in turn, so that thousands of answers
    // do not come at once.
    const inside = await Promise.all(part.map((inner) => (isFile(inner) ? filesOf(inner) : Promise.resolve(null))));
    for (const [i, found] of inside.entries()) for (const file of found ?? (await filesOf(part[i]))) files.push(file);
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
