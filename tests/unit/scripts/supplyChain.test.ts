/** What is installed and built in is exactly what the lock file says, and none of it runs during installation. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const read = (file: string): string => readFileSync(`${ROOT}${file}`, 'utf8');

/** With its final slash: registry.npmjs.org.example.com is another host. */
const REGISTRY = 'https://registry.npmjs.org/';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly integrity?: string; readonly resolved?: string }>>;
}

interface Sbom {
  readonly bomFormat: string;
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly hashes?: readonly { readonly content: string }[];
  }[];
}

describe('the supply chain', () => {
  const manifest = JSON.parse(read('package.json')) as Manifest;

  it('names one exact version of every package', () => {
    const overrides = Object.entries(manifest.overrides).flatMap(([name, version]) =>
      typeof version === 'string' ? [[name, version]] : Object.entries(version),
    );
    const asked = [...Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }), ...overrides];
    expect(asked.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it('runs no script of a package on installing it', () => {
    expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m);
  });

  it('checks every package against its hash, from the registry and nowhere else', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as Lock;
    const foreign = Object.entries(packages).filter(
      ([path, { integrity, resolved }]) =>
        path !== '' && (!integrity?.startsWith('sha512-') || !(resolved ?? REGISTRY).startsWith(REGISTRY)),
    );
    expect(foreign.map(([path]) => path)).toEqual([]);
  });

  it('is written as a bill of materials by a command, the tools too, each part with its hash', () => {
    const sbom = JSON.parse(execFileSync('npm', ['run', '--silent', 'sbom'], { cwd: ROOT, encoding: 'utf8' })) as Sbom;
    expect(sbom.bomFormat).toBe('CycloneDX');
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      expect(sbom.components).toContainEqual(expect.objectContaining({ name, version }));
    }
    expect(sbom.components.filter(({ hashes }) => !hashes || hashes.length === 0)).toEqual([]);
  });
});
