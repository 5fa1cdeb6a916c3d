/** The covariate branch's network as the files of a model, and from them. */
import type { NetworkInput } from '../../core/patient/covariates.ts';
import type { RefittedNetwork } from '../../core/patient/hospitalRefit.ts';
import type { Band } from '../../core/patient/interval.ts';
import type { Recalibration } from '../../core/patient/recalibration.ts';
import { packWeights, type LoadedModel, type ModelFile } from '../weights.ts';
import { parameterCount, type CovariateNetwork, type OtherDeathModel, type PlainNetwork } from './covariateBranch.ts';

/** model.json of the covariate branch; the rest is in its tensors. */
export interface CovariateModelFile extends ModelFile {
  readonly inputs: readonly NetworkInput[];
  readonly depth: number;
  readonly width: number;
  readonly otherDeath: OtherDeathModel;
  readonly recalibration: Recalibration;
  readonly band: Band;
  readonly followUpYears: number;
}

const SCALING_FIELDS = ['shift', 'scale', 'min', 'max'] as const;

/** The network as files. Parameters are stored as float32. */
export function packCovariateNetwork(
  network: CovariateNetwork,
  version: string,
): { readonly model: CovariateModelFile; readonly weights: Uint8Array } {
  const p = network.inputs.length;
  const shape = { inputs: p, depth: network.depth, width: network.width };
  const specs = [
    { name: 'scaling', shape: [p, SCALING_FIELDS.length] },
    { name: 'mean', shape: [p] },
    { name: 'covariance', shape: [p, p] },
    { name: 'members', shape: [network.members.length, parameterCount(shape)] },
  ];
  const { tensors, weights } = packWeights(
    specs,
    {
      scaling: Float32Array.from(network.scaling.flatMap((input) => SCALING_FIELDS.map((field) => input[field]))),
      mean: Float32Array.from(network.mean),
      covariance: Float32Array.from(network.covariance),
      members: Float32Array.from(network.members.flatMap((parameters) => [...parameters])),
    },
    'float32',
  );
  const { inputs, depth, width, otherDeath, recalibration, band, followUpYears } = network;
  return {
    model: {
      name: 'covariates',
      version,
      inputs,
      depth,
      width,
      otherDeath,
      recalibration,
      band,
      followUpYears,
      tensors,
    },
    weights,
  };
}

/** The network from files that `loadModel('covariates', ...)` has checked. */
export function covariateNetwork({
  file,
  arrays,
}: Pick<LoadedModel<CovariateModelFile>, 'file' | 'arrays'>): CovariateNetwork {
  const { inputs, depth, width, otherDeath, recalibration, band, followUpYears } = file;
  const { scaling, mean, covariance, members } = arrays;
  return {
    ...unpacked({ inputs, scaling, mean, covariance, members }, depth, width),
    otherDeath,
    recalibration,
    band,
    followUpYears,
  };
}

/** A hospital's refit as a network. */
export function refittedNetwork({ band, followUpYears, ...arrays }: RefittedNetwork): PlainNetwork {
  return { ...unpacked(arrays, 0, 0), band, followUpYears };
}

function unpacked(
  { inputs, scaling, mean, covariance, members }: Omit<RefittedNetwork, 'band' | 'followUpYears'>,
  depth: number,
  width: number,
): Omit<PlainNetwork, 'band' | 'followUpYears'> {
  const size = parameterCount({ inputs: inputs.length, depth, width });
  return {
    inputs,
    depth,
    width,
    scaling: inputs.map((_, j) => {
      const [shift, scale, min, max] = scaling.subarray(j * SCALING_FIELDS.length);
      return { shift, scale, min, max };
    }),
    mean: Float64Array.from(mean),
    covariance: Float64Array.from(covariance),
    members: Array.from({ length: members.length / size }, (_, m) =>
      Float64Array.from(members.subarray(m * size, (m + 1) * size)),
    ),
  };
}
