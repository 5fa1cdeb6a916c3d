import type { Study } from '../../../pipeline/reading/study.ts';
import type { DroppedStudy } from '../../../workers/protocol.ts';
import { ClinicalForm } from './clinicalForm.svelte.ts';
import type { OpenCase } from './openCase.svelte.ts';
import type { OpenImage } from './openImage.svelte.ts';
import type { ReaderSettings } from './readerSettings.svelte.ts';

/** What was opened: files, their content, the image that is shown, the patient's answers, and the case once it is made. */
export class OpenStudy {
  /** null where only a case file was opened, and for the demo patient. */
  dropped: DroppedStudy | null = null;
  study = $state.raw<Study | null>(null);
  image = $state.raw<OpenImage | null>(null);
  case = $state.raw<OpenCase | null>(null);
  form: ClinicalForm;
  /** Whether earlier answers were left with another patient when this series was opened. */
  answersLeft = $state(false);

  readonly #settings: ReaderSettings;
  /** Forms by the patient's name, or by series where the images name nobody and may be anyone's. */
  readonly #forms = new Map<string, ClinicalForm>();
  /** Cases by series, with the reader's corrections, which must not be lost by a look at another series. */
  readonly #cases = new Map<string, OpenCase>();

  constructor(settings: ReaderSettings) {
    this.#settings = settings;
    this.form = $state.raw(this.#newForm());
  }

  /** Replaces image and case by those of another series, and the answers by those of its patient. */
  turnTo(series: string, image: OpenImage): void {
    this.#leave(series);
    this.case = null;
    this.image = image;
    const told = this.study?.told[series];
    if (told) this.form.offer(told);
  }

  /**
   * Takes the case that was made from the image. The page keeps a copy of it if the reader wants one of this series, or, where
   * the series is new, of another one of the same patient.
   */
  take(made: OpenCase): void {
    const { id } = made.image.stack.series;
    const before = this.#cases.get(id);
    const ofPatient = [...this.#cases].filter(([series]) => this.#patientKey(series) === this.#patientKey(id));
    made.ticks.copy = before ? before.ticks.copy : ofPatient.some(([, one]) => one.ticks.copy);
    this.case = made;
  }

  /** Returns to a case as it was left; null where the series has not been analysed before. */
  turnBackTo(series: string): OpenCase | null {
    const left = this.#cases.get(series);
    if (!left || left === this.case) return null;
    this.#leave(series);
    this.case = left;
    this.image = left.image;
    return left;
  }

  /** One case for each series that was analysed: the open one, and those that were left with the reader's corrections. */
  get cases(): readonly OpenCase[] {
    const bySeries = new Map(this.#cases);
    if (this.case) bySeries.set(this.case.image.stack.series.id, this.case);
    return [...bySeries.values()];
  }

  /** Whether any series of the study has unsaved work. */
  get hasUnsavedWork(): boolean {
    return this.cases.some((one) => one.hasUnsavedWork);
  }

  #leave(next: string): void {
    const series = this.image?.stack.series;
    if (!series) return;
    if (this.case) {
      // The reader can no longer release it, and has seen it drawn.
      this.case.correction.endStroke();
      this.#cases.set(series.id, this.case);
    }
    const [from, to] = [this.#patientKey(series.id), this.#patientKey(next)];
    this.answersLeft = from !== to && !this.form.isEmpty;
    this.#forms.set(from, this.form);
    this.form = this.#forms.get(to) ?? this.#newForm();
  }

  #patientKey(series: string): string {
    const name = this.study?.patients[series];
    return name ? `patient ${name}` : `series ${series}`;
  }

  /** The study's date from the images' header, 'YYYY-MM-DD'; null where it gives none. */
  get studyDate(): string | null {
    return (this.image && this.study?.told[this.image.stack.series.id]?.studyDate) ?? null;
  }

  #newForm(): ClinicalForm {
    return new ClinicalForm(this.#settings, () => this.case?.follow());
  }

  /** The patient as named by the images, or by the file that the case was opened from; null where neither does. */
  get patient(): string | null {
    return (this.image && this.study?.patients[this.image.stack.series.id]) ?? this.case?.saved?.patient ?? null;
  }
}
