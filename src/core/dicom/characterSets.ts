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
 * Decodes a text whose characters are single bytes, by the file's Specific Character Set (0008,0005), one or several, with
 * the escape sequences of ISO 2022 (PS3.5 section 6.1.2.5). Bytes that fit no character become U+FFFD; nothing throws.
 */
export function decodeText(bytes: string, characterSets: readonly string[]): string {
  const raw = Uint8Array.from(bytes, (character) => character.charCodeAt(0) & 0xff);
  if (raw.every((byte) => byte < 0x80 && byte !== 0x1b)) return bytes.trim();
  const plain = (pattern: RegExp): Uint8Array =>
    Uint8Array.from(bytes.replace(pattern, ''), (character) => character.charCodeAt(0) & 0xff);
  // Korean and simplified Chinese put their characters in the upper half: without the escapes the bytes are EUC.
  if (bytes.includes('\x1b$)C')) return decode('euc-kr', plain(/\x1b\$\)C/g));
  if (bytes.includes('\x1b$)A')) return decode('gbk', plain(/\x1b\$\)A/g));
  if (/\x1b(\$[@B]|\([IJ])/.test(bytes)) return decode('iso-2022-jp', raw);
  for (const characterSet of characterSets) {
    const encoding = encodingOf(characterSet);
    if (encoding) return decode(encoding, plain(/\x1b[-()$][-()A-Z]?[A-Z]?/g));
  }
  return decode('windows-1252', raw);
}

function encodingOf(characterSet: string): string | null {
  const term = characterSet.toUpperCase().replace(/[_-]/g, ' ');
  if (/^GB ?18030$/.test(term)) return 'gb18030';
  if (/^GBK$/.test(term)) return 'gbk';
  const code = /IR (\d+)$/.exec(term)?.[1];
  return (code && ENCODINGS[code]) || null;
}

function decode(encoding: string, bytes: Uint8Array): string {
  return new TextDecoder(encoding).decode(bytes).trim();
}
