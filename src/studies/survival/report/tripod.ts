import { table } from './markdown.ts';
import { TRIPOD_ITEMS } from './tripodItems.ts';

export function tripod(): string[] {
  return [
    '## TRIPOD+AI',
    '',
    'Items of the TRIPOD+AI statement (Collins et al., BMJ 2024;385:e078378), and where each is answered.',
    '',
    ...table(
      ['Item', 'What it asks', 'Answer'],
      TRIPOD_ITEMS.map(({ item, asks, answer }) => [item, asks, answer]),
    ),
  ];
}
