import { describe, expect, it } from 'vitest';
import { svgFigure } from '../../../../src/studies/survival/report/svgFigure.ts';

describe('a figure', () => {
  const svg = svgFigure('Observed < predicted', [
    {
      title: 'A & B',
      x: { label: 'years', from: 0, to: 10, percent: false },
      y: { label: 'risk', from: 0, to: 1, percent: true },
      legend: 'top left',
      series: [
        {
          name: 'steps',
          colour: '#123456',
          step: true,
          points: [
            [0, 0],
            [10, 1],
          ],
          band: [
            [0, 0],
            [0.9, 1],
          ],
        },
      ],
      marks: [{ x: 5, y: 0.5, low: 0.4, high: 0.6 }],
    },
  ]);

  it('stands by itself, with its words escaped', () => {
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg).toContain('<title>Observed &lt; predicted</title>');
    expect(svg).toContain('A &amp; B');
    expect(svg).not.toMatch(/script|href|style=/);
  });

  it('draws from corner to corner of its axes, across before up', () => {
    // 400 by 330 less margins: x from 56 to 380, y from 284 up to 34.
    expect(svg).toContain('d="M56,284L380,284L380,34" fill="none" stroke="#123456"');
    expect(svg).toContain('fill="#123456" fill-opacity="0.15"');
    expect(svg).toContain('<circle cx="218.0" cy="159.0"');
    expect(svg).toContain('>60%<');
  });
});
