import type { CovariateId } from '../../core/patient/covariates.ts';

/** The help of each covariate, in English. */
export const enHelp: Readonly<Record<CovariateId, string>> = {
  age: 'Age at the time of the scan.',
  male: 'Sex assigned at birth.',
  ethnicity: 'As the patient describes it. It stands for unequal care more than for biology.',
  lvef: 'Left ventricular ejection fraction by echocardiography, ventriculography or scintigraphy.',
  lvefCmr: 'Left ventricular ejection fraction measured on cine cardiac MR.',
  lvMassCmr:
    'Left ventricular mass on cine cardiac MR. Not the mass by echocardiography, which is a third to two thirds larger.',
  infarctPercent: 'Infarct as a percentage of the left ventricular myocardium, measured by the reader.',
  yearsSinceIschaemia: 'Years since the first infarct or, without one, since coronary disease was diagnosed.',
  heartRate: 'At rest, from the electrocardiogram.',
  qrs: 'From the 12-lead electrocardiogram; paced beats count as they are.',
  lbbb: 'Complete left bundle branch block on the electrocardiogram.',
  atrialFibrillation: 'Atrial fibrillation or flutter, permanent or paroxysmal.',
  smoker: 'Smokes now. A former smoker counts as no.',
  diabetes: 'Diabetes mellitus, any type.',
  hypertension: 'History of arterial hypertension.',
  hypercholesterolaemia: 'History of high cholesterol.',
  betaBlocker: 'Taken now.',
  aceInhibitorOrArb: 'An ACE inhibitor or an angiotensin receptor blocker (sacubitril-valsartan included), taken now.',
  lipidLowering: 'A statin or another lipid-lowering drug, taken now.',
  diuretic: 'A loop diuretic, taken now.',
  antiarrhythmic: 'Amiodarone or another antiarrhythmic (other than beta-blockers), taken now.',
  digoxin: 'Taken now.',
};
