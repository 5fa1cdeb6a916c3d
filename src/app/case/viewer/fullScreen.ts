/** Gives an element the whole screen, or gives the screen back. Where the browser refuses, the page stays as it is. */
export function toggleFullScreen(element: Element): void {
  const done = document.fullscreenElement ? document.exitFullscreen() : element.requestFullscreen();
  done.catch(() => undefined);
}
