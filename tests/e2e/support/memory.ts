import type { CDPSession, Page } from 'playwright-core';
import { expect } from 'vitest';

export interface Memory {
  readonly heapBytes: number;
  readonly bufferBytes: number;
}

/** Memory in use after a garbage collection, in the page and both its workers: objects, and the array buffers that they hold. */
export async function memory(page: Page): Promise<Memory> {
  const session = await page.context().newCDPSession(page);
  const workers: string[] = [];
  session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
    if (targetInfo.type === 'worker') workers.push(sessionId);
  });
  await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false });
  await session.send('HeapProfiler.collectGarbage');
  const usages: Readonly<Record<string, unknown>>[] = [{ ...(await session.send('Runtime.getHeapUsage')) }];
  for (const worker of workers) {
    await inWorker(session, worker, 'HeapProfiler.collectGarbage');
    usages.push(await inWorker(session, worker, 'Runtime.getHeapUsage'));
  }
  expect(workers, 'all workers were measured').toHaveLength(page.workers().length);
  await session.detach();
  const sum = (what: string): number => usages.reduce((total, usage) => total + Number(usage[what]), 0);
  return { heapBytes: sum('usedSize'), bufferBytes: sum('backingStorageSize') };
}

let lastMessage = 0;

/** Sends a command of the DevTools protocol to a worker of the page. */
function inWorker(session: CDPSession, sessionId: string, method: string): Promise<Readonly<Record<string, unknown>>> {
  const id = ++lastMessage;
  return new Promise((resolve) => {
    const receive = ({ message }: { message: string }): void => {
      const reply = JSON.parse(message) as { id?: number; result?: Record<string, unknown> };
      if (reply.id !== id) return;
      session.off('Target.receivedMessageFromTarget', receive);
      resolve(reply.result ?? {});
    };
    session.on('Target.receivedMessageFromTarget', receive);
    void session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params: {} }) });
  });
}
