import type { Grid, LabelVolume } from '../../../core/volume/volume.ts';
import type { SlicePoint } from '../../../core/editing/tools.ts';
import type { OpenCase } from '../state/openCase.svelte.ts';
import type { OpenImage } from '../state/openImage.svelte.ts';
import type { ViewerState } from '../state/viewer.svelte.ts';
import type { Command } from './keyMap.ts';

/** One press enlarges by this, or makes as much smaller. */
export const ZOOM_STEP = 1.25;
/** One press of an arrow moves the picture so far on the heart, mm. */
export const PAN_MM = 5;

/** Does what a key asks of the viewer; the same as its buttons and drags do. Without a case there is nothing to correct. */
export function runCommand(command: Exclude<Command, 'keySheet'>, image: OpenImage, open: OpenCase | null): void {
  const { view: viewer, stack } = image;
  const { volume } = stack;
  const isApexLast = open?.analysis.segmentation.apex.end === 'last';
  const correction = open?.correction ?? null;
  const last = volume.size[2] - 1;
  const turn = (step: 1 | -1): void => {
    viewer.slice = Math.min(last, Math.max(0, viewer.slice + (isApexLast ? -step : step)));
  };
  const move = (columns: number, rows: number): void => {
    if (!correction || correction.hand === 'look') {
      viewer.pan(columns * PAN_MM, rows * PAN_MM);
      return;
    }
    const [column, row] = viewer.cross ?? startOfCross(viewer, volume, correction.labels);
    viewer.moveCross([column + columns, row + rows], volume);
    if (correction.stroke && viewer.cross) correction.extendStroke(viewer.cross);
  };

  switch (command) {
    case 'towardsBase':
      return turn(1);
    case 'towardsApex':
      return turn(-1);
    case 'firstSlice':
      viewer.slice = isApexLast ? last : 0;
      return;
    case 'lastSlice':
      viewer.slice = isApexLast ? 0 : last;
      return;
    case 'hideOverlay':
      viewer.peeking = true;
      return;
    case 'nextOverlay':
      return viewer.settings.nextOverlay();
    case 'nextPreset':
      return viewer.nextPreset();
    case 'zoomIn':
      return viewer.zoomBy(ZOOM_STEP);
    case 'zoomOut':
      return viewer.zoomBy(1 / ZOOM_STEP);
    case 'resetView':
      viewer.resetWindow();
      return viewer.resetPlace();
    case 'sideBySide':
      viewer.settings.sideBySide = image.companion !== null && !viewer.settings.sideBySide;
      return;
    case 'solid':
      viewer.solid = correction !== null && !viewer.solid;
      return;
    case 'left':
      return move(-1, 0);
    case 'right':
      return move(1, 0);
    case 'up':
      return move(0, -1);
    case 'down':
      return move(0, 1);
    case 'look':
    case 'brush':
    case 'eraser':
    case 'outline':
    case 'drag':
    case 'move':
      return correction?.take(command);
    case 'pen':
      if (!correction || correction.hand === 'look') return;
      if (correction.stroke) return correction.endStroke();
      if (!viewer.cross) viewer.moveCross(startOfCross(viewer, volume, correction.labels), volume);
      if (viewer.cross) correction.beginStroke(viewer.slice, viewer.cross);
      return;
    case 'cancelStroke':
      return correction?.cancelStroke();
    case 'bloodPool':
    case 'viable':
    case 'scar':
    case 'noReflow':
      if (correction) correction.structure = command;
      return;
    case 'smaller':
      return correction?.resize(-1);
    case 'larger':
      return correction?.resize(1);
    case 'undo':
      return correction?.undo();
    case 'redo':
      return correction?.redo();
  }
}

/** The middle of the ventricle in the slice, or of the slice where it holds none. */
function startOfCross({ slice }: ViewerState, { size: [columns, rows] }: Grid, { labels }: LabelVolume): SlicePoint {
  const first = slice * columns * rows;
  let [count, column, row] = [0, 0, 0];
  labels.subarray(first, first + columns * rows).forEach((label, at) => {
    if (label === 0) return;
    count += 1;
    column += at % columns;
    row += Math.floor(at / columns);
  });
  return count > 0 ? [column / count, row / count] : [columns / 2, rows / 2];
}
