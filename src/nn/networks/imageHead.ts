/** The head of the image branch as a hospital trained it anew: linear in what the shipped head says and in what it reads. */
import { LATENT } from '../../core/patient/heartImage.ts';
import type { RefittedHead } from '../../core/patient/hospitalRefit.ts';
import { clipMu, floorSigma, type LogLogistic } from '../../core/patient/logLogistic.ts';
import { meanLaw } from './covariateBranch.ts';

/** The shipped head's mu, then the latent vector. */
export const HEAD_INPUTS = 1 + LATENT;
/** Of a member: a weight for each input, the level of mu, ln of the factor of sigma. */
export const HEAD_PARAMETERS = HEAD_INPUTS + 2;

/** What a head goes by in one heart. */
export interface HeadReading extends LogLogistic {
  readonly latent: readonly number[];
}

/**
 * Inputs as the head sees them.
 * @param scaling by input what is subtracted and what then divides
 */
export function headInputs(scaling: ArrayLike<number>, { mu, latent }: HeadReading): Float64Array {
  return Float64Array.from([mu, ...latent], (value, k) => (value - scaling[2 * k]) / scaling[2 * k + 1]);
}

/**
 * What one member says, before mu is clipped and sigma floored.
 * @param at where the member's parameters begin in `members`
 * @param sigma of the shipped head
 */
export function headMember(members: ArrayLike<number>, at: number, inputs: Float64Array, sigma: number): LogLogistic {
  let mu = members[at + HEAD_INPUTS];
  for (let k = 0; k < HEAD_INPUTS; k++) mu += members[at + k] * inputs[k];
  return { mu, sigma: sigma * Math.exp(members[at + HEAD_INPUTS + 1]) };
}

/** The members' laws of a heart, clipped and floored as in each branch; the head's own is `meanLaw` of them. */
export function headLaws({ scaling, members }: RefittedHead, reading: HeadReading): LogLogistic[] {
  const inputs = headInputs(scaling, reading);
  return Array.from({ length: members.length / HEAD_PARAMETERS }, (_, m) => {
    const { mu, sigma } = headMember(members, m * HEAD_PARAMETERS, inputs, reading.sigma);
    const clipped = clipMu(mu);
    return { mu: clipped, sigma: floorSigma(sigma, clipped) };
  });
}

/** The head's law of a heart, with its members' as what it could be instead; null where what it reads was not kept. */
export function readByHead(
  head: RefittedHead,
  heart: LogLogistic & { readonly latent: readonly number[] | null },
): { readonly law: LogLogistic; readonly refits: readonly LogLogistic[] } | null {
  const { latent } = heart;
  if (latent === null) return null;
  const refits = headLaws(head, { ...heart, latent });
  return { law: meanLaw(refits), refits };
}
