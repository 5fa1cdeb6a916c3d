import type { ReportInput } from './reportInput.ts';

export function caveats({ patients, network }: ReportInput): string[] {
  const events = patients.filter(({ status }) => status === 1).length;
  return [
    '## What it does not show',
    '',
    '- **The image branch has learned from simulated outcomes**, on phantoms and warped real hearts. How well it recovers a law that we wrote down',
    '  says nothing of patients.',
    '- **No curve here has been validated on patients with images.** No open data pairs LGE images with arrhythmic outcome.',
    "- **MUSIC's patients were treated twenty years ago** (2003-2004), with few defibrillators and without the drugs of today.",
    '  Today fewer die suddenly: the risks are likely too high now.',
    "- **The paper's event and MUSIC's are not one.** SSCAR counts appropriate shocks of a defibrillator too; MUSIC counts sudden",
    '  cardiac death. Most patients of SSCAR had a defibrillator, few of MUSIC.',
    '- Cross-validation within one cohort says how the recipe does on its like. WHAS500 below tests the recipe on other patients, with',
    '  another event (any death after an infarct): it is no external validation of the shipped weights.',
    '- The design of the recipe (the ridge on the spread, the grid of penalties and epochs, balanced bootstrap) was settled on MUSIC,',
    '  by cross-validation like this one: the comparison with Cox favours the branch by as much as that can, some thousandths of C.',
    `- ${events} sudden deaths for ${network.inputs.length} inputs are few. The 95% limits of C over patients are wide, and differences between the models that`,
    '  stand here are within them.',
    '- A weight is an association. Drugs were given to those who needed them; their weights are not effects of giving them.',
    '',
  ];
}
