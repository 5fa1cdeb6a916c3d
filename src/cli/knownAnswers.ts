/** npm run known-answers: stores anew what the shipped networks answer. Writing a model does so for that model. */
import { loadIndex, loadModel } from '../nn/weights.ts';
import { runCommand } from './support/output.ts';
import { fileReader, MODELS_FOLDER } from '../studies/files/shippedModels.ts';
import { storeKnownAnswer } from '../studies/files/writeModel.ts';

await runCommand('Use: npm run known-answers', async () => {
  const read = fileReader(MODELS_FOLDER);
  const index = await loadIndex(read);
  for (const { name } of index.models) await storeKnownAnswer(MODELS_FOLDER, await loadModel(name, index, read));
});
