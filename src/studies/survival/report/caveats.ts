import type { ReportInput } from './reportInput.ts';

export function caveats({ patients, network }: ReportInput): string[] {
  const events = patients.filter(({ status }) => status === 1).length;
  return [
    '## What it does not show',
    '',
    '- **The image branch learned from simulated outcomes**, on phantoms and warped real hearts. How well it recovers rules that we wrote',
    '  says nothing about patients.',
    '- **No curve here has been validated on patients with images.** No open data set pairs LGE images with arrhythmic outcomes.',
    "- **MUSIC's patients were treated twenty years ago** (2003-2004), with few defibrillators and without the drugs of today.",
    '  Fewer patients die suddenly today, so these risks are probably too high now.',
    "- **The paper's event and MUSIC's differ.** SSCAR also counts appropriate shocks of a defibrillator; MUSIC counts only sudden",
    '  cardiac death. Most patients of SSCAR had a defibrillator, but few patients of MUSIC.',
    '- Cross-validation within one cohort says how the recipe performs on similar patients. WHAS500 below tests the recipe on other patients, with',
    '  another event (any death after an infarct). It is not an external validation of the shipped weights.',
    '- The design of the recipe (the ridge on the spread, the grid of penalties and epochs, balanced bootstrap) was settled on MUSIC,',
    '  by cross-validation like this one. This favours the branch over Cox a little, by some thousandths of C.',
    `- ${events} sudden deaths for ${network.inputs.length} inputs are few. The 95% limits of C over patients are wide, and the differences between models`,
    '  are within them.',
    '- A weight is an association. Drugs were given to patients who needed them, so their weights are not effects of the drugs.',
    '',
  ];
}
