/** Whether the page can start without a network, and whether a newer build waits. */
export class Offline {
  /**
   * Every file of the build is kept on this device and is the one that the build made: the service worker has checked.
   */
  ready = $state(false);
  /** A newer build is kept next to this one, and starts on request. */
  updateWaits = $state(false);
  /** It was requested, but this page is also open in other tabs, which may hold a case. */
  otherTabs = $state(false);
  /** It is starting: no case may be opened any more. */
  updating = $state(false);
  #registration: ServiceWorkerRegistration | null = null;

  /** If the browser can: not over plain http from another machine. The single file needs no network anyway. */
  async watch(): Promise<void> {
    this.ready = location.protocol === 'file:';
    if (this.ready || !import.meta.env.PROD || !('serviceWorker' in navigator) || !isSecureContext) return;
    let registration: ServiceWorkerRegistration;
    try {
      registration = await navigator.serviceWorker.register('./serviceWorker.js');
    } catch {
      // Refused by the browser's settings or unavailable: the page works as long as the network does, and says no more.
      return;
    }
    this.#registration = registration;
    navigator.serviceWorker.addEventListener('message', ({ data }) => {
      if (data === 'whole' || data === 'not whole') this.ready = data === 'whole';
      if (data !== 'other tabs') return;
      this.otherTabs = true;
      this.updating = false;
    });
    registration.addEventListener('updatefound', () => this.#follow(registration.installing));
    this.#follow(registration.installing);
    this.#look();
  }

  /** Starts the newer build. The page is reloaded, so no case may be open. */
  takeUpdate(): void {
    this.updating = true;
    this.otherTabs = false;
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
    this.#registration?.waiting?.postMessage('take over');
  }

  #follow(worker: ServiceWorker | null): void {
    worker?.addEventListener('statechange', () => this.#look());
  }

  #look(): void {
    const { active = null, waiting = null } = this.#registration ?? {};
    active?.postMessage('whole?');
    this.updateWaits = active !== null && waiting !== null;
  }
}
