import { version } from '../../../package.json';
import { LEFT_VENTRICULAR_MYOCARDIUM, SCAR, type Code } from '../../core/dicom/codes.ts';
import type { ExportOrigin } from '../../core/dicom/exportOrigin.ts';
import {
  segmentationReference,
  writeSegmentation,
  type GreyZoneMask,
  type SegmentationContent,
  type SegmentKind,
} from '../../core/dicom/segmentationObject.ts';
import {
  GRAM,
  MASS,
  MILLILITRE,
  ownConcept,
  PERCENT,
  VOLUME,
  writeReport,
  type Algorithm,
  type ReportedMeasure,
  type OtherMeasures,
} from '../../core/dicom/structuredReport.ts';
import { ScarcastError } from '../../core/errors.ts';
import { measureBurden, MYOCARDIUM_G_PER_ML } from '../../core/scar/burden.ts';
import { AS_STORED, storedBytes, storedLabels } from '../../core/volume/arrangement.ts';
import { Label, voxelVolumeMl, type LabelVolume } from '../../core/volume/volume.ts';
import type { Prediction, ScarMeasures } from '../analysing/analysis.ts';
import type { ExportedSurvival } from './exportedSurvival.ts';
import { DRAWN_BY, type Whose } from '../analysing/whose.ts';
import { notesInEnglish, type ReadersNotes } from './readersNotes.ts';
import type { ScarMethod } from '../analysing/measureScar.ts';
import type { ModelCard } from '../analysing/models.ts';
import type { StackSource } from '../reading/study.ts';

/** By the prediction above them; `withheld` says why there is none, if there is none. */
export type RiskComments = BranchComments & {
  readonly hospital: BranchComments;
  readonly withheld: readonly string[];
};
type BranchComments = Readonly<Record<BranchName, readonly string[]>>;
export type BranchName = 'covariates' | 'fiveAnswers' | 'image' | 'fused';

/** What the DICOM objects of a case are made from. Both are made from the same, and so belong together. */
export interface ExportedCase {
  readonly source: StackSource;
  /** With scar by the method. */
  readonly labels: LabelVolume;
  readonly method: ScarMethod;
  /** null where the method gives none. */
  readonly greyZone: GreyZoneMask | null;
  readonly whose: Whose;
  readonly notes: ReadersNotes;
  readonly scar: ScarMeasures;
  readonly survival: ExportedSurvival;
  /** What the report says below each risk, in English. */
  readonly comments: RiskComments;
  readonly cards: readonly Pick<ModelCard, 'name' | 'version' | 'sha256'>[];
  /** null: no identity and new UIDs. */
  readonly origin: ExportOrigin;
}

/**
 * DICOM objects say where each voxel is and how large it is: there are none for an image whose lengths are not known.
 */
export class UnknownLengthsError extends ScarcastError<{ readonly code: 'lengthsUnknownForDicom' }> {
  constructor() {
    super({ code: 'lengthsUnknownForDicom' });
  }
}

/**
 * The segmentation as DICOM SEG.
 * @throws EmptySegmentationError where no heart was found.
 */
export const toSegmentationObject = (one: ExportedCase): Uint8Array => writeSegmentation(contentOf(one));

/**
 * Measures and risk as a structured report (TID 1500) that refers to `toSegmentationObject` of the same case.
 * @throws EmptySegmentationError where no heart was found: there is nothing to report.
 */
export function toStructuredReport(one: ExportedCase): Uint8Array {
  const { scar, survival, cards, origin, comments } = one;
  const models = (...names: string[]): string[] => names.flatMap((name) => weightsOf(cards, name));
  const five = models('fiveAnswers');
  const { atRate, usualRate } = survival;
  const rated = usualRate === 'music' ? null : (atRate?.[usualRate] ?? null);
  const usual = RATE_NAMES[usualRate];
  const risks: readonly (readonly [string, readonly string[], Prediction | null, string[]])[] = [
    ...hospitalRisks(one).map(({ title, prediction, models: of, comments: about }) => {
      return [`Risk ${title}`, about, prediction, models(...of)] as const;
    }),
    [`Risk by covariates, ${usual}`, comments.covariates, rated?.covariates ?? null, models('covariates')],
    [`Risk by five answers, ${usual}`, comments.fiveAnswers, rated?.fiveAnswers ?? null, five],
    ['Risk by covariates', comments.covariates, survival.covariates, models('covariates')],
    ['Risk by five answers', comments.fiveAnswers, survival.fiveAnswers, five],
    ['Risk by image and covariates', comments.fused, survival.fused, models('covariates', 'image', 'fusion')],
    ['Risk by image', comments.image, survival.image, models('image')],
  ];
  const burden = measureBurden(one.labels);
  const algorithm: Algorithm = { ...authorOf(one), parameters: models('locate', 'segment') };
  return writeReport({
    segmentation: segmentationReference(contentOf(one)),
    segmentationAlgorithm: algorithm,
    segments: SEGMENT_KINDS.map((kind) => ({ kind, measures: sizeOf(one, kind) })),
    others: [
      {
        title: 'Myocardium, scar included',
        finding: LEFT_VENTRICULAR_MYOCARDIUM,
        algorithm,
        measures: [measure(VOLUME, burden.myocardiumMl, MILLILITRE), measure(MASS, burden.myocardiumG, GRAM)],
        comments: [],
      },
      {
        title: 'Scar, no-reflow included',
        finding: SCAR,
        algorithm,
        measures: [
          measure(VOLUME, burden.scarMl, MILLILITRE),
          measure(MASS, burden.scarG, GRAM),
          measure(
            ownConcept('SCARBURDEN', 'Scar as part of the left ventricular myocardium'),
            burden.burdenPercent,
            PERCENT,
          ),
          measure(
            ownConcept('NOREFLOWPART', 'No-reflow as part of the left ventricular myocardium'),
            burden.noReflowPercent,
            PERCENT,
          ),
        ],
        comments: [DRAWN_BY[one.whose], ...notesInEnglish(one.notes), ...one.comments.withheld],
      },
      ...Object.entries(scar.greyZones).map(([key, zone]): OtherMeasures => ({
        title: `Grey zone ${key}`,
        finding: SCAR,
        algorithm: { name: zone.name, version, parameters: [] },
        measures: [
          measure(ownConcept('GREYZONEVOLUME', 'Volume of the grey zone'), zone.greyMl, MILLILITRE),
          measure(ownConcept('GREYZONEMASS', 'Mass of the grey zone'), zone.greyG, GRAM),
          measure(ownConcept('SCARCOREVOLUME', 'Volume of the core of scar'), zone.coreMl, MILLILITRE),
          measure(ownConcept('SCARCOREMASS', 'Mass of the core of scar'), zone.coreG, GRAM),
        ],
        comments: [],
      })),
      ...Object.entries(scar.methods).map(([key, method]): OtherMeasures => ({
        title: `Scar by ${key}`,
        finding: SCAR,
        algorithm: { name: method.name, version, parameters: [] },
        measures: [measure(VOLUME, method.scarMl, MILLILITRE), measure(MASS, method.scarG, GRAM)],
        comments: [],
      })),
      ...risks.flatMap(([title, about, prediction, parameters]) =>
        prediction ? [riskGroup(title, prediction, parameters, about)] : [],
      ),
    ],
    softwareVersion: version,
    isSynthetic: one.source.kind === 'synthetic',
    origin,
  });
}

const SEGMENT_KINDS = ['bloodPool', 'viable', 'scar', 'noReflow', 'greyZone'] as const;

/** Volume, and mass if it is wall, of what is in a segment. */
function sizeOf({ labels, greyZone }: ExportedCase, kind: SegmentKind): ReportedMeasure[] {
  const label = Label[kind === 'greyZone' ? 'viable' : kind];
  const isGrey = (voxel: number): boolean => greyZone?.voxels[voxel] === 1;
  const plane = labels.size[0] * labels.size[1];
  let volumeMl = 0;
  labels.labels.forEach((found, voxel) => {
    if (found !== label || (label === Label.viable && isGrey(voxel) !== (kind === 'greyZone'))) return;
    volumeMl += voxelVolumeMl(labels, Math.floor(voxel / plane));
  });
  const volume = measure(VOLUME, volumeMl, MILLILITRE);
  return kind === 'bloodPool' ? [volume] : [volume, measure(MASS, volumeMl * MYOCARDIUM_G_PER_ML, GRAM)];
}

/** On the images' own grid, in their own order. */
function contentOf(one: ExportedCase): SegmentationContent {
  const { source, greyZone, origin } = one;
  const arrangement = source.arrangement ?? AS_STORED;
  if (one.labels.lengthsUnknown) throw new UnknownLengthsError();
  const labels = storedLabels(one.labels, arrangement);
  return {
    grid: labels,
    positions: source.kind === 'dicom' ? source.positions : null,
    labels: labels.labels,
    greyZone: greyZone && { ...greyZone, voxels: storedBytes(greyZone.voxels, one.labels.size, arrangement) },
    author: { ...authorOf(one), type: one.whose === 'network' ? 'AUTOMATIC' : 'SEMIAUTOMATIC' },
    softwareVersion: version,
    isSynthetic: source.kind === 'synthetic',
    origin,
  };
}

const authorOf = ({ method, cards }: ExportedCase): { name: string; version: string } => ({
  name: method === 'segmentation' ? 'Scarcast segmentation' : `Scarcast segmentation, scar by ${method}`,
  version: versionOf(cards, 'segment'),
});

/** Objects always hold lengths: if they are not known there is no object. */
function measure(concept: Code, value: number | null, unit: Code): ReportedMeasure {
  if (value === null) throw new UnknownLengthsError();
  return { concept, value, unit, interval: null };
}

/** The others are at the training cohort's risks. */
export const RATE_NAMES = {
  music: 'as in MUSIC, 2003 to 2004',
  afterInfarct: 'at a contemporary rate after an infarct (PROFID)',
  heartFailure: 'at a contemporary rate in heart failure (PARADIGM-HF, DAPA-HF)',
} as const;

/**
 * The predictions that a hospital's calibration or refit changed: they come first, since they are for its own patients.
 */
export function hospitalRisks({ survival, comments }: Pick<ExportedCase, 'survival' | 'comments'>): {
  readonly title: string;
  readonly prediction: Prediction;
  /** Names of those that made it. */
  readonly models: readonly string[];
  readonly comments: readonly string[];
}[] {
  const all: readonly (readonly [BranchName, title: string, models: readonly string[]])[] = [
    ['covariates', 'by covariates', ['covariates']],
    ['fiveAnswers', 'by five answers', ['fiveAnswers']],
    ['fused', 'by image and covariates', ['covariates', 'image', 'fusion']],
    ['image', 'by image', ['image']],
  ];
  return all.flatMap(([id, title, models]) => {
    const prediction = survival.hospital?.[id];
    if (!prediction?.recalibrated) return [];
    const by = prediction.recalibrated.code === 'refittedOn' ? 'refit' : 'calibration';
    return [{ title: `${title}, by a hospital's ${by}`, prediction, models, comments: comments.hospital[id] }];
  });
}

export const SUDDEN_DEATH: Code = ['95281009', 'SCT', 'Sudden cardiac death'];

function riskGroup(
  title: string,
  { risk, crudeRisk, interval, simulated }: Prediction,
  parameters: readonly string[],
  comments: readonly string[],
): OtherMeasures {
  const years = ['1', '4', '5', '10'] as const;
  const event = simulated ? 'sudden arrhythmic death (simulated outcomes)' : 'sudden cardiac death';
  const within = (year: string): string => `within ${year} ${year === '1' ? 'year' : 'years'}`;
  const percent = ([low, high]: readonly [number, number]): readonly [number, number] => [100 * low, 100 * high];
  const algorithm: Algorithm = { name: `Scarcast: ${title.toLowerCase()}`, version, parameters };
  return {
    title,
    finding: SUDDEN_DEATH,
    algorithm,
    measures: [
      ...years.map((year): ReportedMeasure => ({
        concept: ownConcept(`RISK${year}Y`, `Net risk of ${event} ${within(year)}`),
        value: 100 * risk[year],
        unit: PERCENT,
        interval: percent(interval[year]),
      })),
      ...years.map((year): ReportedMeasure => ({
        concept: ownConcept(`CRUDERISK${year}Y`, `Crude risk of ${event} ${within(year)}`),
        value: 100 * crudeRisk[year],
        unit: PERCENT,
        interval: null,
      })),
    ],
    comments,
  };
}

const versionOf = (cards: ExportedCase['cards'], name: string): string =>
  cards.find((card) => card.name === name)?.version ?? 'unknown';

const weightsOf = (cards: ExportedCase['cards'], name: string): string[] =>
  cards.flatMap((card) => (card.name === name ? [`${name} ${card.version}, weights' SHA-256 ${card.sha256}`] : []));
