import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { patientHeart, simulatePatients } from '../core/phantom/cohort.ts';
import { makeHeart } from '../core/phantom/heart.ts';
import { Random } from '../core/random.ts';
import { heartImage } from '../core/patient/heartImage.ts';
import { quantiles } from '../core/quantiles.ts';
import { readHeart } from '../nn/readHeart.ts';
import { predictSurvival } from '../pipeline/analysing/predictSurvival.ts';
import { helpText } from './support/help.ts';
import { runCommand, tryOutputs, UsageError, writeJson } from './support/output.ts';
import { loadNodeModels, MODELS_FOLDER } from '../studies/files/shippedModels.ts';

const SEED = 7;

const HELP = helpText({
  use: 'time:survival --',
  does: "Measures how long a patient's curves with their explanation take on WebAssembly, on one thread: three curves with intervals, Shapley values and Grad-CAM. The first patient is timed separately. Prints JSON.",
  options: {
    '--patients N': 'The number of simulated patients, 20 by default, at least 2.',
    '--out FILE': 'The file to write the JSON to. Without it, the JSON goes to standard output.',
  },
});

await runCommand(HELP, async () => {
  const { values } = parseArgs({ options: { patients: { type: 'string', default: '20' }, out: { type: 'string' } } });
  const count = Number(values.patients);
  if (!(Number.isInteger(count) && count >= 2)) {
    throw new UsageError(HELP);
  }
  await tryOutputs(values.out);
  const cases = simulatePatients(count, 'mid', SEED).map((patient) => {
    const random = new Random(patient.imageSeed);
    const { volume, labels } = makeHeart(patientHeart(patient, random), random);
    return { volume, labels, clinical: { covariates: patient.covariates, facts: { ischaemic: true } } };
  });
  const started = performance.now();
  const models = await loadNodeModels(MODELS_FOLDER);
  const loaded = performance.now() - started;

  const parts: { image: number; prediction: number; all: number }[] = [];
  for (const { volume, labels, clinical } of cases) {
    const begun = performance.now();
    const image = heartImage(volume, labels, 'first');
    const heart = image && (await readHeart(models.image, image, {}));
    const read = performance.now();
    predictSurvival(heart, { noReflowMl: 0, nonIschaemicPattern: false }, clinical, models);
    const done = performance.now();
    parts.push({ image: read - begun, prediction: done - read, all: done - begun });
  }
  const [first, ...later] = parts;
  const ms = (value: number): number => Math.round(value);
  const middle = (of: (one: (typeof parts)[number]) => number): number => ms(quantiles(later.map(of), [0.5])[0]);
  await writeJson(
    {
      what: 'ms from heart image and covariates to curves, intervals, Shapley values and Grad-CAM, on WebAssembly, one thread',
      machine: `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} threads, Node ${process.version}`,
      loadingModels: ms(loaded),
      firstPatient: { image: ms(first.image), prediction: ms(first.prediction), all: ms(first.all) },
      laterPatients: {
        patients: later.length,
        image: middle((one) => one.image),
        prediction: middle((one) => one.prediction),
        median: middle((one) => one.all),
        slowest: ms(Math.max(...later.map(({ all }) => all))),
      },
    },
    values.out,
  );
});
