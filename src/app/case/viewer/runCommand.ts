import { placeOf } from '../../../core/segmentation/ventriclePlace.ts';
import type { Grid, LabelVolume, SlicePoint } from '../../../core/volume/volume.ts';
import type { ClinicalForm } from '../state/clinicalForm.svelte.ts';
import type { Correction, Hand } from '../state/correction.svelte.ts';
import type { Notes } from '../state/notes.svelte.ts';
import type { OpenCase } from '../state/openCase.svelte.ts';
import type { OpenImage } from '../state/openImage.svelte.ts';
import type { ViewerState } from '../state/viewer.svelte.ts';
import type { Command } from './keyMap.ts';

/** One press enlarges or shrinks by this factor. */
export const ZOOM_STEP = 1.25;
/** One press of an arrow moves the picture this far on the heart, mm. */
export const PAN_MM = 5;
/** One press moves the circle around the ventricle, or changes its width, by this, mm. */
const CIRCLE_STEP_MM = 2;

/** What a command acts on. */
interface Viewed {
  readonly image: OpenImage;
  readonly viewer: ViewerState;
  /** null without a case, when there is nothing to correct. */
  readonly correction: Correction | null;
  readonly notes: Notes | null;
  readonly form: ClinicalForm | null;
  readonly isApexLast: boolean;
}

/** The viewer's commands; full screen and the list of keys concern the page. */
type ViewerCommand = Exclude<Command, 'keySheet' | 'fullScreen'>;

/** Runs a key's command, with the same effect as the viewer's buttons and drags. */
export function runCommand(command: ViewerCommand, image: OpenImage, open: OpenCase | null): void {
  const isApexLast = open?.analysis.segmentation.apex.end === 'last';
  const [correction, notes, form] = [open?.correction ?? null, open?.notes ?? null, open?.form ?? null];
  ACTIONS[command]({ image, viewer: image.view, correction, notes, form, isApexLast });
}

const ACTIONS: Readonly<Record<ViewerCommand, (viewed: Viewed) => void>> = {
  towardsBase: (viewed) => turn(viewed, 1),
  towardsApex: (viewed) => turn(viewed, -1),
  firstSlice: (viewed) => turnToEnd(viewed, viewed.isApexLast),
  lastSlice: (viewed) => turnToEnd(viewed, !viewed.isApexLast),
  checkSlice: ({ viewer, notes }) => notes?.check(viewer.slice, !notes.checkedSlices.includes(viewer.slice)),
  hideOverlay: ({ viewer }) => {
    viewer.peeking = true;
  },
  nextOverlay: ({ viewer }) => viewer.settings.nextOverlay(),
  nextPreset: ({ viewer }) => viewer.nextPreset(),
  zoomIn: ({ viewer }) => viewer.zoomBy(ZOOM_STEP),
  zoomOut: ({ viewer }) => viewer.zoomBy(1 / ZOOM_STEP),
  resetView: ({ viewer }) => {
    viewer.resetWindow();
    viewer.resetPlace();
  },
  sideBySide: ({ image, viewer }) => {
    viewer.settings.sideBySide = image.companion !== null && !viewer.settings.sideBySide;
  },
  solid: ({ viewer, correction }) => {
    viewer.solid = correction !== null && !viewer.solid;
  },
  ruler: (viewed) => {
    const { viewer } = viewed;
    if (viewer.ruler.inHand) {
      viewer.ruler.putDown();
      return;
    }
    take(viewed, 'look');
    viewer.ruler.inHand = true;
  },
  showHeart: (viewed) => {
    const { image, viewer, correction } = viewed;
    if (viewer.circle) {
      viewer.circle = null;
      return;
    }
    if (!image.canShowHeart) return;
    take(viewed, 'look');
    viewer.beginCircle(image.stack.volume, correction && placeOf(correction.labels));
  },
  zones: ({ viewer }) => {
    viewer.settings.zonesShown = !viewer.settings.zonesShown;
  },
  left: (viewed) => move(viewed, -1, 0),
  right: (viewed) => move(viewed, 1, 0),
  up: (viewed) => move(viewed, 0, -1),
  down: (viewed) => move(viewed, 0, 1),
  look: (viewed) => take(viewed, 'look'),
  brush: (viewed) => take(viewed, 'brush'),
  eraser: (viewed) => take(viewed, 'eraser'),
  outline: (viewed) => take(viewed, 'outline'),
  drag: (viewed) => take(viewed, 'drag'),
  move: (viewed) => take(viewed, 'move'),
  pen: setPen,
  cancelStroke: ({ viewer, correction }) => {
    viewer.putDownTools();
    correction?.cancelStroke();
  },
  bloodPool: ({ correction }) => choose(correction, 'bloodPool'),
  viable: ({ correction }) => choose(correction, 'viable'),
  scar: ({ correction }) => choose(correction, 'scar'),
  noReflow: ({ correction }) => choose(correction, 'noReflow'),
  smaller: (viewed) => resize(viewed, -1),
  larger: (viewed) => resize(viewed, 1),
  undo: ({ correction }) => correction?.undo(),
  redo: ({ correction }) => correction?.redo(),
  takeOffCalibration: ({ form }) => form?.calibrate(null),
};

/** One slice towards the base or the apex. */
function turn({ image, viewer, isApexLast }: Viewed, step: 1 | -1): void {
  const last = image.stack.volume.size[2] - 1;
  viewer.slice = Math.min(last, Math.max(0, viewer.slice + (isApexLast ? -step : step)));
}

function turnToEnd({ image, viewer }: Viewed, last: boolean): void {
  viewer.slice = last ? image.stack.volume.size[2] - 1 : 0;
}

/** Makes the circle or the current pen one step wider or narrower. */
function resize({ viewer, correction }: Viewed, step: 1 | -1): void {
  if (viewer.circle) viewer.resizeCircle(viewer.circle.diameterMm + step * CIRCLE_STEP_MM);
  else correction?.resize(step);
}

/** Moves the circle, the picture or, with a tool selected, its cross; draws if the pen is down. */
function move({ image, viewer, correction }: Viewed, columns: number, rows: number): void {
  if (viewer.circle) {
    const { size, spacing } = image.stack.volume;
    const [column, row] = viewer.circle.centre;
    const [acrossMm, downMm] = [columns * CIRCLE_STEP_MM, rows * CIRCLE_STEP_MM];
    viewer.moveCircle([column + acrossMm / spacing[0], row + downMm / spacing[1]], { size });
    return;
  }
  const { ruler } = viewer;
  const isDrawing = correction !== null && correction.hand !== 'look';
  if (!isDrawing && !ruler.inHand) {
    viewer.pan(columns * PAN_MM, rows * PAN_MM);
    return;
  }
  const { volume } = image.stack;
  const [column, row] = viewer.cross ?? startOfCross(viewer, volume, correction?.labels ?? null);
  viewer.moveCross([column + columns, row + rows], volume);
  if (!viewer.cross) return;
  if (ruler.inHand) ruler.extend(viewer.cross);
  else if (correction?.stroke) correction.extendStroke(viewer.cross);
}

/** Puts the pen down at the cross, or lifts it. */
function setPen({ image, viewer, correction }: Viewed): void {
  const { ruler } = viewer;
  const isDrawing = correction !== null && correction.hand !== 'look';
  if (!isDrawing && !ruler.inHand) return;
  if (ruler.isOpen) ruler.end();
  else if (correction?.stroke) correction.endStroke();
  else {
    const { volume } = image.stack;
    if (!viewer.cross) viewer.moveCross(startOfCross(viewer, volume, correction?.labels ?? null), volume);
    if (!viewer.cross) return;
    if (ruler.inHand) ruler.begin(viewer.slice, viewer.cross);
    else correction?.beginStroke(viewer.slice, viewer.cross);
  }
}

/** Choosing a correction tool puts the ruler away. */
function take({ viewer, correction }: Viewed, hand: Hand): void {
  viewer.putDownTools();
  correction?.take(hand);
}

function choose(correction: Correction | null, structure: Correction['structure']): void {
  if (correction) correction.structure = structure;
}

/** The centre of the ventricle in the slice, or of the slice if there is none. */
function startOfCross(
  { slice }: ViewerState,
  { size: [columns, rows] }: Grid,
  segmented: LabelVolume | null,
): SlicePoint {
  const first = slice * columns * rows;
  let [count, column, row] = [0, 0, 0];
  segmented?.labels.subarray(first, first + columns * rows).forEach((label, at) => {
    if (label === 0) return;
    count += 1;
    column += at % columns;
    row += Math.floor(at / columns);
  });
  return count > 0 ? [column / count, row / count] : [columns / 2, rows / 2];
}
