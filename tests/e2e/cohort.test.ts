/** A hospital's own patients, from a table to what the models are worth in them. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { withApp } from './support/app.ts';

const WAIT_MS = 120_000;

/** Sixty patients like MUSIC's, of whom those with a low LVEF die sooner; sex is coded 1 and 2, and one row has no outcome. */
function table(): string {
  const random = new Random(6);
  const rows = Array.from({ length: 60 }, (_, k) => {
    const lvef = 20 + Math.floor(25 * random.next());
    const time = Math.round(365.25 * (0.5 + 5 * random.next() * (lvef / 35)));
    const status = k === 7 ? '' : lvef < 30 && random.next() < 0.5 ? 'scd' : k % 9 === 0 ? 'other death' : 'alive';
    return [`p${k}`, time, status, 50 + (k % 30), 1 + (k % 2), lvef, 2 + (k % 2), 1, 1, 'x'].join(';');
  });
  return ['id;followup days;status;age;sex;lvef;nyha;hf;ischaemic;comment', ...rows].join('\n');
}

describe('a cohort', () => {
  it('goes from a table to figures that the command line prints too, stays while a case is looked at, and can be cleared', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'scarcast-cohort-'));
    try {
      const path = join(folder, 'cohort.csv');
      await writeFile(path, table());
      await withApp('wasm', async ({ page }) => {
        await page.getByTestId('room-cohort').click();
        await page.getByTestId('cohort-file').setInputFiles(path);
        await page.getByTestId('columns').waitFor();
        expect(await page.getByTestId('cohort-rows').textContent()).toContain('59');
        // Nobody can tell which sex 1 is: it is asked, and until then counts as unknown.
        await page.getByTestId('table-notes').waitFor();
        const sex = page.getByTestId('column-sex').locator('label.means');
        await sex.filter({ hasText: '1' }).locator('select').selectOption('yes');
        await sex.filter({ hasText: '2' }).locator('select').selectOption('no');
        await expect.poll(() => page.getByTestId('table-notes').count()).toBe(0);

        const saved = page.waitForEvent('download');
        await page.getByRole('button', { name: 'Save what the columns are' }).click();
        const columns = join(folder, 'columns.json');
        await (await saved).saveAs(columns);
        await page.getByTestId('cohort-run').click();
        const c = page.getByTestId('harrell-covariates');
        await c.waitFor({ timeout: WAIT_MS });
        const here = Number(await c.getAttribute('data-value'));

        const out = join(folder, 'validation.json');
        await promisify(execFile)('npx', [
          ...['tsx', 'src/cli/cohort.ts', 'validate', path, '--mapping', columns, '--samples', '20', '--out', out],
        ]);
        const { n, models } = JSON.parse(await readFile(out, 'utf8')) as {
          n: number;
          models: { covariates: { harrell: { value: number } } };
        };
        expect(here).toBe(models.covariates.harrell.value);
        expect(await page.getByTestId('cohort-follow-up').textContent()).toContain(String(n));

        await page.getByTestId('room-case').click();
        await page.getByTestId('room-cohort').click();
        expect(Number(await c.getAttribute('data-value'))).toBe(here);
        await page.getByTestId('clear').click();
        expect(await page.getByTestId('columns').count()).toBe(0);
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
