import { describe, expect, it, vi } from 'vitest';
import { TeachRoom } from '../../../../src/app/teach/state/teachRoom.svelte.ts';
import type { Workers } from '../../../../src/app/shared/workers.ts';
import type { Clinical } from '../../../../src/core/patient/covariates.ts';
import { GALLERY, type Knobs } from '../../../../src/core/phantom/knobs.ts';
import { TeachingScanner, type TeachingHeart } from '../../../../src/pipeline/teaching/teachingHeart.ts';

/** For a stack on a busy machine. */
const STACK_MS = 20_000;

/** Scans as the page does, and counts the requests; its networks label all of the true wall as heart. */
function aRoom(): { readonly room: TeachRoom; readonly asked: string[]; readonly lvefs: (number | undefined)[] } {
  const scanner = new TeachingScanner();
  const asked: string[] = [];
  const lvefs: (number | undefined)[] = [];
  let made: TeachingHeart | null = null;
  const call = (name: string, input: { knobs: Knobs; slice: number; heart: Knobs; clinical: Clinical }): unknown => {
    asked.push(name);
    if (name === 'teachingSlice') return scanner.slice(input.knobs, input.slice);
    if (name === 'teachingHeart') return (made = scanner.stack(input.heart));
    lvefs.push(input.clinical.covariates.lvef);
    return { labels: made?.labels, scar: {}, heart: null, findings: {}, survival: {} };
  };
  const worker = { call: (name: string, input: never) => Promise.resolve(call(name, input)) };
  const room = new TeachRoom({ reading: worker, inference: worker } as unknown as Workers, GALLERY.inferior);
  return { room, asked, lvefs };
}

describe('the heart of the teaching room', () => {
  it('is neither scanned nor segmented again for another ejection fraction, but its curve is', async () => {
    const { room, asked, lvefs } = aRoom();
    await vi.waitFor(() => expect(room.isRead).toBe(true), STACK_MS);
    const { heart, network } = room;
    asked.length = 0;
    room.turn({ lvefPercent: 20 });
    expect(room.isCurrent, 'the images stand for it at once').toBe(true);
    expect(room.view?.isStale).toBe(false);
    expect(room.isRead, 'the curve does not yet').toBe(false);
    expect(room.seen, 'nor do the contours go').toBe(network);
    await vi.waitFor(() => expect(room.isRead).toBe(true), STACK_MS);
    expect(asked).toEqual(['predict']);
    expect(lvefs.at(-1)).toBe(20);
    expect(room.heart?.stack).toBe(heart?.stack);
    room.close();
  });

  it('is scanned again for any other knob', async () => {
    const { room, asked } = aRoom();
    await vi.waitFor(() => expect(room.isRead).toBe(true), STACK_MS);
    asked.length = 0;
    room.turn({ inversionMs: 300 });
    expect(room.isCurrent).toBe(false);
    await vi.waitFor(() => expect(room.isRead).toBe(true), STACK_MS);
    expect(asked).toEqual(['teachingSlice', 'teachingHeart', 'analyse']);
    room.close();
  });

  it('is drawn a few times unseen before the first turn, and shows what it showed', async () => {
    const { room, asked } = aRoom();
    await vi.waitFor(() => expect(room.isRead).toBe(true), STACK_MS);
    const shown = room.view?.image;
    const slices = (): number => asked.filter((name) => name === 'teachingSlice').length;
    await vi.waitFor(() => expect(slices()).toBeGreaterThan(3), STACK_MS);
    expect(room.isRead).toBe(true);
    expect(room.view?.image).toBe(shown);
    room.close();
  });
});
