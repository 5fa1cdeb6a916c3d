import { inflateSync } from 'node:zlib';

/** A line of a printed page, and how far it is from the foot of the paper, pt. */
export interface Line {
  readonly text: string;
  readonly fromFootPt: number;
}

type Matrix = readonly [number, number, number, number, number, number];
const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];
/** Runs of one line have the same height. */
const SAME_LINE_PT = 2;

const times = (m: Matrix, n: Matrix): Matrix => [
  m[0] * n[0] + m[1] * n[2],
  m[0] * n[1] + m[1] * n[3],
  m[2] * n[0] + m[3] * n[2],
  m[2] * n[1] + m[3] * n[3],
  m[4] * n[0] + m[5] * n[2] + n[4],
  m[4] * n[1] + m[5] * n[3] + n[5],
];

/** The objects of a PDF as Chromium writes it, by number, and its pages among them. */
function objectsOf(pdf: Buffer): { readonly objects: ReadonlyMap<string, string>; readonly pages: readonly string[] } {
  const objects = new Map(
    [...pdf.toString('latin1').matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)].map(([, id, body]) => [id, body]),
  );
  return { objects, pages: [...objects.values()].filter((body) => /\/Type \/Page\b(?!s)/.test(body)) };
}

function inflated(object: string | undefined): string {
  const stream = /stream\r?\n([\s\S]*)\r?\nendstream/.exec(object ?? '')?.[1];
  return stream === undefined ? '' : inflateSync(Buffer.from(stream, 'latin1')).toString('latin1');
}

/** How many images are drawn on all pages together: one that is split across two pages is drawn on both. */
export function countImages(pdf: Buffer): number {
  const { objects, pages } = objectsOf(pdf);
  const drawn = pages.flatMap((page) => {
    const content = inflated(objects.get(/\/Contents (\d+)/.exec(page)?.[1] ?? ''));
    return [...content.matchAll(/\/X(\d+) Do/g)].map(([, id]) => objects.get(id) ?? '');
  });
  return drawn.filter((object) => object.includes('/Subtype /Image')).length;
}

/** The lines of each page of a PDF as Chromium writes it, from the top: what is on paper, not what the page holds. */
export function pagesOf(pdf: Buffer): readonly (readonly Line[])[] {
  const { objects, pages } = objectsOf(pdf);
  return pages.map((page) => {
    const fonts = /\/Font <<([\s\S]*?)>>/.exec(page)?.[1] ?? '';
    const characters = new Map(
      [...fonts.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name, id]) => [
        name,
        charactersOf(inflated(objects.get(/\/ToUnicode (\d+)/.exec(objects.get(id) ?? '')?.[1] ?? ''))),
      ]),
    );
    return linesOf(inflated(objects.get(/\/Contents (\d+)/.exec(page)?.[1] ?? '')), characters);
  });
}

const hex = (digits: string): number => parseInt(digits, 16);
const text = (digits: string): string => Buffer.from(digits, 'hex').swap16().toString('utf16le');

/** The characters of a font's codes, by its CMap, and how many hexadecimal digits a code has. */
function charactersOf(map: string): { readonly digits: number; readonly of: ReadonlyMap<number, string> } {
  const of = new Map<number, string>();
  for (const [, body] of map.matchAll(/beginbfchar\n([\s\S]*?)endbfchar/g))
    for (const [, code, to] of body.matchAll(/<(\w+)> <(\w+)>/g)) of.set(hex(code), text(to));
  for (const [, body] of map.matchAll(/beginbfrange\n([\s\S]*?)endbfrange/g))
    for (const [, from, to, first] of body.matchAll(/<(\w+)> <(\w+)> <(\w+)>/g))
      for (let code = hex(from); code <= hex(to); code++)
        of.set(code, String.fromCodePoint(hex(first) + code - hex(from)));
  return { digits: /begincodespacerange\n<(\w+)>/.exec(map)?.[1].length ?? 2, of };
}

function linesOf(content: string, fonts: ReadonlyMap<string, ReturnType<typeof charactersOf>>): Line[] {
  const saved: Matrix[] = [];
  let [place, line]: [Matrix, Matrix] = [IDENTITY, IDENTITY];
  let font: ReturnType<typeof charactersOf> | undefined;
  const runs: { text: string; y: number; x: number }[] = [];
  const operands: string[] = [];
  const matrix = (): Matrix => operands.slice(-6).map(Number) as unknown as Matrix;
  for (const token of content.match(/<[\da-fA-F]*>|[^\s<>[\]]+|[[\]]/g) ?? []) {
    if (/^[-\d.<[\]/]/.test(token)) {
      operands.push(token);
      continue;
    }
    if (token === 'q') saved.push(place);
    else if (token === 'Q') place = saved.pop() ?? IDENTITY;
    else if (token === 'cm') place = times(matrix(), place);
    else if (token === 'Tm') line = matrix();
    else if (token === 'Td') line = times([1, 0, 0, 1, Number(operands.at(-2)), Number(operands.at(-1))], line);
    else if (token === 'Tf') font = fonts.get(operands.at(-2)?.slice(1) ?? '');
    else if (token === 'Tj' || token === 'TJ') {
      const codes = operands
        .filter((one) => one.startsWith('<'))
        .join('')
        .replace(/[<>]/g, '');
      const shown = (codes.match(new RegExp(`.{${font?.digits ?? 2}}`, 'g')) ?? []).map(
        (code) => font?.of.get(hex(code)) ?? '',
      );
      const [, , , , x, y] = times(line, place);
      runs.push({ text: shown.join(''), x, y });
    }
    operands.length = 0;
  }
  return joined(runs);
}

/** Joins runs of the same height into a line, from left to right. */
function joined(runs: readonly { readonly text: string; readonly x: number; readonly y: number }[]): Line[] {
  const lines: { runs: { text: string; x: number }[]; y: number }[] = [];
  for (const { text: run, x, y } of [...runs].sort((a, b) => b.y - a.y)) {
    const last = lines.at(-1);
    if (last && Math.abs(last.y - y) < SAME_LINE_PT) last.runs.push({ text: run, x });
    else lines.push({ runs: [{ text: run, x }], y });
  }
  return lines.map(({ runs: of, y }) => ({
    text: of
      .sort((a, b) => a.x - b.x)
      .map(({ text: run }) => run)
      .join('')
      .trim(),
    fromFootPt: y,
  }));
}
