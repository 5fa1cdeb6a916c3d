/** The words of the teaching room in English. They are loaded with it, not with the first view. */
import type { GalleryId, KnobGroup, NumberKnob, Pattern } from '../../core/phantom/knobs.ts';
import type { ThresholdMethod } from '../../core/scar/thresholds.ts';
import type { Artefact } from '../../core/phantom/readingSet.ts';
import type { Territory } from '../../core/phantom/heartSpec.ts';
import type { Effect } from '../../core/phantom/constants.ts';

/** A knob: its name, what it is, and what to look for. */
interface KnobText {
  readonly name: string;
  readonly about: string;
}

export const teachEn = {
  title: 'Teaching heart',
  marked: 'Simulated heart: image, truth and numbers are made by code. It is no patient.',
  onImage: 'SIMULATED',
  tabs: { play: 'Play', lessons: 'Lessons', blind: 'Blind reading' },
  views: 'What to see',
  gallery: 'Five hearts',
  openAsCase: 'Open as a case',
  openAsCaseHelp: 'Opens this heart in the case room, as a study would be, marked as synthetic.',
  stale: 'following the knobs',
  fresh: 'up to date',
  problem: 'The heart could not be brought up to the knobs.',
  again: 'Try again',

  slice: 'Slice, from apex to base',
  sliceOf: (slice: number, slices: number) => `Slice ${slice} of ${slices}, from the apex`,
  overlay: 'Show on the image',
  overlays: {
    none: 'nothing',
    truth: 'the truth',
    network: 'the network',
  },
  overlayLegend: 'Orange area: true core, paler where it is grey zone. Outlines: what is chosen above.',

  knobs: 'Knobs',
  groups: { scar: 'Scar', heart: 'Heart', scan: 'Scan', artefacts: 'Artefacts' } satisfies Record<KnobGroup, string>,
  nullIt: 'Null the wall',
  nullItHelp: 'Sets the inversion time at which normal myocardium gives no signal.',
  place: 'Place on the bull’s-eye: choose a segment',
  territory: 'Coronary artery',
  territories: { LAD: 'LAD', LCX: 'LCX', RCA: 'RCA' } satisfies Record<Territory, string>,
  pattern: 'Pattern',
  patterns: {
    none: 'none',
    infarct: 'infarct',
    midWall: 'mid-wall',
    subepicardial: 'outer wall',
    insertionPoints: 'insertion points',
    global: 'inner wall all round',
  } satisfies Record<Pattern, string>,
  patternAbout:
    'An infarct grows from the inner wall outward within one artery’s territory. What spares the inner wall, or keeps to no territory, is not an infarct.',
  age: 'Infarct age',
  ages: { acute: 'days', chronic: 'years' },
  ageAbout: 'A fresh infarct is swollen and may hold no-reflow; an old one has thinned the wall.',
  field: 'Field strength',
  fieldAbout: 'At 3 T all T1 times are longer, so the wall is nulled later.',
  contrast: 'Image',
  contrasts: { PSIR: 'PSIR', magnitude: 'magnitude' },
  contrastAbout:
    'PSIR keeps the sign of the signal. Magnitude loses it: what is below zero comes back bright, and noise never falls below its floor.',
  knob: {
    angleDegrees: {
      name: 'Angle',
      about: 'Where around the ring the scar lies: 0 lateral, 90 inferior, 180 septal, -90 anterior.',
    },
    heightPercent: {
      name: 'Height',
      about: 'From apex (0) to base (100). Look at which slices lose their scar.',
    },
    scarG: {
      name: 'Scar mass',
      about: 'Core, grey zone and no-reflow together. Below some grams, one or two slices hold all of it.',
    },
    transmuralityPercent: {
      name: 'Transmurality',
      about:
        'How far through the wall the scar goes at its centre. Above half, the wall rarely recovers after revascularisation.',
    },
    greyPercent: {
      name: 'Border width',
      about: 'The share of the scar that is grey zone, a mixture of living and dead. Here most arrhythmias arise.',
    },
    heterogeneity: {
      name: 'Heterogeneity',
      about:
        'How ragged the border is. A ragged border shares its pixels with healthy wall, so thresholds differ more.',
    },
    noReflowPercent: {
      name: 'No-reflow',
      about:
        'Of a fresh infarct, the share that contrast does not reach. It is dark, and a threshold counts it as healthy.',
    },
    myocardiumG: { name: 'Wall mass', about: 'A heavier wall is thicker: more pixels across it, less partial volume.' },
    bloodPoolMl: {
      name: 'Cavity',
      about: 'Volume of the blood pool. A dilated ventricle has a thinner wall of the same mass.',
    },
    lvefPercent: {
      name: 'LVEF',
      about: 'It changes no image, which is taken at one moment. It changes what the curve is told.',
    },
    minutesAfterContrast: {
      name: 'Time after contrast',
      about: 'Contrast washes out: T1 grows longer and the null moves to later. Early, blood is as bright as scar.',
    },
    inversionMs: {
      name: 'Inversion time',
      about: 'The wait between the inversion and the image. At the null the healthy wall is black and scar stands out.',
    },
    acquiredMm: {
      name: 'Resolution',
      about: 'Size of a pixel as it was taken. Coarse ones mix scar with blood and with wall at every edge.',
    },
    sliceThicknessMm: {
      name: 'Slice thickness',
      about: 'A thick slice mixes what lies above and below: at the apex and at a scar’s end edges turn grey.',
    },
    gapMm: { name: 'Gap', about: 'What lies between slices is not seen. A small scar can hide there.' },
    bloodSnr: {
      name: 'Signal to noise',
      about: 'Of blood. In noise the healthy wall varies more, and thresholds by its SD rise.',
    },
    coilShading: {
      name: 'Coil shading',
      about: 'The coils hear the front best. In magnitude the far wall darkens; PSIR divides it out.',
    },
    breathHoldShiftMm: {
      name: 'Breath-hold shift',
      about: 'Each slice is a breath-hold of its own. Shifted slices no longer stand above each other.',
    },
    ghostingPercent: {
      name: 'Ghosting',
      about: 'Breathing repeats the picture half a field away. A bright ghost across the wall looks like scar.',
    },
    motionBlurMm: {
      name: 'Arrhythmia blur',
      about: 'An irregular rhythm smears the slice along one direction. Subendocardial scar melts into blood.',
    },
  } satisfies Record<NumberKnob, KnobText>,

  truth: {
    title: 'Truth and measurement',
    about:
      'Each threshold works inside the true wall, so that what it errs by is its own. The network finds the wall by itself.',
    truth: 'Truth',
    network: 'Network',
    columns: { by: 'By', scarMl: 'Scar, mL', difference: 'Off by, mL', dice: 'Dice' },
    methods: {
      '2SD': '2 SD',
      '3SD': '3 SD',
      '5SD': '5 SD',
      '6SD': '6 SD',
      FWHM: 'FWHM',
      Otsu: 'Otsu',
    } satisfies Record<ThresholdMethod, string>,
    parts: 'Of it',
    coreG: 'core, g',
    greyG: 'grey zone, g',
    noReflowG: 'no-reflow, g',
    greyColumns: { by: 'Grey zone by', g: 'g' },
    transmurality: 'True transmurality, % of the wall',
    noRemote: 'The wall of this image does not vary: there is nothing to set a threshold by.',
    noVentricle: 'The network finds no ventricle in this image.',
  },

  signal: {
    title: 'Signal by inversion time',
    about: 'Each curve crosses zero at its tissue’s null. The line marks the time that is set.',
    time: 'Inversion time, ms',
    nullAt: (tissue: string, ms: number) => `${tissue}: null at ${ms} ms`,
    tissues: {
      blood: 'blood',
      myocardium: 'healthy wall',
      greyZone: 'grey zone',
      core: 'scar core',
      noReflow: 'no-reflow',
      fat: 'fat',
    },
    signal: 'Signal',
  },

  sweep: {
    title: 'Measured scar by knob',
    about: 'Turns one knob through its range and measures at each stop. The flat line is the truth.',
    knob: 'Knob',
    run: 'Sweep',
    stop: 'Stop',
    axis: 'Scar, mL',
    progress: (done: number, of: number) => `${done} of ${of} stops`,
    truth: 'truth',
    network: 'network',
    table: 'The same as a table',
  },

  law: {
    title: 'From scar to curve',
    about:
      'In the simulated cohort the odds of sudden death follow a law that is known. Grey zone adds most, by a curve that bends at 5 g; core adds a little. The three sizes of the effect span what has been published.',
    effect: { low: 'low', mid: 'middle', high: 'high' } satisfies Record<Effect, string>,
    freeOf: 'Free of sudden death',
    columns: {
      part: 'What it adds to the log-odds',
      low: 'low',
      mid: 'middle',
      high: 'high',
    },
    parts: {
      grey: (g: string) => `grey zone, ${g} g`,
      core: (percent: string) => `core, ${percent}% of the wall`,
      covariates: 'the person (LVEF, age, sex and so on)',
      risk: 'simulated risk within 5 years',
    },
    network: 'What the page’s networks say of this heart, for the same person',
    networkAtFive: (percent: string) => `risk within 5 years ${percent}, image and person together`,
    notForThis: 'The networks’ curve is not for this heart:',
    cannotKnow:
      'What no model here can know: how the scar conducts, what has happened since, what treatment changes, and whether the law is true of real patients.',
    withoutPerson: 'Without the person',
  },

  lessons: {
    title: 'Lessons',
    about: 'Each is a few steps on the heart; each step has a task that the page checks by itself.',
    stepOf: (step: number, steps: number) => `Step ${step} of ${steps}`,
    answers: 'Answers',
    waiting: 'The task is not done yet.',
    notYet: 'Not this one. Look again.',
    done: 'Done.',
    next: 'Next step',
    back: 'Step back',
    finish: 'Finish the lesson',
    finished: 'finished',
    leave: 'Leave the lesson',
    save: 'save as a file',
    open: 'Open a lesson file',
    openHelp: 'A lesson is a JSON file; save one of these to begin your own. Its format is in docs/teaching.md.',
  },

  blind: {
    title: 'Blind reading',
    about:
      'Read hearts whose truth is hidden. Then see it, with the network and the thresholds, beside what you said. A code makes the same hearts for everybody: it holds their number and a seed, and nothing else.',
    count: 'Hearts',
    make: 'Make a new code',
    code: 'Code of the class',
    begin: 'Begin to read',
    heartOf: (heart: number, hearts: number) => `Heart ${heart} of ${hearts}`,
    pattern: 'What pattern is it?',
    territory: 'Which artery?',
    quarters: 'How deep, by segment? Each press adds a quarter of the wall.',
    scarMl: 'How much scar, mL?',
    artefact: 'What is wrong with the picture?',
    artefacts: {
      none: 'nothing',
      ghosting: 'ghosting',
      motion: 'arrhythmia blur',
      noise: 'noise',
      inversion: 'inversion time',
      shift: 'breath-hold shift',
    } satisfies Record<Artefact, string>,
    next: 'Next heart',
    last: 'To the truth',
    leave: 'Leave this set',
    notSaid: 'not said',
    results: 'Truth beside your answers',
    making: (done: number, of: number) => `Making the truth and asking the network: ${done} of ${of}`,
    heart: 'Heart',
    you: 'You',
    truth: 'Truth',
    network: 'Network',
    patternColumn: 'Pattern',
    territoryColumn: 'Artery',
    artefactColumn: 'Artefact',
    scarColumn: 'Scar, mL',
    agreement: 'Agreement with the truth',
    reader: 'Reader',
    columns: {
      pattern: 'Pattern, kappa',
      territory: 'Artery, kappa',
      quarters: 'Transmurality, weighted kappa',
      segments: 'Segments with scar, Dice',
      artefacts: 'Artefacts named',
      scar: 'Scar, mL: bias (limits)',
      seconds: 'Time a heart, s',
    },
    explain:
      'Kappa is Cohen’s, 1 for perfect and 0 for chance. Dice is over segments, not over pixels. Bias and 95% limits are Bland and Altman’s. A dash: it cannot be said of these hearts.',
    name: 'Your name, if you want it in the file',
    save: 'Save my result',
    saveHelp: 'A file on this device: your answers, the code, and the name if you gave one.',
    class: 'A class',
    classAbout: 'Open the result files of your students, all at once. The network is one more reader.',
    openResults: 'Open result files',
    unnamed: (nth: number) => `reader ${nth}`,
  },

  galleryNames: {
    wideBorder: 'Anterior, wide border',
    inferior: 'Small inferior',
    noReflow: 'Transmural, no-reflow',
    midWall: 'Mid-wall, not ischaemic',
    badInversion: 'Normal, wrong inversion time',
  } satisfies Record<GalleryId, string>,
};

export type TeachMessages = typeof teachEn;
