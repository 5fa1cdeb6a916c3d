/** Shows an element in full screen, or ends that. Where the browser refuses, the page stays as it is. */
export function toggleFullScreen(element: Element): void {
  const done = document.fullscreenElement ? document.exitFullscreen() : element.requestFullscreen();
  done.catch(() => undefined);
}
