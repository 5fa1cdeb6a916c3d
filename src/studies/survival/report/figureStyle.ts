import { COX, NET } from './reportInput.ts';
import type { Series } from './svgFigure.ts';

export const COLOURS = { net: '#1f5fa8', cox: '#b8560f', other: '#2b7a4b', grey: '#777777' };

/** The line of a model that is right on average. */
export const asPredicted = (to: number): Series => ({
  name: 'as predicted',
  colour: COLOURS.grey,
  dashed: true,
  points: [
    [0, 0],
    [to, to],
  ],
});

export const COMPARED = [
  { model: NET, name: 'covariate branch', colour: COLOURS.net },
  { model: COX, name: 'ridge Cox', colour: COLOURS.cox },
  { model: 'lvefNyhaInfarct', name: 'LVEF, NYHA, infarct', colour: COLOURS.other },
] as const;
