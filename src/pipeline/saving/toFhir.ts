/** A case as a FHIR R4 Bundle (hl7.org/fhir/R4): for a hospital's data platform, in addition to DICOM SEG and SR. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { version } from '../../../package.json';
import { LEFT_VENTRICULAR_MYOCARDIUM, OWN_SCHEME, SCAR, type Code } from '../../core/dicom/codes.ts';
import type { ExportOrigin } from '../../core/dicom/exportOrigin.ts';
import type { NewElement } from '../../core/dicom/writeDicom.ts';
import type { AtYears, Prediction } from '../analysing/analysis.ts';
import { hospitalRisks, RATE_NAMES, SUDDEN_DEATH, type BranchName, type ExportedCase } from './exportCase.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };
type Resource = { readonly resourceType: string; readonly [key: string]: Json | undefined };

interface Reference {
  readonly [key: string]: Json;
  readonly reference: string;
}

export interface FhirCase extends ExportedCase {
  /** SHA-256 of the image's voxels as float32: it identifies the image without holding it. */
  readonly imageSha256: string;
}

const SYSTEMS: Readonly<Record<string, string>> = {
  SCT: 'http://snomed.info/sct',
  DCM: 'http://dicom.nema.org/resources/ontology/DCM',
  [OWN_SCHEME]: 'urn:scarcast:codes',
};
const UCUM = 'http://unitsofmeasure.org';
/** What each risk says that numbers cannot. */
const CAVEAT: Code = ['RESEARCHONLY', OWN_SCHEME, 'For research and teaching, not for care; not a medical device'];

/** HL7's own label for data that are no person's (v3 ActReason). */
const SYNTHETIC = {
  security: [
    { system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'HTEST', display: 'test health data' },
  ],
} as const;
const NOBODY: Resource = { resourceType: 'Patient', name: [{ text: 'Synthetic heart, made by code: not a patient' }] };

/**
 * Device (Scarcast, and each model that it ran), Patient, ImagingStudy by its hash, an Observation for each measure and a
 * RiskAssessment for each prediction; for a heart made by code each resource says that it is test data. Nobody is named
 * and nothing dated unless `origin` says who and which study. The same case gives the same bytes.
 */
export function toFhirBundle(one: FhirCase): Uint8Array {
  const isSynthetic = one.source.kind === 'synthetic';
  const add = bundleOf(one.imageSha256, isSynthetic ? SYNTHETIC : undefined);
  const scarcast = add('scarcast', softwareDevice());
  const models = one.cards.map((card) => ({ name: card.name, device: add(`model ${card.name}`, modelDevice(card)) }));
  const patient = add('patient', isSynthetic ? NOBODY : patientOf(one.origin));
  const image = add('image', imagingStudy(one, patient));
  const about = { patient, image, scarcast };
  const observations = measuresOf(one).map((measure) =>
    add(`measure ${measure.code[0]} ${measure.method}`, observationOf(measure, about)),
  );
  for (const risk of risksOf(one)) {
    const used = models.filter(({ name }) => risk.models.includes(name)).map(({ device }) => device);
    const seen = risk.models.includes('image') ? [image, ...observations] : [];
    add(`risk ${risk.title}`, riskAssessment(risk, about, [...seen, ...used], risk.comments));
  }
  return utf8ToBytes(JSON.stringify(add.bundle(), null, 2));
}

/** Collects resources; they refer to each other by identifiers made from the case's image and their own names. */
function bundleOf(
  imageSha256: string,
  meta: Json | undefined,
): ((name: string, resource: Resource) => Reference) & { bundle: () => Resource } {
  const entry: { fullUrl: string; resource: Resource }[] = [];
  const add = (name: string, resource: Resource): Reference => {
    const fullUrl = `urn:uuid:${uuidOf(`${imageSha256} ${name}`)}`;
    entry.push({ fullUrl, resource: { ...resource, meta } });
    return { reference: fullUrl };
  };
  const bundle = (): Resource => ({ resourceType: 'Bundle', meta, type: 'collection', entry });
  return Object.assign(add, { bundle });
}

/** A UUID made from a name (RFC 9562, version 8: custom). */
function uuidOf(name: string): string {
  const hex = bytesToHex(sha256(utf8ToBytes(name)));
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

const concept = ([code, scheme, display]: Code): Json => ({
  coding: [{ system: SYSTEMS[scheme], code, display }],
  text: display,
});

const softwareDevice = (): Resource => ({
  resourceType: 'Device',
  status: 'active',
  deviceName: [{ name: 'Scarcast', type: 'manufacturer-name' }],
  version: [{ value: version }],
  safety: [concept(CAVEAT)],
});

const modelDevice = ({ name, version: ofModel, sha256: hash }: FhirCase['cards'][number]): Resource => ({
  resourceType: 'Device',
  identifier: [{ system: 'urn:scarcast:weights-sha256', value: hash }],
  status: 'active',
  deviceName: [{ name: `Scarcast model: ${name}`, type: 'model-name' }],
  version: [{ value: ofModel }],
  type: { text: 'Weights of a statistical model or neural network' },
});

/** An element that is copied from the images; undefined if it is not. */
function told(origin: ExportOrigin, tag: string): string | undefined {
  const element: NewElement | undefined = origin?.identity[tag];
  const value = element?.[1];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** By HL7's administrative gender, from DICOM's codes. */
const GENDERS: Readonly<Record<string, string>> = { F: 'female', M: 'male', O: 'other' };

function patientOf(origin: ExportOrigin): Resource {
  const id = told(origin, '00100020');
  const name = told(origin, '00100010');
  const birth = told(origin, '00100030');
  return {
    resourceType: 'Patient',
    identifier: id === undefined ? undefined : [{ value: id }],
    name: name === undefined ? undefined : [{ text: name }],
    gender: GENDERS[told(origin, '00100040') ?? ''],
    birthDate: birth === undefined ? undefined : isoDate(birth),
  };
}

const isoDate = (date: string): string => `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}`;

function imagingStudy({ origin, imageSha256, comments }: FhirCase, subject: Reference): Resource {
  const uid = origin && { system: 'urn:dicom:uid', value: `urn:oid:${origin.studyUid}` };
  return {
    resourceType: 'ImagingStudy',
    identifier: [{ system: 'urn:scarcast:image-sha256', value: imageSha256 }, ...(uid ? [uid] : [])],
    status: 'available',
    modality: [{ system: SYSTEMS['DCM'], code: 'MR', display: 'Magnetic Resonance' }],
    subject,
    description: 'Late-gadolinium-enhancement short-axis stack',
    note: comments.withheld.length > 0 ? comments.withheld.map((text) => ({ text })) : undefined,
  };
}

/** null where it is not known. */
interface Measured {
  readonly code: Code;
  readonly site: Code;
  readonly method: string;
  readonly value: number | null;
  readonly unit: 'mL' | 'g' | '%';
}

const own = (value: string, meaning: string): Code => [value, OWN_SCHEME, meaning];

function measuresOf({ scar, method }: FhirCase): Measured[] {
  const drawn = method === 'segmentation' ? 'Segmentation' : `Segmentation, scar by ${method}`;
  const wall = LEFT_VENTRICULAR_MYOCARDIUM;
  const measure = (code: Code, site: Code, value: number | null, unit: Measured['unit'], by = drawn): Measured => ({
    code,
    site,
    method: by,
    value,
    unit,
  });
  return [
    measure(own('BLOODPOOLVOLUME', 'Volume of the left ventricular blood pool'), wall, scar.bloodPoolMl, 'mL'),
    measure(own('MYOCARDIUMVOLUME', 'Volume of the left ventricular myocardium'), wall, scar.myocardiumMl, 'mL'),
    measure(own('MYOCARDIUMMASS', 'Mass of the left ventricular myocardium'), wall, scar.myocardiumG, 'g'),
    measure(own('SCARVOLUME', 'Volume of scar'), SCAR, scar.scarMl, 'mL'),
    measure(own('SCARMASS', 'Mass of scar'), SCAR, scar.scarG, 'g'),
    measure(own('SCARBURDEN', 'Scar as part of the left ventricular myocardium'), SCAR, scar.burdenPercent, '%'),
    measure(own('NOREFLOWVOLUME', 'Volume of no-reflow'), SCAR, scar.noReflowMl, 'mL'),
    measure(
      own('NOREFLOWPART', 'No-reflow as part of the left ventricular myocardium'),
      SCAR,
      scar.noReflowPercent,
      '%',
    ),
    ...Object.values(scar.methods).map(({ name, scarMl }) =>
      measure(own('SCARVOLUME', 'Volume of scar'), SCAR, scarMl, 'mL', name),
    ),
    ...Object.values(scar.greyZones).map(({ name, greyMl }) =>
      measure(own('GREYZONEVOLUME', 'Volume of the grey zone'), SCAR, greyMl, 'mL', name),
    ),
  ];
}

interface About {
  readonly patient: Reference;
  readonly image: Reference;
  readonly scarcast: Reference;
}

function observationOf({ code, site, method, value, unit }: Measured, { patient, image, scarcast }: About): Resource {
  const absent = { system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'unknown' };
  return {
    resourceType: 'Observation',
    status: 'preliminary',
    code: concept(code),
    subject: patient,
    valueQuantity: value === null ? undefined : { value, unit, system: UCUM, code: unit },
    dataAbsentReason: value === null ? { coding: [absent] } : undefined,
    note: [{ text: CAVEAT[2] }],
    bodySite: concept(site),
    method: { text: method },
    device: scarcast,
    derivedFrom: [image],
  };
}

interface Risk {
  readonly title: string;
  readonly prediction: Prediction;
  /** Names of those that made it. */
  readonly models: readonly string[];
  readonly comments: readonly string[];
}

function risksOf({ survival, comments }: FhirCase): Risk[] {
  const { atRate, usualRate, covariates, fiveAnswers, fused, image } = survival;
  const rated = usualRate === 'music' ? null : (atRate?.[usualRate] ?? null);
  const all: readonly (readonly [string, BranchName, Prediction | null, readonly string[]])[] = [
    [`By covariates, ${RATE_NAMES[usualRate]}`, 'covariates', rated?.covariates ?? null, ['covariates']],
    [`By five answers, ${RATE_NAMES[usualRate]}`, 'fiveAnswers', rated?.fiveAnswers ?? null, ['fiveAnswers']],
    [`By covariates, ${RATE_NAMES.music}`, 'covariates', covariates, ['covariates']],
    [`By five answers, ${RATE_NAMES.music}`, 'fiveAnswers', fiveAnswers, ['fiveAnswers']],
    ['By image and covariates', 'fused', fused, ['covariates', 'image', 'fusion', 'locate', 'segment']],
    ['By image', 'image', image, ['image', 'locate', 'segment']],
  ];
  const drawn = ['locate', 'segment'];
  return [
    ...hospitalRisks({ survival, comments }).map(({ title, models, ...risk }) => ({
      ...risk,
      title: `${title.slice(0, 1).toUpperCase()}${title.slice(1)}`,
      models: models.includes('image') ? [...models, ...drawn] : models,
    })),
    ...all.flatMap(([title, from, prediction, models]) =>
      prediction ? [{ title, prediction, models, comments: comments[from] }] : [],
    ),
  ];
}

const YEARS: readonly (keyof AtYears<number>)[] = ['1', '4', '5', '10'];

/** The horizon is in the outcome's words: FHIR's own field for it is a date, or an age. */
function riskAssessment(
  { title, prediction }: Risk,
  { patient, scarcast }: About,
  basis: readonly Reference[],
  comments: readonly string[],
): Resource {
  const { risk, crudeRisk, interval, simulated } = prediction;
  const event = simulated ? 'Sudden arrhythmic death (simulated outcomes)' : SUDDEN_DEATH[2];
  const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
  const forecast = (year: keyof AtYears<number>, kind: 'net' | 'crude', value: number, rationale: string): Json => ({
    outcome: {
      ...(simulated ? {} : { coding: [{ system: SYSTEMS['SCT'], code: SUDDEN_DEATH[0], display: SUDDEN_DEATH[2] }] }),
      text: `${event} within ${year} ${year === '1' ? 'year' : 'years'}, ${kind} risk`,
    },
    probabilityDecimal: 100 * value,
    qualitativeRisk: concept(CAVEAT),
    rationale,
  });
  return {
    resourceType: 'RiskAssessment',
    status: 'preliminary',
    method: { text: title },
    subject: patient,
    performer: scarcast,
    basis: basis.length > 0 ? basis : undefined,
    prediction: YEARS.flatMap((year) => [
      forecast(
        year,
        'net',
        risk[year],
        `Other deaths taken away; 90% interval ${interval[year].map(percent).join(' to ')}`,
      ),
      forecast(year, 'crude', crudeRisk[year], 'Other deaths at work'),
    ]),
    note: comments.length > 0 ? comments.map((text) => ({ text })) : undefined,
  };
}
