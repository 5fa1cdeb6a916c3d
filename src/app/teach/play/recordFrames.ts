import { CancelledError } from '../../../core/errors.ts';

/**
 * A video of pictures that the page draws, made by the browser's own recorder: nothing leaves the page except the saved
 * file.
 */

/** How long each picture is seen. */
const FRAME_MS = 600;
/** The recorder gets each picture several times, so that a player can be stopped at any of them. */
const FRAMES_PER_SECOND = 10;

/** The first that this browser can write: slides accept MP4, but not all browsers can write it. */
const KINDS = [
  { type: 'video/mp4;codecs=avc1.42E01E', ending: 'mp4' },
  { type: 'video/webm', ending: 'webm' },
] as const;

/** What this browser can record, or null where it cannot. */
export const videoKind = (): (typeof KINDS)[number] | null =>
  (typeof MediaRecorder === 'undefined' ? [] : KINDS).find(({ type }) => MediaRecorder.isTypeSupported(type)) ?? null;

/**
 * Draws pictures one after another and records them.
 * @param draws each draws the whole canvas
 * @throws CancelledError if `signal` is aborted in between
 */
export async function recordFrames(
  canvas: HTMLCanvasElement,
  draws: readonly (() => void)[],
  type: string,
  onFrame: (done: number) => void,
  signal: AbortSignal,
): Promise<Blob> {
  const parts: Blob[] = [];
  const recorder = new MediaRecorder(canvas.captureStream(FRAMES_PER_SECOND), { mimeType: type });
  recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));
  const ended = new Promise<void>((resolve, reject) => {
    recorder.addEventListener('stop', () => resolve());
    recorder.addEventListener('error', () => reject(new Error('the video recorder stopped')));
  });
  recorder.start();
  try {
    for (const [i, draw] of draws.entries()) {
      // A canvas that does not change sends no picture: each is redrawn for as long as it is shown.
      for (let shown = 0; shown < FRAME_MS; shown += 1000 / FRAMES_PER_SECOND) {
        if (signal.aborted) throw new CancelledError();
        draw();
        await new Promise((resolve) => setTimeout(resolve, 1000 / FRAMES_PER_SECOND));
      }
      onFrame(i + 1);
    }
  } finally {
    recorder.stop();
  }
  await ended;
  return new Blob(parts, { type });
}
