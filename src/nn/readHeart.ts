import { HEART_IMAGE } from '../core/survival/heartImage.ts';
import { clipMu, sigmaFloor, type LogLogistic } from '../core/survival/logLogistic.ts';
import { imageBranch, IMAGE_BRANCH_PARAMETERS, reconstructionLoss, stackDepth } from './networks/imageBranch.ts';
import type { ParameterArrays } from './networks/parameters.ts';
import { placeNetwork, runNetwork, type Network } from './runNetwork.ts';
import type { ModelFile } from './weights.ts';

/** model.json of the image branch. */
export interface ImageModelFile extends ModelFile {
  /** The simulated cohort's null fit, from which the head counts. */
  readonly nullMu: number;
  readonly nullLnSigma: number;
  /** 99% of held-out simulated hearts are reconstructed with a smaller mean squared error. */
  readonly reconstructionLimit: number;
  /** 90% of held-out simulated patients' true log-odds of F(1), F(5) and F(10) all lie within this of the predicted. */
  readonly logOddsHalfWidth: number;
}

/** The image branch on a backend. */
export interface ImageModel {
  readonly file: ImageModelFile;
  readonly network: Network;
}

/** What the image branch reads from one heart. */
export interface HeartReading extends LogLogistic {
  /** Mean squared error of the heart's reconstruction: large for a heart unlike those that it learned from. */
  readonly reconstructionError: number;
}

export function placeImageModel(file: ImageModelFile, arrays: ParameterArrays): ImageModel {
  return { file, network: placeNetwork(IMAGE_BRANCH_PARAMETERS, arrays, imageBranch) };
}

/** The law that the head's output stands for; mu is clipped and sigma floored here, in the branch. */
export function headLaw(
  file: Pick<ImageModelFile, 'nullMu' | 'nullLnSigma'>,
  mu: number,
  lnSigma: number,
): LogLogistic {
  const clipped = clipMu(file.nullMu + mu);
  return { mu: clipped, sigma: Math.max(Math.exp(file.nullLnSigma + lnSigma), sigmaFloor(clipped)) };
}

/**
 * @param heart 12 x 64 x 64 x 2, from `heartImage`
 * @throws BackendError, CancelledError
 */
export async function readHeart(
  model: ImageModel,
  heart: Float32Array,
  options: { signal?: AbortSignal | undefined },
): Promise<HeartReading> {
  const { slices, side, channels } = HEART_IMAGE;
  const [head, reconstruction] = await runNetwork(
    model.network,
    stackDepth([heart]),
    [slices, side, side, 3 * channels],
    1,
    options,
  );
  return {
    ...headLaw(model.file, head[0], head[1]),
    reconstructionError: reconstructionLoss(reconstruction, [heart]).value,
  };
}
