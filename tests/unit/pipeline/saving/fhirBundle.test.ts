/** The FHIR Bundle of a case, by the published schema and by what it says. */
import { riskComments } from '../../../../src/app/messages/riskComments.ts';
import JsonSchemaValidator from '@asymmetrik/fhir-json-schema-validator';
import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../../../src/pipeline/analysing/analysis.ts';
import { toStructuredReport, type ExportedCase } from '../../../../src/pipeline/saving/exportCase.ts';
import { toFhirBundle } from '../../../../src/pipeline/saving/toFhir.ts';
import { toCsv } from '../../../../src/pipeline/saving/toCsv.ts';
import { hospitalCalibration } from '../../../hospitalCalibration.ts';
import {
  IDENTITY,
  open,
  chosenOf,
  prediction,
  onPatients,
  rated,
  cards,
  exported,
  text,
  NOTHING_ELSE,
  type Bundle,
} from './exportedCase.ts';

describe('a FHIR Bundle', () => {
  const IMAGE = 'ab'.repeat(32);
  const bundle = (one: ExportedCase): Bundle =>
    JSON.parse(new TextDecoder().decode(toFhirBundle({ ...one, imageSha256: IMAGE }))) as Bundle;
  const ofType = ({ entry }: Bundle, type: string): unknown[] =>
    entry.flatMap(({ resource }) => (resource.resourceType === type ? [resource] : []));

  it(
    'is valid by the published schema of R4, with and without identity, measures and models',
    { timeout: 60_000 },
    async () => {
      const study = await open();
      const stack = await chosenOf(study);
      const origin = await study.readOrigin(stack.series.id, new Date(2026, 0, 2));
      const whole = exported(stack, origin);
      const unknown = { ...whole, scar: { ...whole.scar, bloodPoolMl: null, scarMl: null, scarG: null }, origin: null };
      const validator = new JsonSchemaValidator();
      const synthetic = { ...unknown, source: { kind: 'synthetic' } } as const;
      for (const one of [whole, unknown, synthetic, { ...whole, cards: [] }]) {
        expect(validator.validate(bundle(one), true)).toEqual([]);
      }
      expect(validator.validate({ ...bundle(whole), type: 'no such type' }, true)).not.toEqual([]);
    },
  );

  it('names nobody and dates nothing unless it is asked to, and is the same bytes each time', async () => {
    const study = await open();
    const stack = await chosenOf(study);
    const nameless = exported(stack, null);
    const bytes = toFhirBundle({ ...nameless, imageSha256: IMAGE });
    for (const [, value] of Object.values(IDENTITY)) {
      if (value.length > 4) expect(text(bytes)).not.toContain(value);
    }
    expect(toFhirBundle({ ...nameless, imageSha256: IMAGE })).toEqual(bytes);
    const named = bundle(exported(stack, await study.readOrigin(stack.series.id, new Date(2026, 0, 2))));
    expect(ofType(named, 'Patient')).toEqual([
      expect.objectContaining({ birthDate: '1956-08-07', gender: 'female', identifier: [{ value: 'PATID-4711' }] }),
    ]);
    expect(JSON.stringify(ofType(named, 'ImagingStudy'))).toContain('urn:oid:1.2.3.777.1');
  });

  it('says of each risk its probability, its horizon, its interval, its models and its caveat', async () => {
    const one = exported(await chosenOf(await open()), null);
    const found = bundle({ ...one, comments: { ...one.comments, fused: ['Simulated: for research.'] } });
    expect(ofType(found, 'RiskAssessment')).toHaveLength(3);
    const [fused] = found.entry.flatMap(({ resource }) =>
      JSON.stringify(resource).includes('By image and covariates') ? [resource] : [],
    );
    expect(fused).toMatchObject({
      note: [{ text: 'Simulated: for research.' }],
      prediction: expect.arrayContaining([
        expect.objectContaining({
          outcome: { text: 'Sudden arrhythmic death (simulated outcomes) within 5 years, net risk' },
          probabilityDecimal: 100 * prediction.risk['5'],
          rationale: expect.stringContaining('2.0% to 9.0%') as string,
        }),
      ]) as unknown,
    });
    const urls = new Set(found.entry.map(({ fullUrl }) => fullUrl));
    const references = [...JSON.stringify(found).matchAll(/"reference":"([^"]+)"/g)].map(([, url]) => url);
    expect(references.filter((url) => !urls.has(url))).toEqual([]);
    expect(urls.size).toBe(found.entry.length);
  });

  it('tells a hospital’s calibration beside each number that it changed, as report and table do, and beside no other', async () => {
    const one = exported(await chosenOf(await open()), null);
    const recalibrated = {
      ...onPatients,
      mu: 3.5,
      recalibrated: { code: 'recalibratedOn', patients: 212, events: 31, madeBy: 'A hospital', madeOn: 'today' },
    } as const;
    const calibration = hospitalCalibration(cards);
    const hospital = { ...rated, covariates: recalibrated, image: null, calibration, explanation: null };
    const survival = { ...one.survival, hospital };
    const comments = riskComments(survival);
    const said = 'Recalibrated on 212 patients, 31 events (made by A hospital, today).';
    const report = text(toStructuredReport({ ...one, survival, comments }));
    expect(report.split(said)).toHaveLength(2);
    const risks = ofType(bundle({ ...one, survival, comments }), 'RiskAssessment');
    expect(risks.filter((risk) => JSON.stringify(risk).includes(said))).toMatchObject([
      { method: { text: "By covariates, by a hospital's calibration" } },
    ]);
    const segmentation = { plausibility: [], casePlausibility: null } as unknown as Analysis['segmentation'];
    const { scar } = one;
    const found = { ...NOTHING_ELSE, scar, segmentation, survival, intervals: null };
    const rows = toCsv(found, ({ code }) => code).split('\r\n');
    expect(rows.filter((row) => row.includes('calibration'))).toEqual([
      "covariates by hospital's calibration,rests on,recalibratedOn,,,,",
      ...rows.filter((row) => row.startsWith("covariates by hospital's calibration") && !row.includes('rests on')),
    ]);
    expect(rows).toContain("covariates by hospital's calibration,mu,3.5,ln years,,,");
  });
});
