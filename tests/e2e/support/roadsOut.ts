import { listen, type Listener, waitFor } from './listener.ts';

/** Several times what the slowest open road, a WebRTC packet, takes on the same machine. */
const ARRIVAL_MS = 2000;

/** A page or one of its workers. */
interface Scripted {
  evaluate(source: string): Promise<unknown>;
}

/** Ways in which a script can make something reach the address `to`, each as the body of a function. */
type Roads = Readonly<Record<string, string>>;

/** Roads that a worker has too. */
export const WORKER_ROADS: Roads = {
  fetch: `return fetch(to, { method: 'POST', body: 'patient', mode: 'no-cors' })`,
  'fetch with keepalive': `return fetch(to, { method: 'POST', body: 'patient', mode: 'no-cors', keepalive: true })`,
  XMLHttpRequest: `const request = new XMLHttpRequest(); request.open('POST', to); request.send('patient')`,
  WebSocket: `new WebSocket(to.replace('http', 'ws'))`,
  EventSource: `new EventSource(to)`,
  'import()': `return import(to)`,
  'Cache.add': `return caches.open('road').then((cache) => cache.add(to).finally(() => caches.delete('road')))`,
  'worker inside': `
    const source = "fetch('" + to + "', { method: 'POST', body: 'patient', mode: 'no-cors' })";
    new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })))`,
};

const element = (tag: string, attributes: string): string =>
  `document.body.append(Object.assign(document.createElement('${tag}'), ${attributes}))`;

/** Roads of the page that its policy has to shut. */
export const PAGE_ROADS: Roads = {
  ...WORKER_ROADS,
  sendBeacon: `navigator.sendBeacon(to, 'patient')`,
  'fetch inside a frame': `
    const frame = document.createElement('iframe');
    document.body.append(frame);
    return frame.contentWindow.fetch(to, { method: 'POST', body: 'patient', mode: 'no-cors' })`,
  image: `new Image().src = to`,
  'image in SVG': `document.body.insertAdjacentHTML('beforeend', '<svg><image href="' + to + '" width="9" height="9"/></svg>')`,
  script: element('script', '{ src: to }'),
  'module script': element('script', `{ type: 'module', src: to }`),
  stylesheet: element('link', `{ rel: 'stylesheet', href: to }`),
  preload: element('link', `{ rel: 'preload', as: 'image', href: to }`),
  prefetch: element('link', `{ rel: 'prefetch', href: to }`),
  modulepreload: element('link', `{ rel: 'modulepreload', href: to }`),
  'speculation rules': `
    const rules = JSON.stringify({ prefetch: [{ source: 'list', urls: [to] }] });
    document.head.append(Object.assign(document.createElement('script'), { type: 'speculationrules', textContent: rules }))`,
  'background of an element': `document.body.style.backgroundImage = 'url(' + to + ')'`,
  FontFace: `return new FontFace('road', 'url(' + to + ')').load()`,
  iframe: element('iframe', '{ src: to }'),
  object: element('object', '{ data: to }'),
  embed: element('embed', '{ src: to }'),
  video: element('video', '{ src: to }'),
  ping: `
    const link = Object.assign(document.createElement('a'), { href: '#', ping: to });
    document.body.append(link);
    link.click()`,
  form: `
    const form = Object.assign(document.createElement('form'), { action: to, method: 'post', target: 'road' });
    document.body.append(form);
    form.submit()`,
};

/** Roads that leave the page, which no policy in a page can shut: src/app/shutExits.ts does. */
export const EXITS: Roads = {
  location: `location.href = to`,
  'location.replace': `location.replace(to)`,
  link: `
    const link = Object.assign(document.createElement('a'), { href: to });
    document.body.append(link);
    link.click()`,
  'meta refresh': `document.head.insertAdjacentHTML('beforeend', '<meta http-equiv="refresh" content="0;url=' + to + '">')`,
  'window.open': `window.open(to)`,
};

/** Sends a packet to the host and port of `to`, as a STUN server's: WebRTC heeds no policy either. */
const WEBRTC = `
  const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:' + new URL(to).host }] });
  peer.createDataChannel('road');
  await peer.setLocalDescription(await peer.createOffer())`;

/** Ways to turn text into code, each worth 2 where it is open. */
export const TEXT_TO_CODE: Roads = {
  eval: `return (0, eval)('1 + 1')`,
  Function: `return new Function('return 1 + 1')()`,
  'setTimeout with text': `
    return new Promise((done) => {
      globalThis.done = done;
      setTimeout('done(2)');
      setTimeout(() => done('shut'), 100);
    })`,
};

/**
 * Takes a road in the page or in a worker, and does not wait for where it leads. The body runs in its own task, because code that the
 * DevTools protocol evaluates is itself exempt from the policy's ban on eval.
 */
async function take(where: Scripted, body: string, to: string): Promise<void> {
  await where.evaluate(`void setTimeout(() => ${call(body, to)})`);
}

let visits = 0;

/** Takes each road to the listener and names those by which something arrived. */
export async function arrivals(listener: Listener, where: Scripted, roads: Roads): Promise<string[]> {
  const visit = ++visits;
  const mark = (name: string): string => `${visit} ${name}`;
  const arrived = (): string[] => Object.keys(roads).filter((name) => listener.arrived.has(mark(name)));
  for (const [name, body] of Object.entries(roads)) {
    await take(where, body, listener.url + encodeURIComponent(mark(name)));
  }
  await waitFor(() => arrived().length === Object.keys(roads).length, ARRIVAL_MS);
  return arrived();
}

/** How many packets WebRTC sends to a listener of this page alone, because WebRTC repeats them for many seconds. */
export async function packetsByWebRtc(page: Scripted): Promise<number> {
  const listener = await listen();
  try {
    await take(page, WEBRTC, listener.url);
    await waitFor(() => listener.packets() > 0, ARRIVAL_MS);
    return listener.packets();
  } finally {
    listener.close();
  }
}

/** Takes a road and returns its result, or the name of its error. */
export function outcome(where: Scripted, body: string, to: string): Promise<unknown> {
  return where.evaluate(`new Promise((settle) => setTimeout(() => ${call(body, to)}.then(settle)))`);
}

function call(body: string, to: string): string {
  return `(async (to) => { ${body} })(${JSON.stringify(to)}).catch((error) => error.name)`;
}
