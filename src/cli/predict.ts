/**
 * npm run predict -- INPUT [--covariates FILE.json] [--mask OUT.nii.gz] [--out FILE] [--csv FILE]
 *   [--seg FILE.dcm] [--sr FILE.dcm] [--same-archive] [--heart COLUMN,ROW,DIAMETER]
 * SEG and SR hold no identity and new UIDs unless --same-archive asks for the images' own.
 * --heart says where the left ventricle is: its centre's column and row, and its diameter in mm, wall included.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { inEnglish } from '../app/messages/reasonsEn.ts';
import { riskComments } from '../app/messages/riskComments.ts';
import { type Clinical } from '../core/patient/covariates.ts';
import { parseClinicalFile } from '../core/patient/clinicalFile.ts';
import type { Vector3 } from '../core/volume/volume.ts';
import type { VentriclePlace } from '../nn/networks/segmentation.ts';
import { analyseStack } from '../pipeline/analysing/analyse.ts';
import { toSegmentationObject, toStructuredReport, type ExportedCase } from '../pipeline/saving/exportCase.ts';
import { readStudy } from '../pipeline/reading/readStudy.ts';
import { toCsv } from '../pipeline/saving/toCsv.ts';
import { toMask } from '../pipeline/saving/toMask.ts';
import { toFile } from '../pipeline/saving/toFile.ts';
import { inputFiles, nodeLoadWasm } from '../studies/files/inputFiles.ts';
import { runCommand, UsageError, writeJson } from './support/output.ts';
import { loadNodeModels, MODELS_FOLDER } from '../studies/files/shippedModels.ts';

/** Left ventricles with their wall, from a child's to the most dilated. */
const MIN_HEART_MM = 25;
const MAX_HEART_MM = 140;
/** The command did its work, and no left ventricle was found: there is no measure and no risk from the image. */
const EXIT_NO_VENTRICLE = 3;

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      covariates: { type: 'string' },
      mask: { type: 'string' },
      out: { type: 'string' },
      csv: { type: 'string' },
      seg: { type: 'string' },
      sr: { type: 'string' },
      'same-archive': { type: 'boolean' },
      heart: { type: 'string' },
    },
  });
  if (positionals.length !== 1) {
    throw new UsageError(
      'Use: npm run predict -- INPUT [--covariates FILE.json] [--mask OUT.nii.gz] [--out FILE] [--csv FILE] ' +
        '[--seg FILE.dcm] [--sr FILE.dcm] [--same-archive] [--heart COLUMN,ROW,DIAMETER]',
    );
  }
  const clinical = await readClinical(values.covariates);
  const progress = (text: string): void => void process.stderr.write(`${text}\n`);

  const opened = await readStudy(await inputFiles(positionals[0]), { loadWasm: nodeLoadWasm });
  const { study } = opened;
  for (const { path, why } of study.refused) progress(`Passed over ${path}: ${inEnglish(why)}`);
  const chosen = study.series.find((series) => series.chosen);
  if (chosen === undefined) {
    const found = study.series.map(({ number, description, why }) => `\n  ${number} ${description}: ${inEnglish(why)}`);
    throw new UsageError(`No short-axis stack was found in ${positionals[0]}.${found.join('')}`);
  }
  progress(`Reading series ${chosen.number}, ${chosen.description}: ${inEnglish(chosen.why)}`);
  const stack = await opened.loadStack(chosen.id, {});
  const models = await loadNodeModels(MODELS_FOLDER);
  const result = await analyseStack(stack, clinical, models, {
    onProgress: (stage) => progress(inEnglish(stage)),
    place: values.heart === undefined ? undefined : parseHeart(values.heart, stack.volume.size),
  });

  if (values.mask !== undefined) await writeFile(values.mask, toMask(result.labels, stack.source));
  if (values.csv !== undefined) await writeFile(values.csv, toCsv(result, inEnglish));
  if (values.seg !== undefined || values.sr !== undefined) {
    const exported: ExportedCase = {
      source: stack.source,
      labels: result.labels,
      method: 'segmentation',
      greyZone: null,
      drawnBy: result.segmentation.from === 'network' ? 'network' : 'person',
      scar: result.scar,
      survival: result.survival,
      comments: riskComments(result.survival),
      cards: models.cards,
      origin: values['same-archive'] ? await opened.readOrigin(chosen.id, new Date()) : null,
    };
    if (values.seg !== undefined) await writeFile(values.seg, toSegmentationObject(exported));
    if (values.sr !== undefined) await writeFile(values.sr, toStructuredReport(exported));
  }
  await writeJson(toFile(study, result, result.survival, models.cards, inEnglish), values.out);
  if (result.findings.withheld === 'noVentricle') process.exitCode = EXIT_NO_VENTRICLE;
});

/** A place as `--heart` names it. Throws UsageError for one that no heart of these images can have. */
function parseHeart(text: string, [columns, rows]: Vector3): VentriclePlace {
  const [column, row, diameterMm, ...more] = text.split(',').map(Number);
  const inside = column >= 0 && column < columns && row >= 0 && row < rows;
  if (more.length > 0 || !inside || !(diameterMm >= MIN_HEART_MM && diameterMm <= MAX_HEART_MM)) {
    throw new UsageError(
      `--heart takes COLUMN,ROW,DIAMETER: a pixel from 0,0 to ${columns - 1},${rows - 1} and ${MIN_HEART_MM} to ${MAX_HEART_MM} mm, not ${text}.`,
    );
  }
  return { centre: [column, row], diameterMm };
}

async function readClinical(file: string | undefined): Promise<Clinical> {
  if (file === undefined) return { covariates: {}, facts: {} };
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new UsageError(`${file} could not be read as JSON: ${String(cause)}`, { cause });
  }
  return parseClinicalFile(json);
}
