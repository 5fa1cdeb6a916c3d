/** Every component of the page with something to show, made of one open case: the gallery shows them, and a test reads them. */
import type { Component } from 'svelte';
import EmptyState from '../EmptyState.svelte';
import Header from '../Header.svelte';
import Notice from '../Notice.svelte';
import StatusBar from '../StatusBar.svelte';
import ComparePanel from '../case/ComparePanel.svelte';
import Contents from '../case/Contents.svelte';
import ResultSentence from '../case/summary/ResultSentence.svelte';
import ScarBrief from '../case/summary/ScarBrief.svelte';
import SummaryPanel from '../case/summary/SummaryPanel.svelte';
import WayOut from '../case/risk/WayOut.svelte';
import TakenPanel from '../case/TakenPanel.svelte';
import GuidelinesPanel from '../case/risk/GuidelinesPanel.svelte';
import CovariateForm from '../case/risk/CovariateForm.svelte';
import CurveFigure from '../case/risk/CurveFigure.svelte';
import NotApplicable from '../case/risk/NotApplicable.svelte';
import RiskPanel from '../case/risk/RiskPanel.svelte';
import RiskTable from '../case/risk/RiskTable.svelte';
import WhatIfPanel from '../case/risk/WhatIfPanel.svelte';
import WhyPanel from '../case/risk/WhyPanel.svelte';
import LeftCopies from '../case/saving/LeftCopies.svelte';
import ReportView from '../case/saving/ReportView.svelte';
import SavePanel from '../case/saving/SavePanel.svelte';
import ScarPanel from '../case/scar/ScarPanel.svelte';
import SegmentPanel from '../case/scar/SegmentPanel.svelte';
import PaneSplitter from '../case/PaneSplitter.svelte';
import MaskPanel from '../case/MaskPanel.svelte';
import SkipLinks from '../SkipLinks.svelte';
import CorrectionBar from '../case/viewer/CorrectionBar.svelte';
import CorrectionRecord from '../case/viewer/CorrectionRecord.svelte';
import ReadOut from '../case/viewer/ReadOut.svelte';
import HeartCircleBar from '../case/viewer/HeartCircleBar.svelte';
import KeySheet from '../case/viewer/KeySheet.svelte';
import SliceStrip from '../case/viewer/SliceStrip.svelte';
import Viewer from '../case/viewer/Viewer.svelte';
import DropZone from '../shared/DropZone.svelte';
import RequestList from '../shared/RequestList.svelte';
import type { Session } from '../case/state/session.svelte.ts';

type Props = Record<string, unknown>;
/** A component with what it is given, for whoever draws it. */
export type Shown = <R>(draw: <P extends Props>(component: Component<P>, props: P) => R) => R;

const shown =
  <P extends Props>(component: Component<P>, props: P): Shown =>
  (draw) =>
    draw(component, props);

const nothing = (): void => undefined;
const doors = { files: nothing, folder: nothing, demo: nothing, heart: nothing, copy: nothing, clear: nothing };
const later = (): Promise<void> => Promise.resolve();

/** By name; none without a case. */
export function componentsOf(session: Session): readonly (readonly [string, Shown])[] {
  const { opened, image, case: open } = session;
  if (!opened || !image || !open) return [];
  const { survival, analysis } = open;
  return [
    ['empty page', shown(EmptyState, { session, open: doors, dropping: false })],
    ['the bar between images and results', shown(PaneSplitter, { settings: session.settings })],
    ['where to drop again', shown(DropZone, { open: doors, dropping: false, again: true })],
    ['header', shown(Header, { session, open: doors, room: 'teach' as const, holdsMore: false })],
    ['skip links', shown(SkipLinks, { session })],
    ['notice', shown(Notice, { session })],
    ['status', shown(StatusBar, { session, toldAbove: true })],
    ['requests', shown(RequestList, { requests: session.requests })],
    ['keys', shown(KeySheet, { settings: session.settings })],
    ['what was opened', shown(TakenPanel, { session, opened })],
    ['viewer', shown(Viewer, { image, open, showHeart: () => undefined })],
    ['read-out', shown(ReadOut, { at: { column: 1, row: 2, slice: 3, placeMm: [1, -2, 3], signal: 4.5, label: 3 } })],
    [
      'circle about the heart',
      shown(HeartCircleBar, {
        viewer: image.view,
        circle: { centre: [1, 2] as const, diameterMm: 70 },
        lengthsKnown: true,
        measure: () => undefined,
      }),
    ],
    ['slices', shown(SliceStrip, { image, open, colours: null })],
    ['correction', shown(CorrectionBar, { open })],
    ['what was corrected', shown(CorrectionRecord, { record: open.correction.record, locked: true })],
    ['scar', shown(ScarPanel, { open, analysis, intervals: analysis.intervals })],
    ['segments', shown(SegmentPanel, { open })],
    ['risk', shown(RiskPanel, { open, survival, cohort: null, openCalibration: () => undefined })],
    ['risk table', shown(RiskTable, { survival, rate: 'heartFailure' as const, unfolded: true })],
    ['curve', shown(CurveFigure, { survival, rate: 'heartFailure' as const, cohort: null, tried: survival })],
    ['does not apply', shown(NotApplicable, { applies: survival.applies, whose: null })],
    ['questions', shown(CovariateForm, { form: open.form, survival, measured: open.measuredAnswers })],
    [
      'way out',
      shown(WayOut, {
        open,
        applies: { yes: false, why: [{ code: 'noReflow' }, { code: 'defibrillator' }, { code: 'lengthsNotKnown' }] },
      }),
    ],
    ['contents', shown(Contents, { open })],
    ['summary', shown(SummaryPanel, { open, survival, cohort: null, hasSentence: true })],
    ['sentence', shown(ResultSentence, { open, survival, rate: 'heartFailure' as const })],
    ['scar in brief', shown(ScarBrief, { open })],
    ['why', shown(WhyPanel, { open, survival })],
    ['what if', shown(WhatIfPanel, { open, survival })],
    ['others', shown(GuidelinesPanel, { open, survival })],
    [
      'comparison',
      shown(ComparePanel, { open, measures: open.scar.measures, survival, patient: null, compareWith: later }),
    ],
    ['another’s contours', shown(MaskPanel, { open, disabled: false, compareMask: later })],
    [
      'copies that were left',
      shown(LeftCopies, { copies: [{ name: 'one', at: new Date(0) }], open: nothing, remove: nothing }),
    ],
    ['saving', shown(SavePanel, { session, opened, open })],
    ['report', shown(ReportView, { opened, open, cohort: null, tellImage: () => Promise.resolve(null) })],
  ];
}
