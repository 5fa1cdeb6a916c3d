/** DICOM defined terms (PS3.3 C.12.1.1.2) to the names that TextDecoder knows. */
const ENCODINGS: Readonly<Record<string, string>> = {
  100: 'windows-1252',
  101: 'iso-8859-2',
  109: 'iso-8859-3',
  110: 'iso-8859-4',
  144: 'iso-8859-5',
  127: 'iso-8859-6',
  126: 'iso-8859-7',
  138: 'iso-8859-8',
  148: 'windows-1254',
  203: 'iso-8859-15',
  166: 'tis-620',
  13: 'shift_jis',
  87: 'iso-2022-jp',
  159: 'iso-2022-jp',
  149: 'euc-kr',
  58: 'gbk',
  192: 'utf-8',
};

/**
 * Escape sequences of ISO 2022 (PS3.3 tables C.12-3 and C.12-4): those that put a set into the lower half, by the name under which
 * its bytes are decoded, and those that put one into the upper half.
 */
const LOWER: Readonly<Record<string, 'ascii' | 'iso-2022-jp' | 'jis-x-0212'>> = {
  '(B': 'ascii',
  '(J': 'ascii',
  '(I': 'iso-2022-jp',
  '$@': 'iso-2022-jp',
  $B: 'iso-2022-jp',
  '$(D': 'jis-x-0212',
};
const UPPER: Readonly<Record<string, string>> = {
  ')I': '13',
  '-A': '100',
  '-B': '101',
  '-C': '109',
  '-D': '110',
  '-F': '126',
  '-G': '127',
  '-H': '138',
  '-L': '144',
  '-M': '148',
  '-T': '166',
  '-b': '203',
  '$)A': '58',
  '$)C': '149',
};
const ESCAPE = /\x1b(\$?[()-]?[@A-Za-z])/;
/** After these the initial sets apply again (PS3.5 section 6.1.2.5.3). */
const DELIMITERS = /([\\^=\t\n\f\r])/;

/**
 * Decodes a text whose characters are single bytes, by the file's Specific Character Set (0008,0005), one or several, with
 * the escape sequences of ISO 2022 (PS3.5 section 6.1.2.5). Bytes that fit no character become U+FFFD; nothing throws.
 */
export function decodeText(bytes: string, characterSets: readonly string[]): string {
  if (!/[\x1b\x80-\xff]/.test(bytes)) return bytes.trim();
  const known = characterSets.map(encodingOf);
  const usual = known.find((encoding) => encoding !== null) ?? guessed(bytes);
  if (!bytes.includes('\x1b')) return decode(usual, bytes).trim();
  const initial = known[0] ?? null;
  let lower: (typeof LOWER)[string] = 'ascii';
  let upper = initial ?? usual;
  let escape = '';
  // Split by a pattern with a group: texts and, between them, what was matched.
  const decoded = bytes.split(ESCAPE).map((part, i) => {
    if (i % 2 === 1) {
      escape = part;
      if (part in LOWER) lower = LOWER[part];
      else upper = ENCODINGS[UPPER[part]] ?? upper;
      return '';
    }
    if (lower === 'iso-2022-jp') return decode(lower, `\x1b${escape}${part}`);
    if (lower === 'jis-x-0212') return decode('euc-jp', part.replace(/../gs, inThirdSetOfEuc));
    return part
      .split(DELIMITERS)
      .map((piece, k) => {
        const text = decode(upper, piece);
        if (k % 2 === 1) upper = initial ?? upper;
        return text;
      })
      .join('');
  });
  return decoded.join('').trim();
}

/** TextDecoder knows JIS X 0212 only as the third set of EUC. */
const inThirdSetOfEuc = (pair: string): string =>
  `\x8f${String.fromCharCode(pair.charCodeAt(0) | 0x80, pair.charCodeAt(1) | 0x80)}`;

/**
 * A file that names no set should have ASCII alone; UTF-8 is recognised by its form, and otherwise Western Europe is
 * likely.
 */
function guessed(bytes: string): string {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(toBytes(bytes));
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

function encodingOf(characterSet: string): string | null {
  const term = characterSet.toUpperCase().replace(/[_-]/g, ' ');
  if (/^GB ?18030$/.test(term)) return 'gb18030';
  if (/^GBK$/.test(term)) return 'gbk';
  const code = /IR (\d+)$/.exec(term)?.[1];
  return (code && ENCODINGS[code]) || null;
}

const decode = (encoding: string, bytes: string): string => new TextDecoder(encoding).decode(toBytes(bytes));

const toBytes = (bytes: string): Uint8Array => Uint8Array.from(bytes, (character) => character.charCodeAt(0) & 0xff);
