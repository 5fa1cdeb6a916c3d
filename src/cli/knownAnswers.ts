import { loadIndex, loadModel } from '../nn/weights.ts';
import { helpText } from './support/help.ts';
import { runCommand } from './support/output.ts';
import { fileReader, MODELS_FOLDER } from '../studies/files/shippedModels.ts';
import { storeKnownAnswer } from '../studies/files/writeModel.ts';

const HELP = helpText({
  use: 'known-answers',
  does: "Stores what the shipped networks answer to the questions that every backend is asked at its start. Run it after changing a network's code; writing a model does it for that model.",
  options: {},
});

await runCommand(HELP, async () => {
  const read = fileReader(MODELS_FOLDER);
  const index = await loadIndex(read);
  for (const { name } of index.models) await storeKnownAnswer(MODELS_FOLDER, await loadModel(name, index, read));
});
