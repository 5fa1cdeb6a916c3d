import path from 'node:path';
import { parseArgs } from 'node:util';
import { HELD_OUT_CASES } from '../nn/training/segmentationRecipe.ts';
import { listCases } from './caseFolder.ts';
import { DATA_FOLDER } from './dataFolder.ts';
import { trainSegmentation } from './trainSegmentation.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string', default: DATA_FOLDER },
    minutes: { type: 'string', default: '600' },
    resume: { type: 'boolean', default: false },
  },
});

if (positionals[0] === 'segmentation') {
  const dataFolder = path.join(values.data, 'emidec');
  const all = await listCases(dataFolder);
  await trainSegmentation({
    dataFolder,
    cases: all.filter((id) => !HELD_OUT_CASES.includes(id)),
    runFolder: path.join('.train', 'segmentation'),
    resume: values.resume,
    minutes: Number(values.minutes),
  });
}
