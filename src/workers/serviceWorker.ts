/// <reference lib="webworker" />
/**
 * Keeps every file of this build, so that the page starts and works fully with the network off. It holds files of the
 * build and nothing else, answers GETs of them and no other request, and takes over from an older build only when the page
 * asks: two builds are never mixed, and a case is never interrupted.
 */
const worker = self as unknown as ServiceWorkerGlobalScope;

/**
 * Both are inserted by the build (vite.config.ts): each file's SHA-256 by its path below the page, './' for the page; a
 * hash of all.
 */
declare const BUILD_FILES: Readonly<Record<string, string>>;
declare const BUILD_HASH: string;

const files = BUILD_FILES;
const scope = new URL('./', worker.location.href);
const prefix = `scarcast ${scope.pathname} `;
const cacheName = prefix + BUILD_HASH;
const urlOf = (path: string): string => new URL(path, scope).href;

/** The host sent something else: a file of another build, during a deployment, or a maintenance page. */
class OtherFileError extends Error {}

worker.addEventListener('install', (event) => event.waitUntil(keepAll()));

/** All files or none: an install that fails is tried again at the next visit. */
async function keepAll(): Promise<void> {
  const cache = await caches.open(cacheName);
  try {
    await Promise.all(Object.keys(files).map((path) => fetchInto(cache, path)));
  } catch (error) {
    await caches.delete(cacheName);
    throw error;
  }
}

/** Throws OtherFileError where the answer is not the file of this build, TypeError where there is no answer. */
async function fetchInto(cache: Cache, path: string): Promise<void> {
  // Bypasses the browser's own cache, which may still hold a file of another build.
  const response = await fetch(urlOf(path), { cache: 'reload' });
  if (!(await isOfThisBuild(path, response.clone()))) throw new OtherFileError(path);
  await cache.put(urlOf(path), response);
}

async function isOfThisBuild(path: string, response: Response): Promise<boolean> {
  if (!response.ok) return false;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await response.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('') === files[path];
}

/**
 * Whether every file is kept as the build made it; any that is not is fetched again. If the host now has another build,
 * none is kept, so that none are mixed; if it cannot be reached, what is right stays.
 */
async function isWhole(): Promise<boolean> {
  const cache = await caches.open(cacheName);
  try {
    for (const path of Object.keys(files)) {
      const kept = await cache.match(urlOf(path));
      if (kept && (await isOfThisBuild(path, kept))) continue;
      await cache.delete(urlOf(path));
      await fetchInto(cache, path);
    }
    return true;
  } catch (error) {
    if (error instanceof OtherFileError) await caches.delete(cacheName);
    return false;
  }
}

worker.addEventListener('activate', (event) => {
  const ours = async (): Promise<void> => {
    const old = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== cacheName);
    await Promise.all(old.map((name) => caches.delete(name)));
    // A first visit, too, is answered from here as soon as it can be: its files may not change under it.
    await worker.clients.claim();
  };
  event.waitUntil(ours());
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || !url.href.startsWith(scope.href)) return;
  url.search = '';
  url.hash = '';
  // The page has two addresses and is kept under one.
  url.pathname = url.pathname.replace(/\/index\.html$/, '/');
  event.respondWith(caches.open(cacheName).then(async (cache) => (await cache.match(url.href)) ?? fetch(request)));
});

worker.addEventListener('message', (event) => {
  const { source } = event;
  const data: unknown = event.data;
  if (data === 'take over') event.waitUntil(takeOver(source));
  if (data === 'whole?') event.waitUntil(isWhole().then((whole) => source?.postMessage(whole ? 'whole' : 'not whole')));
});

/** Another tab may have a case open, whose files are the older build's. */
async function takeOver(asker: Client | ServiceWorker | MessagePort | null): Promise<void> {
  const pages = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (pages.length > 1) asker?.postMessage('other tabs');
  else await worker.skipWaiting();
}
