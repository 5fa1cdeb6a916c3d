import type { Page } from 'playwright-core';

/** A user can feel a longer task. */
export const LONG_TASK_MS = 50;

/**
 * The tasks of a page's main thread. Processor time leaves out what other programs used meanwhile; the clock does not.
 */
export interface MainThreadTasks {
  readonly longestCpuMs: number;
  /** Without garbage collection, whose moment the browser chooses. */
  readonly longestOwnCpuMs: number;
  readonly longestMs: number;
  /** How many were longer than LONG_TASK_MS. */
  readonly overCpu: number;
  readonly over: number;
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** When it began, microseconds. */
  readonly ts: number;
  /** Microseconds: by the clock, and of the processor. */
  readonly dur?: number;
  readonly tdur?: number;
}

const MARK = 'scarcast: traced';

/** What the main thread of the page does while `use` runs, from Chromium's own trace. */
export async function mainThreadTasks(page: Page, use: () => Promise<void>): Promise<MainThreadTasks> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('The page has no browser to trace.');
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', 'blink.user_timing'] });
  // The trace holds other pages too, of the browser's own.
  await page.evaluate((mark) => void performance.mark(mark), MARK);
  await use();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const main = traceEvents.find(({ name }) => name === MARK);
  const tasks = traceEvents.filter(({ name, pid, tid }) => name === 'RunTask' && pid === main?.pid && tid === main.tid);
  if (tasks.length === 0) throw new Error('The trace holds no task of the page.');
  const ms = tasks.map(({ dur }) => (dur ?? 0) / 1000);
  const cpuMs = tasks.map(({ tdur }) => (tdur ?? 0) / 1000);
  const collections = traceEvents.filter(({ name }) => name === 'MajorGC' || name === 'MinorGC');
  const ownCpuMs = tasks.map((task, i) => {
    const inside = collections.filter(
      ({ pid, tid, ts }) => pid === task.pid && tid === task.tid && ts >= task.ts && ts < task.ts + (task.dur ?? 0),
    );
    return inside.reduce((left, { tdur }) => left - (tdur ?? 0) / 1000, cpuMs[i]);
  });
  return {
    longestCpuMs: Math.max(...cpuMs),
    longestOwnCpuMs: Math.max(...ownCpuMs),
    longestMs: Math.max(...ms),
    overCpu: cpuMs.filter((each) => each > LONG_TASK_MS).length,
    over: ms.filter((each) => each > LONG_TASK_MS).length,
  };
}
