/** What a case file says about itself to whoever unpacks it. Like all files it is in English. */
export function caseAbout(pixels: boolean, identity: boolean, isSynthetic: boolean): string {
  return [
    'A case of Scarcast: segmentation, measures, covariates and curve. For research and teaching; not a medical device.',
    ...(isSynthetic ? ['Its heart is synthetic, made by code: it is not a patient.'] : []),
    pixels ? 'It holds the pixels of the image.' : 'It holds no pixel of the image.',
    identity ? 'IT NAMES THE PATIENT.' : 'It does not name the patient.',
  ].join(' ');
}
