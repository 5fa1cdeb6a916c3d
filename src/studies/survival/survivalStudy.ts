/** Repeated cross-validation of survival models on one cohort, one repeat at a time, so that it can be stopped and resumed. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RightCensored } from '../../core/statistics/rightCensored.ts';
import { quantiles } from '../../core/quantiles.ts';
import { crossValidate, scoreModel, type Scores } from '../../nn/training/crossValidateSurvival.ts';
import type { FitSurvival } from '../../nn/training/survivalModels.ts';
import type { Recipe } from '../../nn/training/trainCovariates.ts';
import { lockRun, type Deadline } from '../files/trainingRun.ts';

export interface SurvivalStudy {
  readonly cohort: RightCensored;
  /** The groups by which folds are stratified, by patient. */
  readonly strata: ArrayLike<number>;
  readonly folds: number;
  readonly repeats: number;
  readonly seed: number;
  /** The horizon at which everything but Kaplan-Meier's curve is measured. */
  readonly horizonYears: number;
  /** Models whose risks are also kept at other years. */
  readonly curves: { readonly models: readonly string[]; readonly years: readonly number[] };
  /** `onRecipe` is called with what the networks' inner cross-validation chose. */
  readonly models: (onRecipe: (recipe: Recipe) => void) => Readonly<Record<string, FitSurvival>>;
  /** Patients over whom scores are computed, and the models that are scored on them. */
  readonly groups: Readonly<Record<string, { readonly rows: readonly number[]; readonly models: readonly string[] }>>;
}

export interface StudyRepeat {
  /** By group, then by model. */
  readonly scores: Readonly<Record<string, Readonly<Record<string, Scores>>>>;
  /** By model, each patient's out-of-fold risk at the horizon. */
  readonly risks: Readonly<Record<string, readonly number[]>>;
  /** By model of `curves`, then by year: each patient's out-of-fold risk. */
  readonly curves: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly recipes: readonly Recipe[];
}

export function runRepeat(study: SurvivalStudy, repeat: number): StudyRepeat {
  const recipes: Recipe[] = [];
  const models = study.models((recipe) => recipes.push(recipe));
  const outOfFold = crossValidate(study.strata, study.folds, study.seed + repeat, models);
  const { fold, fitted } = outOfFold;
  return {
    scores: Object.fromEntries(
      Object.entries(study.groups).map(([group, { rows, models: scored }]) => [
        group,
        Object.fromEntries(
          scored.map((model) => [model, scoreModel(study.cohort, outOfFold, model, rows, study.horizonYears)]),
        ),
      ]),
    ),
    risks: Object.fromEntries(
      Object.keys(models).map((model) => [
        model,
        Array.from(fold, (k, row) => 1 - fitted[k][model](row, study.horizonYears)),
      ]),
    ),
    curves: Object.fromEntries(
      study.curves.models.map((model) => [
        model,
        study.curves.years.map((t) => Array.from(fold, (k, row) => 1 - fitted[k][model](row, t))),
      ]),
    ),
    recipes,
  };
}

/**
 * Runs all repeats, and keeps each in a file of `folder` when it ends; with `resume`, repeats that are already there are read.
 * @returns null if the deadline came first
 */
export async function runStudy(
  study: SurvivalStudy,
  folder: string,
  resume: boolean,
  deadline: Deadline,
  log: (line: string) => void,
): Promise<StudyRepeat[] | null> {
  lockRun(folder);
  if (!resume) await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const found: StudyRepeat[] = [];
  for (let repeat = 0; repeat < study.repeats; repeat++) {
    const file = path.join(folder, `repeat-${repeat + 1}.json`);
    if (existsSync(file)) {
      found.push(JSON.parse(await readFile(file, 'utf8')) as StudyRepeat);
      continue;
    }
    if (Date.now() > deadline) return null;
    const start = performance.now();
    const result = runRepeat(study, repeat);
    await writeFile(`${file}.part`, JSON.stringify(result));
    await rename(`${file}.part`, file);
    found.push(result);
    log(`${folder}: repeat ${repeat + 1} of ${study.repeats}, ${((performance.now() - start) / 1000).toFixed(0)} s`);
  }
  return found;
}

export interface Spread {
  readonly mean: number;
  /** 5th and 95th percentile over the repeats. */
  readonly p5: number;
  readonly p95: number;
}

/** One score of one model in one group, over the repeats. */
export function spreadOf(runs: readonly StudyRepeat[], group: string, model: string, score: keyof Scores): Spread {
  const values = runs.map(({ scores }) => scores[group][model][score]);
  const [p5, p95] = quantiles(values, [0.05, 0.95]);
  return { mean: values.reduce((sum, value) => sum + value, 0) / values.length, p5, p95 };
}
