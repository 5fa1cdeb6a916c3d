import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of a Firefox to test in: FIREFOX_PATH, otherwise the usual places; null where there is none. */
export function findFirefox(): string | null {
  const named = process.env.FIREFOX_PATH;
  if (named) return named;
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/bin',
    '/Applications/Firefox.app/Contents/MacOS',
  ];
  return folders.flatMap((folder) => [join(folder, 'firefox-esr'), join(folder, 'firefox')]).find(existsSync) ?? null;
}
