import type { LabelVolume } from '../../core/volume/volume.ts';
import type { Stack } from '../../pipeline/study.ts';
import { openingWindow, type GrayWindow } from '../viewer/grayWindow.ts';
import { heartRegion, middle } from '../viewer/region.ts';

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
  open({ volume }: Stack): void {
    this.opening = openingWindow(volume, middle(volume));
    this.window = this.opening;
    this.slice = Math.floor(volume.size[2] / 2);
  }

  /** Turns to the heart, once it is found: to its grey levels, unless the user has set others. */
  turnToHeart({ volume }: Stack, labels: LabelVolume): void {
    const heart = heartRegion(labels);
    if (!heart) return;
    const untouched = this.window === this.opening;
    this.opening = openingWindow(volume, heart);
    if (untouched) this.window = this.opening;
  }

  resetWindow(): void {
    this.window = this.opening;
  }
}
