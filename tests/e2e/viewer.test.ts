/** Every gesture of the viewer and every tool of correction once, by mouse, on the demo patient in headless Chromium. */
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { sharedApp } from './support/app.ts';
import { DRAWN_MS, picture, settled } from './support/picture.ts';

/** A whole case on WASM on one busy core. */
const CASE_MS = 120_000;
const WHEEL_NOTCH_PX = 100;
/** Tolerance: a px of the mouse and of the scale. */
const RULED_MM = 1;
/** The scar of one heart, segmented from places a few mm apart, differs by less than this share. */
const SAME_HEART = 0.15;

/** Does something, and waits until the picture has changed. */
async function changes(page: Page, what: string, act: () => Promise<unknown>, testId = 'slice'): Promise<void> {
  const before = await picture(page, testId);
  await act();
  await expect.poll(() => picture(page, testId), { timeout: DRAWN_MS, message: what }).not.toBe(before);
}

/** Does something, and waits until the picture is this. */
async function shows(page: Page, what: string, wanted: string, act: () => Promise<unknown>): Promise<void> {
  await act();
  await expect.poll(() => picture(page), { timeout: DRAWN_MS, message: what }).toBe(wanted);
}

/** Drags over an element along a path; points as shares of its width and height from its centre. */
async function drag(
  page: Page,
  path: readonly (readonly [number, number])[],
  { button = 'left', testId = 'slice' }: { button?: 'left' | 'right'; testId?: string } = {},
): Promise<void> {
  const box = await boxOf(page.getByTestId(testId));
  const [first, ...rest] = path.map(
    ([x, y]) => [box.x + box.width * (0.5 + x), box.y + box.height * (0.5 + y)] as const,
  );
  await page.mouse.move(...first);
  await page.mouse.down({ button });
  for (const point of rest) {
    await page.mouse.move(...point, { steps: 5 });
    // Moves within one frame become one event, which would cut the path's corners.
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)));
  }
  await page.mouse.up({ button });
}

async function boxOf(element: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await element.boundingBox();
  if (!box) throw new Error('It is not shown.');
  return box;
}

/** One heart for all tests: each leaves the page as it found it. */
const { page: openPage } = sharedApp('wasm', async (page) => {
  await page.getByTestId('try-demo').click();
  await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
  first = await settled(page);
});
/** What the page shows first. */
let first: string;

const stageOf = (page: Page): Locator => page.getByRole('slider', { name: 'Slice', exact: true });
const sliceOf = (page: Page): Promise<string | null> => stageOf(page).getAttribute('aria-valuenow');
const reset = (page: Page): Promise<void> => page.getByRole('button', { name: 'Reset', exact: true }).click();

describe('the viewer', () => {
  it('says where the patient’s sides are, how long things are, and what is under the pointer', async () => {
    const page = openPage();
    const frame = page.locator('.frame');
    for (const edge of ['left', 'right', 'top', 'bottom']) {
      expect(await frame.locator(`.letter.${edge}`).innerText(), edge).toMatch(/^[ARLPHF]{1,3}$/);
    }
    expect(await frame.locator('.scale').innerText()).toMatch(/^\d+ mm$/);
    await stageOf(page).hover();
    expect(await page.getByTestId('read-out').innerText()).toMatch(
      /Column \d+, row \d+, slice \d+\n[\d.]+ [LR] [\d.]+ [PA] [\d.]+ [HF] mm\nSignal [\d.]+, /,
    );
  });

  it('measures by the ruler, dragged or by keys, what the scale says', async () => {
    const page = openPage();
    const stage = stageOf(page);
    await page.getByTestId('ruler').click();
    const scale = page.locator('.frame .scale');
    const scaled = /^(\d+) mm$/.exec(await scale.innerText());
    const share = (await boxOf(scale)).width / (await boxOf(stage)).width;
    await drag(page, [
      [0, 0],
      [share, 0],
    ]);
    const mm = parseFloat(await page.getByTestId('length').innerText());
    expect(Math.abs(mm - Number(scaled?.[1])), 'as long as the scale').toBeLessThan(RULED_MM);
    // From the keyboard: seven voxels to the right.
    await stage.focus();
    await page.keyboard.press('Space');
    for (let i = 0; i < 7; i++) await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Space');
    expect(parseFloat(await page.getByTestId('length').innerText())).toBeGreaterThan(0);
    await page.keyboard.press('l');
    expect(await page.getByTestId('length').count(), 'put away').toBe(0);
  });

  it('fills the screen, and its bar next to the images sizes them by key, drag and double click', async () => {
    const page = openPage();
    await page.getByTestId('full-screen').click();
    await expect.poll(() => page.getByTestId('full-screen').getAttribute('aria-pressed')).toBe('true');
    await page.keyboard.press('f');
    await expect.poll(() => page.getByTestId('full-screen').getAttribute('aria-pressed')).toBe('false');
    const splitter = page.getByTestId('splitter');
    const widthOf = async (): Promise<number> => (await boxOf(page.locator('.frame'))).width;
    const [slice, usualWidth] = [await sliceOf(page), await widthOf()];
    await splitter.press('ArrowRight');
    await expect.poll(widthOf).toBeGreaterThan(usualWidth);
    const at = await boxOf(splitter);
    await page.mouse.move(at.x, at.y + at.height / 2);
    await page.mouse.down();
    await page.mouse.move(at.x - 200, at.y + at.height / 2, { steps: 3 });
    await page.mouse.up();
    await expect.poll(widthOf).toBeLessThan(usualWidth);
    expect(await sliceOf(page)).toBe(slice);
    await splitter.dblclick();
    await expect.poll(widthOf).toBe(usualWidth);
  });

  it('is one of three places to skip to', async () => {
    const page = openPage();
    await page.getByTestId('skip-answers').focus();
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.closest('[data-part]')?.getAttribute('data-part')))
      .toBe('answers');
    await page.getByTestId('skip-results').focus();
    await page.keyboard.press('Enter');
    const inContents = (): Promise<boolean> =>
      page.getByTestId('contents').evaluate((contents) => contents.contains(document.activeElement));
    expect(await inContents()).toBe(true);
    await page.getByTestId('skip-image').focus();
    await page.keyboard.press('Enter');
    expect(await stageOf(page).evaluate((element) => element === document.activeElement)).toBe(true);
    await settled(page);
  });

  it('turns slices by the strip and by the wheel', async () => {
    const page = openPage();
    const number = await sliceOf(page);
    const thumbnails = page.locator('.strip button');
    await changes(page, 'a picture of the strip shows its slice', () => thumbnails.nth(1).click());
    expect(await thumbnails.nth(1).getAttribute('aria-current')).toBe('true');
    await shows(page, 'and back', first, () => thumbnails.nth(Number(number) - 1).click());
    await stageOf(page).hover();
    await changes(page, 'the wheel turns a slice', () => page.mouse.wheel(0, WHEEL_NOTCH_PX));
    expect(await sliceOf(page)).not.toBe(number);
    await shows(page, 'and back', first, () => page.mouse.wheel(0, -WHEEL_NOTCH_PX));
  });

  it('follows drags and buttons, and comes back to where it began', async () => {
    const page = openPage();
    await changes(page, 'a drag sets window and level', () =>
      drag(page, [
        [0, 0],
        [0.2, 0.1],
      ]),
    );
    await shows(page, 'reset', first, () => reset(page));
    const up = [
      [0, 0],
      [0, -0.2],
    ] as const;
    await changes(page, 'a right drag sizes', () => drag(page, up, { button: 'right' }));
    await shows(page, 'reset', first, () => reset(page));
    await page.keyboard.down('Shift');
    await changes(page, 'a drag with shift moves', () =>
      drag(page, [
        [0, 0],
        [0.1, 0.1],
      ]),
    );
    await page.keyboard.up('Shift');
    await shows(page, 'a double click resets', first, () => stageOf(page).dblclick());
    await changes(page, 'a button sizes', () => page.getByRole('button', { name: 'Enlarge' }).click());
    await shows(page, 'reset', first, () => reset(page));
  });

  it('shows the image in each window', async () => {
    const page = openPage();
    const presets = page.getByTestId('preset');
    const chosen = await presets.inputValue();
    const others = await presets
      .locator('option:not([disabled])')
      .evaluateAll((options) => options.map((option) => option.getAttribute('value') ?? ''));
    for (const other of others.filter((id) => id !== chosen)) {
      await changes(page, `the window ${other}`, () => presets.selectOption(other));
    }
    await shows(page, 'the window that was', first, () => presets.selectOption(chosen));
  });

  it('fills, hides and fades the labels, and paints grey zone and core', async () => {
    const page = openPage();
    await changes(page, 'labels filled', () => page.getByRole('button', { name: 'Fill', exact: true }).click());
    await changes(page, 'grey zone and core', () => page.keyboard.press('z'));
    expect(await page.getByTestId('zones').innerText()).toMatch(/Grey zone 2 to 5 SD.*core/s);
    await page.keyboard.press('z');
    expect(await page.getByTestId('zones').count()).toBe(0);
    await settled(page);
    await page.getByText('Display', { exact: true }).click();
    const opacity = page.getByLabel('Opacity of the overlay');
    const usual = await opacity.inputValue();
    await changes(page, 'their opacity', () => opacity.fill('0.2'));
    await changes(page, 'labels hidden', () => page.getByRole('button', { name: 'Hide', exact: true }).click());
    await opacity.fill(usual);
    await shows(page, 'contours', first, () => page.getByRole('button', { name: 'Contour', exact: true }).click());
    await page.getByText('Display', { exact: true }).click();
  });

  it('sets the greys and moves the image without a drag', async () => {
    const page = openPage();
    await page.getByText('Display', { exact: true }).click();
    for (const name of ['Window width: contrast', 'Window level: brightness']) {
      await changes(page, name, () => page.getByLabel(name).press('PageUp'));
      await shows(page, 'reset', first, () => reset(page));
    }
    await changes(page, 'moved by a button', () => page.getByRole('button', { name: 'Move left' }).click());
    await shows(page, 'and back', first, () => page.getByRole('button', { name: 'Move right' }).click());
    await page.getByText('Display', { exact: true }).click();
  });

  it('turns wall and scar in 3-D', async () => {
    const page = openPage();
    await page.getByTestId('solid-button').click();
    await page.getByTestId('solid').waitFor();
    const right = [
      [0, 0],
      [0.2, 0.1],
    ] as const;
    await changes(page, 'wall and scar turn', () => drag(page, right, { testId: 'solid' }), 'solid');
    await page.getByTestId('solid-button').click();
    await page.getByTestId('solid').waitFor({ state: 'detached' });
  });
});

describe('the correction', () => {
  /** No tool selected, and the picture as it was when the correction began. */
  let uncorrected: string;
  const undone = async (page: Page, what: string): Promise<void> => {
    await page.getByTestId('hand-look').click();
    await shows(page, `${what}, undone`, uncorrected, () => page.getByTestId('undo').click());
    expect(await page.getByTestId('undo').isDisabled()).toBe(true);
  };

  it('of a whole slice is undone exactly', async () => {
    const page = openPage();
    await page.getByTestId('correct').click();
    await page.getByText('This slice', { exact: true }).click();
    uncorrected = await settled(page);
    const acts: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['threshold', () => page.getByTestId('threshold').press('ArrowLeft')],
      ['move by a pixel', () => page.getByRole('button', { name: 'Move contours left by one pixel' }).click()],
      ['copy', () => page.getByTestId('copy-slice').click()],
      ['clear', () => page.getByTestId('clear-slice').click()],
    ];
    for (const [what, act] of acts) {
      await changes(page, what, act);
      await undone(page, what);
    }
    await changes(page, 'clear', () => page.getByTestId('clear-slice').click());
    await shows(page, 'as it came', uncorrected, () => page.getByTestId('restore-slice').click());
    await page.getByTestId('undo').click();
    await undone(page, 'clear');
    // Closed, so that it does not cover the image.
    await page.getByText('This slice', { exact: true }).click();
  });

  it('sizes its pen by keys and by the slider', async () => {
    const page = openPage();
    await page.getByTestId('hand-brush').click();
    const size = page.getByLabel('Radius');
    const usual = Number(await size.inputValue());
    await page.keyboard.press(']');
    expect(Number(await size.inputValue())).toBeGreaterThan(usual);
    await page.keyboard.press('[');
    expect(Number(await size.inputValue())).toBe(usual);
    await size.press('ArrowRight');
    expect(Number(await size.inputValue())).toBeGreaterThan(usual);
  });

  const down = [
    [0, 0],
    [0.05, 0.12],
  ] as const;
  const acrossTheWall = [
    [0, 0],
    [0.42, 0],
  ] as const;
  const round = [
    [0, 0],
    [0.1, 0],
    [0.05, 0.12],
    [0, 0],
  ] as const;
  it.each([
    ['brush', 'viable', down],
    ['brush', 'scar', acrossTheWall],
    ['brush', 'noReflow', acrossTheWall],
    ['eraser', 'bloodPool', down],
    ['outline', 'viable', round],
    ['drag', 'bloodPool', down],
    ['move', 'bloodPool', down],
  ] as const)('by %s of %s is undone exactly', async (hand, structure, path) => {
    const page = openPage();
    await page.getByTestId(`structure-${structure}`).click();
    await page.getByTestId(`hand-${hand}`).click();
    await drag(page, path);
    await expect.poll(() => page.getByTestId('undo').isDisabled(), { timeout: DRAWN_MS }).toBe(false);
    await undone(page, hand);
  });
});

describe('the heart', () => {
  it('is segmented anew where a reader shows it, by keys or by mouse', async () => {
    const page = openPage();
    await page.getByTestId('correct').click();
    const warnings = page.getByTestId('brief-warnings').locator('li');
    const scar = async (): Promise<number> =>
      Number(await page.getByTestId('brief-scar-g').getAttribute('data-value', { timeout: CASE_MS }));
    const circle = page.locator('circle.ventricle');
    const analysed = async (): Promise<void> => {
      await page.getByTestId('cancel').waitFor({ state: 'detached', timeout: CASE_MS });
      await page.getByTestId('curve').waitFor({ timeout: CASE_MS });
    };
    const before = { scar: await scar(), warnings: await warnings.count() };

    const stage = stageOf(page);
    await stage.focus();
    await page.keyboard.press('g');
    const [x, y, r] = await Promise.all(['cx', 'cy', 'r'].map(async (name) => Number(await circle.getAttribute(name))));
    const first = await boxOf(stage);
    await page.keyboard.press('Shift+ArrowRight');
    expect(Number(await circle.getAttribute('cx'))).toBeGreaterThan(x);
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press(']');
    expect(Number(await circle.getAttribute('r'))).toBeGreaterThan(r);
    await page.keyboard.press('[');
    await page.keyboard.press('Enter');
    await expect.poll(() => warnings.count(), { timeout: CASE_MS }).toBe(before.warnings + 1);
    expect(Math.abs((await scar()) - before.scar)).toBeLessThan(SAME_HEART * before.scar);

    await page.getByTestId('circle-heart').click();
    const at = await boxOf(stage);
    const diameterMm = Number(await page.getByTestId('heart-diameter').inputValue());
    /** From the slice's middle, which is the image's, mm. */
    const fromMiddleMm = [x - first.width / 2, y - first.height / 2].map((px) => (px * diameterMm) / (2 * r));
    await page.mouse.click(at.x + 0.95 * at.width, at.y + 0.95 * at.height);
    await page.getByTestId('measure-shown-heart').click();
    await analysed();
    expect(Math.abs((await scar()) - before.scar) < SAME_HEART * before.scar).toBe(false);

    await page.getByTestId('circle-heart').click();
    const again = await boxOf(stage);
    const pxPerMm =
      (2 * Number(await circle.getAttribute('r'))) / Number(await page.getByTestId('heart-diameter').inputValue());
    await page.mouse.click(
      again.x + again.width / 2 + pxPerMm * fromMiddleMm[0],
      again.y + again.height / 2 + pxPerMm * fromMiddleMm[1],
    );
    await page.getByTestId('measure-shown-heart').click();
    await expect
      .poll(async () => Math.abs((await scar()) - before.scar) < SAME_HEART * before.scar, { timeout: CASE_MS })
      .toBe(true);
  });
});
