/** The validation report of the survival models: text, tables and figures from what `npm run report:survival` measured. */
import { Random } from '../../../core/random.ts';
import { calibrationCurve } from '../../../core/statistics/calibration.ts';
import { bands, bandStudies } from './bands.ts';
import { calibration, calibrationPanel } from './calibration.ts';
import { calibrationInTime } from './calibrationInTime.ts';
import { caveats } from './caveats.ts';
import { decisionPanel, decisions } from './decisions.ts';
import { discrimination, rocPanel, thirdsPanel } from './discrimination.ts';
import { effects } from './effects.ts';
import { fiveAnswers } from './fiveAnswers.ts';
import { opening, targets } from './inShort.ts';
import { method } from './method.ts';
import { missingInputs } from './missingInputs.ts';
import { incidencePanel, netAndCrude } from './netAndCrude.ts';
import { otherCohort } from './otherCohort.ts';
import { cohort } from './patients.ts';
import { groupData, NET, type ReportInput, SEED } from './reportInput.ts';
import { rates } from './rates.ts';
import { sensitivity } from './sensitivity.ts';
import { simulated, simulatedPanels, simulatedResults } from './simulated.ts';
import { svgFigure } from './svgFigure.ts';
import { tripod } from './tripod.ts';

export function survivalReport(input: ReportInput): {
  readonly markdown: string;
  readonly figures: Readonly<Record<string, string>>;
} {
  const all = groupData(input.music, 'all');
  const ischaemic = groupData(input.music, 'ischaemic');
  const whas = groupData(input.whas, 'all');
  const named = [
    ['MUSIC, all', all],
    ['MUSIC, ischaemic', ischaemic],
    ['WHAS500', whas],
  ] as const;
  const curves = named.map(([, data]) => calibrationCurve(data.cohort, data.risk[NET], data.years, new Random(SEED)));
  const studies = bandStudies(input);
  const markdown = [
    ...opening(input),
    ...targets(input, all, ischaemic, studies),
    ...caveats(input),
    ...method(input),
    ...cohort(input),
    ...discrimination(input, all, ischaemic),
    ...fiveAnswers(input, all, ischaemic),
    ...calibration(named, curves),
    ...calibrationInTime(input),
    ...rates(input),
    ...bands(input, studies),
    ...decisions(all, ischaemic),
    ...netAndCrude(input),
    ...sensitivity(input),
    ...otherCohort(input),
    ...missingInputs(input),
    ...effects(input),
    ...simulated(input),
    ...tripod(),
  ].join('\n');
  return {
    markdown: `${markdown}\n`,
    figures: {
      'validation-calibration.svg': svgFigure(
        'Observed against predicted risk, out of fold',
        named.map(([name, data], k) => calibrationPanel(name, data, curves[k])),
      ),
      'validation-roc.svg': svgFigure('ROC curves at 4 years, out of fold', [
        rocPanel('MUSIC, all', all),
        rocPanel('MUSIC, ischaemic', ischaemic),
      ]),
      'validation-decision.svg': svgFigure('Decision curves at 4 years, out of fold', [
        decisionPanel('MUSIC, all', all),
        decisionPanel('MUSIC, ischaemic', ischaemic),
      ]),
      'validation-thirds.svg': svgFigure('Freedom from sudden death by thirds of the predicted risk, out of fold', [
        thirdsPanel('MUSIC, all', all),
        thirdsPanel('MUSIC, ischaemic', ischaemic),
      ]),
      'validation-simulated.svg': svgFigure('Simulated patients: true against predicted risk, by tenths', [
        ...simulatedPanels('Phantoms', simulatedResults(input.cards)),
        ...(input.anatomies ? simulatedPanels('Real anatomies', input.anatomies.figures) : []),
      ]),
      'validation-incidence.svg': svgFigure('Cumulative incidence in the ischaemic, observed and predicted', [
        incidencePanel(input),
      ]),
    },
  };
}
