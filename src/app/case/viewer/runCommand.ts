import type { SlicePoint } from '../../../core/editing/tools.ts';
import type { Session } from '../state/session.svelte.ts';
import type { Command } from './keyMap.ts';

/** One press enlarges by this, or makes as much smaller. */
export const ZOOM_STEP = 1.25;
/** One press of an arrow moves the picture so far on the heart, mm. */
export const PAN_MM = 5;

/** Does what a key asks of the viewer; the same as its buttons and drags do. */
export function runCommand(command: Exclude<Command, 'keySheet'>, session: Session, isApexLast: boolean): void {
  const { viewer, correction, stack } = session;
  if (!stack) return;
  const { volume } = stack;
  const last = volume.size[2] - 1;
  const turn = (step: 1 | -1): void => {
    viewer.slice = Math.min(last, Math.max(0, viewer.slice + (isApexLast ? -step : step)));
  };
  const move = (columns: number, rows: number): void => {
    if (correction.hand === 'look') {
      viewer.pan(columns * PAN_MM, rows * PAN_MM);
      return;
    }
    const [column, row] = viewer.cross ?? startOfCross(session);
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
      return viewer.nextOverlay();
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
      viewer.sideBySide = session.companion !== null && !viewer.sideBySide;
      return;
    case 'solid':
      viewer.solid = correction.labels !== null && !viewer.solid;
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
      if (correction.labels) correction.take(command);
      return;
    case 'pen':
      if (correction.hand === 'look') return;
      if (correction.stroke) return correction.endStroke();
      if (!viewer.cross) viewer.moveCross(startOfCross(session), volume);
      if (viewer.cross) correction.beginStroke(viewer.slice, viewer.cross);
      return;
    case 'cancelStroke':
      return correction.cancelStroke();
    case 'bloodPool':
    case 'viable':
    case 'scar':
    case 'noReflow':
      correction.structure = command;
      return;
    case 'smaller':
      return correction.resize(-1);
    case 'larger':
      return correction.resize(1);
    case 'undo':
      return correction.undo();
    case 'redo':
      return correction.redo();
  }
}

/** The middle of the ventricle in the slice, or of the slice where it holds none. */
function startOfCross({ viewer, correction, stack }: Session): SlicePoint {
  const [columns, rows] = stack?.volume.size ?? [1, 1];
  const first = viewer.slice * columns * rows;
  let [count, column, row] = [0, 0, 0];
  correction.labels?.labels.subarray(first, first + columns * rows).forEach((label, at) => {
    if (label === 0) return;
    count += 1;
    column += at % columns;
    row += Math.floor(at / columns);
  });
  return count > 0 ? [column / count, row / count] : [columns / 2, rows / 2];
}
