/** What a person reads of the weights: what each does and where it falls short, in words. */
export const enCards = {
  inWords:
    'Contours learned from infarcts of some days and normal hearts, none of them chronic; risk from MUSIC, 2003–2004; the image’s part simulated.',
  open: 'Model cards',
  title: 'What makes the numbers',
  first: 'To know first',
  limitsOfAll: [
    'No chronic infarct was among the images that the contours were learned from: infarcts of some days and normal hearts, of one hospital and one vendor. Look at every contour.',
    'The risk was learned from 992 patients with heart failure, treated in Spain some twenty years ago, of whom 453 were ischaemic and 94 died suddenly. It was cross-validated within them and never tested on others.',
    'No patient’s outcome is in what the image says: its outcomes were drawn from a law that we wrote from published effects. How well it would do on patients is not known.',
    'Research and teaching use. None of it is a medical device, and none is for decisions about a patient.',
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
      'Draws blood pool, wall, scar and no-reflow. It often misses no-reflow and small scars, and calls less than 3 mL of scar none.',
    covariates:
      'Gives the time to sudden death from SSCAR’s clinical covariates. Beyond 5.25 years its curve is extrapolated.',
    fiveAnswers:
      'Gives it from LVEF, NYHA class, prior infarct, left atrium and NT-proBNP. In ischaemic patients its gain over the covariates is within its sampling error.',
    image:
      'Reads the brightness of the wall. It knows simulated hearts with chronic infarcts of one coronary territory, and no other disease.',
    fusion:
      'Joins the covariates with what the image says, on simulated patients. It rests on both, with the limits of both.',
    cohort: 'Is the curve of MUSIC’s own ischaemic patients, to read a patient’s beside.',
  } as Readonly<Record<string, string>>,
};
