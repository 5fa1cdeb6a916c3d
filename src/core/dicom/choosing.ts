import type { Vector3 } from '../volume/volume.ts';
import { dot } from '../volume/vectors.ts';
import { isUnmeasurable, kindOfNames, type ImageKind } from './imageKind.ts';

/**
 * PSIR keeps the sign of the magnetisation, magnitude does not; only words in the header, or the user, can say for
 * sure.
 */
export type Contrast = 'PSIR' | 'magnitude' | 'unknown';

/** A kind of series that is not late enhancement. */
export type OtherKind =
  'tiScout' | 'localizer' | 'relaxationMap' | 'cine' | 'perfusion' | 'flow' | 'angiogram' | 'darkBlood' | 'brightBlood';

/** What the names in a header say about a series. */
export interface Named {
  readonly contrast: Contrast;
  readonly kind: ImageKind;
  readonly lateEnhancement: boolean;
  readonly shortAxis: boolean;
  readonly longAxis: boolean;
  /** null where nothing says. */
  readonly otherKind: OtherKind | null;
}

// Words are matched in lower case with signs turned into spaces; Chinese and Japanese have no spaces, so their words
// match anywhere.
const LATE_ENHANCEMENT =
  /(^| )(lge\w*|lde|mde|dhe|dce mri scar|ce lge|late|delayed?|viab\w*|psir\w*|psmde|ir tfe|irtfe|ir tfl|scar|narbe\w*|sp[aä]e?t\w*|\w*verz[oö]e?ger\w*|vitalit\w+|myodelay|tardi[fvo]\w*|rehaussement|realce|hyperenh\w*|enhance?ment)( |$)|延迟|延遲|迟发|遲發|强化|強化|增强|增強|瘢痕|遅延|バイアビリティ|ガドリニウム|活性/;
/** DE alone means delayed enhancement only in capitals: it is also a French and Spanish word. */
const DELAYED_IN_CAPITALS = /(^|[^A-Za-z])(DE|LE)([^A-Za-z]|$)/;
const PSIR = /(^| )(psir|psmde|ps ir|phase sensitive)( |$)/;
const MAGNITUDE = /(^| )mag\w*( |$)/;
const SHORT_AXIS =
  /(^| )(sax|sa|shax|saxs?|sao|short( axis)?|kurz\w*|ka|sab|petit axe|eje corto|asse corto)( |$)|短轴|短軸/;
const LONG_AXIS =
  /(^| )(lax|la|[234] ?ch\w*|[234]cv|hla|vla|long( axis)?|lvot|rvot|lv lang|[234] ?kammer\w*|\w*kammerblick|lang\w*|grand axe|eje largo)( |$)|长轴|長軸|[二两兩三四234２３４]腔|流出道/;

/** Kinds that are recognised by name; those that outrank the words for late enhancement come first. */
const SURE_KINDS: readonly (readonly [RegExp, OtherKind])[] = [
  [/(^| )(ti ?scout|look ?locker|tiscout|ti test|ti find\w*|cv ti)( |$)/, 'tiScout'],
  [
    /(^| )(loc\w*|\w*scout\w*|survey|topo\w*|übersicht\w*|uebersicht\w*|positionierung|planung|plan)( |$)|定位|位置決め|スカウト|ロケーター/,
    'localizer',
  ],
  [
    /(^| )(\w*molli\w*|sasha|t1 ?map\w*|t2 ?map\w*|ecv\w*|t2 ?star|mapping|t1 ?karte|t2 ?karte)( |$)|定量|弛豫|マッピング/,
    'relaxationMap',
  ],
  [/(^| )(cine\w*|kino|ciné|ktcine|funktion\w*)( |$)|电影|電影|シネ/, 'cine'],
  [/(^| )(perf\w*|first pass|stress|rest|ruhe)( |$)|灌注|パーフュージョン|負荷|负荷/, 'perfusion'],
  [/(^| )(flow|venc|phase contrast|pc|fluss\w*)( |$)|血流|流量/, 'flow'],
  [/(^| )(tag\w*|angio\w*|mra|cemra)( |$)|血管/, 'angiogram'],
];
const LIKELY_KINDS: readonly (readonly [RegExp, OtherKind])[] = [
  [/(^| )(haste|tse|stir|black blood|bb|dark blood|t2\w*|edema|oedema|ödem)( |$)|水肿|浮腫/, 'darkBlood'],
  [/(^| )(tru ?fi\w*|trufisp|b ?ssfp|ssfp|fiesta|b ?tfe|btfe)( |$)/, 'brightBlood'],
];

/**
 * @param text every name in the header that tells the kind of series
 * @param kind what the header's own fields say about the pixels; where they say nothing, the names may
 */
export function readNames(text: string, kind: ImageKind): Named {
  const words = ` ${text.toLowerCase().replace(/[\s_\-.,:;/\\()[\]*+#^]+/g, ' ')} `;
  const lateEnhancement = LATE_ENHANCEMENT.test(words) || DELAYED_IN_CAPITALS.test(text.replaceAll('_', ' '));
  const otherKind =
    SURE_KINDS.find(([pattern]) => pattern.test(words))?.[1] ??
    (lateEnhancement ? null : LIKELY_KINDS.find(([pattern]) => pattern.test(words))?.[1]) ??
    null;
  return {
    contrast: contrastOf(words, kind, lateEnhancement),
    kind: kind === 'unknown' ? kindOfNames(words) : kind,
    lateEnhancement,
    shortAxis: SHORT_AXIS.test(words),
    longAxis: LONG_AXIS.test(words),
    otherKind,
  };
}

/** Both images of a PSIR scan carry its name; only the one that is also called magnitude is the magnitude. */
function contrastOf(words: string, kind: ImageKind, lateEnhancement: boolean): Contrast {
  if (isUnmeasurable(kind)) return 'unknown';
  if (kind === 'real') return 'PSIR';
  if (MAGNITUDE.test(words)) return 'magnitude';
  if (PSIR.test(words)) return 'PSIR';
  return kind === 'magnitude' && lateEnhancement ? 'magnitude' : 'unknown';
}

/**
 * The left ventricle's long axis, base to apex, in LPS: to the left, front and feet. A round figure for a heart in the
 * usual position; from person to person it varies by 20 or 30 degrees either way.
 */
export const USUAL_LONG_AXIS: Vector3 = [0.67, -0.52, -0.53];
/** Within 37 degrees of the usual long axis a normal is that of a short-axis stack; within 50 it may be. */
const SHORT_AXIS_COSINE = 0.8;
const PERHAPS_SHORT_AXIS_COSINE = 0.64;
/** Within 14 degrees of the patient's own axes: a scout or an axial series. */
const PLAIN_AXIS_COSINE = 0.97;

export type Plane = 'short axis' | 'perhaps short axis' | 'axial' | 'coronal' | 'sagittal' | 'oblique';

/** What plane slices with this normal (either sign) lie in. */
export function planeOf(normal: Vector3): Plane {
  const plain = normal.map(Math.abs).findIndex((cosine) => cosine > PLAIN_AXIS_COSINE);
  if (plain >= 0) return (['sagittal', 'coronal', 'axial'] as const)[plain];
  const cosine = Math.abs(dot(normal, USUAL_LONG_AXIS)) / Math.hypot(...USUAL_LONG_AXIS);
  if (cosine > SHORT_AXIS_COSINE) return 'short axis';
  return cosine > PERHAPS_SHORT_AXIS_COSINE ? 'perhaps short axis' : 'oblique';
}

export interface Candidate {
  readonly named: Named;
  readonly plane: Plane;
  readonly slices: number;
  /** mm between slices. */
  readonly gap: number;
}

/** With slices as thin as this, a stack that is as long as a heart is a volume: it can be cut any way. */
const THIN_MM = 3;
const LEAST_VOLUME_MM = 60;

/** Whether slices that are not across the heart make a volume, from which short-axis slices can be cut. */
export const isThinVolume = ({ plane, slices, gap }: Omit<Candidate, 'named'>): boolean =>
  plane !== 'short axis' && gap > 0 && gap <= THIN_MM && (slices - 1) * gap >= LEAST_VOLUME_MM;

/**
 * The least score at which a stack is chosen automatically: it has the plane and the extent of a short axis, or the
 * name.
 */
export const LEAST_SCORE = 4;

/** A score for a stack being the short-axis late enhancement: geometry first, words second. */
export function scoreOf({ named, plane, slices, gap }: Candidate): number {
  const length = (slices - 1) * gap;
  const geometry =
    { 'short axis': 4, 'perhaps short axis': 2, oblique: 0, axial: -2, coronal: -2, sagittal: -2 }[plane] +
    (length >= 40 && length <= 160 ? 1 : 0) +
    (gap >= 4 && gap <= 15 ? 1 : 0);
  const words =
    (named.lateEnhancement ? 3 : 0) + (named.shortAxis ? 2 : 0) - (named.longAxis && !named.shortAxis ? 4 : 0);
  return geometry + words - (named.otherKind ? 6 : 0) + (named.contrast === 'PSIR' ? 1 : 0);
}
