import type { SlicePoint } from '../../../core/editing/tools.ts';
import type { LabelVolume, Volume } from '../../../core/volume/volume.ts';
import type { Stack } from '../../../pipeline/reading/study.ts';
import { nulledWindow, openingWindow, type GrayWindow } from '../viewer/grayWindow.ts';
import { heartRegion, middle, wholeSlice } from '../viewer/region.ts';

export type Overlay = 'contour' | 'fill' | 'none';
export const OVERLAYS: readonly Overlay[] = ['contour', 'fill', 'none'];

/** Windows to choose from: the heart's greys, the whole image's, and viable myocardium black. */
export type Preset = 'heart' | 'image' | 'nulled';
export const PRESETS: readonly Preset[] = ['heart', 'image', 'nulled'];

/** How far the picture can be enlarged or shrunk about its opening size. */
const ZOOM = { least: 0.25, most: 8 } as const;

const NO_WINDOW: GrayWindow = { centre: 0, width: 1 };

/** What the viewer shows of the case: slice, window, overlay, place. */
export class ViewerState {
  /** Index in the stack, from 0. */
  slice = $state(0);
  window = $state.raw(NO_WINDOW);
  opening = $state.raw(NO_WINDOW);
  /** The greys of the other image of the same scan; null: as it opened. */
  windowBeside = $state.raw<GrayWindow | null>(null);
  overlay = $state<Overlay>('contour');
  opacity = $state(0.9);
  /** The key that hides the overlay is held. */
  peeking = $state(false);
  /** How much larger than at first, when the heart fills the picture. */
  zoom = $state(1);
  /** How far the picture's middle is moved, mm along columns and rows. */
  shiftMm = $state.raw<readonly [number, number]>([0, 0]);
  /** Where the keyboard draws, voxels; null until it does. */
  cross = $state.raw<SlicePoint | null>(null);
  /** The other image of the same scan stands beside. */
  sideBySide = $state(false);
  /** The picture that turns takes the slice's place. */
  solid = $state(false);
  /** Where the image branch looked lies over the slices. */
  attention = $state(false);
  /** Shortcuts of one key are on. */
  singleKeys = $state(true);
  keySheetOpen = $state(false);
  /** The report has the page. */
  reportOpen = $state(false);
  #presets = $state.raw<Readonly<Partial<Record<Preset, GrayWindow>>>>({});

  /** The preset that is set now; null for any other window. */
  readonly preset = $derived(PRESETS.find((preset) => this.#presets[preset] === this.window) ?? null);
  /** Those that this case has. */
  readonly presets = $derived(PRESETS.filter((preset) => this.#presets[preset]));

  /** Starts on the middle slice of a new stack. */
  open({ volume }: Stack): void {
    this.forget();
    this.opening = openingWindow(volume, middle(volume));
    this.window = this.opening;
    this.#presets = { heart: this.opening, image: openingWindow(volume, wholeSlice(volume)) };
    this.slice = Math.floor(volume.size[2] / 2);
  }

  /** Forgets all that is the case's and not the reader's way to look. */
  forget(): void {
    this.opening = NO_WINDOW;
    this.window = NO_WINDOW;
    this.windowBeside = null;
    this.#presets = {};
    this.slice = 0;
    this.cross = null;
    this.reportOpen = false;
    this.solid = false;
    this.resetPlace();
  }

  /** Turns to the heart, once it is found: to its grey levels, unless the user has set others. */
  turnToHeart({ volume }: Stack, labels: LabelVolume): void {
    const heart = heartRegion(labels);
    if (!heart) return;
    const untouched = this.window === this.opening;
    this.opening = openingWindow(volume, heart);
    if (untouched) this.window = this.opening;
    const nulled = nulledWindow(volume, labels, heart);
    this.#presets = { ...this.#presets, heart: this.opening, ...(nulled && { nulled }) };
  }

  choosePreset(preset: Preset): void {
    this.window = this.#presets[preset] ?? this.opening;
  }

  nextPreset(): void {
    const at = this.preset === null ? -1 : this.presets.indexOf(this.preset);
    this.choosePreset(this.presets[(at + 1) % this.presets.length]);
  }

  nextOverlay(): void {
    this.overlay = OVERLAYS[(OVERLAYS.indexOf(this.overlay) + 1) % OVERLAYS.length];
  }

  resetWindow(): void {
    this.window = this.opening;
    this.windowBeside = null;
  }

  resetPlace(): void {
    this.zoom = 1;
    this.shiftMm = [0, 0];
  }

  /** Enlarges about the picture's middle. */
  zoomBy(factor: number): void {
    this.zoom = Math.min(ZOOM.most, Math.max(ZOOM.least, this.zoom * factor));
  }

  /** Moves the picture's content, mm on the heart. */
  pan(dxMm: number, dyMm: number): void {
    this.shiftMm = [this.shiftMm[0] - dxMm, this.shiftMm[1] - dyMm];
  }

  /** Puts the keyboard's cross on a voxel inside the slice. */
  moveCross(to: SlicePoint, { size }: Volume): void {
    const within = (value: number, count: number): number => Math.min(count - 1, Math.max(0, Math.round(value)));
    this.cross = [within(to[0], size[0]), within(to[1], size[1])];
  }
}
