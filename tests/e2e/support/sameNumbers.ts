/** The results of the command line and of the page for one study, to be compared. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { gunzipBounded, readNifti } from '../../../src/core/nifti/nifti.ts';
import { demoPatient } from '../../../src/core/phantom/demoPatient.ts';
import { dicomStudy } from '../../../src/core/phantom/dicomStudy.ts';
import type { Analysis } from '../../../src/pipeline/analysing/analysis.ts';
import { dataWith } from '../../realData.ts';
import { dropFiles } from './dropFiles.ts';
import { savedFile, savedNumbers } from './saved.ts';

/** A case of three slices on SwiftShader, at some 0.4 GFLOP/s on one busy core. */
export const CASE_MS = 280_000;
/** The share of the voxels that either calls heart which may differ: a GPU adds in another order. */
const AGREEING_SHARE = 0.999;
const SURVIVAL_DIFFERENCE = 1e-3;

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

export interface Result {
  readonly analysis: Analysis;
  readonly mask: Uint8Array;
}

/** The folder of a real study if there is one, else of one that the phantom writes into `folder`. */
export function studyFolder(folder: string): string {
  const data = dataWith('lge-dicom');
  if (data !== null) return path.join(data, 'lge-dicom', 'positive-classic');
  const { volume, zero } = demoPatient();
  const study = path.join(folder, 'study');
  for (const file of dicomStudy(volume, { seed: 1, zero })) {
    mkdirSync(path.dirname(path.join(study, file.path)), { recursive: true });
    writeFileSync(path.join(study, file.path), file.bytes);
  }
  return study;
}

/** The command line's results for a study; its files are written into `scratch`. */
export function predict(study: string, scratch: string): Result {
  const [mask, out] = [path.join(scratch, 'mask.nii.gz'), path.join(scratch, 'out.json')];
  const command = ['run', '--silent', 'predict', '--', study, '--mask', mask, '--out', out];
  execFileSync('npm', command, { cwd: REPOSITORY, stdio: ['ignore', 'ignore', 'inherit'] });
  return { analysis: JSON.parse(readFileSync(out, 'utf8')) as Analysis, mask: labels(readFileSync(mask)) };
}

const labels = (gzipped: Uint8Array): Uint8Array => Uint8Array.from(readNifti(gunzipBounded(gzipped)).volume.voxels);

/** The page's results for it. */
export async function dropAndSave(page: Page, study: string): Promise<Result> {
  await dropFiles(page, 'main', [study]);
  await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
  const analysis = (await savedNumbers(page)) as Analysis;
  return { analysis, mask: labels((await savedFile(page, 'save-mask')).bytes) };
}

export function expectSame(result: Result, predicted: Result): void {
  expect(result.analysis.series.map(({ number, chosen }) => [number, chosen])).toEqual(
    predicted.analysis.series.map(({ number, chosen }) => [number, chosen]),
  );
  expect(result.analysis.models).toEqual(predicted.analysis.models);
  expect(agreement(result.mask, predicted.mask)).toBeGreaterThanOrEqual(AGREEING_SHARE);
  expect(Math.abs(survivalAt5(result.analysis) - survivalAt5(predicted.analysis))).toBeLessThan(SURVIVAL_DIFFERENCE);
}

/** The share of the voxels that either calls heart on which both say the same. */
function agreement(a: Uint8Array, b: Uint8Array): number {
  let either = 0;
  let same = 0;
  a.forEach((label, at) => {
    if (label === 0 && b[at] === 0) return;
    either += 1;
    if (label === b[at]) same += 1;
  });
  return same / either;
}

/** The risk from the image: without answers a file has no other. */
const survivalAt5 = ({ survival }: Analysis): number => 1 - (survival.image?.risk['5'] ?? NaN);
