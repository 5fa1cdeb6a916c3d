import type { GreyZoneDefinition } from '../../../core/scar/thresholds.ts';
import type { HospitalCalibration } from '../../../core/patient/hospitalCalibration.ts';
import type { Unit } from '../../../core/patient/units.ts';
import type { HeartLabel } from '../../../core/volume/volume.ts';
import type { ScarMethod } from '../../../pipeline/analysing/measureScar.ts';

export type Overlay = 'contour' | 'fill' | 'none';
export const OVERLAYS: readonly Overlay[] = ['contour', 'fill', 'none'];

/** Of the page's width what the images take, where they stand beside the results. */
export const IMAGES_PERCENT = { least: 25, usual: (100 * 5) / 11, most: 70 } as const;

/** How the reader likes to look and to work. It is nobody's case: it stays from one to the next, as long as the page is open. */
export class ReaderSettings {
  overlay = $state<Overlay>('contour');
  opacity = $state(0.9);
  /** The other image of the same scan stands beside. */
  sideBySide = $state(false);
  /** Where the image branch looked lies over the slices. */
  attention = $state(false);
  /** Shortcuts of one key are on. */
  singleKeys = $state(true);
  keySheetOpen = $state(false);
  imagesPercent = $state<number>(IMAGES_PERCENT.usual);
  /** Whose scar is measured and shown. */
  scarMethod = $state<ScarMethod>('segmentation');
  greyZone = $state<GreyZoneDefinition>('2-5SD');
  /** Grey zone and core lie over the slices. */
  zonesShown = $state(false);
  /** What is drawn, and the brush's radius for each. */
  structure = $state<HeartLabel>('scar');
  readonly radiusMm = $state<Record<HeartLabel, number>>({ bloodPool: 6, viable: 5, scar: 4, noReflow: 3 });
  /** By a question's id the unit that it is answered in; the schema's own where none was chosen. */
  units = $state.raw<Readonly<Record<string, Unit>>>({});

  /** The hospital's own, for every case that is opened; null: as the models are shipped. */
  calibration = $state.raw<HospitalCalibration | null>(null);

  nextOverlay(): void {
    this.overlay = OVERLAYS[(OVERLAYS.indexOf(this.overlay) + 1) % OVERLAYS.length];
  }
}
