/** A series before it is listed, and the choice among them. */
import { isThinVolume, LEAST_SCORE, scoreOf, type Candidate } from '../../core/dicom/choosing.ts';
import type { ArchiveOrigin } from '../../core/dicom/exportOrigin.ts';
import type { ToldPatient } from '../../core/dicom/toldPatient.ts';
import type { ReadOptions } from './headers.ts';
import type { Obstacle, SeriesFacts, SeriesReason, StackWarning } from './reasons.ts';
import type { SeriesSummary, Stack } from './study.ts';

export interface LoadedStack extends Pick<Stack, 'volume' | 'source'> {
  readonly warnings: readonly StackWarning[];
}

export interface Entry {
  readonly summary: Omit<SeriesSummary, 'id' | 'chosen' | 'usable' | 'why'>;
  /** Why it is not offered, null where it is. */
  readonly obstacle: Obstacle | null;
  readonly candidate: Candidate | null;
  /** The orientation of its slices in the patient is known. */
  readonly placed: boolean;
  readonly from: 'dicom' | 'volume';
  /** As in `DicomHeader`; '' for a volume. */
  readonly patientName: string;
  readonly told: ToldPatient;
  /** When it was taken, as in `FrameInfo`. */
  readonly acquiredSeconds: number | null;
  /** null where there is no grid to load it into. A cine's phase can be loaded, though it is not offered. */
  readonly load: ((options: ReadOptions) => Promise<LoadedStack>) | null;
  /** Checks the values of one slice: they may not be brightness, whatever the header says. */
  readonly look: (() => Promise<Obstacle | null>) | null;
  /** null where it is not DICOM. */
  readonly origin: ((made: Date) => Promise<ArchiveOrigin>) | null;
}

/**
 * The best-scoring stack whose values are brightness; if no DICOM stack is convincing, the best volume file, which
 * someone picked by hand. A volume of thin slices is taken if there is no short axis: it is cut across the heart. A
 * derived image is taken only if there is nothing else. `entries` is updated with what was seen.
 */
export async function choose(entries: Entry[]): Promise<Entry | null> {
  for (;;) {
    const best = bestOf(entries);
    const obstacle = (await best?.look?.()) ?? null;
    if (best === null || obstacle === null) return best;
    entries[entries.indexOf(best)] = { ...best, obstacle, look: null };
  }
}

function bestOf(entries: readonly Entry[]): Entry | null {
  const offered = entries.filter((entry) => entry.obstacle === null && entry.candidate !== null);
  const convincing = offered.filter((entry) => scoreOfEntry(entry) >= LEAST_SCORE);
  const isDerived = (entry: Entry): boolean => entry.candidate?.named.kind === 'derived';
  const pools = [
    convincing.filter((entry) => !isDerived(entry)),
    convincing,
    offered.filter(isEnhancedVolume),
    offered.filter((entry) => entry.from === 'volume'),
  ];
  const pool = pools.find((one) => one.length > 0) ?? [];
  return pool.reduce<Entry | null>((best, entry) => (best === null || isBetter(entry, best) ? entry : best), null);
}

/** A volume of thin slices that is late enhancement by its name. */
const isEnhancedVolume = ({ candidate, placed }: Entry): boolean =>
  candidate !== null &&
  placed &&
  isThinVolume(candidate) &&
  candidate.named.lateEnhancement &&
  candidate.named.otherKind === null &&
  !(candidate.named.longAxis && !candidate.named.shortAxis);

/**
 * Of two that score alike: the one whose kind is known, the one with more slices, and of two scans the later, since a
 * scan is repeated because the first one failed.
 */
function isBetter(one: Entry, other: Entry): boolean {
  const isKnown = ({ candidate }: Entry): number => Number((candidate?.named.kind ?? 'unknown') !== 'unknown');
  const later = (one.acquiredSeconds ?? 0) - (other.acquiredSeconds ?? 0);
  const isTimed = one.acquiredSeconds !== null && other.acquiredSeconds !== null;
  const better =
    scoreOfEntry(one) - scoreOfEntry(other) ||
    isKnown(one) - isKnown(other) ||
    one.summary.slices - other.summary.slices ||
    (isTimed ? later : 0) ||
    one.summary.number - other.summary.number;
  return better > 0;
}

const scoreOfEntry = ({ candidate }: Entry): number => (candidate ? scoreOf(candidate) : Number.NEGATIVE_INFINITY);

/** Why a series was taken, is offered, or was left out. */
export function reasonOf(entry: Entry, chosen: Entry | null): SeriesReason {
  const { candidate, obstacle } = entry;
  if (obstacle !== null || candidate === null) {
    const named = candidate?.named.otherKind ?? null;
    return { code: 'obstacle', obstacle: obstacle ?? { code: 'noPlace' }, named };
  }
  const { named, plane, slices, gap } = candidate;
  const { lateEnhancement, contrast, kind } = named;
  const facts: SeriesFacts = { slices, gapMm: gap > 0 ? gap : null, plane, lateEnhancement, contrast, kind };
  if (entry === chosen && entry.placed && isThinVolume(candidate)) return { code: 'takenVolume', facts };
  if (entry === chosen) return { code: kind === 'derived' ? 'takenDerived' : 'taken', facts };
  if (named.otherKind) return { code: 'namedOther', kind: named.otherKind };
  if (named.longAxis && !named.shortAxis) return { code: 'namedLongAxis' };
  if (scoreOf(candidate) < LEAST_SCORE) return { code: 'unlikely', facts };
  if (kind === 'derived') return { code: 'derived', facts };
  const rival = chosen?.candidate?.named.contrast === 'PSIR' && contrast !== 'PSIR';
  return { code: rival ? 'psirPreferred' : 'morePreferred', facts };
}
