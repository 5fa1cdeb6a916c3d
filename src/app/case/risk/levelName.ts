import type { Prediction } from '../../../pipeline/analysing/analysis.ts';
import { messages } from '../../shared/language.svelte.ts';
import type { LevelId } from './rated.ts';

/** The level that a prediction stands at, in words: a calibration that changed it with whom it was fitted on. */
export function levelName(level: LevelId, { recalibrated }: Prediction): string {
  const { names, recalibrated: on } = messages().rates;
  if (recalibrated) return on(String(recalibrated.patients), String(recalibrated.events), recalibrated.madeBy);
  return names[level === 'hospital' ? 'music' : level];
}
