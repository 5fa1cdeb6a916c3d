import type { CaseFileContent } from '../../../pipeline/saving/caseFile.ts';
import type { ExportKind } from '../../../workers/protocol.ts';
import { caseAbout } from '../../messages/caseAbout.ts';
import type { Jobs } from '../../shared/jobs.svelte.ts';
import type { Workers } from '../../shared/workers.ts';
import type { OpenCase } from './openCase.svelte.ts';
import type { OpenStudy } from './openStudy.svelte.ts';

/** Makes files of a case once its numbers follow from its answers. */
export class CaseSaver {
  readonly #reading: Workers['reading'];
  readonly #jobs: Jobs;
  readonly #opened: () => OpenStudy | null;

  constructor(reading: Workers['reading'], jobs: Jobs, opened: () => OpenStudy | null) {
    this.#reading = reading;
    this.#jobs = jobs;
    this.#opened = opened;
  }

  /** The case as a DICOM object; null, with the reason on the page, where none can be made. */
  async exportCase(one: OpenCase, kind: ExportKind, sameArchive: boolean): Promise<Uint8Array | null> {
    if (!(await one.settled())) return null;
    const { exported, made } = one.toExport();
    const dropped = this.#opened()?.dropped ?? null;
    const seriesId = one.image.stack.series.id;
    const file = await this.#orTell(() =>
      this.#reading.call('exportCase', {
        kind,
        exported,
        // DICOM objects do not need it, and a copy of it takes time.
        image: kind === 'fhir' ? one.toldImage : { imageSha256: null, voxels: null },
        archive: sameArchive && dropped ? { dropped, seriesId, made } : null,
      }),
    );
    if (file && file.changed.length > 0) this.#jobs.problem = { code: 'elementsChanged', tags: file.changed };
    return file && file.bytes;
  }

  /** The case as a file; null, with the reason on the page, where none can be made. */
  async saveCase(one: OpenCase, { pixels, identity }: Omit<CaseFileContent, 'about'>): Promise<Uint8Array | null> {
    if (!(await one.settled())) return null;
    const saved = one.toSave(this.#opened()?.patient ?? null);
    const about = caseAbout(pixels && saved.voxels !== null, identity, one.image.synthetic);
    const content = { pixels, identity, about };
    const { asked } = one;
    const { written } = one.notes;
    const bytes = await this.#orTell(() => this.#reading.call('saveCase', { saved, content }));
    if (bytes) {
      one.kept = asked;
      one.keptNotes = written;
    }
    return bytes;
  }

  /**
   * The case as a file without pixels and names, kept in case of a crash; it does not count as saved. null where its
   * numbers do not follow from its answers.
   */
  async copyCase(one: OpenCase): Promise<Uint8Array | null> {
    if (!(await one.settled())) return null;
    one.imageSha256 ??= await this.#reading.call('tellImage', one.toldImage);
    const saved = { ...one.toSave(null), imageSha256: one.imageSha256, voxels: null, noData: null };
    const about = caseAbout(false, false, one.image.synthetic);
    return this.#reading.call('saveCase', { saved, content: { pixels: false, identity: false, about } });
  }

  /** SHA-256 of a case's image, the same as in its file and its FHIR Bundle. */
  tellImage(one: OpenCase): Promise<string | null> {
    return this.#orTell(() => this.#reading.call('tellImage', one.toldImage));
  }

  async #orTell<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      this.#jobs.tell(error);
      return null;
    }
  }
}
