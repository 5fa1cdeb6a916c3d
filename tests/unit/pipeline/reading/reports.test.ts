/** Files from problem reports to programs like this one: each of ../shared/reports gives what its note requires. */
import { beforeAll, describe, expect, it } from 'vitest';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { analyseStack, type StackAnalysis } from '../../../../src/pipeline/analysing/analyse.ts';
import type { Models } from '../../../../src/pipeline/analysing/models.ts';
import { readStudy, type ReadableStudy } from '../../../../src/pipeline/reading/readStudy.ts';
import { withSpacing } from '../../../../src/pipeline/reading/study.ts';
import { inputFiles, nodeLoadWasm } from '../../../../src/studies/files/inputFiles.ts';
import { loadNodeModels, MODELS_FOLDER } from '../../../../src/studies/files/shippedModels.ts';

const REPORTS = path.resolve(process.env['SCARCAST_DATA'] ?? '../shared/data', '../reports');
const SLOW_MS = 120_000;
/** Positions and intensities in other file formats differ in their last digits. */
const ONE_PERCENT = 0.01;

let models: Models;

const open = async (file: string): Promise<ReadableStudy> =>
  readStudy(await inputFiles(path.join(REPORTS, file)), { loadWasm: nodeLoadWasm });

async function analyse(opened: ReadableStudy, id?: string): Promise<StackAnalysis> {
  const seriesId = id ?? opened.study.series.find(({ chosen }) => chosen)?.id ?? '';
  return analyseStack(await opened.loadStack(seriesId, {}), { covariates: {}, facts: {} }, models, {});
}

const numbersOf = ({ scar, survival }: StackAnalysis): number[] => [
  scar.bloodPoolMl ?? NaN,
  scar.myocardiumMl ?? NaN,
  scar.scarMl ?? NaN,
  scar.noReflowMl ?? NaN,
  survival.fused?.risk['5'] ?? NaN,
];

describe.skipIf(!existsSync(REPORTS))('reports', () => {
  let clean: number[];
  let magnitude: number[];
  beforeAll(async () => {
    models = await loadNodeModels(MODELS_FOLDER);
    clean = numbersOf(await analyse(await open('clean/clean.zip')));
    magnitude = numbersOf(await analyse(await open('clean/magnitude.zip')));
  }, SLOW_MS);

  it.each([
    ['canonical-axes/canonical.nii.gz'],
    ['canonical-axes/straight.nii.gz'],
    ['end-slices-tilted/study.zip'],
    ['hdr-img-pair/case.zip'],
    ['implicit-meta/study.zip'],
    ['nrrd-detached/case.zip'],
    ['philips-three-kinds/study.zip'],
    ['repeated-slice/study.zip'],
  ])(
    '%s gives the numbers of the clean study',
    async (file) => {
      const numbers = numbersOf(await analyse(await open(file)));
      numbers.forEach((value, i) => expect(Math.abs(value / clean[i] - 1)).toBeLessThan(ONE_PERCENT));
    },
    SLOW_MS,
  );

  it(
    'a phase image beside its magnitude is listed and not measured',
    async () => {
      const opened = await open('phase-beside-magnitude/study.zip');
      expect(opened.study.series.map(({ number, kind, usable, chosen }) => [number, kind, usable, chosen])).toEqual([
        [20, 'magnitude', true, true],
        [21, 'phase', false, false],
      ]);
      expect(numbersOf(await analyse(opened))).toEqual(magnitude);
    },
    SLOW_MS,
  );

  it(
    'padding gives the numbers of the least value in its place',
    async () => {
      const [padded, without] = [
        numbersOf(await analyse(await open('pixel-padding/study.zip'))),
        numbersOf(await analyse(await open('pixel-padding/without-padding.zip'))),
      ];
      padded.forEach((value, i) => expect(Math.abs(value / without[i] - 1)).toBeLessThan(ONE_PERCENT));
    },
    SLOW_MS,
  );

  it(
    'two volumes of a file are two images',
    async () => {
      const opened = await open('nifti-two-volumes/magnitude-and-psir.nii.gz');
      const ids = opened.study.series.map(({ id }) => id);
      const [first, second] = [numbersOf(await analyse(opened, ids[0])), numbersOf(await analyse(opened, ids[1]))];
      first.forEach((value, i) => expect(Math.abs(value / magnitude[i] - 1)).toBeLessThan(ONE_PERCENT));
      second.forEach((value, i) => expect(Math.abs(value / clean[i] - 1)).toBeLessThan(ONE_PERCENT));
    },
    SLOW_MS,
  );

  it(
    'uneven gaps: each slice counts for half the way to its neighbours, and the gap is told',
    async () => {
      const analysis = await analyse(await open('uneven-gaps/study.zip'));
      const ratios = numbersOf(analysis).map((value, i) => value / clean[i]);
      for (const ratio of ratios.slice(0, 3)) {
        expect(ratio).toBeGreaterThan(1.03);
        expect(ratio).toBeLessThan(1.06);
      }
      expect(analysis.warnings.map(({ code }) => code)).toContain('gapsDiffer');
    },
    SLOW_MS,
  );

  it.each(['spacing-lost/unit.nii.gz', 'spacing-lost/no-gap.nii.gz'])(
    '%s gives no volume and no risk from the image, and shares of the wall; with the spacing, all',
    async (file) => {
      const opened = await open(file);
      const { scar, survival } = await analyse(opened);
      expect([scar.bloodPoolMl, scar.myocardiumG, scar.scarMl, survival.fused, survival.image]).toEqual(
        new Array(5).fill(null),
      );
      expect(scar.burdenPercent).toBeGreaterThan(5);
      expect(survival.applies.why).toContainEqual({ code: 'lengthsNotKnown' });
      const told = withSpacing(await opened.loadStack(opened.study.series[0].id, {}), [1.40625, 1.40625, 13]);
      const known = await analyseStack(told, { covariates: {}, facts: {} }, models, {});
      expect(known.scar.bloodPoolMl).toBeGreaterThan(100);
      expect(known.survival.fused).not.toBeNull();
    },
    SLOW_MS,
  );

  it('a mask beside its image is listed as one, whatever its name and values', async () => {
    const { study } = await open('mask-beside-image/case.zip');
    expect(study.series).toMatchObject([
      { kind: 'mask', usable: false, why: { obstacle: { code: 'mask', values: [0, 255] } } },
      { chosen: true },
    ]);
  });
});
