import type { GreyZoneDefinition } from '../../../core/scar/thresholds.ts';
import type { HospitalCalibration } from '../../../core/patient/hospitalCalibration.ts';
import type { Unit } from '../../../core/patient/units.ts';
import type { HeartLabel } from '../../../core/volume/volume.ts';
import type { ScarMethod } from '../../../pipeline/analysing/measureScar.ts';

export type Overlay = 'contour' | 'fill' | 'none';
export const OVERLAYS: readonly Overlay[] = ['contour', 'fill', 'none'];

/** The images' share of the page's width where they are next to the results. */
export const IMAGES_PERCENT = { least: 25, usual: (100 * 5) / 11, most: 70 } as const;

/** The reader's preferences. They belong to no case, and last for as long as the page is open. */
export class ReaderSettings {
  overlay = $state<Overlay>('contour');
  opacity = $state(0.9);
  /** Whether the other image of the same scan is shown next to it. */
  sideBySide = $state(false);
  /** Whether the slices show where the image branch looked. */
  attention = $state(false);
  /** Whether shortcuts of a single key are on. */
  singleKeys = $state(true);
  keySheetOpen = $state(false);
  imagesPercent = $state<number>(IMAGES_PERCENT.usual);
  /** The method whose scar is measured and shown. */
  scarMethod = $state<ScarMethod>('segmentation');
  greyZone = $state<GreyZoneDefinition>('2-5SD');
  /** Whether the slices show grey zone and core. */
  zonesShown = $state(false);
  /** The structure that is drawn, and the brush's radius for each structure. */
  structure = $state<HeartLabel>('scar');
  readonly radiusMm = $state<Record<HeartLabel, number>>({ bloodPool: 6, viable: 5, scar: 4, noReflow: 3 });
  /** The unit that each question is answered in, by its id; the schema's own where none was chosen. */
  units = $state.raw<Readonly<Record<string, Unit>>>({});

  /** The hospital's calibration, for every case that is opened; null: the models as shipped. */
  calibration = $state.raw<HospitalCalibration | null>(null);

  nextOverlay(): void {
    this.overlay = OVERLAYS[(OVERLAYS.indexOf(this.overlay) + 1) % OVERLAYS.length];
  }
}
