import { HEART_IMAGE } from '../core/survival/heartImage.ts';
import { clipMu, sigmaFloor, type LogLogistic } from '../core/survival/logLogistic.ts';
import {
  explainedImageBranch,
  FEATURES,
  IMAGE_BRANCH_PARAMETERS,
  reconstructionLoss,
  stackDepth,
} from './networks/imageBranch.ts';
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
  /** Grad-CAM of mu: `gradCam`. */
  readonly attention: Float32Array;
}

export function placeImageModel(file: ImageModelFile, arrays: ParameterArrays): ImageModel {
  return { file, network: placeNetwork(IMAGE_BRANCH_PARAMETERS, arrays, explainedImageBranch) };
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
  const [head, reconstruction, evidence] = await runNetwork(
    model.network,
    stackDepth([heart]),
    [slices, side, side, 3 * channels],
    1,
    options,
  );
  return {
    ...headLaw(model.file, head[0], head[1]),
    reconstructionError: reconstructionLoss(reconstruction, [heart]).value,
    attention: gradCam(evidence),
  };
}

/**
 * Grad-CAM of mu at the encoder's last convolution, signed (no ReLU), as SSCAR shows it: each channel's map weighted by the
 * mean gradient of mu by it. Positive where what is seen speaks for later events, negative where for earlier ones. Source:
 * Selvaraju et al., ICCV 2017.
 * @param evidence third output of `explainedImageBranch`, of one heart
 * @returns 12 slices from apex to base x 16 x 16
 */
export function gradCam(evidence: Float32Array): Float32Array {
  const { channels } = FEATURES;
  const places = evidence.length / (2 * channels);
  const weights = new Float64Array(channels);
  for (let at = 0; at < places; at++) {
    for (let c = 0; c < channels; c++) weights[c] += evidence[at * 2 * channels + channels + c] / places;
  }
  return Float32Array.from({ length: places }, (_, at) =>
    weights.reduce((sum, weight, c) => sum + weight * evidence[at * 2 * channels + c], 0),
  );
}
