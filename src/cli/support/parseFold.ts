import { FOLDS } from '../../nn/training/segmentationRecipe.ts';
import { UsageError } from './output.ts';

/** A fold as the command line names it, k/5. */
export function parseFold(text: string): number {
  const [, k, of] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (!(k >= 1 && k <= of && of === FOLDS)) {
    throw new UsageError(`--fold takes k/${FOLDS} with k from 1 to ${FOLDS}, not ${text}.`);
  }
  return k;
}
