import { findCompanion, isSameGrid } from '../../../pipeline/reading/companion.ts';
import type { Workers } from '../../shared/workers.ts';
import { unlessCancelledAgain } from './openCase.svelte.ts';
import type { OpenImage } from './openImage.svelte.ts';
import type { OpenStudy } from './openStudy.svelte.ts';

/**
 * Loads the other image of the same scan to show next to an image, if the study holds one. It is only looked at: if it
 * cannot be read, the case loses nothing.
 * @param isShown whether the image is still shown
 * @throws as `loadStack` of the reading worker
 */
export async function loadCompanion(
  opened: OpenStudy,
  image: OpenImage,
  reading: Workers['reading'],
  isShown: () => boolean,
): Promise<void> {
  const { series } = image.stack;
  const { dropped } = opened;
  const other = opened.study && findCompanion(opened.study, series);
  if (!other || !dropped) return;
  const isOpen = (): boolean => isShown() && image.stack.series === series && opened.dropped === dropped;
  const load = () => reading.call('loadStack', { dropped, seriesId: other.id });
  const companion = await unlessCancelledAgain(load, isOpen);
  if (isOpen() && isSameGrid(image.stack.volume, companion.volume)) image.companion = companion;
}
