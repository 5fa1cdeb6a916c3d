import charlsUrl from '@cornerstonejs/codec-charls/decodewasm?url';
import libjpegTurboUrl from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm?url';
import openjpegUrl from '@cornerstonejs/codec-openjpeg/decodewasm?url';
import type { Codec } from '../core/dicom/codecs.ts';
import { version } from '../../package.json';
import { findImage, imageHash, readCaseFile, writeCaseFile } from '../pipeline/saving/caseFile.ts';
import { GALLERY } from '../core/phantom/knobs.ts';
import { studiesByPatientId } from '../pipeline/cohort/studiesByPatientId.ts';
import { demoStack } from '../pipeline/reading/demo.ts';
import { toSegmentationObject, toStructuredReport } from '../pipeline/saving/exportCase.ts';
import { toFhirBundle } from '../pipeline/saving/toFhir.ts';
import { masksAlone, readStudy } from '../pipeline/reading/readStudy.ts';
import type { InputFile } from '../pipeline/reading/study.ts';
import { TeachingScanner } from '../pipeline/teaching/teachingHeart.ts';
import { fetchBytes } from './fetchBytes.ts';
import type { DroppedFile, DroppedStudy, Progress, ReadingCalls, ToldImage } from './protocol.ts';
import { serve } from './serve.ts';

const CODEC_URLS: Readonly<Record<Codec, string>> = {
  charls: charlsUrl,
  libjpegTurbo: libjpegTurboUrl,
  openjpeg: openjpegUrl,
};
/** More files than this are a study. */
const MOST_MASKS = 4;
const codecBytes = new Map<Codec, Promise<Uint8Array>>();

const scanner = new TeachingScanner();

let demo: ReturnType<typeof demoStack> | null = null;
/** Always the same one, drawn once. */
const demoPatient = (): ReturnType<typeof demoStack> => (demo ??= demoStack());

type OpenStudy = Awaited<ReturnType<typeof readStudy>>;
let opened: { readonly key: number; readonly study: OpenStudy } | null = null;

serve<ReadingCalls>({
  async prepare() {
    await Promise.all([
      loadWasm('charls'),
      loadWasm('libjpegTurbo'),
      loadWasm('openjpeg'),
      import('@cornerstonejs/codec-charls/decodewasmjs'),
      import('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs'),
      import('@cornerstonejs/codec-openjpeg/decodewasmjs'),
      import('jpeg-lossless-decoder-js'),
    ]);
    // It takes half a second, for which the first click need not wait.
    setTimeout(demoPatient);
    return null;
  },

  readStudy: async (dropped, onProgress) => (await open(dropped, onProgress)).study,

  async loadStack({ dropped, seriesId, mask }, onProgress) {
    const study = await open(dropped, onProgress);
    return study.loadStack(seriesId, { mask, onProgress: decoding(onProgress) });
  },

  async masksAlone({ files }) {
    if (files.length > MOST_MASKS) return null;
    return masksAlone((await readStudy(files.map(inputFile), { loadWasm })).study);
  },

  async readMask({ dropped, mask, images }, onProgress) {
    return (await open(dropped, onProgress)).readMaskOn(mask, images);
  },

  async exportCase({ kind, exported, image, archive }) {
    const study = archive && (await open(archive.dropped, () => undefined));
    const origin = archive && study ? await study.readOrigin(archive.seriesId, archive.made) : null;
    const one = { ...exported, origin, imageSha256: hashOf(image) };
    const write = { segmentation: toSegmentationObject, report: toStructuredReport, fhir: toFhirBundle }[kind];
    return { bytes: write(one), changed: origin?.changed ?? [] };
  },

  saveCase({ saved, content }) {
    return Promise.resolve(writeCaseFile({ ...saved, imageSha256: hashOf(saved), version }, content));
  },

  tellImage: (image) => Promise.resolve(hashOf(image)),

  openCase: (file) => readCaseFile(inputFile(file)),

  async studiesByPatientId({ files }, onProgress) {
    const inputs = files.map(inputFile);
    const { studies } = await studiesByPatientId(inputs, { onProgress: reading(onProgress) });
    const placeOf = new Map(inputs.map((file, at) => [file, at]));
    return studies.map(({ id, files: its }) => ({ id, files: its.map((file) => placeOf.get(file) ?? 0) }));
  },

  async findImage({ dropped, wanted }, onProgress) {
    const study = await open(dropped, onProgress);
    return { study: study.study, stack: await findImage(study, wanted, { onProgress: decoding(onProgress) }) };
  },

  demo: () => Promise.resolve(demoPatient()),

  teachingSlice: ({ knobs, slice }) => Promise.resolve(scanner.slice(knobs, slice)),

  teachingHeart: ({ heart }) => Promise.resolve(scanner.stack(typeof heart === 'string' ? GALLERY[heart] : heart)),
});

const hashOf = ({ imageSha256, voxels }: ToldImage): string => imageSha256 ?? (voxels ? imageHash(voxels) : '');

const decoding =
  (onProgress: (progress: Progress) => void) =>
  (done: number, total: number): void =>
    onProgress({ stage: { code: 'decodingImage', number: done, of: total }, fraction: done / total });

const reading =
  (onProgress: (progress: Progress) => void) =>
  (done: number, total: number): void =>
    onProgress({ stage: { code: 'readingFile', number: done, of: total }, fraction: done / total });

async function open({ key, files }: DroppedStudy, onProgress: (progress: Progress) => void): Promise<OpenStudy> {
  if (opened?.key !== key) {
    const study = await readStudy(files.map(inputFile), {
      loadWasm,
      onProgress: reading(onProgress),
    });
    opened = { key, study };
  }
  return opened.study;
}

const inputFile = ({ path, file }: DroppedFile): InputFile => ({
  path,
  size: file.size,
  read: async (start = 0, end = file.size) => new Uint8Array(await file.slice(start, end).arrayBuffer()),
});

/** A copy each time, because a decoder may keep what it gets; fetched once. */
async function loadWasm(name: Codec): Promise<Uint8Array> {
  let bytes = codecBytes.get(name);
  if (!bytes) {
    bytes = fetchBytes(new URL(CODEC_URLS[name], import.meta.url).href);
    codecBytes.set(name, bytes);
  }
  try {
    return (await bytes).slice();
  } catch (error) {
    codecBytes.delete(name);
    throw error;
  }
}
