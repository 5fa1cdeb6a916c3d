import { describe, expect, it } from 'vitest';
import { decodeText } from '../../../src/core/dicom/characterSets.ts';

const ESC = '\x1b';
const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

describe('text in a DICOM character set', () => {
  it.each<[string, readonly string[], string, string]>([
    [
      'GB 2312 by escapes, in each part (PS3.5 annex K)',
      ['', 'ISO 2022 IR 58'],
      `Zhang=${ESC}$)A\xd5\xc5^${ESC}$)A\xd0\xa1\xb6\xab=`,
      'Zhang=张^小东=',
    ],
    ['GB 18030 with a delimiter as the second byte of a character', ['GB18030'], '\x81\x5e^\xd5\x5c', '乛^誠'],
    ['GB 18030 with characters of four bytes', ['GB18030'], '\x82\x34\xe4\x32', '䱗'],
    ['GBK', ['GBK'], '\xcd\xf5^\xd0\xa1\xb6\xab', '王^小东'],
    [
      'JIS X 0208 with an equals sign as half a character',
      ['', 'ISO 2022 IR 87'],
      `A=${ESC}$B\x3d\x3d${ESC}(B^B`,
      'A=十^B',
    ],
    ['JIS X 0212', ['', 'ISO 2022 IR 159'], `${ESC}$(D\x30\x21${ESC}(B^B`, '丂^B'],
    [
      'half-width katakana and JIS X 0208',
      ['ISO 2022 IR 13', 'ISO 2022 IR 87'],
      `\xd4\xcf\xc0\xde=${ESC}$B;3ED${ESC}(J`,
      'ﾔﾏﾀﾞ=山田',
    ],
    ['KS X 1001 with its escape only once', ['', 'ISO 2022 IR 149'], `${ESC}$)C\xfb\xf3^\xd1\xce\xd4\xd7`, '洪^吉洞'],
    ['KS X 1001 without any escape', ['', 'ISO 2022 IR 149'], '\xfb\xf3', '洪'],
    [
      'Cyrillic by an escape, Latin again behind the delimiter',
      ['ISO 2022 IR 100', 'ISO 2022 IR 144'],
      `J\xe9r\xf4me^${ESC}-L\xbb\xee\xda^\xe9`,
      'Jérôme^Люк^é',
    ],
    ['Greek by an escape', ['', 'ISO 2022 IR 126'], `A${ESC}-F\xe1`, 'Aα'],
    ['Thai', ['ISO_IR 166'], '\xb9\xd2\xc1', 'นาม'],
    ['Turkish', ['ISO_IR 148'], '\xf0\xfd', 'ğı'],
    ['Latin alphabet no. 9', ['ISO_IR 203'], '\xa4', '€'],
    ['UTF-8', ['ISO_IR 192'], bytes('Yamada^Tarou=山田^太郎'), 'Yamada^Tarou=山田^太郎'],
    ['UTF-8 in a file that does not say so', [], bytes('王^小东'), '王^小东'],
    ['a file that names no set and has Western letters', [], 'M\xfcller', 'Müller'],
    ['a set that nobody knows', ['KLINGON'], 'M\xfcller', 'Müller'],
  ])('%s', (_name, sets, raw, expected) => {
    expect(decodeText(raw, sets)).toBe(expected);
  });
});
