import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { en } from '../../../../src/app/messages/en.ts';
import { zh } from '../../../../src/app/messages/zh.ts';
import { inChinese } from '../../../../src/app/messages/reasonsZh.ts';
import { differenceAsShown, oneDecimal, percent, range, signedDecimal } from '../../../../src/app/shared/format.ts';
import { language } from '../../../../src/app/shared/language.svelte.ts';
import { readStudy } from '../../../../src/pipeline/reading/readStudy.ts';
import { memoryFile } from '../../../../src/pipeline/reading/study.ts';

const CHINESE = /[一-鿿]/;
/** Words of English that would be left over; names such as MUSIC or PSIR are capitals. */
const ENGLISH_WORDS = /[a-z]{3,} [a-z]{2,}/;

describe('what the pipeline says, in Chinese', () => {
  it('what is wrong with files', async () => {
    const { study } = await readStudy(
      [memoryFile('empty', new Uint8Array()), memoryFile('notes.txt', new Uint8Array(2000).fill(65))],
      { loadWasm: () => Promise.reject(new Error('not needed')) },
    );
    expect(study.refused).toHaveLength(2);
    for (const { why } of study.refused) {
      expect(inChinese(why), why.code).toMatch(CHINESE);
      expect(inChinese(why), why.code).not.toMatch(ENGLISH_WORDS);
    }
  });
});

describe('the Chinese of cardiology', () => {
  /** Words that a translation comes to by the letter, and those that its readers use. */
  const TERMS = {
    自信: '可信度',
    远端心肌: '远隔心肌',
    公平份额: '分摊份额',
    他人的意见: '指南与已发表评分',
    最大信号: '瘢痕最亮处',
  };

  it.each(Object.entries(TERMS))('does not say %s for %s', (wrong) => {
    const tables = readdirSync('src/app/messages', { recursive: true, encoding: 'utf8' }).filter((name) =>
      /(zh|Zh).*\.ts$|\.json$/.test(name),
    );
    expect(tables.length).toBeGreaterThan(8);
    const using = tables.filter((name) => readFileSync(`src/app/messages/${name}`, 'utf8').includes(wrong));
    expect(using).toEqual([]);
  });
});

describe('the name of a case', () => {
  it('has no gap where the images do not say what they are', () => {
    expect([en, zh].map(({ header }) => header.seriesCase(31, '', 'N'))).toEqual(['series 31, N', '序列 31，N']);
    expect([en, zh].map(({ header }) => header.seriesCase(0, 'PSIR', 'N'))).toEqual(['PSIR, N', 'PSIR，N']);
    for (const { header } of [en, zh]) expect(header.seriesCase(0, '', 'N')).not.toMatch(/^[,，]/);
  });
});

describe('numbers', () => {
  beforeEach(() => language.choose('zh'));
  afterEach(() => language.choose('en'));

  it('are written the same to the digit in both languages, and what rounds to nothing has no sign', async () => {
    for (const id of ['en', 'zh'] as const) {
      await language.choose(id);
      expect(percent(0.1234)).toBe('12.3%');
      expect(oneDecimal(1234.56)).toBe('1234.6');
      expect(oneDecimal(-0.04)).toBe('0.0');
      expect([1.24, -0.31, 0.04].map(signedDecimal)).toEqual(['+1.2', '−0.3', '0.0']);
    }
  });

  it('that differ as they are shown have that difference, and those that are shown the same have none', () => {
    const pairs = [
      [2.24, 2.26],
      [2.16, 2.24],
      [10.04, 9.96],
      [null, 2],
    ] as const;
    expect(pairs.map(([before, after]) => differenceAsShown(before, after))).toEqual(['+0.1', '0.0', '0.0', '–']);
    expect(differenceAsShown(-1.234, -2.346, 2)).toBe('−1.12');
  });

  it('of a range do not run their signs into its dash', async () => {
    await language.choose('en');
    expect(range([8.1, 17.94])).toBe('8.1–17.9');
    expect(range([-116.4, -50.5])).toBe('−116.4 to −50.5');
    expect(range([-0.3, 1.2])).toBe('−0.3 to 1.2');
  });
});
