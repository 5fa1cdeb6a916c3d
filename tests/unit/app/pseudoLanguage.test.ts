/** Every component is rendered in a language in which each message is nothing but brackets: what else is readable is written in the code. */
import { readFileSync } from 'node:fs';
import type { Component } from 'svelte';
import { render } from 'svelte/server';
import { describe, expect, it, vi } from 'vitest';
import EmptyState from '../../../src/app/EmptyState.svelte';
import Header from '../../../src/app/Header.svelte';
import Notice from '../../../src/app/Notice.svelte';
import StatusBar from '../../../src/app/StatusBar.svelte';
import ComparePanel from '../../../src/app/case/ComparePanel.svelte';
import Contents from '../../../src/app/case/Contents.svelte';
import ResultSentence from '../../../src/app/case/summary/ResultSentence.svelte';
import ScarBrief from '../../../src/app/case/summary/ScarBrief.svelte';
import SummaryPanel from '../../../src/app/case/summary/SummaryPanel.svelte';
import WayOut from '../../../src/app/case/risk/WayOut.svelte';
import TakenPanel from '../../../src/app/case/TakenPanel.svelte';
import BesidePanel from '../../../src/app/case/risk/BesidePanel.svelte';
import CovariateForm from '../../../src/app/case/risk/CovariateForm.svelte';
import CurveFigure from '../../../src/app/case/risk/CurveFigure.svelte';
import NotApplicable from '../../../src/app/case/risk/NotApplicable.svelte';
import RiskPanel from '../../../src/app/case/risk/RiskPanel.svelte';
import RiskTable from '../../../src/app/case/risk/RiskTable.svelte';
import WhatIfPanel from '../../../src/app/case/risk/WhatIfPanel.svelte';
import WhyPanel from '../../../src/app/case/risk/WhyPanel.svelte';
import ReportView from '../../../src/app/case/saving/ReportView.svelte';
import SavePanel from '../../../src/app/case/saving/SavePanel.svelte';
import ScarPanel from '../../../src/app/case/scar/ScarPanel.svelte';
import SegmentPanel from '../../../src/app/case/scar/SegmentPanel.svelte';
import { Session } from '../../../src/app/case/state/session.svelte.ts';
import SkipLinks from '../../../src/app/SkipLinks.svelte';
import CorrectionBar from '../../../src/app/case/viewer/CorrectionBar.svelte';
import CorrectionRecord from '../../../src/app/case/viewer/CorrectionRecord.svelte';
import ReadOut from '../../../src/app/case/viewer/ReadOut.svelte';
import HeartCircleBar from '../../../src/app/case/viewer/HeartCircleBar.svelte';
import KeySheet from '../../../src/app/case/viewer/KeySheet.svelte';
import SliceStrip from '../../../src/app/case/viewer/SliceStrip.svelte';
import Viewer from '../../../src/app/case/viewer/Viewer.svelte';
import RequestList from '../../../src/app/shared/RequestList.svelte';
import type * as languageModule from '../../../src/app/shared/language.svelte.ts';
import { RequestLog } from '../../../src/app/shared/requestLog.svelte.ts';
import { readCaseFile } from '../../../src/pipeline/saving/caseFile.ts';
import { memoryFile } from '../../../src/pipeline/reading/study.ts';

vi.mock('../../../src/app/shared/language.svelte.ts', async (importOriginal) => {
  const original = await importOriginal<typeof languageModule>();
  const pseudo = (value: unknown): unknown => {
    if (typeof value === 'string') return '⟦⟧';
    if (typeof value === 'function')
      return (...values: unknown[]) => pseudo((value as (...all: unknown[]) => unknown)(...values));
    if (Array.isArray(value)) return value.map(pseudo);
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, pseudo(inner)]));
    }
    return value;
  };
  const messages = pseudo(original.language.messages);
  return { ...original, messages: () => messages };
});

/** A case that was saved, with a curve that does not apply, corrections and warnings of every kind. */
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
const { opened, image, case: open } = session;
if (!opened || !image || !open) throw new Error('The case did not open.');
session.settings.keySheetOpen = true;
const { survival, analysis } = open;

/** Names, signs, units and abbreviations that every language writes so. */
const NAMES =
  /Scarcast|SHA-256|English|中文|A4|PSIR|WebGPU|WebAssembly|\bmg\b|\bmL\b|\bmm\b|\bg\b|\bpx\b|3-D|σ|× |AHA|NYHA|MADIT-II|Esc|Ctrl|Shift|Alt|\b[A-Z]\b|ms|dL|mmol|SNOMED|LOINC|\b[RLAPHF]{2,3}\b|\d+(\.\d+)*/g;

/** What a reader would read in it, or be read: text, and the attributes that are words. */
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
  const cases: readonly (readonly [string, () => string])[] = [
    ['empty page', () => show(EmptyState, { session, open: doors, dropping: false })],
    ['header', () => show(Header, { session, open: doors, room: 'teach' as const, holdsCohort: false })],
    ['skip links', () => show(SkipLinks, { session })],
    ['notice', () => show(Notice, { session })],
    ['status', () => show(StatusBar, { session })],
    ['requests', () => show(RequestList, { requests: session.requests })],
    ['keys', () => show(KeySheet, { settings: session.settings })],
    ['what was opened', () => show(TakenPanel, { session, opened })],
    ['viewer', () => show(Viewer, { image, open, showHeart: () => undefined })],
    [
      'read-out',
      () => show(ReadOut, { at: { column: 1, row: 2, slice: 3, placeMm: [1, -2, 3], signal: 4.5, label: 3 } }),
    ],
    [
      'circle about the heart',
      () =>
        show(HeartCircleBar, {
          viewer: image.view,
          circle: { centre: [1, 2] as const, diameterMm: 70 },
          lengthsKnown: true,
          measure: () => undefined,
        }),
    ],
    ['slices', () => show(SliceStrip, { image, open, colours: null })],
    ['correction', () => show(CorrectionBar, { correction: open.correction, image })],
    ['what was corrected', () => show(CorrectionRecord, { record: open.correction.record })],
    ['scar', () => show(ScarPanel, { open, analysis, intervals: analysis.intervals })],
    ['segments', () => show(SegmentPanel, { open })],
    ['risk', () => show(RiskPanel, { open, survival, cohort: null, openCalibration: () => undefined })],
    ['risk table', () => show(RiskTable, { survival, rate: 'heartFailure' as const, unfolded: true })],
    ['curve', () => show(CurveFigure, { survival, rate: 'heartFailure' as const, cohort: null, tried: survival })],
    ['does not apply', () => show(NotApplicable, { applies: survival.applies, whose: null })],
    ['questions', () => show(CovariateForm, { form: open.form, survival, measured: open.measuredAnswers })],
    [
      'way out',
      () =>
        show(WayOut, {
          open,
          applies: { yes: false, why: [{ code: 'noReflow' }, { code: 'defibrillator' }, { code: 'lengthsNotKnown' }] },
        }),
    ],
    ['contents', () => show(Contents, { open })],
    ['summary', () => show(SummaryPanel, { open, survival, cohort: null, hasSentence: true })],
    ['sentence', () => show(ResultSentence, { open, survival, rate: 'heartFailure' as const })],
    ['scar in brief', () => show(ScarBrief, { open })],
    ['why', () => show(WhyPanel, { open, survival })],
    ['what if', () => show(WhatIfPanel, { open, survival })],
    ['others', () => show(BesidePanel, { open, survival })],
    [
      'comparison',
      () => show(ComparePanel, { open, measures: open.scar.measures, survival, patient: null, compareWith: later }),
    ],
    ['saving', () => show(SavePanel, { session, opened, open })],
    ['report', () => show(ReportView, { opened, open, cohort: null, tellImage: () => Promise.resolve(null) })],
  ];

  it.each(cases)('comes from the tables: %s', (_name, html) => {
    const shown = html();
    expect(shown).toContain('⟦⟧');
    expect(readable(shown)).toEqual([]);
  });
});

function show<Props extends Record<string, unknown>>(component: Component<Props>, props: Props): string {
  return render(component, { props }).body;
}

const nothing = (): void => undefined;
const doors = { files: nothing, folder: nothing, demo: nothing, heart: nothing, clear: nothing };
const later = (): Promise<void> => Promise.resolve();
