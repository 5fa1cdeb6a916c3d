/**
 * Shuts the ways out of the page that no Content-Security-Policy in a meta tag can: going to another origin, opening a window
 * on one, and WebRTC; from the single file, going to any other file. Going elsewhere is shut only in a browser that has the Navigation API. To be called before anything else
 * runs. It holds against accident and against code that does not expect it; code written to get round it can, through a fresh
 * frame (docs/privacy.md). Links that the user follows by hand stay open.
 */
export function shutExits(): void {
  if ('navigation' in window) {
    window.navigation.addEventListener('navigate', (event) => {
      const to = new URL(event.destination.url);
      // What is saved comes from a blob, in memory; on file:// that has another origin than the page.
      const stays = to.protocol === 'blob:' || (location.protocol === 'file:' ? isSameFile(to) : isSameOrigin(to));
      if (!stays && !event.userInitiated) event.preventDefault();
    });
  }
  window.open = () => null;
  Reflect.deleteProperty(window, 'RTCPeerConnection');
  Reflect.deleteProperty(window, 'webkitRTCPeerConnection');
}

const isSameOrigin = ({ origin }: URL): boolean => origin === location.origin;

/** All files have the one origin 'null', those on another machine's share too: there the page's own address is the only one. */
const isSameFile = ({ protocol, host, pathname }: URL): boolean =>
  protocol === location.protocol && host === location.host && pathname === location.pathname;
