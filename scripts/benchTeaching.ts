/** How fast the teaching room follows a knob: in the page itself, from the turn to the frame that shows the result. */
import { median } from 'd3';
import type { Page } from 'playwright-core';
import { KNOB_GROUPS, NUMBER_KNOB_IDS, NUMBER_KNOBS, type NumberKnob } from '../src/core/phantom/knobs.ts';

/** The limits for the room, ms. */
const ASKED_MS = { slice: 100, stack: 1000, all: 2000 } as const;
/** Of each knob. */
const TURNS = 5;
const HEART_MS = 120_000;
/** For one turn on a busy machine. */
const TURN_MS = 30_000;
/** Between two turns, so that none is timed while the last one's work goes on. */
const PAUSE_MS = 300;

/** Medians over a knob's turns, ms. */
export interface KnobTimes {
  readonly knob: NumberKnob;
  /** To the slice on view. */
  readonly slice: number;
  /** To the stack with its truth, the thresholds and the law's curves. */
  readonly stack: number;
  /** To the networks' answer: then everything matches the knob. */
  readonly all: number;
}
type Turn = Omit<KnobTimes, 'knob'>;

/** Turns every knob of an acute infarct, which offers them all. @param page shows the build */
export async function benchTeaching(page: Page): Promise<KnobTimes[]> {
  await page.getByTestId('room-teach').click();
  const isFresh = (): Promise<void> =>
    page.locator('[data-testid=follow][data-fresh=true]').waitFor({ timeout: HEART_MS });
  await isFresh();
  await page.getByTestId('age-acute').click();
  await isFresh();
  const times: KnobTimes[] = [];
  for (const group of KNOB_GROUPS) {
    await page.getByTestId(`knobs-${group}`).click();
    for (const knob of NUMBER_KNOB_IDS.filter((id) => NUMBER_KNOBS[id].group === group)) {
      await page.getByTestId(`knob-${knob}`).waitFor();
      const turns: Turn[] = [];
      for (let nth = 0; nth < TURNS; nth++) {
        await page.waitForTimeout(PAUSE_MS);
        // There and back, so that the heart ends as it began.
        turns.push(await turn(page, knob, nth % 2 === 0 ? 1 : -1));
        await isFresh();
      }
      const of = (what: keyof Turn): number => median(turns, (one) => one[what]) ?? NaN;
      const measured = { knob, slice: of('slice'), stack: of('stack'), all: of('all') };
      process.stderr.write(`${knob}: ${Object.values(measured).slice(1).join(', ')} ms\n`);
      times.push(measured);
    }
  }
  return times;
}

/** Turns a knob by some steps, towards the middle of its range first. */
function turn(page: Page, knob: NumberKnob, sign: 1 | -1): Promise<Turn> {
  return page.evaluate(
    ({ testId, by, mostMs }) => {
      const find = (id: string): HTMLElement => {
        const found = document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
        if (!found) throw new Error(`The teaching room shows no '${id}'.`);
        return found;
      };
      const slider = find(testId) as HTMLInputElement;
      const [min, max, value] = [slider.min, slider.max, slider.value].map(Number);
      const towards = value > (min + max) / 2 ? -1 : 1;
      const parts = {
        slice: () => find('teach-slice').dataset.stale === 'false',
        stack: () => find('truth-table').dataset.stale === 'false',
        all: () => find('follow').dataset.fresh === 'true',
      };
      type Part = keyof typeof parts;
      const ids = Object.keys(parts) as Part[];
      return new Promise<Record<Part, number>>((resolve, reject) => {
        const wentStale = new Set<Part>();
        const seen = new Map<Part, number>();
        let began = 0;
        const look = new MutationObserver(() => {
          for (const id of ids) {
            if (!parts[id]()) wentStale.add(id);
            else if (wentStale.has(id) && !seen.has(id)) {
              seen.set(id, NaN);
              requestAnimationFrame(() => {
                seen.set(id, performance.now() - began);
                if (seen.size < ids.length || [...seen.values()].some(Number.isNaN)) return;
                look.disconnect();
                resolve(Object.fromEntries(seen) as Record<Part, number>);
              });
            }
          }
        });
        look.observe(document.body, { subtree: true, attributes: true, childList: true });
        setTimeout(() => {
          const missed = ids.filter((id) => !seen.has(id)).join(', ');
          if (missed) reject(new Error(`${testId} from ${value}: no new ${missed} in ${mostMs / 1000} s.`));
        }, mostMs);
        began = performance.now();
        slider.value = String(value + towards * by * Number(slider.step));
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        // A knob that changes no image leaves slice and stack unchanged.
        requestAnimationFrame(() => {
          for (const id of ids) if (!wentStale.has(id) && parts[id]()) seen.set(id, performance.now() - began);
        });
      });
    },
    { testId: `knob-${knob}`, by: sign, mostMs: TURN_MS },
  );
}

/** The section of docs/bench.md. */
export function teachingTable(times: readonly KnobTimes[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const ms = (value: number): string => value.toFixed(0);
  const WHAT = ['slice', 'stack', 'all'] as const;
  const slowest = WHAT.map((what) => ms(Math.max(...times.map((one) => one[what]))));
  return [
    row(['Knob', 'Slice on view, ms', 'Stack, thresholds and law, ms', 'Networks too, ms']),
    row(['---', '---:', '---:', '---:']),
    row(['Limit', ...WHAT.map((what) => ms(ASKED_MS[what]))]),
    row(['The slowest', ...slowest]),
    ...times.map(({ knob, ...one }) => row([`\`${knob}\``, ...WHAT.map((what) => ms(one[what]))])),
  ].join('\n');
}
