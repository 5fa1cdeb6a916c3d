import { version } from '../../package.json';
import { SCAR, type Code } from '../core/dicom/codes.ts';
import type { ExportOrigin } from '../core/dicom/exportOrigin.ts';
import {
  segmentationReference,
  writeSegmentation,
  type GreyZoneMask,
  type SegmentationContent,
} from '../core/dicom/segmentationObject.ts';
import {
  GRAM,
  MASS,
  MILLILITRE,
  ownConcept,
  PERCENT,
  VOLUME,
  writeReport,
  type Algorithm,
  type Measure,
  type OtherMeasures,
} from '../core/dicom/structuredReport.ts';
import type { LabelVolume } from '../core/volume/volume.ts';
import type { Prediction, ScarMeasures, Survival } from './analysis.ts';
import type { ModelCard } from './models.ts';
import type { StackSource } from './study.ts';

/** What the DICOM objects of a case are made of. Both are made of the same, and so belong together. */
export interface ExportedCase {
  readonly source: StackSource;
  readonly labels: LabelVolume;
  /** null where there is no remote myocardium to tell it by. */
  readonly greyZone: GreyZoneMask | null;
  /** Who drew the labels: the network, or a person over it or beside it. */
  readonly drawnBy: 'network' | 'person';
  readonly scar: ScarMeasures;
  readonly survival: Survival;
  readonly cards: readonly Pick<ModelCard, 'name' | 'version' | 'sha256'>[];
  /** null: no identity and new UIDs. */
  readonly origin: ExportOrigin;
}

/**
 * The segmentation as DICOM SEG.
 * @throws EmptySegmentationError where no heart was found.
 */
export const toSegmentationObject = (one: ExportedCase): Uint8Array => writeSegmentation(contentOf(one));

/**
 * Measures and risk as a structured report (TID 1500) that points at `toSegmentationObject` of the same case.
 * @throws EmptySegmentationError where no heart was found: there is nothing to report.
 */
export function toStructuredReport(one: ExportedCase): Uint8Array {
  const { scar, survival, cards, origin } = one;
  const models = (...names: string[]): string[] => names.flatMap((name) => weightsOf(cards, name));
  const risks: readonly (readonly [string, Prediction | null, string[]])[] = [
    ['Risk by image and covariates', survival.fused, models('covariates', 'image', 'fusion')],
    ['Risk by image', survival.image, models('image')],
    ['Risk by covariates', survival.covariates, models('covariates')],
  ];
  return writeReport({
    segmentation: segmentationReference(contentOf(one)),
    segmentationAlgorithm: {
      name: 'Scarcast segmentation',
      version: versionOf(cards, 'segment'),
      parameters: models('locate', 'segment'),
    },
    segments: [
      { kind: 'bloodPool', measures: [measure(VOLUME, scar.bloodPoolMl, MILLILITRE)] },
      {
        kind: 'myocardium',
        measures: [measure(VOLUME, scar.myocardiumMl, MILLILITRE), measure(MASS, scar.myocardiumG, GRAM)],
      },
      {
        kind: 'scar',
        measures: [
          measure(VOLUME, scar.scarMl, MILLILITRE),
          measure(MASS, scar.scarG, GRAM),
          measure(
            ownConcept('SCARBURDEN', 'Scar as part of the left ventricular myocardium'),
            scar.burdenPercent,
            PERCENT,
          ),
        ],
      },
      {
        kind: 'noReflow',
        measures: [
          measure(VOLUME, scar.noReflowMl, MILLILITRE),
          measure(MASS, scar.noReflowG, GRAM),
          measure(
            ownConcept('NOREFLOWPART', 'No-reflow as part of the left ventricular myocardium'),
            scar.noReflowPercent,
            PERCENT,
          ),
        ],
      },
    ],
    others: [
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
      ...risks.flatMap(([title, prediction, parameters]) =>
        prediction ? [riskGroup(title, prediction, parameters, survival)] : [],
      ),
    ],
    softwareVersion: version,
    origin,
  });
}

function contentOf({ source, labels, greyZone, cards, origin, drawnBy }: ExportedCase): SegmentationContent {
  return {
    grid: labels,
    positions: source.kind === 'dicom' ? source.positions : null,
    labels: labels.labels,
    greyZone,
    author: {
      type: drawnBy === 'network' ? 'AUTOMATIC' : 'SEMIAUTOMATIC',
      name: 'Scarcast segmentation',
      version: versionOf(cards, 'segment'),
    },
    softwareVersion: version,
    origin,
  };
}

const measure = (concept: Code, value: number, unit: Code): Measure => ({ concept, value, unit, interval: null });

const SUDDEN_DEATH: Code = ['95281009', 'SCT', 'Sudden cardiac death'];
const NOTICE = 'For research and teaching. Not a medical device.';

function riskGroup(
  title: string,
  { risk, crudeRisk, interval, restsOn }: Prediction,
  parameters: readonly string[],
  { applies }: Survival,
): OtherMeasures {
  const years = ['1', '5', '10'] as const;
  const within = (year: string): string => `within ${year} ${year === '1' ? 'year' : 'years'}`;
  const percent = ([low, high]: readonly [number, number]): readonly [number, number] => [100 * low, 100 * high];
  const algorithm: Algorithm = { name: `Scarcast: ${title.toLowerCase()}`, version, parameters };
  return {
    title,
    finding: SUDDEN_DEATH,
    algorithm,
    measures: [
      ...years.map((year): Measure => ({
        concept: ownConcept(`RISK${year}Y`, `Net risk of sudden arrhythmic death ${within(year)}`),
        value: 100 * risk[year],
        unit: PERCENT,
        interval: percent(interval[year]),
      })),
      ...years.map((year): Measure => ({
        concept: ownConcept(`CRUDERISK${year}Y`, `Crude risk of sudden arrhythmic death ${within(year)}`),
        value: 100 * crudeRisk[year],
        unit: PERCENT,
        interval: null,
      })),
    ],
    comments: [NOTICE, restsOn, ...(applies.yes ? [] : applies.why.map((why) => `Does not apply: ${why}`))],
  };
}

const versionOf = (cards: ExportedCase['cards'], name: string): string =>
  cards.find((card) => card.name === name)?.version ?? 'unknown';

const weightsOf = (cards: ExportedCase['cards'], name: string): string[] =>
  cards.flatMap((card) => (card.name === name ? [`${name} ${card.version}, weights' SHA-256 ${card.sha256}`] : []));
