/**
 * The page's words in English, by view; a message with parts is a function of them. zh.ts has the same shape: what is missing
 * there fails the types, and the build. Views take them from `messages()` of state/language.svelte.ts.
 */
export const en = {
  common: {
    slices: (n: number) => `${n} ${n === 1 ? 'slice' : 'slices'}`,
    years: (text: string) => `${text} years`,
  },
  header: {
    noCase: 'no case open',
    demoCase: (slices: string) => `synthetic demo patient, ${slices}`,
    seriesCase: (number: number, description: string, slices: string) =>
      `${number > 0 ? `series ${number} ` : ''}${description}, ${slices}`,
    openFiles: 'Open files',
    openFolder: 'Open folder',
    demo: 'Demo',
    clear: 'Clear everything',
    keys: 'Keys',
    language: 'Language',
    runsOn: 'Runs on',
  },
  empty: {
    what: 'Scarcast finds the scar in a late-enhancement cardiac MR study and shows what it and the clinical picture say about the risk of sudden arrhythmic death over ten years.',
    drop: 'Drop a study here',
    kinds: 'a folder, DICOM files, a zip or a NIfTI file',
    tryDemo: 'Try the synthetic demo patient',
    checkLoaded:
      'Nothing leaves this device. Check it: all that is needed has been loaded, so turn the network off now, and go on. All that this page has requested is listed at its foot.',
    checkSoon:
      'Nothing leaves this device. Check it: turn the network off as soon as the page says on what it runs, and go on. All that this page has requested is listed at its foot.',
  },
};

export type Messages = typeof en;
