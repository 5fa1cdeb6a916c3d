import { line, area, curveLinear, curveStepAfter, scaleLinear } from 'd3';

interface Axis {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly percent: boolean;
}

export interface Series {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Limits around the points, one pair for each. */
  readonly band?: readonly (readonly [low: number, high: number])[];
  /** A step function: each value holds until the next point. */
  readonly step?: boolean;
  readonly dashed?: boolean;
}

export interface Panel {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** Single points with their limits. */
  readonly marks?: readonly { readonly x: number; readonly y: number; readonly low: number; readonly high: number }[];
  /** Where the names have room. */
  readonly legend: 'top left' | 'top right' | 'bottom right';
}

const WIDTH = 400;
const HEIGHT = 330;
const MARGIN = { left: 56, right: 20, top: 34, bottom: 46 };
const LINE_HEIGHT = 16;

const text = (value: string): string => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const place = (value: number): string => value.toFixed(1);

/** Panels side by side as a self-contained SVG file: white background, no script, no embedded font. */
export function svgFigure(description: string, panels: readonly Panel[]): string {
  const width = WIDTH * panels.length;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="#222">`,
    `<title>${text(description)}</title>`,
    `<rect width="${width}" height="${HEIGHT}" fill="#fff"/>`,
    ...panels.map((panel, at) => `<g transform="translate(${WIDTH * at} 0)">${drawPanel(panel)}</g>`),
    '</svg>',
    '',
  ].join('\n');
}

function drawPanel({ title, x, y, series, marks = [], legend }: Panel): string {
  const right = WIDTH - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  const toX = scaleLinear([x.from, x.to], [MARGIN.left, right]);
  const toY = scaleLinear([y.from, y.to], [bottom, MARGIN.top]);
  const shown = (axis: Axis, value: number): string => (axis.percent ? `${Math.round(100 * value)}%` : String(value));
  const parts = [`<text x="${MARGIN.left}" y="20" font-weight="600">${text(title)}</text>`];
  for (const tick of toX.ticks(5)) {
    parts.push(
      `<path d="M${place(toX(tick))} ${bottom}v4" stroke="#888"/>`,
      `<text x="${place(toX(tick))}" y="${bottom + 17}" text-anchor="middle">${shown(x, tick)}</text>`,
    );
  }
  for (const tick of toY.ticks(5)) {
    parts.push(
      `<path d="M${MARGIN.left} ${place(toY(tick))}H${right}" stroke="#e4e4e4"/>`,
      `<text x="${MARGIN.left - 6}" y="${place(toY(tick) + 4)}" text-anchor="end">${shown(y, tick)}</text>`,
    );
  }
  parts.push(
    `<path d="M${MARGIN.left} ${MARGIN.top}V${bottom}H${right}" fill="none" stroke="#888"/>`,
    `<text x="${(MARGIN.left + right) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${text(x.label)}</text>`,
    `<text transform="translate(14 ${(MARGIN.top + bottom) / 2}) rotate(-90)" text-anchor="middle">${text(y.label)}</text>`,
  );
  for (const { colour, points, band, step, dashed } of series) {
    const curve = step ? curveStepAfter : curveLinear;
    const draw = line<readonly [number, number]>(
      (point) => toX(point[0]),
      (point) => toY(point[1]),
    )
      .curve(curve)
      .digits(1);
    if (band) {
      const limits = points.map(([at], k) => [at, band[k][0], band[k][1]] as const);
      const fill = area<(typeof limits)[number]>()
        .x((limit) => toX(limit[0]))
        .y0((limit) => toY(limit[1]))
        .y1((limit) => toY(limit[2]))
        .curve(curve)
        .digits(1);
      parts.push(`<path d="${fill(limits) ?? ''}" fill="${colour}" fill-opacity="0.15"/>`);
    }
    const dash = dashed ? ' stroke-dasharray="5 4"' : '';
    parts.push(`<path d="${draw(points) ?? ''}" fill="none" stroke="${colour}" stroke-width="1.8"${dash}/>`);
  }
  for (const mark of marks) {
    parts.push(
      `<path d="M${place(toX(mark.x))} ${place(toY(mark.low))}V${place(toY(mark.high))}" stroke="#222"/>`,
      `<circle cx="${place(toX(mark.x))}" cy="${place(toY(mark.y))}" r="3.5"/>`,
    );
  }
  const first = legend === 'bottom right' ? bottom - 8 - LINE_HEIGHT * (series.length - 1) : MARGIN.top + 12;
  const left = legend === 'top left' ? MARGIN.left + 10 : right - 190;
  series.forEach(({ name, colour, dashed }, k) => {
    const at = first + LINE_HEIGHT * k;
    const dash = dashed ? ' stroke-dasharray="5 4"' : '';
    parts.push(
      `<path d="M${left} ${at - 4}h20" stroke="${colour}" stroke-width="2"${dash}/>`,
      `<text x="${left + 26}" y="${at}">${text(name)}</text>`,
    );
  });
  return parts.join('');
}
