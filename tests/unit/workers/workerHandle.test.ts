/** What happens to a call when its worker is silent, or says something that nobody foresaw. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { CallTable, Request } from '../../../src/workers/protocol.ts';
import { problemOf } from '../../../src/workers/problem.ts';
import { WorkerHandle } from '../../../src/workers/workerHandle.ts';

interface Calls extends CallTable {
  readonly predict: { readonly input: number; readonly result: number };
  readonly analyse: { readonly input: number; readonly result: number };
}

/** Says what the test tells it to: there is no browser here, and so no worker. */
class ScriptedWorker extends EventTarget {
  static last: ScriptedWorker;
  readonly asked: Request[] = [];
  isEnded = false;

  constructor() {
    super();
    ScriptedWorker.last = this;
  }

  postMessage(request: Request): void {
    this.asked.push(request);
  }

  terminate(): void {
    this.isEnded = true;
  }

  say(data: object): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data }));
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('Worker', ScriptedWorker);
  vi.stubGlobal('document', { baseURI: 'https://example.org/' });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const handle = (): WorkerHandle<Calls> => new WorkerHandle<Calls>('blob:https://example.org/1', () => undefined);

it('ends a worker that says nothing, and says for how long', async () => {
  const worker = handle();
  const answer = worker.call('predict', 1);
  const { last } = ScriptedWorker;
  const failed = expect(answer).rejects.toMatchObject({ reason: { code: 'workerSilent', seconds: 60 } });
  await vi.advanceTimersByTimeAsync(60_000);
  await failed;
  expect(last.isEnded).toBe(true);
});

it('waits as long as the worker says something, for whichever call', async () => {
  const worker = handle();
  const slow = worker.call('analyse', 1);
  const quick = worker.call('predict', 2);
  const { last } = ScriptedWorker;
  const progress = { stage: { code: 'segmenting' }, fraction: null };
  for (let minute = 0; minute < 5; minute++) {
    await vi.advanceTimersByTimeAsync(50_000);
    last.say({ kind: 'progress', id: last.asked[0].id, progress });
  }
  for (const { id, input } of last.asked) last.say({ kind: 'result', id, result: input });
  expect(await Promise.all([slow, quick])).toEqual([1, 2]);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(last.isEnded).toBe(false);
});

it('repeats no words of an error that nobody foresaw: they may quote a patient', () => {
  let error: unknown;
  try {
    JSON.parse('Muster^Maerta, born 1956');
  } catch (thrown) {
    error = thrown;
  }
  const problem = problemOf(error);
  expect(problem.code === 'unexpected' && problem.detail).toMatch(/^SyntaxError, workerHandle\.test\.ts:\d+:\d+$/);
  expect(JSON.stringify(problem)).not.toMatch(/Muster|1956/);
});
