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
  marked: 'Simulated heart: image, truth and numbers are made by code. This is not a patient.',
  onImage: 'SIMULATED',
  tabs: { play: 'Play', lessons: 'Lessons', blind: 'Blind reading' },
  views: 'What to see',
  gallery: 'Five hearts',
  openAsCase: 'Open as a case',
  openAsCaseHelp: 'Opens this heart in the case room, as a study would be, marked as synthetic.',
  stale: 'updating',
  fresh: 'up to date',
  problem: 'The heart could not be updated to the knobs.',
  again: 'Try again',

  present: {
    begin: 'Present',
    help: 'For the room: image, one knob and the curve in large type, turned by keys or a clicker',
    knob: 'Knob',
    leave: 'End the presentation',
    keys: 'Page up and page down (or a clicker), left and right turn the knob. Escape ends.',
  },

  slice: 'Slice, from apex to base',
  sliceOf: (slice: number, slices: number) => `Slice ${slice} of ${slices}, from the apex`,
  overlay: 'Show on the image',
  overlays: {
    none: 'nothing',
    truth: 'the truth',
    network: 'the network',
  },
  truthLegend: 'Orange area: true core, paler in the grey zone. Purple: no-reflow.',

  knobs: 'Knobs',
  knobsHidden: 'The knobs would give away the answer. They come back once the question is answered.',
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
    'An infarct grows from the inner wall outward, within one artery’s territory. A scar that spares the inner wall, or follows no territory, is not an infarct.',
  age: 'Infarct age',
  ages: { acute: 'days', chronic: 'years' },
  ageAbout: 'A fresh infarct is swollen and may hold no-reflow; an old one has thinned the wall.',
  field: 'Field strength',
  fieldAbout: 'At 3 T all T1 times are longer, so the wall is nulled later.',
  contrast: 'Image',
  contrasts: { PSIR: 'PSIR', magnitude: 'magnitude' },
  contrastAbout:
    'PSIR keeps the sign of the signal. Magnitude loses it: whatever is below zero comes back bright, and noise never falls below its floor.',
  knob: {
    angleDegrees: {
      name: 'Angle',
      about: 'Where around the ring the scar lies: 0 lateral, 90 inferior, 180 septal, -90 anterior.',
    },
    heightPercent: {
      name: 'Height',
      about: 'From apex (0) to base (100). Look which slices lose their scar.',
    },
    scarG: {
      name: 'Scar mass',
      about: 'Core, grey zone and no-reflow together. When it is only a few grams, one or two slices hold all of it.',
    },
    transmuralityPercent: {
      name: 'Transmurality',
      about:
        'How far through the wall the scar goes at its centre. Above half, the wall rarely recovers after revascularisation.',
    },
    greyPercent: {
      name: 'Border width',
      about:
        'The share of the scar that is grey zone, a mixture of living and dead tissue, where most arrhythmias arise.',
    },
    heterogeneity: {
      name: 'Heterogeneity',
      about:
        'How ragged the border is. A ragged border shares its pixels with healthy wall, so thresholds differ more.',
    },
    noReflowPercent: {
      name: 'No-reflow',
      about:
        'The share of a fresh infarct that contrast does not reach. It is dark, so a threshold counts it as healthy.',
    },
    myocardiumG: { name: 'Wall mass', about: 'A heavier wall is thicker: more pixels across it, less partial volume.' },
    bloodPoolMl: {
      name: 'Cavity',
      about: 'Volume of the blood pool. A dilated ventricle has a thinner wall of the same mass.',
    },
    lvefPercent: {
      name: 'LVEF',
      about:
        'It does not change the image, which is taken at one moment of the beat. It changes what the curve is told.',
    },
    minutesAfterContrast: {
      name: 'Time after contrast',
      about: 'As contrast washes out, T1 grows longer and the null comes later. Early on, blood is as bright as scar.',
    },
    inversionMs: {
      name: 'Inversion time',
      about: 'The wait between the inversion and the image. At the null the healthy wall is black and scar stands out.',
    },
    acquiredMm: {
      name: 'Resolution',
      about: 'Pixel size as acquired. Coarse pixels mix scar with blood and with wall at every edge.',
    },
    sliceThicknessMm: {
      name: 'Slice thickness',
      about: 'A thick slice mixes what lies above and below it: edges turn grey at the apex and where a scar ends.',
    },
    gapMm: { name: 'Gap', about: 'What lies between slices is not seen. A small scar can hide there.' },
    bloodSnr: {
      name: 'Signal to noise',
      about: 'Measured in blood. With more noise the healthy wall varies more, and thresholds by its SD rise.',
    },
    coilShading: {
      name: 'Coil shading',
      about: 'The coils pick up the front best. In magnitude images the far wall darkens; PSIR divides this out.',
    },
    breathHoldShiftMm: {
      name: 'Breath-hold shift',
      about: 'Each slice has its own breath-hold. Shifted slices are no longer aligned.',
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
    about: 'Each threshold works inside the true wall, so any error is its own. The network finds the wall itself.',
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
    greyColumns: { by: 'Grey zone by', inTrue: 'In the true wall, g', inFound: 'In the network’s wall, g' },
    transmurality: 'Transmurality, % of the wall',
    noRemote: 'The wall of this image does not vary, so no threshold can be set.',
    noVentricle: 'The network finds no ventricle in this image.',
  },

  signal: {
    title: 'Signal by inversion time',
    about: 'Each curve crosses zero at the null of its tissue. The line marks the chosen time.',
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
    title: 'Measured scar as a knob turns',
    about: 'Turns one knob through its range and measures at each stop. The flat line is the truth.',
    knob: 'Knob',
    run: 'Sweep',
    stop: 'Stop',
    axis: 'Scar, mL',
    progress: (done: number, of: number) => `${done} of ${of} stops`,
    truth: 'truth',
    network: 'network',
    table: 'The same as a table',
    record: 'Save as a video',
    recordHelp: 'Makes a short video of the slice on view while the knob turns, on this device',
    recording: (done: number, of: number) => `Recording: ${done} of ${of}`,
    frame: (knob: string, scar: string) => `${knob}: ${scar}`,
    notRecorded: 'This browser cannot record a video.',
  },

  law: {
    title: 'From scar to curve',
    about:
      'In the simulated cohort the odds of sudden death follow a known law. Grey zone adds most, along a curve that bends at 5 g; core adds a little. The three effect sizes span what has been published.',
    effect: { low: 'low effect', mid: 'middle effect', high: 'high effect' } satisfies Record<Effect, string>,
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
    network: 'What the page’s networks say about this heart, for the same person',
    networkAtFive: (percent: string) => `risk within 5 years ${percent}, image and person together`,
    notForThis: 'The networks’ curve does not apply to this heart:',
    cannotKnow:
      'What no model here can know: how the scar conducts, what has happened since, what treatment changes, and whether the law holds in real patients.',
    withoutPerson: 'middle effect, without the person',
  },

  lessons: {
    title: 'Lessons',
    about: 'Each lesson is a few steps on the heart. Every step has a task that the page checks.',
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
    openHelp:
      'A lesson is a JSON file. Save one of these as a start for your own; docs/teaching.md describes the format.',
  },

  blind: {
    title: 'Blind reading',
    about:
      'Read hearts whose truth is hidden, then see it next to your answers, the network and the thresholds. A code gives everyone the same hearts: it holds only their number and a seed.',
    count: 'Hearts',
    make: 'Make a new code',
    code: 'Class code',
    begin: 'Start reading',
    heartOf: (heart: number, hearts: number) => `Heart ${heart} of ${hearts}`,
    pattern: 'What pattern is it?',
    territory: 'Which artery?',
    quarters: 'How deep, by segment? Each press adds a quarter of the wall.',
    scarMl: 'How much scar, mL?',
    orDraw: 'Estimate it, or draw it on the image.',
    asDrawn: 'As drawn on the image.',
    draw: 'Draw scar',
    hands: { look: 'look', draw: 'draw scar', erase: 'erase' },
    undo: 'Undo stroke',
    drawHelp: 'Drawing is a choice: where scar is drawn, its volume is taken from the drawing.',
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
    last: 'Show the truth',
    leave: 'Leave this set',
    notSaid: 'not said',
    results: 'The truth and your answers',
    making: (done: number, of: number) => `Preparing the truth and running the network: ${done} of ${of}`,
    heart: 'Heart',
    look: 'Look at this heart with its truth',
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
      drawn: 'Scar as drawn, Dice',
      artefacts: 'Artefacts named',
      scar: 'Scar, mL: bias (limits)',
      seconds: 'Time per heart, s',
    },
    explain:
      'Kappa is Cohen’s: 1 is perfect agreement, 0 is chance. Dice is over segments that hold scar, and over pixels where scar was drawn. Bias and 95% limits are by Bland and Altman. A dash: these hearts cannot give the figure.',
    name: 'Your name, if you want it in the file',
    save: 'Save my result',
    saveHelp: 'Saves a file on this device with your answers, the code, and your name if you gave one.',
    class: 'A class',
    classAbout: 'Open all result files of your students at once. The network counts as one more reader.',
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
