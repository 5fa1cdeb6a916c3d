/** A head of the image branch trained anew in the page on the studies of a cohort file, as the command line does it, and used in a case. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { strFromU8, unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { LATENT } from '../../src/core/patient/heartImage.ts';
import { Random } from '../../src/core/random.ts';
import { writeSavedCohort } from '../../src/pipeline/cohort/savedCohort.ts';
import { loadNodeModels, MODELS_FOLDER } from '../../src/studies/files/shippedModels.ts';
import { studyOf } from '../studyOf.ts';
import { withApp } from './support/app.ts';

const WAIT_MS = 120_000;
const PATIENTS = 160;

/** Patients in whom age and one number of the latent vector predict the event. */
async function cohortFile(): Promise<string> {
  const random = new Random(7);
  const { cards } = await loadNodeModels(MODELS_FOLDER);
  const studies = Array.from({ length: PATIENTS }, (_, k) => {
    const latent = Array.from({ length: LATENT }, () => Math.max(0, 1 + random.normal()));
    const result = studyOf({ mu: 4 - 0.3 * latent[0], sigma: 1 }, latent);
    return { id: `p${k}`, files: 1, bytes: 1000 + k, result, failed: null };
  });
  const patients = studies.map(({ id, result }, k) => {
    const age = 45 + 40 * random.next();
    const years = Math.exp(1.5 - 0.6 * (result.heart?.latent?.[1] ?? 0) + 0.5 * random.normal()) * ((95 - age) / 25);
    return {
      id,
      row: k + 2,
      timeYears: Math.min(years, 6),
      outcome: years < 6 ? ('event' as const) : ('none' as const),
      clinical: { covariates: { age, lvef: 20 + (k % 25) }, facts: { ischaemic: true, heartFailure: true, nyha: 2 } },
    };
  });
  const weights = cards.map(({ name, version, sha256 }) => ({ name, version, sha256 }));
  return writeSavedCohort(
    { salt: 'salt', columns: null, rows: { read: PATIENTS, leftOut: 0 }, patients, studies, weights },
    true,
  );
}

/** The out-of-fold C of the head, and of the fusion with it. */
function figuresOf(card: Uint8Array): number[] {
  const { results } = JSON.parse(strFromU8(card)) as {
    results: { image: Record<'alone' | 'fused', { refitted: { harrell: { value: number } } }> };
  };
  return [results.image.alone, results.image.fused].map(({ refitted }) => refitted.harrell.value);
}

it('a head of the image branch is trained in the page as on the command line, and is named in the case with what it changed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'scarcast-head-'));
  try {
    const cohort = join(folder, 'cohort.scarcohort');
    await writeFile(cohort, await cohortFile());
    await withApp('wasm', async ({ page }) => {
      await page.getByTestId('room-cohort').click();
      await page.getByTestId('cohort-file').setInputFiles(cohort);
      await page.getByTestId('cohort-run').click({ timeout: WAIT_MS });
      await page.getByTestId('cohort-result').waitFor({ timeout: WAIT_MS });
      await page.getByTestId('made-by').fill('A hospital');
      await page.getByTestId('made-on').fill('today');
      const made = page.waitForEvent('download', { timeout: WAIT_MS });
      await page.getByTestId('refit').click();
      const file = join(folder, 'refit.scarmodel');
      await (await made).saveAs(file);
      await page.getByTestId('refit-image-harrell').waitFor();
      expect(await page.getByTestId('head-not-refitted').count()).toBe(0);

      const out = join(folder, 'refit');
      const asked = ['refit', cohort, '--by', 'A hospital', '--on', 'today', '--out', out];
      await promisify(execFile)('npx', ['tsx', 'src/cli/cohort.ts', ...asked]);
      const there = figuresOf(await readFile(join(out, 'card.json')));
      figuresOf(unzipSync(await readFile(file))['card.json']).forEach((here, k) =>
        expect(here).toBeCloseTo(there[k], 6),
      );

      await page.getByTestId('use-refit-in-cases').click();
      await page.getByTestId('demo').click();
      await page.getByTestId('headline').waitFor({ timeout: WAIT_MS });
      await page.getByTestId('view-risk').click();
      await page.getByTestId('sscar').locator('summary').click();
      for (const id of ['image', 'fused']) {
        expect(await page.getByTestId(`recalibrated-${id}`).textContent()).toMatch(/Refitted on \d+.*A hospital/);
      }
      expect(await page.getByTestId('head-unread').count()).toBe(0);
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
