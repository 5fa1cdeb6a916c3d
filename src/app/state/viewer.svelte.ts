import { openingWindow, type GrayWindow } from '../viewer/grayWindow.ts';
import type { Stack } from '../../pipeline/study.ts';

export type Overlay = 'contour' | 'fill' | 'none';

/** What the viewer shows of the case: slice, window, overlay. */
export class ViewerState {
  /** Index in the stack, from 0. */
  slice = $state(0);
  window = $state.raw<GrayWindow>({ centre: 0, width: 1 });
  opening = $state.raw<GrayWindow>({ centre: 0, width: 1 });
  overlay = $state<Overlay>('contour');
  opacity = $state(0.9);
  /** The key that hides the overlay is held. */
  peeking = $state(false);
  /** Shows the heart large, or the whole slice. */
  zoomed = $state(true);

  /** Starts on the middle slice of a new stack. */
  open(stack: Stack): void {
    this.opening = openingWindow(stack.volume);
    this.window = this.opening;
    this.slice = Math.floor(stack.volume.size[2] / 2);
  }

  resetWindow(): void {
    this.window = this.opening;
  }
}
