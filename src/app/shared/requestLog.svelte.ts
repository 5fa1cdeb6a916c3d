import { SvelteMap } from 'svelte/reactivity';

/** One file that this page, or one of its workers, has requested since it was opened. */
export interface LoggedRequest {
  readonly url: string;
  readonly count: number;
  /** From the page's own folder: a file of the page. */
  readonly own: boolean;
}

/** What the browser's own timing log says that the page has requested. The workers report theirs. */
export class RequestLog {
  /**
   * Where the page and all its files are; ends in '/'. On file:// an origin would not do: in Firefox that is 'null'.
   */
  readonly folder: string;
  readonly #address: string;
  readonly #counts = new SvelteMap<string, number>();

  readonly entries: readonly LoggedRequest[] = $derived(
    [...this.#counts].map(([url, count]) => ({ url, count, own: url.startsWith(this.folder) })),
  );
  readonly foreign: readonly LoggedRequest[] = $derived(this.entries.filter(({ own }) => !own));

  /** @param address the page's own */
  constructor(address: string) {
    this.#address = address;
    this.folder = new URL('./', address).href;
  }

  /** Follows the page's own requests from the very start. */
  watch(): void {
    this.add([this.#address]);
    new PerformanceObserver((list) => this.add(list.getEntries().map((entry) => entry.name))).observe({
      type: 'resource',
      buffered: true,
    });
  }

  add(urls: readonly string[]): void {
    // A worker starts from a line of code in memory, which is not a request.
    for (const url of urls.filter((name) => !name.startsWith('blob:'))) {
      this.#counts.set(url, (this.#counts.get(url) ?? 0) + 1);
    }
  }
}
