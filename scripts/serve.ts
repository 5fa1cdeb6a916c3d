import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.bin': 'application/octet-stream',
  '.woff2': 'font/woff2',
};

/** Already compressed inside. */
const INCOMPRESSIBLE = new Set(['.png', '.woff2']);

const PORTS_TRIED = 20;

type Coding = 'br' | 'gzip' | 'identity';

const compress: Readonly<Record<Coding, (body: Buffer) => Promise<Buffer>>> = {
  // Quality 5: within a few per cent of the best, and a first visit does not have to wait seconds for it.
  br: (body) => promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (body) => promisify(gzip)(body),
  identity: (body) => Promise.resolve(body),
};

/** By coding and file, with what was compressed: after a new build the new page is served. Tests serve one build many times. */
const compressed = new Map<string, { readonly body: Buffer; readonly coded: Promise<Buffer> }>();

export interface Served {
  /** With the base and a '/' at its end. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the files of a folder on 127.0.0.1, as a plain static host does: GET and HEAD only, compressed, and with no
 * security header, so that the page's safety comes from its own policy.
 * @param folder the build
 * @param options.port the first port to try; 0 for any free one
 * @param options.base the path under which the build is served, e.g. '/' or '/apps/scarcast/'
 */
export async function serve(folder: string, options: { port: number; base: string }): Promise<Served> {
  const root = resolve(folder);
  const { base } = options;
  /** The file that a request names, or null for one that is outside the folder or is not a file name at all. */
  function fileOf(pathname: string): string | null {
    let path: string;
    try {
      path = decodeURIComponent(pathname.slice(base.length));
    } catch {
      return null;
    }
    if (path.includes('\0')) return null;
    const file = normalize(join(root, path === '' || path.endsWith('/') ? `${path}index.html` : path));
    return file.startsWith(root + sep) ? file : null;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const end = (status: number, headers: Record<string, string>, body: Buffer | string): void => {
      response.writeHead(status, headers);
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    const text = { 'Content-Type': 'text/plain; charset=utf-8' };
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      end(405, { ...text, Allow: 'GET, HEAD' }, 'Only GET and HEAD.\n');
      return;
    }
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (`${pathname}/` === base) {
      end(301, { ...text, Location: base }, 'Moved.\n');
      return;
    }
    const file = pathname.startsWith(base) ? fileOf(pathname) : null;
    const body = file === null ? null : await readFile(file).catch(ignoreMissing);
    if (file === null || body === null) {
      end(404, text, 'No such file.\n');
      return;
    }
    const extension = extname(file);
    const accepted = String(request.headers['accept-encoding'] ?? '');
    const coding: Coding = INCOMPRESSIBLE.has(extension)
      ? 'identity'
      : /\bbr\b/.test(accepted)
        ? 'br'
        : /\bgzip\b/.test(accepted)
          ? 'gzip'
          : 'identity';
    const key = `${coding} ${file}`;
    const before = compressed.get(key);
    const coded = before?.body.equals(body) ? before.coded : compress[coding](body);
    compressed.set(key, { body, coded });
    end(
      200,
      {
        'Content-Type': CONTENT_TYPES[extension] ?? 'application/octet-stream',
        'Cache-Control': pathname.startsWith(`${base}assets/`) ? 'public, max-age=31536000, immutable' : 'no-cache',
        Vary: 'Accept-Encoding',
        ...(coding === 'identity' ? {} : { 'Content-Encoding': coding }),
      },
      await coded,
    );
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      process.stderr.write(`${request.method} ${request.url}: ${String(error)}\n`);
      response.destroy();
    });
  });
  const port = await listen(server, options.port);
  return {
    url: `http://127.0.0.1:${port}${base}`,
    close: () =>
      new Promise((done, fail) => {
        server.close((error) => (error ? fail(error) : done()));
        server.closeAllConnections();
      }),
  };
}

function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'EISDIR' || error.code === 'ENOTDIR') return null;
  throw error;
}

async function listen(server: ReturnType<typeof createServer>, firstPort: number): Promise<number> {
  for (let port = firstPort; ; port++) {
    try {
      await new Promise<void>((listening, fail) => {
        server.once('error', fail);
        server.listen(port, '127.0.0.1', () => {
          server.off('error', fail);
          listening();
        });
      });
      return (server.address() as AddressInfo).port;
    } catch (error) {
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!taken || port + 1 >= firstPort + PORTS_TRIED) throw error;
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const dist = fileURLToPath(new URL('../dist/', import.meta.url));
  const { url } = await serve(dist, { port: Number(process.env.PORT ?? 4173), base: '/' });
  process.stdout.write(`Scarcast is at ${url}  (Ctrl+C ends it)\n`);
}
