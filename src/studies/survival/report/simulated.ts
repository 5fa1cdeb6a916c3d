import type { AnatomyStudy } from '../../simulation/anatomyStudy.ts';
import type { RiskByTenths } from '../../simulation/simulatedFigures.ts';
import { REFIT_YEARS } from '../../simulation/simulationSummary.ts';
import { asPredicted, COLOURS } from './figureStyle.ts';
import { percent, signed, table } from './markdown.ts';
import type { ReportInput } from './reportInput.ts';
import type { Panel, Series } from './svgFigure.ts';

export function simulated({ cards, simulations, anatomies }: ReportInput): string[] {
  const refits = simulations[0].refits.map((one, k) => [
    one.name,
    `${one.ratio} (${one.low} to ${one.high})`,
    ...simulations.map((simulation) => {
      const { refit, verdict } = simulation.refits[k];
      return `${refit.toFixed(2)}${verdict === 'inside' ? '' : ` (${verdict})`}`;
    }),
  ]);
  return [
    '## Image branch and fusion: simulated patients only',
    '',
    `Nothing here is measured on patients. The law of the simulated cohort, as refitted on ${simulations[0].patients} simulated patients by univariable Cox`,
    `over ${REFIT_YEARS} years, beside the published effects that its constants follow (\`npm run simulate\`):`,
    '',
    ...table(['Effect', 'published (95%)', ...simulations.map(({ effect }) => effect)], refits),
    ...table(
      ['', ...simulations.map(({ effect }) => effect)],
      [
        ['events per 100 patient-years', ...simulations.map((one) => one.eventsPer100PatientYears.toFixed(2))],
        ['net risk by 5 years', ...simulations.map((one) => percent(one.netRisk['5']))],
        ['C of the true risk', ...simulations.map((one) => one.trueC.toFixed(3))],
      ],
    ),
    '### On phantoms',
    '',
    'From the cards of the shipped weights: simulated patients that no part was fitted on, with phantom hearts.',
    '',
    ...simulatedTargets(simulatedResults(cards)),
    'Below, the true risk by 5 years of patients in tenths of the predicted: the mean of each tenth, and what nine in ten of its',
    'patients lie within. First with phantoms, then with the real anatomies of the next section.',
    '',
    '![Simulated patients: true against predicted risk](validation-simulated.svg)',
    '',
    ...onRealAnatomies(simulatedResults(cards), anatomies),
    '### All figures of the cards',
    '',
    ...(['image', 'fusion'] as const).flatMap((name) => [
      `\`${name}\`:`,
      '',
      ...table(['figure', 'value'], flattened((cards[name] as Readonly<Record<string, unknown>>)['results'])),
    ]),
  ];
}

/** What a card says about the simulated test patients; cards of older weights lack some of it. */
interface SimulatedResults {
  readonly patients: number;
  readonly c: Readonly<Record<'truth' | 'image' | 'fused', number>>;
  readonly meanRiskAt5Years: Readonly<Record<'truth' | 'image' | 'fused', number>>;
  readonly riskAt5YearsByTenths?: Readonly<Record<'image' | 'fused', RiskByTenths>>;
  readonly slopeOfTruthOnPrediction?: Readonly<Record<'image' | 'fused', number>>;
  readonly fusedLessBranchC?: Readonly<
    Record<'covariates' | 'image', { readonly difference: number; readonly low: number; readonly high: number }>
  >;
}

/** What the card says about its limits. */
interface CardResults extends SimulatedResults {
  readonly widthsSetOn: {
    readonly coversTruthPercent: Readonly<
      Record<'tuningAnatomies' | 'testAnatomies', Readonly<Record<'image' | 'fused', number>>>
    >;
  };
}

export const simulatedResults = (cards: ReportInput['cards']): CardResults =>
  (cards.fusion as unknown as { readonly results: CardResults }).results;

function onRealAnatomies(phantoms: CardResults, study: AnatomyStudy | null): string[] {
  const heading = ['### On real anatomies', ''];
  if (study === null) return [...heading, 'Not measured: the labelled stacks of EMIDEC were not at hand.', ''];
  const shown = (percentage: number): string => `${percentage.toFixed(1)}%`;
  const covered = phantoms.widthsSetOn.coversTruthPercent;
  return [
    ...heading,
    `The same patients with other hearts: ventricles of ${study.anatomies} real stacks (EMIDEC) that nothing here was learned from, with their wall,`,
    'noise and artefacts, warped to each patient; their own scar taken out and the patient’s put in, with the signal that the',
    'phantom’s physics gives it between the stack’s own blood and wall (`src/core/phantom/warpedHeart.ts`). Contours are the experts’;',
    'a network’s would add its errors. Outcomes are simulated all the same.',
    '',
    ...simulatedTargets(study.figures),
    'What the widths hold that the page shows. They were set on these hearts and on those of the anatomies that set the fusion, each',
    'half counting alike, so that nine of ten are held in all (`npm run train -- survival-limits`); the first column is from the card.',
    '',
    ...table(
      ['', 'the other anatomies (card)', 'these anatomies'],
      [
        [
          "image branch's width holds the truth of",
          shown(covered.tuningAnatomies.image),
          shown(study.coveredPercent.image),
        ],
        [
          "fused model's width holds the truth of",
          shown(covered.tuningAnatomies.fused),
          shown(study.coveredPercent.fused),
        ],
        ['hearts called unlike those learned from', '', shown(study.flaggedPercent)],
      ],
    ),
  ];
}

function simulatedTargets(results: SimulatedResults): string[] {
  const { patients, c, meanRiskAt5Years: meanRisk, slopeOfTruthOnPrediction: slope, fusedLessBranchC } = results;
  const row = (what: string, found: string | undefined, asked: string, met: boolean): string[] =>
    found === undefined ? [what, 'not on the card', asked, ''] : [what, found, asked, met ? 'met' : '**not met**'];
  const share = (name: string, of: 'image' | 'fused', floor: number): string[] =>
    row(
      `${name}: C over the true risk's C`,
      (c[of] / c.truth).toFixed(3),
      `${floor} or more`,
      c[of] / c.truth >= floor,
    );
  const slopeRow = (name: string, of: 'image' | 'fused'): string[] =>
    row(
      `${name}: slope of the true on the predicted log-odds at 5 years`,
      slope?.[of].toFixed(2),
      '0.9 to 1.1',
      slope !== undefined && slope[of] >= 0.9 && slope[of] <= 1.1,
    );
  const riskRow = (name: string, of: 'image' | 'fused'): string[] => {
    const off = meanRisk[of] / meanRisk.truth - 1;
    return row(`${name}: mean 5-year risk over the true, less 1`, signed(off), 'within 0.1', Math.abs(off) < 0.1);
  };
  const gain = (name: string, over: 'covariates' | 'image'): string[] => {
    const found = fusedLessBranchC?.[over];
    return row(
      `Fused less ${name}: C (95% by paired bootstrap)`,
      found && `${signed(found.difference)} (${signed(found.low)} to ${signed(found.high)})`,
      'above 0',
      found !== undefined && found.low > 0,
    );
  };
  return [
    `On ${patients} patients; the true risk's C, ${c.truth.toFixed(3)}, is the most that any model can reach:`,
    '',
    ...table(
      ['Measure', 'Found', 'Asked for', ''],
      [
        share('Image branch', 'image', 0.92),
        share('Fused', 'fused', 0.95),
        gain('the covariate branch', 'covariates'),
        gain('the image branch', 'image'),
        slopeRow('Image branch', 'image'),
        slopeRow('Fused', 'fused'),
        riskRow('Image branch', 'image'),
        riskRow('Fused', 'fused'),
      ],
    ),
  ];
}

/** A card's figures as rows: the path to each, and its value. */
function flattened(value: unknown, at: readonly string[] = []): string[][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, inner]) => flattened(inner, [...at, key]));
  }
  return [[at.join(', '), Array.isArray(value) ? value.join(', ') : String(value)]];
}

export function simulatedPanels(name: string, { riskAt5YearsByTenths: tenths }: SimulatedResults): Panel[] {
  if (!tenths) return [];
  const to = Math.min(1, Math.ceil(10 * Math.max(...tenths.image.truthP95, ...tenths.fused.truthP95)) / 10);
  const axis = { from: 0, to, percent: true };
  const series = (label: string, colour: string, { predicted, truth, truthP5, truthP95 }: RiskByTenths): Series => ({
    name: label,
    colour,
    points: predicted.map((value, k) => [value, truth[k]] as const),
    band: truthP5.map((low, k) => [low, truthP95[k]] as const),
  });
  return [
    {
      title: `${name}, at 5 years`,
      x: { ...axis, label: 'predicted risk' },
      y: { ...axis, label: 'true risk' },
      legend: 'top left',
      series: [
        asPredicted(to),
        series('image branch', COLOURS.cox, tenths.image),
        series('fused', COLOURS.net, tenths.fused),
      ],
    },
  ];
}
