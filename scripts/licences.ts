import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';

/** Those that a package in the build may have: each requires only that its text is included. */
const LICENCES_OF_THE_BUILD = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'OFL-1.1',
  'Unlicense',
  'Zlib',
] as const;

interface PackageFile {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** The packages whose code or files the bundles of one build hold. */
export interface BundledPackages {
  /** For the page's bundle and for each worker's. */
  readonly collect: () => Plugin;
  /** Name, version, licence and its text, of each; throws where one has a licence that is not in the list. */
  readonly text: () => string;
}

/** The folder of the package that a module or a file belongs to; null for our own. */
const folderOf = (path: string): string | null =>
  /^(?!\0)(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path.replaceAll('\\', '/'))?.[1] ?? null;

export function bundledPackages(root: string): BundledPackages {
  const folders = new Set<string>();
  return {
    collect: () => ({
      name: 'collect-bundled-packages',
      generateBundle(_options, bundle) {
        for (const output of Object.values(bundle)) {
          const paths = output.type === 'chunk' ? output.moduleIds : output.originalFileNames;
          for (const folder of paths.map((path) => folderOf(path))) {
            // A module's path is absolute, an asset's is below the root.
            if (folder !== null) folders.add(realpathSync(resolve(root, folder)));
          }
        }
      },
    }),
    text: () =>
      `${[...folders]
        .map((folder) => licenceOf(folder, root))
        .sort()
        .join(RULE)}\n`,
  };
}

const RULE = `\n\n${'-'.repeat(80)}\n\n`;

function licenceOf(folder: string, root: string): string {
  const {
    name,
    version,
    license = 'none',
  } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageFile;
  const allowed: readonly string[] = LICENCES_OF_THE_BUILD;
  if (!(license.match(/[\w.-]+/g) ?? []).every((id) => id === 'AND' || allowed.includes(id))) {
    throw new Error(`${name} ${version} has the licence ${license}, which the build may not hold.`);
  }
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice|copying)/i.test(file));
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  // The text is the same for everyone who uses it, and some packages leave it out.
  if (texts.length === 0 && license === 'Apache-2.0') texts.push(readFileSync(join(root, 'LICENSE'), 'utf8').trim());
  return [`${name} ${version}: ${license}`, ...texts].join('\n\n');
}
