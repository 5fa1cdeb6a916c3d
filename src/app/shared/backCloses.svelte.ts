let layers = 0;

/**
 * Back closes what is over the page (the report, a sheet), and only then leaves the page: while it is open, it has an
 * entry in the browser's history. Call it while a component is created.
 */
export function backCloses(isOpen: () => boolean, close: () => void): void {
  const depthNow = (): number => (history.state as { readonly layer?: number } | null)?.layer ?? 0;
  $effect(() => {
    if (!isOpen()) return;
    layers += 1;
    const depth = layers;
    history.pushState({ layer: depth }, '');
    const onpopstate = (): void => {
      if (depthNow() < depth) close();
    };
    addEventListener('popstate', onpopstate);
    return () => {
      removeEventListener('popstate', onpopstate);
      layers -= 1;
      // Closed by its own button: its entry goes with it.
      if (depthNow() === depth) history.back();
    };
  });
}
