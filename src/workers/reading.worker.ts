import charlsUrl from '@cornerstonejs/codec-charls/decodewasm?url';
import openjpegUrl from '@cornerstonejs/codec-openjpeg/decodewasm?url';
import { demoStack } from '../pipeline/demo.ts';
import { readStudy } from '../pipeline/readStudy.ts';
import { fetchBytes } from './fetchBytes.ts';
import type { DroppedStudy, Progress, ReadingCalls } from './protocol.ts';
import { serve } from './serve.ts';

const CODEC_URLS = { charls: charlsUrl, openjpeg: openjpegUrl };

type OpenStudy = Awaited<ReturnType<typeof readStudy>>;
let opened: { readonly key: number; readonly study: OpenStudy } | null = null;

serve<ReadingCalls>({
  readStudy: async (dropped, onProgress) => (await open(dropped, onProgress)).study,

  async loadStack({ dropped, seriesId }, onProgress) {
    const study = await open(dropped, onProgress);
    return study.loadStack(seriesId, {
      onProgress: (done, total) => onProgress({ stage: `Decoding image ${done} of ${total}`, fraction: done / total }),
    });
  },

  demo: () => Promise.resolve(demoStack()),
});

async function open({ key, files }: DroppedStudy, onProgress: (progress: Progress) => void): Promise<OpenStudy> {
  if (opened?.key !== key) {
    const study = await readStudy(
      files.map(({ path, file }) => ({ path, read: async () => new Uint8Array(await file.arrayBuffer()) })),
      {
        loadWasm: (name) => fetchBytes(new URL(CODEC_URLS[name], import.meta.url).href),
        onProgress: (done, total) => onProgress({ stage: `Reading file ${done} of ${total}`, fraction: done / total }),
      },
    );
    opened = { key, study };
  }
  return opened.study;
}
