import type { Prediction } from '../../../pipeline/analysing/analysis.ts';
import { messages } from '../../shared/language.svelte.ts';
import type { LevelId } from './rated.ts';

/** The level of a prediction, in words; for a calibration or refit, with the patients that it was fitted to. */
export function levelName(level: LevelId, { recalibrated }: Prediction): string {
  const { names, ...rates } = messages().rates;
  const on = recalibrated?.code === 'refittedOn' ? rates.refitted : rates.recalibrated;
  if (recalibrated) return on(String(recalibrated.patients), String(recalibrated.events), recalibrated.madeBy);
  return names[level === 'hospital' ? 'music' : level];
}
