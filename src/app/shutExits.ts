/**
 * Shuts the ways out of the page that no Content-Security-Policy in a meta tag can: navigating to another origin, opening a window on one,
 * and WebRTC; from the single file, navigating to any other file. Navigation is shut only in a browser that has the Navigation API. Call it
 * before anything else runs. It protects against accidents and against code that does not expect it; code written to get round it can,
 * through a fresh frame (docs/privacy.md). Links that the user follows by hand stay open.
 */
export function shutExits(): void {
  if ('navigation' in window) {
    window.navigation.addEventListener('navigate', (event) => {
      const to = new URL(event.destination.url);
      // Saved files come from a blob in memory; on file:// its origin differs from the page's.
      const stays = to.protocol === 'blob:' || (location.protocol === 'file:' ? isSameFile(to) : isSameOrigin(to));
      if (!stays && !event.userInitiated) event.preventDefault();
    });
  }
  window.open = () => null;
  Reflect.deleteProperty(window, 'RTCPeerConnection');
  Reflect.deleteProperty(window, 'webkitRTCPeerConnection');
}

const isSameOrigin = ({ origin }: URL): boolean => origin === location.origin;

/** All files have the origin 'null', even those on another machine's share: there only the page's own address is allowed. */
const isSameFile = ({ protocol, host, pathname }: URL): boolean =>
  protocol === location.protocol && host === location.host && pathname === location.pathname;
