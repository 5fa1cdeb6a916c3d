import { CancelledError } from '../../../core/errors.ts';
import {
  GALLERY,
  isSameImage,
  NUMBER_KNOBS,
  type GalleryId,
  type KnobGroup,
  type Knobs,
  type NumberKnob,
} from '../../../core/phantom/knobs.ts';
import { isHeart, type LabelVolume, type Volume } from '../../../core/volume/volume.ts';
import type { HeartFindings } from '../../../core/patient/applicability.ts';
import type { HeartReading } from '../../../nn/readHeart.ts';
import type { ScarMeasures, Survival } from '../../../pipeline/analysing/analysis.ts';
import { againstTruth, type AgainstTruth } from '../../../pipeline/teaching/againstTruth.ts';
import type { Shown, TeachView } from '../../../pipeline/teaching/lesson.ts';
import type { TeachingHeart, TeachingSlice } from '../../../pipeline/teaching/teachingHeart.ts';
import { clinicalOf } from '../../../pipeline/teaching/teachingPatient.ts';
import { problemOf, type Problem } from '../../../workers/problem.ts';
import type { Workers } from '../../shared/workers.ts';

/** The result of the page's networks on a teaching heart. */
export interface NetworkAnswer {
  readonly heart: TeachingHeart;
  readonly labels: LabelVolume;
  readonly scar: ScarMeasures;
  /** What the curve depends on apart from the patient's covariates. */
  readonly reading: HeartReading | null;
  readonly findings: HeartFindings;
  readonly survival: Survival;
  /** null where they found no ventricle. */
  readonly against: AgainstTruth | null;
}

/** What a slice is drawn from: a volume, and which of its slices. */
export interface SliceView {
  readonly image: Volume;
  readonly labels: LabelVolume;
  readonly greyZone: Uint8Array;
  readonly at: number;
  readonly slice: number;
  readonly slices: number;
  readonly isStale: boolean;
}

/** The stack follows once no knob has moved for this long; the slice on view follows at once. */
const STILL_MS = 120;

/** Steps of knobs that draw the heart anew. */
const WARM_UP = [
  ['angleDegrees', 1],
  ['heightPercent', 1],
  ['angleDegrees', 2],
] as const;

/** The heart of the teaching room: its knobs, and what follows them, each as fast as it can. */
export class TeachRoom {
  knobs = $state.raw<Knobs>(GALLERY.wideBorder);
  slice = $state(5);
  shown = $state<Shown>('truth');
  panel = $state<TeachView>('truth');
  /** The visible knobs. */
  group = $state<KnobGroup>('scar');
  /** The knob that was touched last: a presenter's keys turn it. */
  touched = $state<NumberKnob>('inversionMs');
  heart = $state.raw<TeachingHeart | null>(null);
  network = $state.raw<NetworkAnswer | null>(null);
  problem = $state.raw<Problem | null>(null);
  #scanned = $state.raw<{ readonly knobs: Knobs; readonly scan: TeachingSlice } | null>(null);

  readonly #workers: Workers;
  #scanning = false;
  #drawing = false;
  #reading = false;
  #still: ReturnType<typeof setTimeout> | undefined;
  #isOpen = true;
  #isWarm = false;

  /** @param knobs of the heart with which it begins */
  constructor(workers: Workers, knobs: Knobs) {
    this.#workers = workers;
    this.knobs = knobs;
    this.#follow();
  }

  /** The stack matches the knobs. */
  readonly isCurrent = $derived.by(() => this.heart?.knobs === this.knobs);
  /** And so does the networks' answer. */
  readonly isRead = $derived.by(() => this.isCurrent && this.network?.heart === this.heart);

  /** The networks' answer to these images, though perhaps for another patient's covariates; null until it has come. */
  readonly seen: NetworkAnswer | null = $derived.by(() =>
    this.network && this.network.heart.stack === this.heart?.stack ? this.network : null,
  );

  /** The slice on view; the previous one while its own is being made, and null before the first. */
  readonly view: SliceView | null = $derived.by(() => {
    const { heart, knobs, slice } = this;
    const scanned = this.#scanned;
    const scan = scanned?.scan;
    const isScanned = scan && scanned.knobs === knobs && scan.slice === Math.min(slice, scan.slices - 1);
    if (heart && (heart.knobs === knobs || !scan)) {
      const slices = heart.stack.volume.size[2];
      const at = Math.min(slice, slices - 1);
      const isStale = heart.knobs !== knobs;
      return {
        image: heart.stack.volume,
        labels: heart.labels,
        greyZone: heart.greyZone,
        at,
        slice: at,
        slices,
        isStale,
      };
    }
    if (!scan) return null;
    const { image, labels, greyZone, slices } = scan;
    return { image, labels, greyZone, at: 0, slice: scan.slice, slices, isStale: !isScanned };
  });

  /** What is outlined on the slice on view; null if there is nothing to outline. */
  readonly outlined: LabelVolume | null = $derived.by(() => {
    const { view, shown, heart, seen } = this;
    if (!view || shown === 'none') return null;
    if (shown === 'truth') return view.labels;
    // Measurements of another heart are not drawn on this one.
    if (!heart || view.image !== heart.stack.volume || view.isStale) return null;
    if (shown === 'network') return seen?.labels ?? null;
    const labels = heart.thresholds?.[shown].labels;
    return labels ? { ...heart.labels, labels } : null;
  });

  /** Turns knobs. */
  turn(change: Partial<Knobs>): void {
    this.knobs = { ...this.knobs, ...change };
    this.#follow();
  }

  /** Turns a knob by steps, within its limits. */
  step(knob: NumberKnob, steps: number): void {
    const { min, max, step } = NUMBER_KNOBS[knob];
    const value = Math.min(max, Math.max(min, this.knobs[knob] + steps * step));
    this.turn({ [knob]: Number(value.toFixed(3)) });
  }

  take(id: GalleryId): void {
    this.turn(GALLERY[id]);
  }

  look(slice: number): void {
    this.slice = slice;
    if (!this.isCurrent) void this.#scan();
  }

  again(): void {
    this.problem = null;
    this.#follow();
  }

  /** Nothing follows the knobs any more. */
  close(): void {
    this.#isOpen = false;
    clearTimeout(this.#still);
  }

  /** The networks' answer to any heart; it is not kept here. */
  async read(heart: TeachingHeart): Promise<NetworkAnswer> {
    const { stack, clinical } = heart;
    const {
      labels,
      scar,
      heart: reading,
      findings,
      survival,
    } = await this.#workers.inference.call('analyse', { stack, clinical, calibration: null });
    const found = labels.labels.some(isHeart);
    const against = found ? againstTruth(labels, heart.labels) : null;
    return { heart, labels, scar, reading, findings, survival, against };
  }

  /** A heart by its knobs, with its truth and what thresholds find; it is not kept here. */
  make(knobs: Knobs): Promise<TeachingHeart> {
    return this.#workers.reading.call('teachingHeart', { heart: knobs });
  }

  /** One slice of any heart; it is not kept here. */
  scan(knobs: Knobs, slice: number): Promise<TeachingSlice> {
    return this.#workers.reading.call('teachingSlice', { knobs, slice });
  }

  #follow(): void {
    clearTimeout(this.#still);
    if (this.#followAsPerson()) return;
    void this.#scan();
    this.#still = setTimeout(() => void this.#draw(), STILL_MS);
  }

  /** If the images do not change, only the patient's covariates and the curve do. */
  #followAsPerson(): boolean {
    const { heart, knobs } = this;
    if (!heart || !isSameImage(heart.knobs, knobs)) return false;
    this.heart = { ...heart, knobs, clinical: clinicalOf(knobs, heart.truth) };
    void this.#read();
    return true;
  }

  /** The latest is requested as soon as the previous one has come. */
  async #scan(): Promise<void> {
    if (this.#scanning) return;
    this.#scanning = true;
    await this.#orTell(async () => {
      while (this.#isOpen && !this.isCurrent) {
        const { knobs, slice } = this;
        const scan = await this.scan(knobs, slice);
        this.#scanned = { knobs, scan };
        if (this.knobs === knobs && this.slice === slice) break;
      }
    });
    this.#scanning = false;
  }

  async #draw(): Promise<void> {
    if (this.#drawing) return;
    this.#drawing = true;
    await this.#orTell(async () => {
      while (this.#isOpen && !this.isCurrent) {
        const { knobs } = this;
        const heart = await this.#workers.reading.call('teachingHeart', { heart: knobs });
        // As requested, so that its currency can be checked from it alone.
        if (this.knobs === knobs) this.heart = { ...heart, knobs };
      }
    });
    this.#drawing = false;
    if (this.problem === null) void this.#read();
  }

  async #read(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    await this.#orTell(async () => {
      while (this.#isOpen && this.heart && this.isCurrent && !this.isRead) {
        const { heart, seen } = this;
        this.network = seen ? await this.#predict(seen, heart) : await this.read(heart);
      }
    });
    this.#reading = false;
    if (!this.#isWarm && this.isRead) void this.#orTell(() => this.#warmUp());
  }

  /** Draws the slice on view as the first turns of a knob will, unseen: an engine compiles what has run a few times. */
  async #warmUp(): Promise<void> {
    this.#isWarm = true;
    const { knobs, slice } = this;
    const turned = [true, false].flatMap((acute) =>
      WARM_UP.map(([knob, steps]) => ({ ...knobs, acute, [knob]: knobs[knob] + steps * NUMBER_KNOBS[knob].step })),
    );
    // The scanner keeps the last heart that it drew: a knob of the scan needs this one.
    for (const one of [...turned, knobs]) {
      if (!this.#isOpen || this.knobs !== knobs) return;
      await this.scan(one, slice);
    }
  }

  /** The answer to the same images for other covariates. */
  async #predict(network: NetworkAnswer, heart: TeachingHeart): Promise<NetworkAnswer> {
    const { reading, findings } = network;
    const input = { heart: reading, findings, clinical: heart.clinical, calibration: null };
    return { ...network, heart, survival: await this.#workers.inference.call('predict', input) };
  }

  /** 'Clear everything' ends the workers: then this heart waits for the next turn of a knob. */
  async #orTell(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.#isOpen && !(error instanceof CancelledError)) this.problem = problemOf(error);
    }
  }
}
