/** The recipes in hosting/, each run in its own server where that is installed, on a small folder that looks like a build. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const START_MS = 10_000;
const SCRIPT = 'export const zeros = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];\n'.repeat(60);

interface Recipe {
  readonly server: string;
  readonly file: string;
  readonly program: string;
  /** The configuration around the recipe, and how the server is started with it. */
  readonly start: (
    recipe: string,
    folder: string,
  ) => { readonly config: string; readonly args: (path: string) => string[] };
}

const RECIPES: readonly Recipe[] = [
  {
    server: 'nginx',
    file: 'hosting/nginx.conf',
    program: '/usr/sbin/nginx',
    start: (recipe, folder) => ({
      config: `pid ${folder}/nginx.pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n')}\ninclude /etc/nginx/mime.types;\n${recipe}\n}\n`,
      args: (path) => ['-p', folder, '-g', `daemon off;${process.getuid?.() === 0 ? ' user root;' : ''}`, '-c', path],
    }),
  },
  {
    server: 'caddy',
    file: 'hosting/Caddyfile',
    program: '/usr/bin/caddy',
    start: (recipe, folder) => ({
      config: `{\n\tadmin off\n\tauto_https off\n\tstorage file_system ${folder}/caddy\n}\n${recipe}`,
      args: (path) => ['run', '--adapter', 'caddyfile', '--config', path],
    }),
  },
  {
    server: 'apache',
    file: 'hosting/apache.conf',
    program: '/usr/sbin/apache2',
    start: (recipe, folder) => ({
      config: `ServerName localhost\nListen 127.0.0.1:8080\nPidFile ${folder}/apache.pid\nErrorLog ${folder}/apache.log\nDefaultRuntimeDir ${folder}\nTypesConfig /etc/mime.types\n${process.getuid?.() === 0 ? 'User www-data\nGroup www-data\n' : ''}${recipe}`,
      args: (path) => ['-f', path, '-DFOREGROUND'],
    }),
  },
];

const APACHE_MODULES = ['mpm_event', 'authz_core', 'alias', 'deflate', 'dir', 'filter', 'headers', 'mime'];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

for (const { server, file, program, start } of RECIPES) {
  const isThere = existsSync(program);
  describe.skipIf(!isThere)(
    isThere ? `the recipe for ${server}` : `the recipe for ${server} (install ${server})`,
    () => {
      let folder: string;
      let child: ChildProcess;
      let url: string;

      beforeAll(async () => {
        folder = mkdtempSync(join(tmpdir(), 'scarcast-hosting-'));
        mkdirSync(join(folder, 'www/scarcast/assets'), { recursive: true, mode: 0o755 });
        for (const [path, content] of [
          ['index.html', '<!doctype html><title>Scarcast</title>'],
          ['serviceWorker.js', SCRIPT],
          ['assets/index-1a2b.js', SCRIPT],
          ['assets/net-1a2b.wasm', '\0asm'],
        ]) {
          writeFileSync(join(folder, 'www/scarcast', path), content);
        }
        const port = await freePort();
        const modules =
          server === 'apache'
            ? APACHE_MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so\n`).join(
                '',
              )
            : '';
        const { config, args } = start(readFileSync(file, 'utf8').replaceAll('/srv/www', `${folder}/www`), folder);
        const path = join(folder, 'config');
        writeFileSync(path, (modules + config).replaceAll('8080', String(port)));
        // A worker of another user must be able to read what root created.
        for (const opened of [folder]) spawn('chmod', ['755', opened]);
        child = spawn(program, args(path), { stdio: ['ignore', 'ignore', 'pipe'] });
        let said = '';
        child.stderr?.on('data', (text) => (said += String(text)));
        url = `http://127.0.0.1:${port}/scarcast/`;
        for (const end = performance.now() + START_MS; ; await wait(50)) {
          if (
            await fetch(url).then(
              ({ ok }) => ok,
              () => false,
            )
          )
            return;
          if (performance.now() > end || child.exitCode !== null) throw new Error(`${server} does not serve: ${said}`);
        }
      }, 2 * START_MS);

      afterAll(() => {
        child.kill();
        rmSync(folder, { recursive: true, force: true });
      });

      it('serves the page with the policy, and finds it without a final slash', async () => {
        const page = await fetch(url);
        const policy = /content="(default-src 'none'[^"]*)"/.exec(readFileSync('index.html', 'utf8'))?.[1];
        expect(page.headers.get('content-security-policy')).toBe(`${policy}; frame-ancestors 'none'`);
        expect(page.headers.get('x-content-type-options')).toBe('nosniff');
        const bare = await fetch(url.slice(0, -1), { redirect: 'manual' });
        expect(bare.status).toBe(301);
        expect(new URL(bare.headers.get('location') ?? '', url).pathname).toBe('/scarcast/');
      });

      it('keeps for good only what has its hash in its name, packs it, and names its type', async () => {
        const script = await fetch(`${url}assets/index-1a2b.js`);
        expect(script.headers.get('cache-control')).toContain('immutable');
        expect(script.headers.get('content-encoding')).toBe('gzip');
        expect(script.headers.get('content-type')).toMatch(/^(text|application)\/javascript/);
        expect((await fetch(`${url}assets/net-1a2b.wasm`)).headers.get('content-type')).toBe('application/wasm');
        for (const path of ['', 'serviceWorker.js']) {
          expect((await fetch(url + path)).headers.get('cache-control'), path).toBe('no-cache');
        }
      });

      it('takes nothing, and has nothing else', async () => {
        expect([403, 405]).toContain((await fetch(url, { method: 'POST', body: 'patient' })).status);
        expect((await fetch(`${url}none.js`)).status).toBe(404);
      });
    },
  );
}

describe('the Dockerfile', () => {
  const lines = readFileSync('Dockerfile', 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const of = (instruction: string): string[][] =>
    lines.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.split(/\s+/).slice(1));

  it('names exact images or its own stages, and a Node that the project runs on', () => {
    const stages = of('FROM').flatMap(([, , name]) => (name === undefined ? [] : [name]));
    for (const [image] of of('FROM')) {
      if (!stages.includes(image)) expect(image).toMatch(/^[\w/-]+:\d+\.\d+\.\d+-[\w-]+$/);
    }
    const [, major, minor] = /^node:(\d+)\.(\d+)\./.exec(of('FROM')[0][0]) ?? [];
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
    const [, least, leastMinor] = /\^(\d+)\.(\d+)/.exec(engines.node) ?? [];
    expect(major).toBe(least);
    expect(Number(minor)).toBeGreaterThanOrEqual(Number(leastMinor));
  });

  it('copies what is there, to where the recipe for nginx serves it, and opens its port', () => {
    const recipe = readFileSync('hosting/nginx.conf', 'utf8');
    const [, root] = /root (\S+);/.exec(recipe) ?? [];
    const [, port] = /listen (\d+);/.exec(recipe) ?? [];
    const [[workdir]] = of('WORKDIR');
    const ignored = readFileSync('.dockerignore', 'utf8').split('\n');
    expect(of('COPY')).toEqual([
      ['.', '.'],
      ['hosting/nginx.conf', '/etc/nginx/conf.d/default.conf'],
      ['--from=build', `${workdir}/dist`, `${root}/scarcast`],
    ]);
    expect(of('EXPOSE')).toEqual([[port]]);
    // What the build needs is in the repository, and its history and packages are not copied.
    for (const path of ['hosting', 'package.json', 'package-lock.json', 'src', 'index.html', 'vite.config.ts']) {
      expect(existsSync(path)).toBe(true);
      expect(ignored).not.toContain(path);
    }
    expect(ignored).toEqual(expect.arrayContaining(['.git', 'node_modules', 'dist']));
  });

  it('has nothing but instructions that Docker knows, and as its last stage one without a tool', () => {
    for (const line of lines) expect(line).toMatch(/^(FROM|WORKDIR|COPY|RUN|EXPOSE|ENV|USER|ENTRYPOINT) /);
    expect(of('FROM').at(-1)?.[0]).toMatch(/^nginxinc\/nginx-unprivileged:/);
  });
});
