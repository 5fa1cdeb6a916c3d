import type { EffectCurves } from '../core/patient/imageEffects.ts';
import { HEART_IMAGE, LATENT, withEvenWall } from '../core/patient/heartImage.ts';
import { clipMu, sigmaFloor, type LogLogistic } from '../core/patient/logLogistic.ts';
import { lyingAnotherWay, lyingAsBefore, LYING_WAYS } from '../core/volume/lying.ts';
import {
  blockBrightness,
  explainedImageBranch,
  FEATURES,
  IMAGE_BRANCH_PARAMETERS,
  INPUT_SHAPE,
  reconstructionLoss,
} from './networks/imageBranch.ts';
import type { ParameterArrays } from './networks/parameters.ts';
import { placeNetwork, runNetwork, type Network } from './runNetwork.ts';
import type { ModelFile } from './weights.ts';

/** model.json of the image branch. */
export interface ImageModelFile extends ModelFile {
  /** The simulated cohort's null fit, relative to which the head's outputs are. */
  readonly nullMu: number;
  readonly nullLnSigma: number;
  /** 99% of held-out simulated hearts are reconstructed with a smaller mean squared error. */
  readonly reconstructionLimit: number;
  /** In 90% of simulated patients the true log-odds of F(1), F(5) and F(10) are all within this of the predicted, on real hearts. */
  readonly logOddsHalfWidth: number;
  /** What it says about the scar at each published effect. */
  readonly effectCurves: EffectCurves;
}

/** The image branch on a backend. */
export interface ImageModel {
  readonly file: ImageModelFile;
  readonly network: Network;
}

/** What the image branch reads from one heart. */
export interface HeartReading extends LogLogistic {
  /** Mean squared error of the heart's reconstruction; large for a heart unlike those in training. */
  readonly reconstructionError: number;
  /** The head's input, on which a hospital can train its own head. null in files from before it was kept. */
  readonly latent: readonly number[] | null;
  /** Where mu comes from: `wherefrom`. */
  readonly attention: Float32Array;
}

export function placeImageModel(file: ImageModelFile, arrays: ParameterArrays): ImageModel {
  return { file, network: placeNetwork(IMAGE_BRANCH_PARAMETERS, arrays, explainedImageBranch) };
}

/** The law that the head's output means; mu is clipped and sigma floored here, in the branch. */
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
 * @param options `directionsUnknown`: how the heart lies in the patient is unknown. The reading is then the mean over the eight ways in
 * which it can lie: of mu and of ln sigma, as the head gives them, and of the latent vector, in which both are linear.
 * @throws BackendError, CancelledError
 */
export async function readHeart(
  model: ImageModel,
  heart: Float32Array,
  { signal, directionsUnknown = false }: { signal?: AbortSignal | undefined; readonly directionsUnknown?: boolean },
): Promise<HeartReading> {
  const { side, slices, channels } = HEART_IMAGE;
  const ways = directionsUnknown ? LYING_WAYS : [0];
  const attention = new Float32Array(slices * FEATURES.side ** 2);
  const latent = new Array<number>(LATENT).fill(0);
  let [mu, lnSigma, reconstructionError] = [0, 0, 0];
  for (const way of ways) {
    const one = await readOneWay(model, lyingAnotherWay(heart, side, channels, way), { signal });
    mu += one.head[0] / ways.length;
    lnSigma += one.head[1] / ways.length;
    for (let k = 0; k < LATENT; k++) latent[k] += one.head[2 + k] / ways.length;
    reconstructionError += one.reconstructionError / ways.length;
    lyingAsBefore(one.attention, FEATURES.side, 1, way).forEach((value, at) => (attention[at] += value / ways.length));
  }
  return { ...headLaw(model.file, mu, lnSigma), reconstructionError, latent, attention };
}

async function readOneWay(
  model: ImageModel,
  heart: Float32Array,
  options: { signal?: AbortSignal | undefined },
): Promise<Pick<HeartReading, 'reconstructionError' | 'attention'> & { readonly head: Float32Array }> {
  const [head, reconstruction, evidence] = await runNetwork(
    model.network,
    blockBrightness([heart, withEvenWall(heart)]),
    INPUT_SHAPE,
    2,
    options,
  );
  return {
    head,
    reconstructionError: reconstructionLoss(reconstruction.subarray(0, reconstruction.length / 2), [heart]).value,
    attention: wherefrom(evidence),
  };
}

/**
 * Why mu differs from that of the same heart with an even wall, by place: integrated Grad-CAM at the encoder's last convolution, each
 * place's change of the features times the mean gradient of mu by them along the way. Negative where the image there suggests earlier
 * events. The places add up to the difference of the two mu. Source: Sattarzadeh et al., ICASSP 2021. SSCAR's plain Grad-CAM weighs the
 * features themselves by their mean gradient, but healthy wall has features too: for the weights shipped with version 0.1 it showed scar as
 * suggesting later events, the opposite of what the network does.
 * @param evidence the third output of `explainedImageBranch`
 * @returns 12 slices from apex to base x 16 x 16
 */
export function wherefrom(evidence: Float32Array): Float32Array {
  const { channels } = FEATURES;
  return Float32Array.from({ length: evidence.length / (3 * channels) }, (_, place) => {
    const heart = place * 3 * channels;
    let sum = 0;
    for (let c = heart; c < heart + channels; c++) {
      sum += (evidence[c] - evidence[c + channels]) * evidence[c + 2 * channels];
    }
    return sum;
  });
}
