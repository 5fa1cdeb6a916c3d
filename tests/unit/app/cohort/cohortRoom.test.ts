/** The cohort room's state, whose workers answer when the test lets them. */
import { describe, expect, it, vi } from 'vitest';
import { CohortRoom } from '../../../../src/app/cohort/state/cohortRoom.svelte.ts';
import type { Workers } from '../../../../src/app/shared/workers.ts';
import { hospitalCalibration, hospitalRefit } from '../../../hospitalCalibration.ts';
import { smallTable } from '../../../syntheticCohort.ts';

vi.mock('../../../../src/app/shared/saveFile.ts', () => ({ saveFile: () => undefined }));

const CALIBRATION = hospitalCalibration([]);
const ANSWERS: Readonly<Record<string, unknown>> = {
  validateCohort: {},
  recalibrateCohort: { calibration: CALIBRATION, text: '{}' },
  refitCohort: { calibration: { ...CALIBRATION, refit: hospitalRefit }, bytes: new Uint8Array() },
};

/** A room with a validated table. @param wait what a fit waits for */
async function validatedRoom(wait: Promise<void> = Promise.resolve()): Promise<CohortRoom> {
  const inference = {
    call: async (name: string) => {
      if (name !== 'validateCohort') await wait;
      return ANSWERS[name];
    },
    start: () => Promise.resolve(),
    end: () => undefined,
  };
  const room = new CohortRoom({ reading: inference, inference } as unknown as Workers, () => null);
  await open(room, 'a.csv', 12);
  await room.validate();
  expect(room.validated).not.toBeNull();
  return room;
}

const open = (room: CohortRoom, path: string, patients: number): Promise<void> =>
  room.open([{ path, file: new File([smallTable(patients)], path) }]);

describe('what was fitted to a cohort', () => {
  it('is there once it was fitted, a calibration and a refit', async () => {
    const room = await validatedRoom();
    await room.recalibrate('A', 'today');
    await room.refit('A', 'today');
    expect(room.validated?.calibration).toBe(CALIBRATION);
    expect(room.validated?.refit?.refit).toBe(hospitalRefit);
  });

  it('goes with the validation when another table is opened, or a column is taken for something else', async () => {
    const room = await validatedRoom();
    await room.recalibrate('A', 'today');
    await open(room, 'b.csv', 15);
    await room.validate();
    expect(room.validated?.calibration).toBeNull();
    await room.refit('A', 'today');
    room.use('age', { use: 'ignored' });
    await room.validate();
    expect(room.validated?.refit).toBeNull();
  });

  it('is dropped where another table was opened before it was done', async () => {
    let done: () => void = () => undefined;
    const room = await validatedRoom(new Promise((resolve) => (done = resolve)));
    const fitting = room.refit('A', 'today');
    await open(room, 'b.csv', 15);
    await room.validate();
    done();
    await fitting;
    expect(room.validated?.refit).toBeNull();
  });
});
