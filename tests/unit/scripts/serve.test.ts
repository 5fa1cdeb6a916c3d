import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Served } from '../../../scripts/serve.ts';

const BASE = '/apps/scarcast/';
const PAGE = '<!doctype html><title>page</title>';
const SCRIPT = 'export const zeros = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];\n'.repeat(20);

let folder: string;
let served: Served;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scarcast-serve-'));
  mkdirSync(join(folder, 'build/assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'outside of the build');
  writeFileSync(join(folder, 'build/index.html'), PAGE);
  writeFileSync(join(folder, 'build/assets/main-1a2b.js'), SCRIPT);
  writeFileSync(join(folder, 'build/assets/net.wasm'), Buffer.from([0, 97, 115, 109]));
  served = await serve(join(folder, 'build'), { port: 0, base: BASE });
});

afterAll(async () => {
  await served.close();
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends the path unchanged: fetch would resolve '..' first. */
function ask(path: string, options: { method?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
  return new Promise((answered, fail) => {
    request({ host: '127.0.0.1', port: new URL(served.url).port, path, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        answered({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    })
      .on('error', fail)
      .end();
  });
}

describe('serve', () => {
  it('gives the page at its base, and nothing at other paths', async () => {
    expect((await ask(BASE)).body.toString()).toBe(PAGE);
    expect((await ask('/apps/scarcast')).headers.location).toBe(BASE);
    expect((await ask('/')).status).toBe(404);
    expect((await ask('/assets/main-1a2b.js')).status).toBe(404);
  });

  it.each(['br', 'gzip'])('compresses by %s what the browser accepts compressed', async (coding) => {
    const { headers, body } = await ask(`${BASE}assets/main-1a2b.js`, { headers: { 'Accept-Encoding': coding } });
    expect(headers['content-encoding']).toBe(coding);
    expect(body.length).toBeLessThan(SCRIPT.length / 4);
    expect((coding === 'br' ? brotliDecompressSync(body) : gunzipSync(body)).toString()).toBe(SCRIPT);
  });

  it('serves a page that was built anew', async () => {
    const gzipped = { headers: { 'Accept-Encoding': 'gzip' } };
    await ask(BASE, gzipped);
    const newer = PAGE.replace('page', 'newer');
    writeFileSync(join(folder, 'build/index.html'), newer);
    expect(gunzipSync((await ask(BASE, gzipped)).body).toString()).toBe(newer);
    writeFileSync(join(folder, 'build/index.html'), PAGE);
  });

  it('names the types without which a browser refuses a module or compiles WASM slowly', async () => {
    expect((await ask(`${BASE}assets/main-1a2b.js`)).headers['content-type']).toContain('text/javascript');
    expect((await ask(`${BASE}assets/net.wasm`)).headers['content-type']).toBe('application/wasm');
  });

  it.each([
    '../secret.txt',
    '%2e%2e/secret.txt',
    '..%2fsecret.txt',
    'assets/..%2f..%2fsecret.txt',
    '%00',
    '%',
    'assets',
  ])('finds no file at %s', async (path) => {
    expect((await ask(BASE + path)).status).toBe(404);
  });

  it('takes nothing: GET and HEAD only', async () => {
    expect((await ask(BASE, { method: 'POST' })).status).toBe(405);
    expect((await ask(BASE, { method: 'PUT' })).status).toBe(405);
    const head = await ask(BASE, { method: 'HEAD' });
    expect([head.status, head.body.length]).toEqual([200, 0]);
  });

  it('sends no security header: the page must be safe by its own policy', async () => {
    const sent = Object.keys((await ask(BASE)).headers).sort();
    expect(sent).toEqual([
      'cache-control',
      'connection',
      'content-type',
      'date',
      'keep-alive',
      'transfer-encoding',
      'vary',
    ]);
  });

  it('takes the next port where one is taken', async () => {
    const taken = Number(new URL(served.url).port);
    const second = await serve(join(folder, 'build'), { port: taken, base: '/' });
    expect(Number(new URL(second.url).port)).toBeGreaterThan(taken);
    await second.close();
  });
});
