import { describe, expect, it, vi } from 'vitest';
import { WorkerError } from '../../../../src/workers/workerHandle.ts';
import { RequestLog } from '../../../../src/app/shared/requestLog.svelte.ts';
import { Session, TAKE_BACK_MS } from '../../../../src/app/case/state/session.svelte.ts';
import { runCommand } from '../../../../src/app/case/viewer/runCommand.ts';
import type { Workers } from '../../../../src/app/shared/workers.ts';
import { CancelledError } from '../../../../src/core/errors.ts';
import type { Clinical } from '../../../../src/core/patient/covariates.ts';
import type { HospitalCalibration } from '../../../../src/core/patient/hospitalCalibration.ts';
import { makeHeart } from '../../../../src/core/phantom/heart.ts';
import { Random } from '../../../../src/core/random.ts';
import { Label, type LabelVolume } from '../../../../src/core/volume/volume.ts';
import { BackendError } from '../../../../src/nn/backends/backendError.ts';
import type { NewAnalysis } from '../../../../src/pipeline/analysing/analyse.ts';
import type { Survival } from '../../../../src/pipeline/analysing/analysis.ts';
import { FOUND_PLACES, measureScar, readScar } from '../../../../src/pipeline/analysing/measureScar.ts';
import { demoStack } from '../../../../src/pipeline/reading/demo.ts';
import { EMPTY_STUDY, type OfferedMask, type Stack, type Study } from '../../../../src/pipeline/reading/study.ts';
import { NO_NOTES } from '../../../../src/pipeline/saving/readersNotes.ts';
import type { DroppedStudy } from '../../../../src/workers/protocol.ts';
import { hospitalCalibration } from '../../../hospitalCalibration.ts';
import { SPEC } from '../../phantom/specs.ts';

const { volume, labels } = makeHeart(SPEC, new Random(8));
const stack: Stack = { ...demoStack().stack, volume };
const reading = readScar(volume, labels, 'first', FOUND_PLACES);
const scar = measureScar(reading);

/** A curve that tells by its percentile for which age it was asked. */
const survivalOf = ({ covariates }: Clinical): Survival =>
  ({ percentile: covariates.age ?? -1, applies: { yes: true, why: [] } }) as unknown as Survival;

const analysisOf = (clinical: Clinical): NewAnalysis => ({
  reading,
  stack,
  scar,
  heart: null,
  findings: { noReflowMl: 0, nonIschaemicPattern: false },
  survival: survivalOf(clinical),
  labels,
  intervals: null,
  segmentation: {
    slices: volume.size[2],
    spacing: volume.spacing,
    from: 'network',
    plausibility: Array.from({ length: volume.size[2] }, (_, slice) => (slice === 2 ? 0.1 : 0.9)),
    casePlausibility: 0.9,
    apex: { end: 'first', from: 'mask' },
  },
  corrections: null,
  refused: [],
  warnings: [],
});

interface Call {
  readonly name: string;
  readonly input: {
    readonly clinical: Clinical;
    readonly calibration?: HospitalCalibration | null;
    readonly labels?: LabelVolume;
  };
  readonly answer: () => void;
  readonly fail: (error: Error) => void;
}

/** Three series: two of one patient, one of another; a fourth and a fifth that name nobody. */
const NAMES: Readonly<Record<string, string>> = { a1: 'A', a2: 'A', b: 'B', unnamed1: '', unnamed2: '' };
const seriesOf = (id: string): Stack['series'] => ({ ...stack.series, id, chosen: id === 'a1' });
const STUDY: Study = { ...EMPTY_STUDY, series: Object.keys(NAMES).map(seriesOf), patients: NAMES };

/** Whether what is dropped holds no image. */
const isNote = (input: unknown): boolean =>
  (input as Partial<DroppedStudy>).files?.some(({ path }) => path === 'notes.txt') ?? false;

const MASK: OfferedMask = { id: 'series-1', path: 'mask.nii.gz', values: [] };
const isMask = (input: unknown): boolean =>
  (input as Partial<DroppedStudy>).files?.every(({ path }) => path === MASK.path) ?? false;

/** A session whose networks answer when the test lets them, and all that was asked of them. */
function sessionWith(): { session: Session; asked: Call[] } {
  const asked: Call[] = [];
  const start = (): Workers => ({
    reading: {
      call: (name: string, input: unknown) =>
        Promise.resolve(
          {
            demo: { stack, clinical: { covariates: { age: 60 }, facts: {} } },
            readStudy: isNote(input) ? EMPTY_STUDY : STUDY,
            masksAlone: isMask(input) ? [MASK] : null,
            readMask: labels.labels.map((label) => (label === Label.scar ? Label.viable : label)),
            loadStack: { ...stack, series: seriesOf((input as { seriesId: string }).seriesId) },
          }[name] ?? null,
        ),
      end: () => undefined,
    },
    inference: {
      start: () => Promise.resolve(),
      call: (name: string, input: unknown) => {
        const given = input as Call['input'];
        return new Promise((resolve, reject) => {
          const result = (): unknown =>
            name === 'predict'
              ? survivalOf(given.clinical)
              : name === 'analyse'
                ? analysisOf(given.clinical)
                : { scar, heart: null, survival: survivalOf(given.clinical) };
          asked.push({ name, input: given, answer: () => resolve(result()), fail: reject });
        }) as never;
      },
      end: () => undefined,
    },
  });
  return { session: new Session(start, new RequestLog('https://example.org/scarcast/')), asked };
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

async function demoCase(): Promise<ReturnType<typeof sessionWith>> {
  const made = sessionWith();
  const opening = made.session.openDemo();
  await turn();
  made.asked.shift()?.answer();
  await opening;
  return made;
}

function openCaseOf({ case: open }: Session): NonNullable<Session['case']> {
  if (!open) throw new Error('There is no case.');
  return open;
}

describe('an open case', () => {
  it('is whole or not there: while it is made there is an image to look at, and no more', async () => {
    const { session, asked } = sessionWith();
    const opening = session.openDemo();
    await turn();
    expect(session.image?.stack.volume).toBe(volume);
    expect(session.case).toBeNull();
    asked.shift()?.answer();
    await opening;
    const open = openCaseOf(session);
    expect(open.survival.percentile).toBe(60);
    expect(open.scar.measures).toBe(scar);
    expect(open.slicesToCheck).toEqual([2]);
    expect(await open.settled()).toBe(true);
  });

  it('follows the answers, once more for as long as they change meanwhile', async () => {
    const { session, asked } = await demoCase();
    const open = openCaseOf(session);
    for (const age of ['61', '62', '63']) open.form.answer('age', age);
    expect(asked.map(({ name, input }) => [name, input.clinical.covariates.age])).toEqual([['predict', 61]]);
    asked[0].answer();
    await turn();
    expect(asked.map(({ input }) => input.clinical.covariates.age)).toEqual([61, 63]);
    asked[1].answer();
    expect(await open.settled()).toBe(true);
    expect(asked).toHaveLength(2);
    expect(open.survival.percentile).toBe(63);
  });

  it('says that its figures do not stand for the answers, while they follow and when they cannot', async () => {
    const { session, asked } = await demoCase();
    const open = openCaseOf(session);
    expect(open.isSettled).toBe(true);
    open.form.answer('age', '88');
    expect([open.isSettled, open.following]).toEqual([false, true]);
    asked[0].fail(new WorkerError({ code: 'workerSilent', seconds: 60 }));
    await turn();
    expect([open.isSettled, open.following]).toEqual([false, false]);
    open.follow();
    asked[1].answer();
    await turn();
    expect([open.isSettled, open.survival.percentile]).toEqual([true, 88]);
  });

  it('follows a correction by hand with measures and curve, and records it', async () => {
    const { session, asked } = await demoCase();
    const open = openCaseOf(session);
    open.correction.clearSlice(3);
    expect(asked.map(({ name }) => name)).toEqual(['analyseLabels']);
    expect(asked[0].input.labels).toBe(open.correction.labels);
    asked[0].answer();
    expect(await open.settled()).toBe(true);
    expect(open.analysis.labels).toBe(open.correction.labels);
    expect(open.analysis.corrections?.slices).toEqual([3]);
  });

  it('asks again for what a cancel of other work ended', async () => {
    const { session, asked } = await demoCase();
    const open = openCaseOf(session);
    open.form.answer('age', '70');
    asked[0].fail(new CancelledError());
    await turn();
    expect(asked).toHaveLength(2);
    asked[1].answer();
    expect(await open.settled()).toBe(true);
    expect(session.jobs.problem).toBeNull();
  });

  it('is not settled where the networks fail, and the page says why', async () => {
    const { session, asked } = await demoCase();
    const open = openCaseOf(session);
    open.form.answer('age', '70');
    asked[0].fail(new BackendError({ code: 'networkGaveNoNumbers' }));
    await turn();
    expect(session.jobs.problem).toEqual({ code: 'networkGaveNoNumbers' });
    const settled = open.settled();
    asked[1].fail(new BackendError({ code: 'networkGaveNoNumbers' }));
    expect(await settled).toBe(false);
  });

  it('is made anew with the spacing that the reader enters, and keeps the answers and the wish for a copy', async () => {
    const { session, asked } = await demoCase();
    openCaseOf(session).form.answer('age', '61');
    Object.assign(openCaseOf(session).ticks, { copy: true, identity: true });
    asked.shift()?.answer();
    await turn();
    const entering = session.enterSpacing([1.5, 1.5, 9]);
    await turn();
    const { stack: told, clinical } = asked[0].input as unknown as { stack: Stack; clinical: Clinical };
    expect([told.volume.spacing, told.warnings, clinical.covariates.age]).toEqual([
      [1.5, 1.5, 9],
      [{ code: 'lengthsByHand' }],
      61,
    ]);
    asked.shift()?.answer();
    await entering;
    expect(openCaseOf(session).image.stack).toBe(told);
    expect(openCaseOf(session).ticks).toMatchObject({ copy: true, identity: false });
    await session.enterSpacing([1.5, 1.5, 0.1]);
    expect(session.jobs.problem).toEqual({ code: 'impossibleSpacing', spacing: [1.5, 1.5, 0.1] });
    expect(openCaseOf(session).image.stack).toBe(told);
  });

  it('is gone once it is cleared, and what comes late belongs to nobody', async () => {
    const { session, asked } = await demoCase();
    const open = openCaseOf(session);
    open.form.answer('age', '70');
    session.clear();
    expect([session.case, session.image, session.opened]).toEqual([null, null, null]);
    asked[0].fail(new CancelledError());
    await turn();
    expect(asked).toHaveLength(1);
    expect(session.jobs.problem).toBeNull();
  });

  it('with work in it can be taken back for ten seconds after it was cleared, and not longer', async () => {
    const { session } = await demoCase();
    session.putAway();
    expect(session.cleared, 'nothing was done in it').toBeNull();

    const { session: other } = await demoCase();
    const open = openCaseOf(other);
    open.correction.clearSlice(3);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      other.putAway();
      expect(other.opened).toBeNull();
      vi.advanceTimersByTime(TAKE_BACK_MS - 1);
      void other.takeBack();
      expect([other.case, other.cleared]).toEqual([open, null]);
      other.putAway();
      vi.advanceTimersByTime(TAKE_BACK_MS);
      expect(other.cleared).toBeNull();
    } finally {
      vi.useRealTimers();
    }
  });

  it('with work in it is not replaced unless the reader says so', async () => {
    const { session } = await demoCase();
    const open = openCaseOf(session);
    let questions = 0;
    session.mayLoseWork = () => {
      questions++;
      return false;
    };
    open.notes.check(2, true);
    await session.openDemo();
    expect([session.case, questions]).toEqual([open, 1]);
    open.notes.check(2, false);
    open.correction.clearSlice(3);
    await session.enterSpacing([1.5, 1.5, 9]);
    expect([session.case, questions]).toEqual([open, 2]);
  });

  it('leaves a locked slice as it is, whatever the tool', async () => {
    const { session } = await demoCase();
    const { notes, correction } = openCaseOf(session);
    const slice = 3;
    const plane = volume.size[0] * volume.size[1];
    const inSlice = (): Uint8Array => correction.labels.labels.slice(slice * plane, (slice + 1) * plane);
    const before = inSlice();
    notes.lock(slice, true);
    correction.take('eraser');
    correction.beginStroke(slice, [volume.size[0] / 2, volume.size[1] / 2]);
    correction.endStroke();
    correction.clearSlice(slice);
    correction.copySlice(slice + 1, slice);
    expect([correction.record, correction.canUndo]).toEqual([null, false]);
    correction.takeLabels({ ...labels, labels: new Uint8Array(labels.labels.length) });
    expect(inSlice()).toEqual(before);
    expect(correction.record?.slices).not.toContain(slice);
    correction.undo();
    notes.lock(slice, false);
    correction.clearSlice(slice);
    notes.lock(slice, true);
    expect(correction.canUndo).toBe(false);
    correction.undo();
    expect(inSlice()).not.toEqual(before);
  });

  it('keeps a slice that is left out with the case, as work that withdraws a signature', async () => {
    const { session } = await demoCase();
    const open = openCaseOf(session);
    open.notes.sign('A. B.');
    open.notes.exclude(4, true);
    expect([open.notes.isWithdrawn, open.hasUnsavedWork]).toEqual([true, true]);
    const { notes, analysis } = open.toSave(null);
    expect([notes.excludedSlices, analysis.scar.excluded]).toEqual([[4], [4]]);
    open.notes.exclude(4, false);
    expect(open.scar.measures.scarMl).toBe(scar.scarMl);
  });

  it('is signed for what was signed: a change withdraws the signature', async () => {
    const { session } = await demoCase();
    const { notes, correction } = openCaseOf(session);
    notes.impression = 'Scar of the anterior wall';
    notes.sign(' A. B. ');
    expect(notes.all).toEqual({ ...NO_NOTES, impression: 'Scar of the anterior wall', signedBy: 'A. B.' });
    notes.check(1, true);
    expect([notes.signedBy, notes.isWithdrawn]).toEqual(['', true]);
    notes.sign('A. B.');
    correction.clearSlice(3);
    expect(notes.isWithdrawn).toBe(true);
  });

  it('compares a mask that is dropped over it, and goes on with it as a correction that can be undone', async () => {
    const { session } = await demoCase();
    const open = openCaseOf(session);
    await session.openFiles([{ path: MASK.path, file: new File([], MASK.path) }]);
    expect(session.case).toBe(open);
    const { offered } = open.comparison;
    expect([offered?.masks, open.part, open.correction.record]).toEqual([[MASK], 'compare', null]);
    if (offered) await session.compareMask(open, offered.dropped, MASK, []);
    const { mask } = open.comparison;
    expect(mask?.path).toBe(MASK.path);
    if (mask) open.correction.takeLabels(mask.labels);
    expect(open.correction.labels.labels).not.toContain(Label.scar);
    expect(open.correction.record?.tools).toEqual(['mask']);
    open.correction.undo();
    expect(open.correction.labels.labels).toEqual(labels.labels);
  });

  it('takes the scar of a mask that draws scar alone within its own wall, and says how much lay outside', async () => {
    const { session } = await demoCase();
    const open = openCaseOf(session);
    const own = open.correction.labels;
    const [pool, wall] = [Label.bloodPool, Label.viable].map((label) => own.labels.indexOf(label));
    const scarAlone = new Uint8Array(own.labels.length);
    for (const at of [pool, wall]) scarAlone[at] = Label.scar;
    open.compareMask('scar.nii', { ...own, labels: scarAlone });
    const { mask } = open.comparison;
    expect(mask?.scarOutside).toBe(0.5);
    expect([pool, wall].map((at) => mask?.labels.labels[at])).toEqual([Label.bloodPool, Label.scar]);
    expect(mask?.labels.labels.filter((label) => label === Label.scar)).toHaveLength(1);
    open.compareMask('whole.nii', own);
    expect(open.comparison.mask).toMatchObject({ labels: own, scarOutside: null });
  });

  it('stays where what is dropped holds nothing to open', async () => {
    const { session } = await demoCase();
    const open = openCaseOf(session);
    open.correction.clearSlice(3);
    expect(session.hasUnsavedWork).toBe(true);
    await session.openFiles([{ path: 'notes.txt', file: new File(['no image'], 'notes.txt') }]);
    expect(session.jobs.problem).toEqual({ code: 'noStackCaseKept', why: [] });
    expect(session.case).toBe(open);
  });

  it('is let go where it cannot be shown whole', async () => {
    const { session } = await demoCase();
    session.lose(new TypeError('Muster'));
    expect([session.case, session.opened]).toEqual([null, null]);
    expect(session.jobs.problem).toMatchObject({ code: 'unexpected' });
  });

  it('is asked for anew when a hospital’s calibration is put on, and again when a key takes it off; it stays for the next', async () => {
    const { session, asked } = await demoCase();
    const open = openCaseOf(session);
    const calibration = hospitalCalibration([]);
    open.form.calibrate(calibration);
    expect(asked.map(({ name, input }) => [name, input.calibration])).toEqual([['predict', calibration]]);
    asked.shift()?.answer();
    await open.settled();

    session.mayLoseWork = () => true;
    const opening = session.openDemo();
    await turn();
    expect(asked[0]).toMatchObject({ name: 'analyse', input: { calibration } });
    asked.shift()?.answer();
    await opening;
    const next = openCaseOf(session);
    await turn();
    runCommand('takeOffCalibration', next.image, next);
    await turn();
    expect(asked[0]).toMatchObject({ name: 'predict', input: { calibration: null } });
    expect(session.settings.calibration).toBeNull();
  });

  it('leaves the next one the reader’s settings, and nothing of its own', async () => {
    const { session, asked } = await demoCase();
    const open = openCaseOf(session);
    open.scar.method = '3SD';
    open.scar.moveRemote(5, 2);
    open.form.answer('age', '70');
    Object.assign(open.ticks, { pixels: true, identity: true, sameArchive: true, reportIdentity: true, copy: true });
    const again = session.openDemo();
    await turn();
    asked.pop()?.answer();
    await again;
    const next = openCaseOf(session);
    expect(next).not.toBe(open);
    expect(next.scar.method).toBe('3SD');
    expect(next.scar.remoteMoved).toBe(false);
    expect(Object.values(next.ticks)).toEqual([false, false, false, false, false]);
    expect(session.hasUnsavedWork).toBe(false);
    expect(next.form.clinical.covariates.age).toBe(60);
  });
});

describe('series of several patients', () => {
  /** Opens the files, or another series of them, and lets all that the networks are asked be answered. */
  async function open({ session, asked }: ReturnType<typeof sessionWith>, series: string | null): Promise<void> {
    const opening = series === null ? session.openFiles([]) : session.chooseSeries(series);
    await turn();
    for (const call of asked.splice(0)) call.answer();
    await opening;
  }
  const age = ({ session }: ReturnType<typeof sessionWith>): string => openCaseOf(session).form.text('age');

  it("keep a patient's answers from series to series, and never take them to another patient", async () => {
    const made = sessionWith();
    await open(made, null);
    openCaseOf(made.session).form.answer('age', '70');
    await open(made, 'a2');
    expect(age(made)).toBe('70');
    expect(made.session.opened?.answersLeft).toBe(false);
    await open(made, 'b');
    expect(age(made)).toBe('');
    expect(made.session.opened?.answersLeft).toBe(true);
    expect(openCaseOf(made.session).survival.percentile).toBe(-1);
    await open(made, 'a1');
    expect(age(made)).toBe('70');
    expect(await openCaseOf(made.session).settled()).toBe(true);
  });

  it('are anyone’s where the images name nobody', async () => {
    const made = sessionWith();
    await open(made, null);
    await open(made, 'unnamed1');
    openCaseOf(made.session).form.answer('age', '70');
    await open(made, 'unnamed2');
    expect(age(made)).toBe('');
    expect(made.session.opened?.answersLeft).toBe(true);
  });

  it('keep the copy that was asked for of one while another is looked at, until all is cleared', async () => {
    const made = sessionWith();
    const { session } = made;
    await open(made, null);
    const first = openCaseOf(session);
    first.ticks.copy = true;
    const copied = (): readonly unknown[] => session.opened?.cases.filter(({ ticks }) => ticks.copy) ?? [];
    await open(made, 'b');
    expect(copied(), 'another patient is asked for anew').toEqual([first]);
    await open(made, 'a2');
    const second = openCaseOf(session);
    expect(copied(), 'the same patient is not').toEqual([first, second]);
    second.ticks.copy = false;
    await open(made, 'a1');
    expect(openCaseOf(session)).toBe(first);
    await open(made, 'a2');
    expect(copied()).toEqual([first]);
    session.putAway();
    expect(copied()).toEqual([]);
  });

  it('each keep their own corrections', async () => {
    const made = sessionWith();
    await open(made, null);
    const first = openCaseOf(made.session);
    first.correction.clearSlice(3);
    for (const call of made.asked.splice(0)) call.answer();
    await first.settled();
    await open(made, 'a2');
    expect(openCaseOf(made.session).analysis.corrections).toBeNull();
    await open(made, 'a1');
    expect(openCaseOf(made.session)).toBe(first);
    expect(first.analysis.corrections?.slices).toEqual([3]);
    await open(made, 'a1');
    expect(openCaseOf(made.session), 'chosen again while it is open').toBe(first);
  });

  it('keep a stroke that was not released before another was chosen', async () => {
    const made = sessionWith();
    await open(made, null);
    const { correction } = openCaseOf(made.session);
    correction.take('outline');
    const [columns, rows] = volume.size;
    correction.beginStroke(3, [0, 0]);
    correction.extendStroke([columns, 0], [columns, rows], [0, rows]);
    await open(made, 'a2');
    expect([correction.stroke, correction.record?.slices, correction.canUndo]).toEqual([null, [3], true]);
  });

  it('bring a curve up to the answers that were given meanwhile in another series', async () => {
    const made = sessionWith();
    await open(made, null);
    await open(made, 'a2');
    openCaseOf(made.session).form.answer('age', '71');
    for (const call of made.asked.splice(0)) call.answer();
    await open(made, 'a1');
    for (const call of made.asked.splice(0)) call.answer();
    expect(await openCaseOf(made.session).settled()).toBe(true);
    expect(openCaseOf(made.session).survival.percentile).toBe(71);
  });
});
