/**
 * How well the first stage finds hearts in stacks as hospitals and their files alter them, and what it finds where
 * there is none.
 */
import { Random } from '../../core/random.ts';
import { filledBeyond, imagedBoxes, valuesWithin } from '../../core/volume/imaged.ts';
import { robustWindow } from '../../core/volume/intensity.ts';
import type { Volume } from '../../core/volume/volume.ts';
import { findVentricle, MOST_CANDIDATES } from '../../nn/findVentricle.ts';
import type { VentriclePlace } from '../../core/segmentation/ventriclePlace.ts';
import type { RunStage } from '../../nn/runStage.ts';
import { prepareCase } from '../../nn/training/trainSegmentation.ts';
import { readCase } from '../files/caseFolder.ts';
import { asScanned } from './asScanned.ts';
import { NO_HEART, VARIANTS } from './variants.ts';

export interface PlaceFigures {
  readonly stacks: number;
  /** The first candidate is not the heart. */
  readonly firstMissed: number;
  /** None of the candidates that are segmented is. */
  readonly missed: number;
}

export interface FoundPlaces {
  readonly variants: Readonly<Record<string, PlaceFigures>>;
  /** Stacks without a heart in which a place was nevertheless found. */
  readonly noHeart: Readonly<Record<string, { readonly stacks: number; readonly found: number }>>;
}

const SEED = 29;
/** A place is the heart's if its centre is off by less than this share of the diameter, and its diameter by less than this factor. */
const NEAR = { ofDiameter: 0.25, factor: 1.4 };

/** Looks for the heart in every variant of cases, with padding recognised as in `segmentStack`. */
export async function evaluatePlaces(
  folder: string,
  ids: readonly string[],
  run: RunStage,
  log: (line: string) => void,
): Promise<FoundPlaces> {
  const variants: Record<string, PlaceFigures> = {};
  const noHeart: Record<string, { stacks: number; found: number }> = {};
  for (const [name, variant] of Object.entries(VARIANTS)) {
    let [firstMissed, missed] = [0, 0];
    for (const [k, id] of ids.entries()) {
      const { image, labels } = variant(asScanned(await readCase(folder, id)), new Random(SEED + k));
      const { place } = prepareCase(id, image, labels);
      const isHeart = (await placesIn(image, run)).map((one) => isNear(one, place, image));
      if (!isHeart[0]) firstMissed += 1;
      if (!isHeart.includes(true)) missed += 1;
    }
    variants[name] = { stacks: ids.length, firstMissed, missed };
    log(`${name}: ${JSON.stringify(variants[name])}`);
  }
  for (const [name, variant] of Object.entries(NO_HEART)) {
    let found = 0;
    for (const [k, id] of ids.entries()) {
      const { image } = variant(asScanned(await readCase(folder, id)), new Random(SEED + k));
      if ((await placesIn(image, run)).length > 0) found += 1;
    }
    noHeart[name] = { stacks: ids.length, found };
    log(`${name}: ${JSON.stringify(noHeart[name])}`);
  }
  return { variants, noHeart };
}

async function placesIn(image: Volume, run: RunStage): Promise<VentriclePlace[]> {
  const boxes = imagedBoxes(image);
  const window = robustWindow(valuesWithin(image, boxes));
  const places: VentriclePlace[] = [];
  for await (const place of findVentricle(filledBeyond(image, boxes, window.zero), window, run, {})) {
    places.push(place);
    if (places.length === MOST_CANDIDATES) break;
  }
  return places;
}

function isNear(one: VentriclePlace, place: VentriclePlace, { spacing }: Volume): boolean {
  const apartMm = Math.hypot(
    (one.centre[0] - place.centre[0]) * spacing[0],
    (one.centre[1] - place.centre[1]) * spacing[1],
  );
  const ratio = one.diameterMm / place.diameterMm;
  return apartMm < NEAR.ofDiameter * place.diameterMm && Math.max(ratio, 1 / ratio) < NEAR.factor;
}
