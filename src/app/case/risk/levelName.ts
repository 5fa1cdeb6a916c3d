import type { Prediction } from '../../../pipeline/analysing/analysis.ts';
import { messages } from '../../shared/language.svelte.ts';
import type { LevelId } from './rated.ts';

/** The level that a prediction stands at, in words: a calibration or refit that changed it with whom it was fitted on. */
export function levelName(level: LevelId, { recalibrated }: Prediction): string {
  const { names, ...rates } = messages().rates;
  const on = recalibrated?.code === 'refittedOn' ? rates.refitted : rates.recalibrated;
  if (recalibrated) return on(String(recalibrated.patients), String(recalibrated.events), recalibrated.madeBy);
  return names[level === 'hospital' ? 'music' : level];
}
