/** Summarises the real cohort's own curves and risks, in a file next to the covariate branch's weights. */
import { summariseCohort } from '../../core/statistics/cohortSummary.ts';
import { HORIZON_YEARS } from '../../core/patient/rates.ts';
import { risk } from '../../core/patient/logLogistic.ts';
import { packCohort } from '../../nn/cohortFile.ts';
import { covariateBranch } from '../../nn/networks/covariateBranch.ts';
import { covariateNetwork, type CovariateModelFile } from '../../nn/networks/covariateFile.ts';
import { loadIndex, loadModel } from '../../nn/weights.ts';
import { readMusic } from './music.ts';
import { fileReader } from '../files/shippedModels.ts';
import { writeModel } from '../files/writeModel.ts';

const VERSION = '0.3.0';

/**
 * Reads MUSIC's ischaemic patients in `dataFolder` and writes 'cohort' below `modelsFolder`, where the covariate branch must be:
 * Kaplan-Meier and Aalen-Johansen by quarter years, and the percentiles of the branch's risks. It holds no individual patient.
 */
export async function writeCohort(dataFolder: string, modelsFolder: string): Promise<void> {
  const patients = (await readMusic(dataFolder)).filter(({ ischaemic }) => ischaemic);
  const read = fileReader(modelsFolder);
  const loaded = await loadModel<CovariateModelFile>('covariates', await loadIndex(read), read);
  const network = covariateNetwork(loaded);
  const summary = summariseCohort(
    Float64Array.from(patients, ({ timeYears }) => timeYears),
    Uint8Array.from(patients, ({ status }) => status),
    Float64Array.from(patients, ({ covariates }) =>
      risk(covariateBranch(network, covariates, { ischaemic: true }), HORIZON_YEARS),
    ),
  );
  await writeModel(modelsFolder, {
    ...packCohort(summary, loaded.sha256, VERSION),
    card: {
      title: 'The real cohort’s own curves',
      licence: 'ODbL-1.0',
      restsOn: {
        code: 'realCohort',
        patients: summary.patients,
        suddenDeaths: summary.suddenDeaths,
        otherDeaths: summary.otherDeaths,
      },
      whatItIs:
        'Not a network: Kaplan-Meier (other deaths censored, 95% limits) and Aalen-Johansen (both kinds of death) by quarter years, and the 1st to 99th percentile of the net 4-year risk that the covariate branch gives these patients. No patient’s row is in it.',
      intendedUse: 'Research and teaching: to read a patient’s curve beside the cohort’s. Not a medical device.',
      data: {
        name: 'MUSIC: sudden cardiac death in chronic heart failure, version 1.0.0',
        source: 'Martin-Yebra, Martinez, Laguna. PhysioNet 2024. doi 10.13026/cec2-9w70',
        licence: 'Open Database License (ODbL) 1.0',
      },
      limits: [
        'The percentiles are of patients that the branch learned from.',
        'Treated some twenty years ago: risks today are likely lower.',
      ],
    },
  });
}
