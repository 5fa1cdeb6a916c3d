/// <reference lib="webworker" />
/**
 * Keeps every file of this build, so that the page starts and does its whole job with the network off. It holds files of the
 * build and nothing else, answers GETs of them and no other request, and takes over from an older build only when the page
 * asks: two builds are never mixed, and a case is never interrupted.
 */
const worker = self as unknown as ServiceWorkerGlobalScope;

/** Both are put in by the build (vite.config.ts): the files' paths below the page, and a hash of all their bytes. */
declare const BUILD_FILES: readonly string[];
declare const BUILD_HASH: string;

const scope = new URL('./', worker.location.href);
const prefix = `scarcast ${scope.pathname} `;
const cacheName = prefix + BUILD_HASH;

worker.addEventListener('install', (event) => {
  // Past the browser's own cache, which may still hold a file of another build.
  const requests = ['./', ...BUILD_FILES].map((path) => new Request(new URL(path, scope), { cache: 'reload' }));
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(requests)));
});

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
  if (event.data === 'take over') event.waitUntil(takeOver(event.source));
});

/** Another tab may have a case open, whose files are the older build's. */
async function takeOver(asker: Client | ServiceWorker | MessagePort | null): Promise<void> {
  const pages = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (pages.length > 1) asker?.postMessage('other tabs');
  else await worker.skipWaiting();
}
