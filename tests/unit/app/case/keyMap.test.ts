import { describe, expect, it } from 'vitest';
import { chordOf, commandOf, KEY_MAP } from '../../../../src/app/case/viewer/keyMap.ts';

const plain = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };

describe('the key map', () => {
  it('gives no key to two commands, and no command twice', () => {
    const chords = KEY_MAP.flatMap((shortcut) => shortcut.chords);
    expect(new Set(chords).size).toBe(chords.length);
    expect(new Set(KEY_MAP.map(({ command }) => command)).size).toBe(KEY_MAP.length);
  });

  it('reads what is held, and not how a sign is typed', () => {
    expect(chordOf({ ...plain, key: 'Z', ctrlKey: true, shiftKey: true })).toBe('Ctrl+Shift+z');
    expect(chordOf({ ...plain, key: 'z', metaKey: true })).toBe('Ctrl+z');
    expect(chordOf({ ...plain, key: '?', shiftKey: true })).toBe('?');
    expect(chordOf({ ...plain, key: '+', shiftKey: true })).toBe('+');
    expect(chordOf({ ...plain, key: ' ' })).toBe('Space');
    expect(chordOf({ ...plain, key: 'ArrowLeft', shiftKey: true })).toBe('Shift+ArrowLeft');
  });

  it('keeps keys that scroll the page to the image', () => {
    expect(commandOf('ArrowDown', 'image')).toBe('towardsBase');
    expect(commandOf('ArrowDown', 'page')).toBeNull();
    expect(commandOf('Ctrl+z', 'page')).toBe('undo');
    expect(commandOf('Ctrl+s', 'page')).toBeNull();
  });
});
