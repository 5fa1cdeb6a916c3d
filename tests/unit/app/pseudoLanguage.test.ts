/**
 * Every component is rendered in a language in which each message is only brackets: anything else readable is written
 * in the code.
 */
import { readFileSync } from 'node:fs';
import { render } from 'svelte/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { componentsOf } from '../../../src/app/gallery/components.ts';
import { Session } from '../../../src/app/case/state/session.svelte.ts';
import { en, type Messages } from '../../../src/app/messages/en.ts';
import { language } from '../../../src/app/shared/language.svelte.ts';
import { RequestLog } from '../../../src/app/shared/requestLog.svelte.ts';
import { readCaseFile } from '../../../src/pipeline/saving/caseFile.ts';
import { Label } from '../../../src/core/volume/volume.ts';
import { memoryFile } from '../../../src/pipeline/reading/study.ts';

/** Any message as brackets only. */
function pseudo(value: unknown): unknown {
  if (typeof value === 'string') return '⟦⟧';
  if (typeof value === 'function')
    return (...values: unknown[]) => pseudo((value as (...all: unknown[]) => unknown)(...values));
  if (Array.isArray(value)) return value.map(pseudo);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, pseudo(inner)]));
  }
  return value;
}

beforeAll(() => {
  language.messages = pseudo(en) as Messages;
});
afterAll(() => {
  language.messages = en;
});

/** A saved case, with a curve that does not apply, corrections and warnings of every kind. */
const saved = await readCaseFile(memoryFile('case.scarcast', readFileSync('tests/golden/case-0.1.0.scarcast')));
const session = new Session(
  () => ({
    reading: { call: () => Promise.resolve(saved), end: () => undefined },
    inference: {
      start: () => Promise.resolve(),
      call: () => new Promise<never>(() => undefined),
      end: () => undefined,
    },
  }),
  new RequestLog('https://example.org/'),
);
await session.openFiles([{ path: 'case.scarcast', file: new File([], 'case.scarcast') }]);
session.settings.keySheetOpen = true;
const drawn = session.case?.analysis.labels;
const scarAlone = drawn?.labels.map((label) => (label === Label.scar ? label : Label.background));
if (drawn && scarAlone) session.case?.compareMask('', { ...drawn, labels: scarAlone });

/** Names, signs, units and abbreviations that every language writes the same way. */
const NAMES =
  /Scarcast|SHA-256|English|中文|A4|PSIR|WebGPU|WebAssembly|\bmg\b|\bmL\b|\bmm\b|\bg\b|\bpx\b|3-D|σ|× |AHA|NYHA|MADIT-II|Esc|Ctrl|Shift|Alt|\b[A-Z]\b|ms|dL|mmol|SNOMED|LOINC|\b[RLAPHF]{2,3}\b|\d+(\.\d+)*/g;

/** What a reader would read in it, or hear: text, and the attributes that are words. */
function readable(html: string): string[] {
  const attributes = [...html.matchAll(/ (?:aria-label|aria-valuetext|title|alt|placeholder)="([^"]*)"/g)].map(
    ([, value]) => value,
  );
  const text = html
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/<[^>]*>/g, '\n')
    // Hashes, and a date, which the browser writes.
    .replace(/\b[0-9a-f]{7,64}\b|[A-Z][a-z]+ \d+, \d{4} at [\d: AP]+M/g, '')
    .split('\n');
  return [...attributes, ...text].filter((part) => /\p{L}{2}/u.test(part.replaceAll('⟦⟧', '').replace(NAMES, '')));
}

describe('all that the page says', () => {
  it('is shown of a whole case', () => {
    expect(componentsOf(session).length).toBeGreaterThan(0);
  });

  it.each(componentsOf(session))('comes from the tables: %s', (_name, draw) => {
    const shown = draw((component, props) => render(component, { props }).body);
    expect(shown).toContain('⟦⟧');
    expect(readable(shown)).toEqual([]);
  });
});
