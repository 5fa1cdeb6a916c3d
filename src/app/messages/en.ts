import type { GalleryId } from '../../core/phantom/knobs.ts';
import type { LevelId } from '../case/risk/rated.ts';
import type { SegmentMeasures } from '../../core/scar/aha17.ts';
import type { PlacedInsertionPoints } from '../../core/scar/insertionPoints.ts';
import type { GreyZoneDefinition } from '../../core/scar/thresholds.ts';
import { COVARIATES, type CovariateId } from '../../core/patient/covariates.ts';
import type { Analysis } from '../../pipeline/analysing/analysis.ts';
import type { ThresholdMethod } from '../../core/scar/thresholds.ts';
import type { Whose } from '../../pipeline/analysing/whose.ts';
import type { WhyNotOwnKernels, WhyNotWebgpu } from '../../workers/protocol.ts';
import type { Overlay } from '../case/state/readerSettings.svelte.ts';
import type { Preset } from '../case/state/viewer.svelte.ts';
import type { Command } from '../case/viewer/keyMap.ts';
import { enGuidelines } from './enGuidelines.ts';
import { enCards } from './enCards.ts';
import { enHelp } from './enFields.ts';
import { enRisk } from './enRisk.ts';
import { enNotes, enSummary } from './enSummary.ts';
import { inEnglish } from './reasonsEn.ts';

/** A question of the form, in words. */
interface FieldText {
  readonly label: string;
  readonly unit: string;
  readonly help: string;
  /** The answers of a choice, by value from 0; empty for a number and for yes or no. */
  readonly choices: readonly string[];
}

type Quantity = keyof Pick<SegmentMeasures, 'scarPercent' | 'transmuralityPercent'>;

const many = (n: number, noun: string, plural = `${noun}s`): string => `${n} ${n === 1 ? noun : plural}`;

/** The covariates' words are the schema's own. */
const covariateFields = Object.fromEntries(
  COVARIATES.map(({ id, label, unit, choices }): [CovariateId, FieldText] => [
    id,
    { label, unit, help: enHelp[id], choices: choices?.map((choice) => choice.label) ?? [] },
  ]),
) as Record<CovariateId, FieldText>;

/**
 * The page's words in English, by view; a message with parts is a function of them. zh.ts has the same shape: what is missing
 * there fails the types, and the build. Views get them from `messages()` of shared/language.svelte.ts.
 */
export const en = {
  common: {
    slices: (n: number) => many(n, 'slice'),
    files: (n: number) => many(n, 'file'),
    years: (years: string) => `${years} years`,
    yearsAsNumber: (years: number) => many(years, 'year'),
    moreThanYears: (years: number) => `> ${years} years`,
    range: (low: string, high: string) => `${low} to ${high}`,
    close: 'Close',
    syntheticPatient: 'synthetic patient',
    simulated: 'simulated',
    noValue: 'no value',
    comma: ', ',
    stop: '. ',
  },

  /** A reason, a warning, a stage of the work or an error. */
  reason: inEnglish,

  header: {
    noCase: 'no case open',
    demoCase: (slices: string) => `synthetic patient, ${slices}`,
    seriesCase: (number: number, description: string, slices: string) =>
      `${[number > 0 ? `series ${number}` : '', description].filter((part) => part !== '').join(' ') || 'series without a name'}, ${slices}`,
    openFiles: 'Open files',
    openFolder: 'Open folder',
    demo: 'Demo',
    clear: 'Clear everything',
    keys: 'Keys',
    language: 'Language',
    rooms: 'Rooms',
    room: { case: 'Case', cohort: 'Cohort', teach: 'Teach' },
  },

  empty: {
    what: 'Scarcast finds the scar in a late-enhancement cardiac MR study and shows what it and the clinical picture say about the risk of sudden cardiac death over ten years.',
    drop: 'Drop a study here',
    dropAgain: 'Drop other files here',
    kinds: 'a folder, DICOM files, a zip, a NIfTI file, or a case saved here before',
    hearts: 'Or open one of five synthetic hearts, if you have no study at hand',
    heart: {
      wideBorder: 'Anterior infarct, wide border',
      inferior: 'Small inferior infarct',
      noReflow: 'Fresh infarct, no-reflow',
      midWall: 'Mid-wall, no infarct',
      badInversion: 'Normal, wrong inversion time',
    } satisfies Record<GalleryId, string>,
    stays: 'Nothing leaves this device.',
    staysWhy:
      'Images and answers are read and measured on this device, and kept only until you clear them or close the page, unless you ask for a copy.',
    leftCopies:
      'A page ended while it kept a copy of a case in this browser. The copy holds no pixels: after you open it, drop the study it was made from. ‘Clear everything’ deletes it.',
    copyOf: (time: string) => `Copy of ${time}`,
    openCopy: 'Open',
    openCopyOf: (time: string) => `Open the copy of ${time}`,
    deleteCopy: 'Delete',
    deleteCopyOf: (time: string) => `Delete the copy of ${time}`,
    checkLoaded:
      'Check it yourself: everything is loaded, so turn the network off now and carry on. The foot of the page lists everything it has requested.',
    checkSoon:
      'Check it yourself: once the foot of the page says what it runs on, turn the network off and carry on. Everything the page has requested is listed there.',
  },

  page: {
    skip: { title: 'Skip', image: 'To the images', results: 'To the results', answers: 'To the answers' },
    losesWork: 'The open case has answers or corrections that have not been saved. Open another case and lose them?',
    cleared: (seconds: number) =>
      `Everything is cleared. You can undo this for ${seconds} seconds; after that it is gone for good.`,
    takeBack: 'Undo',
    waiting: 'Scar measures and the curve appear here.',
    splitter: 'Width of the images',
    splitterHelp: 'Drag, or use the arrow keys; a double click brings it back',
    analyse: 'Analyse this stack',
    following: 'The figures are being updated to the latest answers. Print again in a moment.',
    unsettled: 'The figures do not yet reflect the latest answers and corrections.',
    followAgain: 'Update them',
  },

  notice: {
    title: 'What this page is',
    use: 'For research and teaching. Not a medical device.',
    synthetic: 'Synthetic patient, made by code.',
  },

  cards: enCards,

  requests: {
    summary: (own: string, foreign: number) =>
      `Requested: ${own} from this page’s own address, ${foreign === 0 ? 'nothing else' : `and ${foreign} from elsewhere`}`,
    title: 'What this page has requested since it opened',
    own: (folder: string) =>
      `Each of these is a file of the page itself, from its own address, ${folder}. The page's security policy forbids any other. Your images and answers are only in this device's memory.`,
    foreign: 'Some requests went elsewhere. They are marked. Do not open a study here.',
    check:
      "Taken from the browser's own timing log, workers included. One thing is not listed: when the page comes from a server, a service worker fetches each of its files from the same address and keeps them for use offline. To check it yourself: turn the network off and open a study, or look at the network tab of the browser's developer tools.",
    times: (n: number) => `(${n} times)`,
    elsewhere: 'elsewhere',
  },

  whyNotWebgpu: ({ reason, because }: WhyNotWebgpu) =>
    ({
      missing: 'This browser has no WebGPU, or no graphics processor for it.',
      software: 'This browser has WebGPU only in software, which is slower.',
      slow: 'WebGPU was slower than WebAssembly here: WebAssembly runs instead.',
      refused: 'WebGPU was tried and refused: WebAssembly runs instead.',
      failed: 'WebGPU failed while it worked: WebAssembly took over and repeated the work.',
    })[reason] + (because ? ` ${inEnglish(because)}` : ''),

  whyNotOwnKernels: ({ reason, because }: WhyNotOwnKernels) =>
    ({
      missing:
        "Scarcast's fast convolutions could not be loaded. TensorFlow.js computes without them: the numbers are the same, but a case takes longer.",
      wrong:
        "Scarcast's fast convolutions gave a wrong answer in this browser, so TensorFlow.js computes without them and a case takes longer.",
    })[reason] + (because ? ` ${inEnglish(because)}` : ''),

  status: {
    done: 'Done.',
    ready: 'Ready: no case is open.',
    seeAbove: 'There is a message above.',
    cancel: 'Cancel',
    updateWaits: 'A newer version starts once this case is cleared.',
    update: 'A newer version is available.',
    startUpdate: 'Start it',
    otherTabs: 'Close the other Scarcast tabs first: a case may be open in one of them.',
    runsOn: 'Runs on',
    offline: 'Works offline',
  },

  taken: {
    title: 'What was read',
    patient: 'Patient',
    answersLeft: (patient: string | null): string =>
      patient
        ? 'This series belongs to another patient. The answers you gave before were not carried over.'
        : 'The files do not say whether this series belongs to the same patient. The answers you gave before were not carried over.',
    series: 'Series',
    unnamedSeries: 'series without a name',
    syntheticSeries: 'Synthetic patient: short-axis images of a simulated heart. No real person’s data.',
    chooseOne: 'Choose one',
    images: 'Images',
    imagesText: (slices: string, columns: number, rows: number, voxel: readonly [string, string, string] | null) =>
      `${slices} of ${columns} x ${rows}, ${voxel ? `voxel ${voxel.join(' x ')} mm` : 'voxel size not known'}`,
    spacing: {
      title: 'Spacing',
      about:
        'Enter the spacing in mm, from centre to centre, as the scanner’s protocol or the archive gives it (between slices: thickness and gap). ' +
        'The heart is then segmented and measured again.',
      axes: { columns: 'Columns', rows: 'Rows', slices: 'Slices' },
      format: 'A number in mm, such as 1.4',
      enter: 'Measure with this spacing',
    },
    plane: {
      title: 'Short-axis slices',
      about:
        'The slices were cut from a 3-D volume. Turn the long axis at its base, as the slices are shown, or shift the slices along it; ' +
        'they are then cut, segmented and measured again.',
      right: 'To the right, °',
      down: 'Down, °',
      towardsBaseMm: 'Towards the base, mm',
      enter: 'Cut and measure again',
    },
    mask: {
      title: (path: string) => `Mask ${path}`,
      about: (path: string) =>
        `A mask came with the images: ${path}. Check what its values mean before you use it as the segmentation.`,
      aboutScar: (path: string) =>
        `A mask of one structure came with the images: ${path}. If it is scar, compare it: its scar is then read within the wall of this case, and you can continue with it.`,
      value: (value: number) => `${value} is`,
      labels: ['nothing that is measured', 'blood pool', 'viable myocardium', 'scar', 'no-reflow'],
      compare: 'Compare',
      take: 'Use this mask',
      leave: 'Segment with the network instead',
    },
    contrast: 'Contrast',
    contrasts: { PSIR: 'PSIR', magnitude: 'magnitude', unknown: 'not known' },
    contrastUse: 'no number depends on this',
    apex: 'Apex',
    apexEnds: { first: 'at the first slice', last: 'at the last slice' },
    apexFrom: {
      mask: 'judged by the shape of the segmentation',
      header: "given by the file's orientation",
      user: 'as you chose',
      assumed: 'assumed, since neither the shape nor the file shows it; change it if it is the other end',
    } satisfies Record<Analysis['segmentation']['apex']['from'], string>,
    others: (n: number) => `${many(n, 'other series', 'other series')} found`,
    other: (title: string, slices: string, reason: string) => `${title}, ${slices}: ${reason}`,
    refused: (files: string) => `${files} not used`,
    refusedFor: (files: string, reason: string) => `${files} not used: ${reason}`,
    more: (n: number) => `and ${many(n, 'more file', 'more files')}`,
    moreSeries: (n: number) => `and ${many(n, 'more series', 'more series')}`,
    savedBy: (version: string) => `Opened from a case file saved by Scarcast ${version}.`,
    savedContent: (pixels: boolean, identity: boolean) =>
      `The file holds ${pixels ? 'the image' : 'no pixels of the image'} and ${identity ? 'names the patient' : 'does not name the patient'}.`,
    otherWeights:
      'It was made with other weights than these. Its numbers are shown as they were saved, until an answer or a contour changes.',
  },

  viewer: {
    title: 'Images',
    overlay: 'Overlay',
    overlays: { contour: 'Contour', fill: 'Fill', none: 'Hide' } satisfies Record<Overlay, string>,
    preset: 'Window preset',
    presets: { heart: 'Heart', image: 'Image', nulled: 'Nulled' } satisfies Record<Preset, string>,
    byHand: 'Own',
    size: 'Size',
    smaller: 'Make smaller',
    larger: 'Enlarge',
    reset: 'Reset',
    resetHelp: 'Back to the first window and position',
    display: 'Display',
    opacity: 'Opacity of the overlay',
    width: 'Window width: contrast',
    level: 'Window level: brightness',
    otherImage: { width: 'Width, second image', level: 'Level, second image' },
    place: 'Position of the picture',
    moves: { left: 'Move left', right: 'Move right', up: 'Move up', down: 'Move down' },
    sideBySide: 'Both',
    ruler: 'Ruler',
    rulerHelp: 'Measures a length: drag, or click both ends (L)',
    rulerStart: 'Drag over the image to measure',
    lengthUnknown: 'Length not known: the file does not give the spacing',
    fullScreen: 'Full screen',
    fullScreenHelp: 'Shows the images on the whole screen (F)',
    readOut: {
      voxel: (column: number, row: number, slice: number) => `Column ${column}, row ${row}, slice ${slice}`,
      signal: (value: string) => `Signal ${value}`,
      label: (label: number) => `, ${['not heart', 'blood pool', 'wall', 'scar', 'no-reflow'][label]}`,
    },
    solidHelp: 'Wall and scar in 3-D, which you can turn',
    heart: {
      title: 'Show the heart',
      help: 'If the network mistook something else for the left ventricle, show where it is: the heart is then segmented again there',
      how: 'Put the circle on the left ventricle: click its centre, then drag the line until it surrounds the wall. Keys: Shift and arrows, [ and ], Enter.',
      diameterMm: (mm: string) => `Diameter, wall included: ${mm} mm`,
      diameter: 'Diameter, wall included',
      measure: 'Segment here',
      cancel: 'Cancel',
    },
    correct: 'Correct',
    pixelsMissing:
      'This case file holds no pixels, so only the segmentation is shown. Drop the study it came from to see the images beneath it and to correct it.',
    hint: 'Wheel or arrows: slice. Drag: window and level. Right drag: zoom. Shift and drag: move. H: hide. ?: all keys.',
    slice: 'Slice',
    otherSlice: 'Slice of the other image',
    sliceOf: (slice: number, slices: number) => `Slice ${slice} of ${slices}`,
    scarMl: (ml: string) => `scar ${ml} mL`,
    plausibility: (value: string) => `plausibility ${value}`,
    check: 'check its contours',
    leftOut: 'left out of the measures',
    locked: 'locked',
    synthetic: '(synthetic)',
    join: (parts: readonly string[]) => parts.join(', '),
  },

  solid: {
    title: 'Wall and scar in 3-D',
    value: (turn: number, tilt: number) => `turned by ${turn} degrees, tilted by ${tilt}`,
    nothing: 'No wall was segmented.',
    about: 'Scar within the wall, base at the top.',
    hint: 'Drag or arrows: turn. T: back to the slices. ?: all keys.',
    turns: 'Turn',
    turnTo: { ArrowLeft: 'Turn left', ArrowRight: 'Turn right', ArrowUp: 'Tilt up', ArrowDown: 'Tilt down' },
  },

  strip: {
    slices: 'Slices',
    slicesInOrder: 'Slices, from apex to base',
    byHand: 'Changed by hand',
    leftOut: 'Left out of the measures',
    scarMl: 'scar in mL',
    plausibility: (value: string) => `Plausibility ${value}`,
    toCheck: (value: string) => `Plausibility ${value}: check the contours`,
    noHeart: 'No heart found',
    apex: 'apex',
    base: 'base',
    scar: 'scar, mL',
    bar: 'bar: plausibility of the segmentation',
  },

  marks: {
    remote: 'Remote region',
    anterior: 'Anterior insertion point',
    inferior: 'Inferior insertion point',
    turn: (handle: string, clockwise: boolean) => `${handle}: turn ${clockwise ? 'clockwise' : 'anticlockwise'}`,
    place: (slice: number, oClock: number, unused: boolean) =>
      `slice ${slice}, ${oClock} o’clock${unused ? ', not used in this slice' : ''}`,
  },

  correction: {
    tool: 'Tool',
    hands: {
      look: { label: 'Look', title: 'Drag: window and level' },
      brush: {
        label: 'Brush',
        title: 'Draws the chosen structure. Scar and no-reflow stay within the wall.',
      },
      eraser: { label: 'Erase', title: 'Removes the structure; what lies beneath it stays' },
      outline: {
        label: 'Outline',
        title: 'Draw around an area, or click, move and click: it is filled with the structure',
      },
      drag: {
        label: 'Pull',
        title: 'Pulls the contour of the structure: drag, or click twice; the contour nearby follows',
      },
      move: { label: 'Move', title: 'Moves all contours of this slice: drag, or click twice' },
    },
    structure: 'Structure',
    structures: { bloodPool: 'Pool', viable: 'Wall', scar: 'Scar', noReflow: 'No-reflow' },
    undoRedo: 'Undo and redo',
    undo: 'Undo',
    redo: 'Redo',
    radius: 'Radius',
    thisSlice: 'This slice',
    lock: 'Lock',
    lockHelp: 'No tool changes the contours of this slice until it is unlocked',
    isLocked: 'This slice is locked: unlock it under ‘This slice’ to change it. ',
    leaveOut: 'Leave out',
    leaveOutHelp: 'No measure counts this slice; the risk from the image still reads it',
    threshold: (percent: string) => `Scar above ${percent} of the wall’s brightness`,
    thresholdHelp: 'Turns everything brighter within the wall into scar, and the rest into viable wall',
    moveContours: 'Move the contours',
    byPixel: 'Move by one pixel',
    moves: {
      left: 'Move contours left by one pixel',
      right: 'Move contours right by one pixel',
      up: 'Move contours up by one pixel',
      down: 'Move contours down by one pixel',
    },
    slice: 'Other slice',
    copy: 'Copy here',
    fillBetween: 'Fill between',
    fillBetweenHelp: 'Needs the ventricle in both slices, and slices between them',
    clear: 'Clear',
    restore: 'Reset slice',
    nothing: 'Nothing was changed by hand.',
    changed: (slices: string, voxels: number) =>
      `By hand: slice ${slices}, ${voxels} pixels. Dice with what was there before:`,
    dice: { cavity: 'pool', myocardium: 'wall', scar: 'scar', noReflow: 'no-reflow' },
    curve: 'The curve reads the image inside the wall, so it follows changes of wall and pool.',
  },

  keys: {
    title: 'Keys',
    single: 'Single-key shortcuts',
    or: 'or',
    groups: { slices: 'Slices', picture: 'Picture', drawing: 'Correction', page: 'Page' },
    commands: {
      towardsBase: 'Next slice towards the base',
      towardsApex: 'Next slice towards the apex',
      firstSlice: 'First slice, at the apex',
      lastSlice: 'Last slice, at the base',
      hideOverlay: 'Hide the overlay while held',
      nextOverlay: 'Overlay: contour, fill or none',
      nextPreset: 'Next window preset',
      zoomIn: 'Enlarge',
      zoomOut: 'Make smaller',
      resetView: 'Back to the first window and position',
      sideBySide: 'Magnitude and PSIR side by side',
      ruler: 'Ruler on or off',
      fullScreen: 'Images in full screen',
      zones: 'Grey zone and core on the image',
      solid: 'Wall and scar in 3-D',
      showHeart: 'Show where the heart is',
      left: 'Move the picture, or the cross, left',
      right: 'Move the picture, or the cross, right',
      up: 'Move the picture, or the cross, up',
      down: 'Move the picture, or the cross, down',
      look: 'Look',
      brush: 'Brush',
      eraser: 'Erase',
      outline: 'Outline',
      drag: 'Pull a contour',
      move: 'Move a slice’s contours',
      pen: 'Put the pen down at the cross, or lift it',
      cancelStroke: 'Cancel what is being drawn',
      bloodPool: 'Draw blood pool',
      viable: 'Draw wall',
      scar: 'Draw scar',
      noReflow: 'Draw no-reflow',
      smaller: 'Smaller brush',
      larger: 'Larger brush',
      undo: 'Undo',
      redo: 'Redo',
      checkSlice: 'Mark the slice as checked, or not',
      takeOffCalibration: 'Remove the hospital’s calibration',
      keySheet: 'This sheet',
    } satisfies Record<Command, string>,
    names: { PageUp: 'Page up', PageDown: 'Page down', Space: 'Space', Enter: 'Enter', Home: 'Home', End: 'End' },
    note: '* While the image has the focus. With the mouse: wheel, next slice; drag, window and level; right drag, zoom; Shift and drag, move; double click, reset. Elsewhere the arrow keys turn whatever has the focus: the remote region and the insertion points on the image, wall and scar in 3-D, the segments of the bull’s-eye.',
  },

  scar: {
    title: 'Scar',
    by: 'by',
    byMethod: (method: string) => `By ${method}`,
    methods: {
      '2SD': '2 SD',
      '3SD': '3 SD',
      '5SD': '5 SD',
      '6SD': '6 SD',
      FWHM: 'FWHM, from remote to maximum',
      Otsu: 'Otsu',
    } satisfies Record<ThresholdMethod, string>,
    whose: {
      network: 'the network',
      networkByHand: 'the network, corrected by hand',
      file: 'the segmentation in the files',
      fileByHand: 'the segmentation in the files, corrected by hand',
      mask: 'the mask that you opened, with your corrections',
    } satisfies Record<Whose, string>,
    whoseDefinitions: {
      network: 'What the network calls scar.',
      networkByHand:
        'What the network called scar, corrected by hand. There are no intervals: they hold only for what the network draws on its own.',
      file: 'What the segmentation that came with the images calls scar. The network did not draw it, and no interval is known.',
      fileByHand:
        'What the segmentation that came with the images called scar, corrected by hand. No interval is known.',
      mask: 'What the mask that was opened over this case calls scar, with any corrections since. No interval is known.',
    } satisfies Record<Whose, string>,
    definitions: {
      '2SD': 'Above the mean of remote myocardium by 2 of its standard deviations.',
      '3SD': 'Above the mean of remote myocardium by 3 of its standard deviations.',
      '5SD': 'Above the mean of remote myocardium by 5 of its standard deviations.',
      '6SD': 'Above the mean of remote myocardium by 6 of its standard deviations.',
      FWHM: 'Above half of the way from the mean of remote myocardium to the brightest scar.',
      Otsu: 'Above the threshold that best splits the wall into two. It finds scar in a healthy heart too.',
    } satisfies Record<ThresholdMethod, string>,
    percentOfWall: '% of wall',
    rows: {
      scar: 'Scar',
      noReflow: 'No-reflow',
      myocardium: 'Myocardium',
      bloodPool: 'Blood pool',
    },
    partOfScar: 'part of the scar',
    interval:
      'In brackets: the range that held 90% of cases the network had never seen, with infarcts a few days old or normal hearts; none was a chronic infarct.',
    byThreshold: 'By intensity threshold',
    noRemote: '– no remote myocardium was found for comparison',
    remote: 'Remote',
    remotes: { eachSlice: 'a region in each slice', oneRegion: 'one region for all' },
    moveIt: 'Move it',
    findAgain: 'Find it again',
    remoteHelp:
      'Healthy wall for comparison. To move it, drag the ring on the image, or turn it with the arrow keys or the buttons. It is dashed where a slice has no region of its own.',
    showZones: 'Show on the image',
    greyZone: 'Grey zone',
    greyZones: {
      '2-3SD': '2 to 3 SD',
      '2-5SD': '2 to 5 SD',
      '35-50%': '35 to 50% from remote to maximum',
    } satisfies Record<GreyZoneDefinition, string>,
    core: 'core',
    coreExceeds:
      'Here the core is larger than the scar: grey zone and core are found by brightness in the whole wall, the scar by its outline.',
    greyZoneCompare: (definition: string) =>
      `Grey zone ${definition} above remote myocardium, core above it. Compare only with the same definition.`,
    counting:
      "The totals differ because the network marks what experts would draw, n-SD everything that much brighter than healthy wall, and FWHM only the brighter half of the scar. All are of the left ventricle; scar and no-reflow count as wall; 1 mL weighs 1.05 g. With thresholds a pixel at the wall's edge counts only if its neighbour inside does, and labelled no-reflow counts as scar.",
    counts: (slice: number) => `Slice ${slice} counts in the measures`,
    leftOut: (slices: string) =>
      `Without slice ${slices}: volumes, scar, share of the wall and segments leave it out. The risk from the image still reads every slice.`,
    perSlice: 'Slice by slice',
    columns: {
      slice: 'Slice',
      counts: 'Counts',
      level: 'Level',
      bloodPool: 'Blood pool, mL',
      myocardium: 'Myocardium, mL',
      scar: 'Scar, mL',
      scarPercent: 'Scar, %',
      noReflow: 'No-reflow, mL',
      plausibility: 'Plausibility',
    },
    levelOf: (slice: number) => `Level of slice ${slice}`,
    levels: { base: 'Base', mid: 'Middle', apex: 'Apex', cap: 'Cap of the apex' },
    notCounted: 'not counted',
    noHeart: '– no heart found',
    levelsAgain: 'Reset the levels to thirds',
    casePlausibility: 'Plausibility of the segmentation',
    check: 'Check the contours of slice',
    goToSlice: (slice: number) => `Go to slice ${slice}`,
    nothingToCheck: 'no slice to check',
    toCheck: (value: string) => `${value}, check`,
    plausibility: (least: string) =>
      `Plausibility: the expected share of heart voxels that are labelled correctly, judged by how often the network was right when it was this sure on patients it had not seen. Check every slice under ${least}. It predicts how good the contours of pool and wall are, not those of scar.`,
  },

  segments: {
    title: 'The 17 segments',
    whatNumbers: 'What the numbers are',
    quantities: { scarPercent: 'Scar, %', transmuralityPercent: 'Transmurality, %' } satisfies Record<Quantity, string>,
    titles: {
      scarPercent: 'Scar, % of each segment',
      transmuralityPercent: 'Transmurality of scar, % of the wall',
    } satisfies Record<Quantity, string>,
    move: 'Move insertion points',
    findAgain: 'Find them again',
    turned:
      'Aligned by where the right ventricle joins: A anterior, I inferior. To move these points, drag them on the image, or turn them with the arrow keys or the buttons.',
    picked: (scar: string, transmurality: string, noReflow: string) =>
      `Scar ${scar}%, transmurality ${transmurality}%, no-reflow ${noReflow}%`,
    slices: 'Slices',
    dashed: 'Dashed on the image.',
    noSlice: 'No slice shows it.',
    pick: 'Pick a segment to see its slices.',
    assumed:
      'The right ventricle was not found, so the insertion points are at their usual positions. Check them on the image.',
    about:
      'AHA (Cerqueira 2002): anterior at the top, septum left, base outside. Transmurality: the share of the wall’s thickness that is scar, along the radial chords that hold any.',
    anteriorUnknown:
      'The file does not say how the image lies in the patient. Which of the two insertion points is the anterior one?',
    show: 'Show them',
    markedA: 'The one marked A',
    markedI: 'The one marked I',
    table: 'The segments as a table',
    columns: {
      segment: 'Segment',
      scar: 'Scar, %',
      transmurality: 'Transmurality, %',
      noReflow: 'No-reflow, %',
      wall: 'Wall, mL',
      slices: 'Slices',
    },
    dash: 'A dash means that no slice shows the segment; the apex has no cavity from which transmurality could be counted.',
    /** The 17 segments in order (Cerqueira et al. 2002). */
    names: [
      'Basal anterior',
      'Basal anteroseptal',
      'Basal inferoseptal',
      'Basal inferior',
      'Basal inferolateral',
      'Basal anterolateral',
      'Mid anterior',
      'Mid anteroseptal',
      'Mid inferoseptal',
      'Mid inferior',
      'Mid inferolateral',
      'Mid anterolateral',
      'Apical anterior',
      'Apical septal',
      'Apical inferior',
      'Apical lateral',
      'Apex',
    ],
    valueOf: (name: string, value: string) => `${name}: ${value}`,
  },

  risk: {
    title: 'Risk',
    notApplicable: (whose: string | null) =>
      `${whose === null ? 'The' : `${whose}: the`} models do not apply to this patient, and neither does any risk they give.`,
    sources: {
      fused: 'SSCAR: covariates and image',
      covariates: 'SSCAR’s covariates',
      fiveAnswers: 'Five answers, beyond SSCAR',
      image: 'Image alone',
    },
    within: 'Sudden cardiac death within',
    net: 'risk if no other death occurred',
    interval: '90% interval',
    crude: 'risk allowing for other deaths',
    beyond: 'beyond the data',
    extrapolated: 'extrapolated',
    median: 'Median',
    spread: 'spread of event times σ',
    nothing: '– nothing to predict from',
    noFiveAnswers: '– none of LVEF, NYHA class, prior infarct, left atrium and NT-proBNP is answered',
    imageRate: 'at the rate of the simulated patients',
    about:
      'First the net risk, if no other death occurred; below it the crude risk, allowing for other deaths. σ is the spread of event times on the logarithmic scale; it does not say how sure the model is.',
  },

  curve: {
    title: 'Free of sudden cardiac death, if no other death occurred',
    years: 'years from assessment',
    readOut: 'Read the curve at one time',
    reading: (years: string, value: string, tried: string | null) =>
      `At ${years} years: free ${value}${tried === null ? '' : `; as tried ${tried}`}`,
    bands:
      'The 90% band belongs to the first curve. It covers refits of the model and the possible values of unknown answers, widened until it held the true risk of nine in ten simulated patients; at a contemporary rate it includes the choice of cohort.',
    restsOn: (name: string, text: string) => `${name}: ${text}`,
    hatched: (years: string) =>
      `Hatched: extrapolated beyond the ${years} years for which 100 ischaemic patients were followed.`,
    table: 'The curve as a table',
    caption: 'Probability of being free of sudden cardiac death, with 90% interval',
    year: 'Year',
    value: (share: string, interval: string, extrapolated: boolean) =>
      `${share} (${interval})${extrapolated ? ', extrapolated' : ''}`,
  },

  rates: {
    title: 'Level of risk',
    names: {
      music: 'as in MUSIC, 2003–2004',
      afterInfarct: 'contemporary, after an infarct',
      heartFailure: 'contemporary, heart failure',
      hospital: 'own patients, by the hospital’s file',
    } satisfies Record<LevelId, string>,
    recalibrated: (patients: string, events: string, madeBy: string) =>
      `recalibrated on ${patients} patients, ${events} events of ${madeBy}`,
    refitted: (patients: string, events: string, madeBy: string) =>
      `refitted on ${patients} patients, ${events} events of ${madeBy}`,
    notRecalibrated: 'The hospital’s file does not change this one: its level is that of MUSIC.',
    refit: {
      of: (madeBy: string, madeOn: string) => `A model refitted by ${madeBy}, ${madeOn}, is in use.`,
      level:
        'The covariate branch was trained anew on the hospital’s own patients and is at their level of risk. The check whether the models are for a patient, the percentile and deaths of other causes come from the shipped branch.',
      head: 'The head of the image branch was trained anew on them too. What it reads from an image was learned from simulated hearts.',
      headUnread:
        'This case does not hold what the refitted head of the image branch reads, so the image counts as in the shipped branch. Analyse the study again to use the head.',
      why: 'These are the reasons of the refitted covariate branch, compared with ischaemic patients like those it was refitted on.',
      sum: (mean: string, sum: string, total: string) =>
        `Log-odds of sudden cardiac death by 4 years, from the refitted covariate branch: ${mean} on average in such patients, ${sum} by these answers, ${total} in all.`,
    },
    calibration: {
      open: 'Open a calibration or a refitted model',
      about:
        'A file that the cohort room made from your own patients. It applies to every case you open until you remove it.',
      takeOff: 'Remove it',
      of: (madeBy: string, madeOn: string) => `A calibration by ${madeBy}, ${madeOn}, is in use.`,
      shown: 'Each number that it changed says so.',
      notHere: 'It was fitted to other networks than those that run here, so it changes nothing.',
      level:
        'The hospital’s own calibration replaces the published rate: level, spread and the weights of covariates and image follow the patients it was fitted on. Deaths of other causes are as in MUSIC.',
    },
    usual: '(usual for this patient)',
    asInMusic:
      'The risk of MUSIC’s patients, all with heart failure in NYHA II or III, enrolled in Spain in 2003 and 2004. They were treated as was usual twenty years ago, so it is likely higher than today’s.',
    about: {
      afterInfarct: (low: string, high: string) =>
        `Patients after an infarct, most without heart failure: ${low} sudden deaths per 100 patient-years at LVEF ≤ 35%, ${high} above (PROFID, Eur Heart J 2024;45:4616).`,
      heartFailure: (low: string, high: string) =>
        `Symptomatic heart failure under today’s drugs: ${low} sudden deaths per 100 patient-years at LVEF ≤ 35% (PARADIGM-HF and DAPA-HF, geometric mean). Above 35% no rate is published for ischaemic patients: ${high} is MUSIC’s own, lowered by the same factor (our assumption).`,
    },
    howShifted:
      'The odds are shifted, by LVEF, until MUSIC’s ischaemic patients have that mean risk at 4 years. The ranking of the patients stays as learned.',
  },

  riskPanel: enRisk,
  summary: enSummary,
  notes: enNotes,
  guidelines: enGuidelines,

  form: {
    offered: (value: string) => `From the images: ${value}`,
    takeOffered: 'The images’ header says so. Use it as the answer',
    title: 'Clinical covariates',
    empty: 'Empty means unknown.',
    emptyWidens: (n: number) =>
      `Empty means unknown: ${n} of the answers that these weights use are unknown, which widens the band.`,
    yes: 'Yes',
    no: 'No',
    unknown: 'Unknown',
    ambiguous: 'Not used: this could be thousands or a decimal. Write 1200 or 1.2.',
    outOfRange: (min: string, max: string, unit: string) =>
      `Not used: enter ${min} to ${max}${unit && ` ${unit}`}, or leave it empty.`,
    unused: 'Not used by these weights',
    groups: {
      applies: 'Does it apply?',
      fiveAnswers: 'Beyond SSCAR',
      person: 'Person',
      heart: 'Heart',
      ecg: 'Electrocardiogram',
      history: 'History',
      drugs: 'Drugs',
      guidelines: 'For guidelines and scores',
    },
    fields: {
      ...covariateFields,
      ischaemic: {
        label: 'Ischaemic heart disease',
        unit: '',
        help: 'The models apply to ischaemic heart disease.',
        choices: [],
      },
      daysSinceInfarct: {
        label: 'Days since the infarct',
        unit: 'days',
        help: 'The models apply to infarcts at least 40 days old.',
        choices: [],
      },
      heartFailure: {
        label: 'Heart failure',
        unit: '',
        help: 'Symptoms of heart failure, now or in the past. All patients that the models learned from had it, in NYHA class II or III.',
        choices: [],
      },
      priorInfarct: { label: 'Infarct, ever', unit: '', help: 'A myocardial infarct at any time.', choices: [] },
      daysSinceRevascularisation: {
        label: 'Days since revascularisation',
        unit: 'days',
        help: 'Since the last one, by catheter or by surgery.',
        choices: [],
      },
      treatedThreeMonths: {
        label: 'Guideline treatment for three months',
        unit: '',
        help: 'On the drugs that guidelines recommend in heart failure for three months or longer.',
        choices: [],
      },
      leftAtrium: {
        label: 'Left atrial diameter',
        unit: 'mm',
        help: 'By echocardiography, in the parasternal long axis.',
        choices: [],
      },
      ntProBnp: {
        label: 'NT-proBNP',
        unit: 'ng/L',
        help: 'The latest, in ng/L (the same number as pg/mL). Not BNP.',
        choices: [],
      },
      nsvt: {
        label: 'Non-sustained ventricular tachycardia',
        unit: '',
        help: 'Recorded at any time, due to the infarct.',
        choices: [],
      },
      inducible: {
        label: 'Inducible VF or sustained VT',
        unit: '',
        help: 'At electrophysiological study. Leave it unknown if none was done.',
        choices: [],
      },
      edvIndex: {
        label: 'LV end-diastolic volume from CMR, indexed',
        unit: 'mL/m²',
        help: 'On cine cardiac MR, per m² of body surface.',
        choices: [],
      },
      inactive: {
        label: 'Physically inactive',
        unit: '',
        help: 'Less active than most people of that age, or not at all.',
        choices: [],
      },
      icd: {
        label: 'Defibrillator in place',
        unit: '',
        help: 'ICD or CRT-D. The models apply to patients without one.',
        choices: [],
      },
      revascularised: {
        label: 'Revascularised',
        unit: '',
        help: 'By catheter or by surgery, at any time.',
        choices: [],
      },
      nyha: {
        label: 'NYHA class',
        unit: '',
        help: 'Symptoms of heart failure, 1 to 4 (New York Heart Association).',
        choices: ['I', 'II', 'III', 'IV'],
      },
      ureaNitrogen: { label: 'Blood urea nitrogen', unit: 'mg/dL', help: 'The latest.', choices: [] },
      creatinine: { label: 'Serum creatinine', unit: 'mg/dL', help: 'The latest.', choices: [] },
    } satisfies Record<string, FieldText>,
  },

  report: {
    studyDate: 'Date of the study',
    caseId: 'Case ID, from its image',
    open: 'Report',
    title: 'Scarcast report',
    print: 'Print, or save as PDF',
    back: 'Back to the case',
    identity: 'with the patient’s name, the date of the study and the series’ description',
    paper: 'On A4 or Letter, as chosen in the print dialog.',
    tools: 'Print or close the report',
    notice:
      'Its numbers must not guide the care of a patient. The risk is that of sudden cardiac death if no other death occurred; what the image adds was learned from simulated outcomes and is marked so.',
    read: 'Read by',
    details: 'Details',
    noAnswers: 'Nothing is known about the patient, so no risk is given.',
    segmentation: 'Segmentation',
    drawnBy: {
      network: 'Drawn by the network.',
      file: 'From a segmentation that came with the images.',
    } satisfies Record<Analysis['segmentation']['from'], string>,
    plausibility: (value: string) => `Plausibility ${value}.`,
    byHand: 'moved by hand',
    found: 'found by the program',
    insertion: 'Insertion points',
    insertionFrom: {
      image: 'found in the image',
      assumed: 'assumed: the right ventricle was not found, so they are at their usual positions',
      user: 'moved by hand',
    } satisfies Record<PlacedInsertionPoints['from'], string>,
    anteriorNamed: 'the reader said which one is anterior',
    levels: 'Levels',
    levelsByHand: 'set by hand',
    byThirds: 'by thirds of the ventricle',
    slices: 'Slices, from apex to base',
    noPixels: 'The case file that this report was made from does not hold the pixels of the image.',
    unknown: (inputs: string) =>
      inputs ? `Unknown, though the weights use them: ${inputs}.` : 'Everything that the weights use is known.',
    method: 'How it was made',
    howMade: (version: string, backend: string) =>
      `Scarcast ${version}, on ${backend}, in the browser; no image left the device. It follows SSCAR (Popescu et al. 2022, doi 10.1038/s44161-022-00041-9), with other weights, learned from other patients.`,
    backends: { webgpu: 'WebGPU', wasm: 'WebAssembly', both: 'WebGPU and, when that failed, WebAssembly' },
    weights: 'Weights',
    version: 'Version',
  },

  masks: {
    title: 'Someone else’s contours',
    is: (path: string) => `Dashed in the image: ${path}.`,
    dashed: (path: string) => `Dashed: ${path}`,
    scarAlone: (outside: string) =>
      `It draws only scar, which is shown within the wall of this case; ${outside} of it is outside that wall and is left out.`,
    offered: (path: string) =>
      `${path} is a mask. Check what its values stand for; then compare it with the contours of this case, or continue with it.`,
    offeredSegmentation: (path: string) =>
      `${path} is a segmentation (DICOM SEG). Compare it with the contours of this case, or continue with it.`,
    goOn: 'Continue with it',
    goOnHelp: 'Its contours replace those of this case, as a correction that can be undone',
    close: 'Put it away',
    dice: 'Dice',
    here: 'This case, mL',
    other: 'Dashed, mL',
    difference: 'Difference, mL',
    structures: { cavity: 'Blood pool', myocardium: 'Wall, with scar', scar: 'Scar', noReflow: 'No-reflow' },
    about:
      'Dice is over the whole stack: 1 where both agree voxel by voxel, 0 where they share none, – where neither has any. The difference is this case minus the other.',
  },

  compare: {
    title: 'Compare',
    files: 'Compare with files',
    folder: 'Compare with a folder',
    close: 'Stop comparing',
    how: 'Choose another study of this patient: its images, or a case file saved from it.',
    measure: 'Measure',
    other: 'Other study',
    here: 'This case',
    slices: 'This slice and the slice at the same level of the other study',
    isSeries: (series: string) => `Other study: ${series}.`,
    segmented: 'It was segmented just now and nobody has corrected it;',
    hasLabels: 'Its segmentation came with it;',
    sameAnswers: 'its curve uses the answers of this case.',
    of: (whose: string, said: string) => `${whose}: ${said}`,
    otherPatient: 'The two studies name different patients.',
    difference: 'Difference',
    risk: (years: string, extrapolated: boolean) => `Net risk within ${years}${extrapolated ? ', extrapolated' : ''}`,
    points: 'points',
    otherWeights:
      'The two were made with different weights, so a difference may come from the weights and not from the patient.',
    about:
      'The difference is this case minus the other. You must make sure that both belong to the same patient: a case file need not name anyone. Thresholds and grey zones appear only where both took remote myocardium in the same way.',
  },

  save: {
    title: 'Save',
    json: 'Save the numbers (JSON)',
    csv: 'Save the numbers (CSV)',
    mask: 'Save the mask (NIfTI)',
    seg: 'Save the mask (DICOM SEG)',
    sr: 'Save the report (DICOM SR)',
    fhir: 'Save the measures and risks (FHIR)',
    sameArchive: "DICOM and FHIR for the same archive: with the patient's identity, and references to the images",
    named: 'The DICOM and FHIR files will name the patient.',
    case: 'Save the case',
    caseHelp: 'One file that can be opened here again, with segmentation, corrections, answers, measures and curve.',
    copy: 'Keep a copy in this browser while the case is open, in case of a crash',
    copyHelp:
      'The copy holds the segmentation, corrections, answers and notes, no pixels, and no name unless you typed it in a note. It is deleted when you untick this, open another case, clear everything or close the page, and stays while you look at another series. After a crash the start page offers it to whoever opens Scarcast in this browser.',
    copied: (time: string) => `The copy was last renewed on ${time}.`,
    pixels: 'with the pixels of the image',
    identity: 'with the patient’s name and the series’ description',
    caseNamed: 'The case file will name the patient.',
    nameless: 'Unless ticked, no file names the patient or holds the image; the DICOM files have new identifiers.',
  },
};

export type Messages = typeof en;
