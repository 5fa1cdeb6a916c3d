import { REFIT_RULE } from '../../core/patient/hospitalRefit.ts';
import type { RefitWords } from '../../pipeline/saving/refitFile.ts';

const { leastEvents, eventsPerParameter, leastEventsWithImages, leastEventsForHead } = REFIT_RULE;

/** The words in the card of a refitted model, which like all files is in English. */
export const REFIT_WORDS: RefitWords = {
  title: 'Covariate branch: sudden cardiac death from clinical covariates, refitted on a hospital’s own patients',
  licence: 'Whoever made this model decides its licence.',
  whatItIs:
    'An averaged ensemble of linear, ridge-penalised log-logistic networks of the same kind as the branch that Scarcast ships, trained anew on one cohort. ' +
    'Where its rule allows, it comes with a fusion of it with the shipped image branch, and with a head for the image branch in place of the shipped one.',
  intendedUse:
    'It is for research and teaching, in patients like those of the cohort. It is not a medical device, and not for decisions about a patient.',
  rule:
    `A refit needs at least ${leastEvents} events, and at least ${eventsPerParameter} for each effective parameter. The fusion is refitted too ` +
    `where ${leastEventsWithImages} events had an image. The head of the image branch is refitted where ${leastEventsForHead} events had an image, with ` +
    `${eventsPerParameter} for each of its effective parameters.`,
  how:
    'The figures come from five folds, stratified by event. Penalty, epochs, scaling, imputation, calibration and fusion were found inside each ' +
    'training part. The head of the image branch learned from the output of the shipped head and from the latent vector that it reads, with a ridge penalty on what ' +
    'the latent vector adds: where the penalty is strong, the result is the shipped head at this cohort’s level. Figures are over the pooled predictions, and their limits come from 200 bootstrap samples. The shipped branch is shown at ' +
    'the level of risk that the page shows first.',
  limits: [
    'It was tested within one cohort and never on another.',
    'What is read from an image was learned from simulated hearts with simulated outcomes, and so was the shipped head. A refitted head departs from the shipped one only as far as this cohort gives reason to. Deaths of other causes are predicted as by the shipped branch.',
    'How much an image tells was found on simulated patients.',
    'How far an interval has to be widened was found on the shipped branch’s patients, not on these.',
    'A drug’s weight is confounded by the reason why it was given: it is not the effect of giving it.',
  ],
};
