import { afterEach, describe, expect, it } from 'vitest';
import { messageShape } from '../../../../scripts/messageShape.ts';
import { en } from '../../../../src/app/messages/en.ts';
import { zh } from '../../../../src/app/messages/zh.ts';
import { language, messages, preferredLanguage } from '../../../../src/app/shared/language.svelte.ts';

afterEach(() => language.choose('en'));

describe('the languages of the page', () => {
  it('have the same messages', () => {
    expect(messageShape(zh).sort()).toEqual(messageShape(en).sort());
  });

  it('start with the first of the reader’s own that there is, else with English', () => {
    expect(preferredLanguage(['zh-Hans-CN', 'en'])).toBe('zh');
    expect(preferredLanguage(['fr-FR', 'zh-TW', 'en'])).toBe('zh');
    expect(preferredLanguage(['en-GB', 'zh'])).toBe('en');
    expect(preferredLanguage(['fr'])).toBe('en');
    expect(preferredLanguage([])).toBe('en');
  });

  it('change all at once', async () => {
    expect(messages().header.clear).toBe(en.header.clear);
    await language.choose('zh');
    expect(messages().header.clear).toBe(zh.header.clear);
    expect(language.tag).toBe('zh-CN');
  });

  it('end with the one that was asked for last, whichever words come first', async () => {
    await Promise.all([language.choose('zh'), language.choose('en')]);
    expect(messages()).toBe(en);
    expect(language.current).toBe('en');
  });
});
