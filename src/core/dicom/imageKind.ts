/**
 * What a picture's values are. Magnitude and real (the phase-sensitive reconstruction, PSIR) images show brightness and can be
 * measured. Imaginary and phase images do not. A derived one was computed from others: a subtraction, a map, a reformatted or
 * averaged image. A report is a picture of a screen.
 */
export type ImageKind = 'magnitude' | 'real' | 'imaginary' | 'phase' | 'derived' | 'report' | 'unknown';

/** Kinds whose values are not brightness: they are listed and never measured. */
export const isUnmeasurable = (kind: ImageKind): boolean =>
  kind === 'imaginary' || kind === 'phase' || kind === 'report';

/** What a header says about the kind of one frame. */
export interface KindFields {
  /** Image Type (0008,0008) or, of a frame, Frame Type (0008,9007): values. */
  readonly imageType: readonly string[];
  /** Complex Image Component (0008,9208): MAGNITUDE, PHASE, REAL, IMAGINARY or MIXED. */
  readonly component: string;
  /** GE (0043,102F): 0 magnitude, 1 phase, 2 real, 3 imaginary; null where there is none. */
  readonly geImageKind: number | null;
  /** Philips (2005,1011): M, P, R, I, CR and others, followed by how they were made (CR_IR). */
  readonly philipsImageKind: string;
  /** Secondary capture, whatever else the header says. */
  readonly screenCapture: boolean;
}

/** The value, followed by how it was made (M_IR, CR_IR, R_FFE). */
const VALUES: readonly (readonly [ImageKind, RegExp])[] = [
  ['report', /^(SCREEN ?(SAVE|SHOT)?|REPORT|CSA REPORT|PATIENT PROTOCOL|PROTOCOL)$/],
  ['phase', /^(P|PHASE|PHASE[ _]?MAP|PHASEMAP|PHASE IMAGE|VELOCITY|VELOCITY[ _]MAP|V|PCA|ANGLE)(_\w+)?$/],
  ['imaginary', /^(I|IM|IMAG|IMAGINARY)(_\w+)?$/],
  [
    'derived',
    /^(SUB|SUBTRACT|SUBTRACTION|MPR\w*|MIP|MINIP|MIN IP|MNIP|CPR|PROJECTION( IMAGE)?|REFORMATTED|RESAMPLED|CURVED|MEAN|AVERAGE|AVG|MOCO\w*|STD ?DEV\w*|FIT|ADC|FA|ECV|.*[ _]MAP)$/,
  ],
  ['real', /^(PSIR|PS|R|CR|REAL|CORRECTED REAL)(_\w+)?$/],
  ['magnitude', /^(M|MAG|MAGNITUDE|MODULUS)(_\w+)?$/],
];

const GE_KINDS: readonly ImageKind[] = ['magnitude', 'phase', 'real', 'imaginary'];

/**
 * The kind of a frame by its header: by its types (PS3.3 C.7.6.1.1.2 and C.8.16.1), the complex image component (C.8.13.3.1.1),
 * then what vendors write in their own fields. A frame that any of them calls phase or imaginary is one.
 */
export function kindOfHeader(fields: KindFields): ImageKind {
  if (fields.screenCapture) return 'report';
  const said = [
    kindOfValues(fields.imageType),
    kindOfValues([fields.component]),
    GE_KINDS[fields.geImageKind ?? -1] ?? 'unknown',
    kindOfValues([fields.philipsImageKind]),
  ];
  return said.find(isUnmeasurable) ?? said.find((kind) => kind !== 'unknown') ?? 'unknown';
}

function kindOfValues(values: readonly string[]): ImageKind {
  // The first two values say how the pixels and the examination came about, not what the pixels are.
  const [pixels, examination, ...rest] = values.length > 1 ? values : ['', '', ...values];
  const words = rest.map((value) => value.trim().toUpperCase());
  const found = VALUES.filter(([, pattern]) => words.some((word) => pattern.test(word))).map(([kind]) => kind);
  // A phase-sensitive image may also call itself a magnitude or a phase; only one that says phase and nothing else is a
  // phase image.
  if (words.includes('PSIR') && !words.some((word) => /^MAG/.test(word)) && !found.includes('derived')) return 'real';
  if (found.length > 0) return found[0];
  const derived = pixels.toUpperCase() === 'DERIVED' && examination.toUpperCase() === 'SECONDARY';
  return derived ? 'derived' : 'unknown';
}

/** Words in lower case with blanks around, as `readNames` makes them. */
const NAMES: readonly (readonly [ImageKind, RegExp])[] = [
  [
    'phase',
    /(^| )(phase ?(map|image|bild)|pha|phase(?! (sensitive|contrast|encod|cycl|train))|phasenbild)( |$)|相位图/,
  ],
  ['imaginary', /(^| )(imag|imaginary|imaginär\w*)( |$)|虚部/],
  [
    'derived',
    /(^| )(sub|subtract\w*|subtraktion|mpr|mip|minip|cpr|reformat\w*|rekonstruktion|mean|average\w*)( |$)|减影/,
  ],
];

/** What the names of a series say where its header says nothing: phase, imaginary or derived, else unknown. */
export const kindOfNames = (words: string): ImageKind =>
  NAMES.find(([, pattern]) => pattern.test(words))?.[0] ?? 'unknown';

/** Enough neighbours in a row are examined that a picture's noise decides nothing. */
const LEAST_PAIRS = 1000;
/** Angles wrap: neighbours differ by nearly the whole range, in noise and where a phase wraps. Brightness does not. */
const WRAP_SHARE_OF_RANGE = 0.8;
const LEAST_WRAPS = 0.003;

/**
 * Whether the values of a picture wrap like angles: some neighbours are at the two ends of the range. In a phase image
 * this happens in air (4% of its pairs); at the edge of a bright object in a magnitude image fewer than one in a
 * thousand.
 * @param columns values in a row
 */
export function isPhaseByValues(values: Float32Array, columns: number): boolean {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const far = WRAP_SHARE_OF_RANGE * (high - low);
  if (!(far > 0)) return false;
  let pairs = 0;
  let wraps = 0;
  for (let at = 1; at < values.length; at++) {
    if (at % columns === 0) continue;
    pairs += 1;
    if (Math.abs(values[at] - values[at - 1]) > far) wraps += 1;
  }
  return pairs >= LEAST_PAIRS && wraps > LEAST_WRAPS * pairs;
}
