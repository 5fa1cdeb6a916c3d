/** The model cards in words: what each model does and where it falls short. */
export const enCards = {
  inWords: 'Contours: from fresh infarcts, none chronic. Risk: MUSIC, 2003–2004. The image’s part: simulated.',
  open: 'Model cards',
  title: 'What the numbers come from',
  first: 'Know this first',
  limitsOfAll: [
    'The contours were learned from infarcts a few days old and normal hearts, from one hospital and one vendor. No chronic infarct was among them. Look at every contour.',
    'The risk was learned from 992 patients with heart failure, treated in Spain some twenty years ago, of whom 453 were ischaemic and 94 died suddenly. It was cross-validated within this cohort and never tested on another.',
    'What the image adds rests on no patient’s outcome: the outcomes were simulated by a law that we wrote from published effects. How well it would do in patients is not known.',
    'For research and teaching. It is not a medical device and must not guide decisions about a patient.',
  ],
  licence: 'Licence',
  everything: 'The whole card',
  /** By a model's name. */
  models: {
    locate: 'Finding the ventricle',
    segment: 'Segmentation',
    covariates: 'Covariates',
    fiveAnswers: 'Five answers',
    image: 'Image',
    fusion: 'Covariates and image',
    cohort: 'The real cohort',
  } as Readonly<Record<string, string>>,
  does: {
    locate:
      'Finds the left ventricle in each slice. Where its looks disagree, the page says that it may not have found it.',
    segment:
      'Draws blood pool, wall, scar and no-reflow. It often misses no-reflow and small scars, and reports less than 3 mL of scar as none.',
    covariates:
      'Gives the time to sudden death from SSCAR’s clinical covariates. Beyond 5.25 years its curve is extrapolated.',
    fiveAnswers:
      'Gives the time to sudden death from LVEF, NYHA class, prior infarct, left atrial diameter and NT-proBNP. In ischaemic patients its gain over the covariates is within sampling error.',
    image:
      'Reads the brightness of the wall. It has seen only simulated hearts with chronic infarcts in one coronary territory, and no other disease.',
    fusion:
      'Combines the covariates with what the image says, fitted on simulated patients. It has the limits of both.',
    cohort: 'The curve of MUSIC’s own ischaemic patients, for comparison with a patient’s.',
  } as Readonly<Record<string, string>>,
};
