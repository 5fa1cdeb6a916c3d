import type { HospitalCalibration } from '../../../core/patient/hospitalCalibration.ts';
import { isRefitName, saysCalibration } from '../../../pipeline/saving/calibrationFormat.ts';
import type { DroppedFile } from '../../../workers/protocol.ts';
import type { Jobs } from '../../shared/jobs.svelte.ts';
import type { Workers } from '../../shared/workers.ts';
import type { OpenStudy } from './openStudy.svelte.ts';
import type { ReaderSettings } from './readerSettings.svelte.ts';

/** More bytes than any calibration has: longer files are not read. */
const MOST_BYTES = 100_000;

/**
 * A hospital's calibration or refit, used for the open case and later ones. One for other networks is refused, and the
 * one before stays on.
 */
export class CaseCalibration {
  readonly #inference: Workers['inference'];
  readonly #jobs: Jobs;
  readonly #settings: ReaderSettings;
  readonly #opened: () => OpenStudy | null;

  constructor(inference: Workers['inference'], jobs: Jobs, settings: ReaderSettings, opened: () => OpenStudy | null) {
    this.#inference = inference;
    this.#jobs = jobs;
    this.#settings = settings;
    this.#opened = opened;
  }

  openFile({ path, file }: DroppedFile): Promise<void> {
    return this.#jobs.run({ code: 'readingFiles' }, async (signal) => this.#open({ path, file }, signal));
  }

  /**
   * Takes a refit, recognised by its name, or a calibration, recognised by its content, from among files.
   * @returns the others
   */
  async takeFrom(files: readonly DroppedFile[], signal: AbortSignal): Promise<readonly DroppedFile[]> {
    for (const one of files) {
      if (!isRefitName(one.path)) {
        if (!one.path.toLowerCase().endsWith('.json') || one.file.size > MOST_BYTES) continue;
        if (!saysCalibration(await one.file.text())) continue;
      }
      await this.#open(one, signal);
      return files.filter((other) => other !== one);
    }
    return files;
  }

  /** @param calibration null: as the models are shipped */
  use(calibration: HospitalCalibration | null): void {
    const opened = this.#opened();
    if (opened) opened.form.calibrate(calibration);
    else this.#settings.calibration = calibration;
  }

  async #open({ path, file }: DroppedFile, signal: AbortSignal): Promise<void> {
    this.use(
      isRefitName(path)
        ? await this.#inference.call('readRefit', { bytes: new Uint8Array(await file.arrayBuffer()) }, { signal })
        : await this.#inference.call('readCalibration', { text: await file.text() }, { signal }),
    );
  }
}
