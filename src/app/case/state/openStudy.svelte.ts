import type { Study } from '../../../pipeline/reading/study.ts';
import type { DroppedStudy } from '../../../workers/protocol.ts';
import { ClinicalForm } from './clinicalForm.svelte.ts';
import type { OpenCase } from './openCase.svelte.ts';
import type { OpenImage } from './openImage.svelte.ts';
import type { ReaderSettings } from './readerSettings.svelte.ts';

/** What was opened: its files, what they hold, the image that is looked at, the patient's answers, and the case once it is made. */
export class OpenStudy {
  /** null where it was opened from a case file alone, and for the demo patient. */
  dropped: DroppedStudy | null = null;
  study = $state.raw<Study | null>(null);
  image = $state.raw<OpenImage | null>(null);
  case = $state.raw<OpenCase | null>(null);
  form: ClinicalForm;
  /** Answers that were there stayed with another patient when this series was opened. */
  answersLeft = $state(false);

  readonly #settings: ReaderSettings;
  /** By the patient's name, or by the series where the images name nobody: they may be anyone's. */
  readonly #forms = new Map<string, ClinicalForm>();
  /** By series: with the reader's corrections, which a look at another series must not lose. */
  readonly #cases = new Map<string, OpenCase>();

  constructor(settings: ReaderSettings) {
    this.#settings = settings;
    this.form = $state.raw(this.#newForm());
  }

  /** Lets go of image and case for those of another series, and turns to the answers of its patient. */
  turnTo(series: string, image: OpenImage): void {
    this.#leave(series);
    this.case = null;
    this.image = image;
    const told = this.study?.told[series];
    if (told) this.form.offer(told);
  }

  /** Takes the case that was made of the image. Where its series is analysed anew, a copy that its reader asked for is kept on. */
  take(made: OpenCase): void {
    made.ticks.copy = this.#cases.get(made.image.stack.series.id)?.ticks.copy ?? false;
    this.case = made;
  }

  /** Back to a case as it was left; null where the series was not analysed before. */
  turnBackTo(series: string): OpenCase | null {
    const left = this.#cases.get(series);
    if (!left || left === this.case) return null;
    this.#leave(series);
    this.case = left;
    this.image = left.image;
    return left;
  }

  /** One of each series that was analysed: that which is looked at, and those that were left with the reader's corrections. */
  get cases(): readonly OpenCase[] {
    const bySeries = new Map(this.#cases);
    if (this.case) bySeries.set(this.case.image.stack.series.id, this.case);
    return [...bySeries.values()];
  }

  /** Of any series of the study. */
  get hasUnsavedWork(): boolean {
    return this.cases.some((one) => one.hasUnsavedWork);
  }

  #leave(next: string): void {
    const series = this.image?.stack.series;
    if (!series) return;
    if (this.case) this.#cases.set(series.id, this.case);
    const [from, to] = [this.#patientKey(series.id), this.#patientKey(next)];
    this.answersLeft = from !== to && !this.form.isEmpty;
    this.#forms.set(from, this.form);
    this.form = this.#forms.get(to) ?? this.#newForm();
  }

  #patientKey(series: string): string {
    const name = this.study?.patients[series];
    return name ? `patient ${name}` : `series ${series}`;
  }

  /** As the images' header gives it, 'YYYY-MM-DD'; null where it does not. */
  get studyDate(): string | null {
    return (this.image && this.study?.told[this.image.stack.series.id]?.studyDate) ?? null;
  }

  #newForm(): ClinicalForm {
    return new ClinicalForm(this.#settings, () => this.case?.follow());
  }

  /** As the images name the patient, or the file that the case was opened from; null where neither does. */
  get patient(): string | null {
    return (this.image && this.study?.patients[this.image.stack.series.id]) ?? this.case?.saved?.patient ?? null;
  }
}
