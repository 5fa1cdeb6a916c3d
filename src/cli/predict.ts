import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { inEnglish } from '../app/messages/reasonsEn.ts';
import { riskComments } from '../app/messages/riskComments.ts';
import { type Clinical, COVARIATES, NUMBER_FACTS, YES_NO_FACTS } from '../core/patient/covariates.ts';
import { parseClinicalFile } from '../core/patient/clinicalFile.ts';
import { type ShortAxisPlane, USUAL_LENGTH_MM } from '../core/volume/reformat.ts';
import { unit } from '../core/volume/vectors.ts';
import { HEART_LABELS, type Vector3 } from '../core/volume/volume.ts';
import { MAX_HEART_MM, MIN_HEART_MM, type VentriclePlace } from '../core/segmentation/ventriclePlace.ts';
import { analyseStack, type AnalysisStage } from '../pipeline/analysing/analyse.ts';
import { toSegmentationObject, toStructuredReport, type ExportedCase } from '../pipeline/saving/exportCase.ts';
import { hasWallAndPool } from '../pipeline/reading/masks.ts';
import { isAskew } from '../pipeline/reading/reformatted.ts';
import { readStudy } from '../pipeline/reading/readStudy.ts';
import {
  withSpacing,
  withTaken,
  type OfferedMask,
  type SeriesSummary,
  type Stack,
  type Study,
  type TakenMask,
} from '../pipeline/reading/study.ts';
import { imageHash } from '../pipeline/saving/caseFile.ts';
import { toFhirBundle } from '../pipeline/saving/toFhir.ts';
import { NO_NOTES } from '../pipeline/saving/readersNotes.ts';
import { whose } from '../pipeline/analysing/whose.ts';
import { toCsv } from '../pipeline/saving/toCsv.ts';
import { toMask } from '../pipeline/saving/toMask.ts';
import { exportedSurvival } from '../pipeline/saving/exportedSurvival.ts';
import { toFile } from '../pipeline/saving/toFile.ts';
import { inputFiles, nodeLoadWasm } from '../studies/files/inputFiles.ts';
import { helpText } from './support/help.ts';
import { runCommand, say, tryOutputs, UsageError, writeJson, writeWhole } from './support/output.ts';
import { readCalibrationInput } from './support/calibrationInput.ts';
import { loadNodeModels, MODELS_FOLDER } from '../studies/files/shippedModels.ts';

/** The command did its work, and no left ventricle was found: there is no measure and no risk from the image. */
const EXIT_NO_VENTRICLE = 3;
/** A series in its file's words, or as what it is where there are none. */
const described = ({ description, fileVolume }: SeriesSummary): string =>
  fileVolume ? inEnglish(fileVolume) : description;

/** By label. */
const LABEL_NAMES: readonly string[] = ['background', ...HEART_LABELS];

const HELP = helpText({
  use: 'predict -- INPUT',
  does: 'Analyses one study as the page does and prints the result as JSON. INPUT is a folder, a zip, or a DICOM, NIfTI, Analyze or NRRD file. The exit code is 0 for a result, 1 for an error, and 3 where no left ventricle was found: there are then no measures and no risk from the image.',
  options: {
    '--covariates FILE.json':
      'The clinical answers: one JSON object with the entries listed below. What is absent or null is unknown.',
    '--calibration FILE.json|REFIT':
      "Recalibrates the predictions to a hospital's own patients, by a file that `npm run cohort -- recalibrate` wrote.",
    '--series N': 'Takes this series, by its number or by its id in the JSON, instead of the one that would be chosen.',
    '--spacing COLUMNS,ROWS,SLICES':
      'The distances between the centres of neighbouring voxels in mm, where the files do not give them.',
    '--take-mask VALUE=LABEL,...': `Takes a mask that was found with the images as the segmentation. Each of its values is given a label: ${LABEL_NAMES.join(', ')}.`,
    '--heart COLUMN,ROW,DIAMETER':
      'Where the left ventricle is: the column and row of its centre, and its diameter in mm, wall included.',
    '--long-axis=X,Y,Z,X,Y,Z':
      'Reformats a 3-D volume to the short axis along this line: the direction from apex to base, then the centre of the ventricle in mm. Both are given to the left, back and head, as in --long-axis=-0.7,0.5,0.5,60,-20,30. Without it the line is found from the images.',
    '--out FILE': 'The file to write the JSON to. Without it, the JSON goes to standard output.',
    '--csv FILE': 'Writes the measures as a table.',
    '--mask OUT.nii.gz': 'Writes the segmentation as NIfTI.',
    '--seg FILE.dcm': 'Writes the segmentation as a DICOM Segmentation.',
    '--sr FILE.dcm': 'Writes the measures as a DICOM Structured Report.',
    '--fhir FILE.json': 'Writes the case as a FHIR R4 Bundle.',
    '--same-archive':
      "Puts the images' own identity and references into SEG, SR and FHIR, for the archive that they came from. Without it these files hold no identity and new UIDs.",
  },
  lists: { 'Entries of the file that --covariates takes:': clinicalEntries() },
});

await runCommand(HELP, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      covariates: { type: 'string' },
      mask: { type: 'string' },
      out: { type: 'string' },
      csv: { type: 'string' },
      seg: { type: 'string' },
      sr: { type: 'string' },
      fhir: { type: 'string' },
      'same-archive': { type: 'boolean' },
      heart: { type: 'string' },
      series: { type: 'string' },
      spacing: { type: 'string' },
      'take-mask': { type: 'string' },
      calibration: { type: 'string' },
      'long-axis': { type: 'string' },
    },
  });
  if (positionals.length !== 1) {
    throw new UsageError(HELP);
  }
  await tryOutputs(values.out, values.mask, values.csv, values.seg, values.sr, values.fhir);
  const clinical = await readClinical(values.covariates);

  const opened = await readStudy(await inputFiles(positionals[0]), { loadWasm: nodeLoadWasm });
  const { study } = opened;
  for (const { path, why } of study.refused) say(`Passed over ${path}: ${inEnglish(why)}`);
  const chosen = chooseSeries(study, values.series);
  if (chosen === undefined) {
    throw new UsageError(`No short-axis stack was found in ${positionals[0]}.${listed(study.series)}`);
  }
  say(`Reading series ${chosen.number}, ${described(chosen)}: ${inEnglish(chosen.why)}`);
  const wanted = values['take-mask'];
  for (const { path, values: offered } of wanted === undefined ? wholeMasks(study) : []) {
    const mapping = offered.map(({ value, label }) => `${value}=${LABEL_NAMES[label]}`).join(',');
    say(`A mask lay with the images: ${path}. To take it for the segmentation, check and add --take-mask ${mapping}`);
  }
  const mask = wanted === undefined ? null : parseMask(wanted, study);
  const read = await opened.loadStack(chosen.id, { mask });
  const spaced = values.spacing === undefined ? read : withSpacing(read, parseSpacing(values.spacing));
  checkForVolume(spaced, values);
  const models = await loadNodeModels(MODELS_FOLDER);
  const calibration =
    values.calibration === undefined ? null : await readCalibrationInput(values.calibration, models.cards);
  const { stack, ...result } = await analyseStack(spaced, clinical, models, {
    calibration,
    plane: values['long-axis'] === undefined ? undefined : parseLongAxis(values['long-axis']),
    onProgress: sayOnce(),
    place: values.heart === undefined ? undefined : parseHeart(values.heart, spaced.volume.size),
  });

  const survival = exportedSurvival(result.survival, clinical);
  if (values.mask !== undefined) await writeWhole(values.mask, toMask(result.labels, stack.source));
  if (values.csv !== undefined)
    await writeWhole(values.csv, toCsv({ ...result, survival, isSynthetic: false }, inEnglish));
  if (values.seg !== undefined || values.sr !== undefined || values.fhir !== undefined) {
    const exported: ExportedCase = {
      source: stack.source,
      labels: result.labels,
      method: 'segmentation',
      greyZone: null,
      whose: whose(result),
      notes: NO_NOTES,
      scar: result.scar,
      survival,
      comments: riskComments(survival),
      cards: models.cards,
      origin: values['same-archive'] ? await opened.readOrigin(chosen.id, new Date()) : null,
    };
    if (values.seg !== undefined) await writeWhole(values.seg, toSegmentationObject(exported));
    if (values.sr !== undefined) await writeWhole(values.sr, toStructuredReport(exported));
    if (values.fhir !== undefined) {
      await writeWhole(values.fhir, toFhirBundle({ ...exported, imageSha256: imageHash(stack.volume.voxels) }));
    }
  }
  await writeJson(toFile(withTaken(study, stack.series), result, survival, models.cards, inEnglish), values.out);
  if (result.findings.withheld === 'noVentricle') process.exitCode = EXIT_NO_VENTRICLE;
});

function listed(series: readonly SeriesSummary[]): string {
  return series.map((one) => `\n  ${one.number} ${described(one)} (${one.id}): ${inEnglish(one.why)}`).join('');
}

/**
 * The automatically chosen series, or the one that `--series` names by its number or id.
 * @throws UsageError where there is none, it cannot be opened, or there are several
 */
function chooseSeries({ series }: Study, wanted: string | undefined): SeriesSummary | undefined {
  if (wanted === undefined) return series.find(({ chosen }) => chosen);
  const named = series.filter(({ id, number }) => id === wanted || String(number) === wanted);
  if (named.length === 0) throw new UsageError(`There is no series ${wanted}.${listed(series)}`);
  const usable = named.filter((one) => one.usable);
  if (usable.length === 0) throw new UsageError(`Series ${wanted} cannot be opened.${listed(named)}`);
  if (usable.length > 1) throw new UsageError(`Several series are ${wanted}: name one by its id.${listed(usable)}`);
  return usable[0];
}

/**
 * Options for slices as scanned do not apply to slices cut from a volume, and vice versa.
 * @throws UsageError
 */
function checkForVolume(
  stack: Stack,
  asked: { readonly heart?: string; readonly 'long-axis'?: string; readonly 'same-archive'?: boolean },
): void {
  if (!isAskew(stack)) {
    if (asked['long-axis'] === undefined) return;
    throw new UsageError('--long-axis is for a 3-D volume that is not short axis and says how it lies in the patient.');
  }
  if (asked.heart !== undefined) {
    throw new UsageError('--heart is for a short-axis stack: these images are a 3-D volume, which --long-axis is for.');
  }
  if (asked['same-archive']) {
    throw new UsageError('--same-archive is for images as they were scanned: these are reformatted from a 3-D volume.');
  }
}

/** @throws UsageError */
function parseLongAxis(text: string): ShortAxisPlane {
  const numbers = text.split(',').map(Number);
  const [x, y, z, ...centre] = numbers;
  if (numbers.length !== 6 || !numbers.every(Number.isFinite) || !(x * x + y * y + z * z > 0)) {
    throw new UsageError(
      `--long-axis takes a direction from apex to base and a point in mm, as in --long-axis=-0.7,0.5,0.5,60,-20,30, not ${text}.`,
    );
  }
  return { towardsBase: unit([x, y, z]), centre: [centre[0], centre[1], centre[2]], lengthMm: USUAL_LENGTH_MM };
}

/** @throws UsageError */
function parseSpacing(text: string): Vector3 {
  const [columns, rows, slices, ...more] = text.split(',').map(Number);
  if (more.length > 0 || !(columns > 0 && rows > 0 && slices > 0)) {
    throw new UsageError(`--spacing takes COLUMNS,ROWS,SLICES in mm, such as 1.4,1.4,10, not ${text}.`);
  }
  return [columns, rows, slices];
}

/** Those that can serve as the segmentation: scar alone has no wall around it. */
function wholeMasks({ masks }: Study): OfferedMask[] {
  return masks.filter(({ values }) => hasWallAndPool(values));
}

/**
 * The first of the offered masks that has exactly the values that `--take-mask` names.
 * @throws UsageError
 */
function parseMask(text: string, study: Study): TakenMask {
  const masks = wholeMasks(study);
  const values = text.split(',').map((part) => {
    const [value, name] = part.split('=');
    return { value: Number(value), label: LABEL_NAMES.indexOf(name?.trim() ?? '') };
  });
  const same = (one: TakenMask): boolean =>
    one.values.length === values.length &&
    values.every(({ value }) => one.values.some((other) => other.value === value));
  const mask = masks.find(same);
  if (values.some(({ label }) => label < 0) || !mask) {
    const offered = masks.map((one) => `\n  ${one.path}: ${one.values.map(({ value }) => value).join(', ')}`);
    throw new UsageError(
      `--take-mask takes each value of a mask with one of ${LABEL_NAMES.join(', ')}, such as 1=bloodPool,2=viable, not ${text}. ` +
        (masks.length > 0
          ? `Masks and their values:${offered.join('')}`
          : 'No mask that can be taken lay with the images.'),
    );
  }
  return { id: mask.id, values };
}

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
    // Windows begins UTF-8 with a byte order mark.
    json = JSON.parse((await readFile(file, 'utf8')).replace(/^\ufeff/, ''));
  } catch (cause) {
    // Not the parser's message: it quotes the patient's answers.
    const why = cause instanceof SyntaxError ? 'it holds no JSON' : String(cause);
    throw new UsageError(`${file} could not be read: ${why}.`, { cause });
  }
  return parseClinicalFile(json);
}

/** Says each stage as it begins; its progress is not for a terminal. */
function sayOnce(): (stage: AnalysisStage) => void {
  let last = '';
  return (stage) => {
    if (stage.code !== last) say(inEnglish(stage));
    last = stage.code;
  };
}

/** One line for each entry of a clinical file: its id and what it may hold. */
function clinicalEntries(): string[] {
  const range = ({ min, max, unit }: { readonly min: number; readonly max: number; readonly unit: string }): string =>
    `${min} to ${max}${unit === '' ? '' : ` ${unit}`}`;
  const covariates = COVARIATES.map((spec): [string, string] => {
    if (spec.kind === 'yesNo') return [spec.id, 'true or false'];
    if (spec.kind === 'number') return [spec.id, range(spec)];
    return [spec.id, (spec.choices ?? []).map(({ value, label }) => `${value} (${label})`).join(', ')];
  });
  const facts = [
    ...NUMBER_FACTS.map((fact): [string, string] => [fact.id, range(fact)]),
    ...YES_NO_FACTS.map((id): [string, string] => [id, 'true or false']),
  ];
  return [...covariates, ...facts].map(([id, holds]) => `${id}: ${holds}`);
}
