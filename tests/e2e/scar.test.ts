/** The scar panel with the synthetic demo patient: every number follows what is moved on the image. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { sharedApp } from './support/app.ts';
import { savedNumbers } from './support/saved.ts';

const CASE_MS = 120_000;
/** Everything is updated within a second; a busy core may need more. */
const FOLLOW_MS = 5_000;
const SEGMENTS = Array.from({ length: 17 }, (_, i) => i + 1);

const value = async (page: Page, testId: string): Promise<string | null> =>
  page.getByTestId(testId).getAttribute('data-value');

/** The bull's-eye as it is read, segment by segment. */
const bullsEye = async (page: Page): Promise<string> =>
  (await Promise.all(SEGMENTS.map((segment) => value(page, `segment-${segment}`)))).join(' ');

/** Waits until what is read has changed. */
const changed = (read: () => Promise<string | null>, from: string | null): Promise<void> =>
  expect.poll(read, { timeout: FOLLOW_MS }).not.toBe(from);

/** Drags something on the image by its centre. */
async function dragMiddle(
  page: Page,
  testId: string,
  to: (x: number, y: number) => readonly [number, number],
): Promise<void> {
  const box = await page.getByTestId(testId).boundingBox();
  if (!box) throw new Error(`${testId} is not on the image.`);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(...to(x, y), { steps: 5 });
  await page.mouse.up();
}

describe('the scar panel', () => {
  // Each test finds the heart as the last left it.
  const { page: openPage } = sharedApp('wasm', async (page) => {
    await page.setViewportSize({ width: 1366, height: 768 });
    await page.getByTestId('try-demo').click();
    await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
    await page.getByTestId('view-scar').click();
    byNetwork = await bullsEye(page);
  });
  let byNetwork: string;

  it('follows the method, and says how it draws scar', async () => {
    const page = openPage();
    const networkMl = await value(page, 'scar-ml');
    await page.getByTestId('scar-method').selectOption('5SD');
    await changed(() => bullsEye(page), byNetwork);
    expect(await value(page, 'scar-ml')).toBe(await value(page, 'method-5SD-ml'));
    expect(await page.getByTestId('method-definition').textContent()).toContain('5 of its standard deviations');
    await page.getByTestId('scar-method').selectOption('segmentation');
    await expect.poll(() => bullsEye(page), { timeout: FOLLOW_MS }).toBe(byNetwork);
    expect(await value(page, 'scar-ml')).toBe(networkMl);
  });

  it('follows the remote region as it is dragged, until it is found again', async () => {
    const page = openPage();
    await page.getByTestId('scar-method').selectOption('5SD');
    // One region for all slices, so that the move changes all of them. (By keyboard: reader.test.ts.)
    await page.getByTestId('remote-reference').selectOption('oneRegion');
    await page.getByTestId('move-remote').click();
    const [eye, ml] = [await bullsEye(page), await value(page, 'method-5SD-ml')];
    const stage = await page.getByRole('slider', { name: 'Slice' }).boundingBox();
    if (!stage) throw new Error('The image is not shown.');
    await dragMiddle(page, 'handle-remote', () => [stage.x + stage.width / 2, stage.y + stage.height / 4]);
    await changed(() => value(page, 'method-5SD-ml'), ml);
    await changed(() => bullsEye(page), eye);
    await page.getByRole('button', { name: 'Find it again' }).click();
    await page.getByTestId('scar-method').selectOption('segmentation');
    await expect.poll(() => bullsEye(page), { timeout: FOLLOW_MS }).toBe(byNetwork);
  });

  it('measures the grey zone by the definition that is chosen', async () => {
    const page = openPage();
    const grey = await value(page, 'grey-g');
    await page.getByTestId('grey-zone').selectOption('35-50%');
    await changed(() => value(page, 'grey-g'), grey);
    expect(await page.getByTestId('grey-definition').textContent()).toContain('35 to 50%');
  });

  it('shows the slices of a segment that is picked from the keyboard', async () => {
    const page = openPage();
    await page.getByTestId('segment-1').focus();
    await page.keyboard.press('Enter');
    expect(await page.getByTestId('picked-segment').textContent()).toContain('1 Basal anterior');
    expect(await page.getByTestId('segment-1').getAttribute('aria-selected')).toBe('true');
    const shown = (await page.getByTestId('slice-text').textContent()) ?? '';
    const current = page.locator('.slices button[aria-current]');
    expect(shown).toContain(`Slice ${await current.textContent()}`);
  });

  it('shows transmurality or the share of scar in the bull’s-eye', async () => {
    const page = openPage();
    const shares = await bullsEye(page);
    await page.getByRole('button', { name: 'Transmurality, %' }).click();
    await changed(() => bullsEye(page), shares);
    await page.getByRole('button', { name: 'Scar, %', exact: true }).click();
    await expect.poll(() => bullsEye(page), { timeout: FOLLOW_MS }).toBe(shares);
  });

  it('goes to each slice that is to be checked', async () => {
    const page = openPage();
    const named = page.getByTestId('slices-to-check').getByRole('button');
    const marked = page.locator('.strip .doubtful');
    expect(await named.count()).toBe(await marked.count());
    expect(await named.count(), 'the demo has an apex that the network is unsure of').toBeGreaterThan(0);
    const first = (await named.first().textContent()) ?? '';
    await named.first().click();
    expect(await page.getByTestId('slice-text').textContent()).toMatch(
      new RegExp(`^Slice ${first} of .*plausibility 0\\.\\d\\d, check its contours`),
    );
  });

  it('follows the insertion points by button, key and drag, and a slice’s level; what is saved says who placed them', async () => {
    const page = openPage();
    await page.getByTestId('segment-1').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('move-insertion').click();
    const handleAt = async (): Promise<number> =>
      Number(await page.getByTestId('handle-anterior').getAttribute('aria-valuenow'));
    const placed = await handleAt();
    await page.getByRole('button', { name: 'Anterior insertion point: turn anticlockwise' }).click();
    expect((placed - (await handleAt()) + 360) % 360, 'degrees by a press of the button').toBe(5);
    await page.getByTestId('handle-anterior').focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft');
    await changed(() => bullsEye(page), byNetwork);
    const turned = await bullsEye(page);
    await dragMiddle(page, 'handle-inferior', (x, y) => [x + 40, y]);
    await changed(() => bullsEye(page), turned);
    const dragged = await bullsEye(page);
    await page.getByText('Slice by slice').click();
    await page.getByRole('combobox', { name: 'Level of slice 10' }).selectOption('not counted');
    await changed(() => bullsEye(page), dragged);

    const saved = await savedNumbers(page);
    expect(saved).toHaveProperty('scar.aha17.placedBy', 'user');
    expect(saved).toHaveProperty('segmentation.casePlausibility', Number(await value(page, 'case-plausibility')));
    expect(saved).toHaveProperty('scar.aha17.levels.9', null);
    expect(saved).toHaveProperty('scar.aha17.segments.0.scarPercent', Number(await value(page, 'segment-1')));
  });
});
