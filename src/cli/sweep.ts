import { parseArgs } from 'node:util';
import { GALLERY, GALLERY_IDS, NUMBER_KNOB_IDS } from '../core/phantom/knobs.ts';
import { analyseStack } from '../pipeline/analysing/analyse.ts';
import { stopsOf, sweepStop, withNetwork, type SweepStop } from '../pipeline/teaching/sweep.ts';
import { TeachingScanner } from '../pipeline/teaching/teachingHeart.ts';
import { loadNodeModels, MODELS_FOLDER } from '../studies/files/shippedModels.ts';
import { helpText } from './support/help.ts';
import { runCommand, say, tryOutputs, UsageError, writeJson } from './support/output.ts';

const HELP = helpText({
  use: 'sweep -- KNOB',
  does: `Turns one knob of a teaching heart through its range, as the teaching room does, and measures its scar at each stop in mL: the truth, 2 SD, 5 SD and FWHM inside the true wall, and the page's networks. KNOB is one of ${NUMBER_KNOB_IDS.join(', ')}. Prints JSON.`,
  options: {
    '--heart NAME': `The heart to begin with, wideBorder by default; one of ${GALLERY_IDS.join(', ')}.`,
    '--out FILE': 'The file to write the JSON to. Without it, the JSON goes to standard output.',
  },
});

await runCommand(HELP, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { heart: { type: 'string', default: 'wideBorder' }, out: { type: 'string' } },
  });
  const knob = NUMBER_KNOB_IDS.find((id) => positionals.length === 1 && id === positionals[0]);
  const heart = GALLERY_IDS.find((id) => id === values.heart);
  if (!knob || !heart) throw new UsageError(HELP);
  await tryOutputs(values.out);
  const scanner = new TeachingScanner();
  const models = await loadNodeModels(MODELS_FOLDER);
  const stops: SweepStop[] = [];
  for (const value of stopsOf(knob)) {
    const made = scanner.stack({ ...GALLERY[heart], [knob]: value });
    const { labels } = await analyseStack(made.stack, made.clinical, models, {});
    stops.push(withNetwork(sweepStop(value, made), labels, made.labels));
    say(`${knob} ${value}`);
  }
  await writeJson({ heart, knob, stops }, values.out);
});
