/** Every shortcut of the page. The handler of keys and the list of shortcuts both read this. */
export type Command =
  | 'towardsBase'
  | 'towardsApex'
  | 'firstSlice'
  | 'lastSlice'
  | 'checkSlice'
  | 'hideOverlay'
  | 'nextOverlay'
  | 'nextPreset'
  | 'zoomIn'
  | 'zoomOut'
  | 'resetView'
  | 'sideBySide'
  | 'ruler'
  | 'fullScreen'
  | 'zones'
  | 'solid'
  | 'showHeart'
  | 'left'
  | 'right'
  | 'up'
  | 'down'
  | 'look'
  | 'brush'
  | 'eraser'
  | 'outline'
  | 'drag'
  | 'move'
  | 'pen'
  | 'cancelStroke'
  | 'bloodPool'
  | 'viable'
  | 'scar'
  | 'noReflow'
  | 'smaller'
  | 'larger'
  | 'undo'
  | 'redo'
  | 'takeOffCalibration'
  | 'keySheet';

export type KeyGroup = 'slices' | 'picture' | 'drawing' | 'page';

interface Shortcut {
  readonly command: Command;
  readonly group: KeyGroup;
  /** As `chordOf` writes them. The first is the one that is named where there is room for only one. */
  readonly chords: readonly string[];
  /** 'image' keys do something else in the rest of the page; they are shortcuts only while the image has the focus. */
  readonly where: 'page' | 'image';
}

export const KEY_MAP: readonly Shortcut[] = [
  { command: 'towardsBase', group: 'slices', chords: ['ArrowDown', 'ArrowRight', 'PageDown'], where: 'image' },
  { command: 'towardsApex', group: 'slices', chords: ['ArrowUp', 'ArrowLeft', 'PageUp'], where: 'image' },
  { command: 'firstSlice', group: 'slices', chords: ['Home'], where: 'image' },
  { command: 'lastSlice', group: 'slices', chords: ['End'], where: 'image' },
  { command: 'checkSlice', group: 'slices', chords: ['k'], where: 'page' },
  { command: 'hideOverlay', group: 'picture', chords: ['h'], where: 'page' },
  { command: 'nextOverlay', group: 'picture', chords: ['c'], where: 'page' },
  { command: 'nextPreset', group: 'picture', chords: ['w'], where: 'page' },
  { command: 'zoomIn', group: 'picture', chords: ['+', '='], where: 'page' },
  { command: 'zoomOut', group: 'picture', chords: ['-'], where: 'page' },
  { command: 'resetView', group: 'picture', chords: ['0'], where: 'page' },
  { command: 'sideBySide', group: 'picture', chords: ['p'], where: 'page' },
  { command: 'solid', group: 'picture', chords: ['t'], where: 'page' },
  { command: 'ruler', group: 'picture', chords: ['l'], where: 'page' },
  { command: 'fullScreen', group: 'picture', chords: ['f'], where: 'page' },
  { command: 'showHeart', group: 'picture', chords: ['g'], where: 'page' },
  { command: 'zones', group: 'picture', chords: ['z'], where: 'page' },
  { command: 'left', group: 'picture', chords: ['Shift+ArrowLeft'], where: 'image' },
  { command: 'right', group: 'picture', chords: ['Shift+ArrowRight'], where: 'image' },
  { command: 'up', group: 'picture', chords: ['Shift+ArrowUp'], where: 'image' },
  { command: 'down', group: 'picture', chords: ['Shift+ArrowDown'], where: 'image' },
  { command: 'look', group: 'drawing', chords: ['v'], where: 'page' },
  { command: 'brush', group: 'drawing', chords: ['b'], where: 'page' },
  { command: 'eraser', group: 'drawing', chords: ['e'], where: 'page' },
  { command: 'outline', group: 'drawing', chords: ['o'], where: 'page' },
  { command: 'drag', group: 'drawing', chords: ['d'], where: 'page' },
  { command: 'move', group: 'drawing', chords: ['m'], where: 'page' },
  { command: 'pen', group: 'drawing', chords: ['Space', 'Enter'], where: 'image' },
  { command: 'cancelStroke', group: 'drawing', chords: ['Escape'], where: 'image' },
  { command: 'bloodPool', group: 'drawing', chords: ['1'], where: 'page' },
  { command: 'viable', group: 'drawing', chords: ['2'], where: 'page' },
  { command: 'scar', group: 'drawing', chords: ['3'], where: 'page' },
  { command: 'noReflow', group: 'drawing', chords: ['4'], where: 'page' },
  { command: 'smaller', group: 'drawing', chords: ['['], where: 'page' },
  { command: 'larger', group: 'drawing', chords: [']'], where: 'page' },
  { command: 'undo', group: 'drawing', chords: ['Ctrl+z', 'u'], where: 'page' },
  { command: 'redo', group: 'drawing', chords: ['Ctrl+Shift+z', 'Ctrl+y', 'r'], where: 'page' },
  { command: 'takeOffCalibration', group: 'page', chords: ['x'], where: 'page' },
  { command: 'keySheet', group: 'page', chords: ['?'], where: 'page' },
];

/** The part of a key event that is used. */
interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/**
 * 'Ctrl+Shift+z', 'ArrowDown', '?': a key and its modifiers. The Mac's Command key counts as Ctrl; the Shift that a
 * sign needs does not count.
 */
export function chordOf({ key, ctrlKey, metaKey, shiftKey, altKey }: Pressed): string {
  const isLetter = key.length === 1 && key.toLowerCase() !== key.toUpperCase();
  const name = key === ' ' ? 'Space' : isLetter ? key.toLowerCase() : key;
  const counts = shiftKey && (key.length > 1 || isLetter || key === ' ');
  return [ctrlKey || metaKey ? 'Ctrl' : '', altKey ? 'Alt' : '', counts ? 'Shift' : '', name].filter(Boolean).join('+');
}

/** The command of a chord pressed in a place; null where it has none. Image keys need the focus on the image. */
export function commandOf(chord: string, where: Shortcut['where']): Command | null {
  const shortcut = KEY_MAP.find((one) => one.chords.includes(chord));
  if (!shortcut || (shortcut.where === 'image' && where === 'page')) return null;
  return shortcut.command;
}

/** Whether it is a single character: WCAG 2.1.4 requires that these can be turned off, for people who use speech input. */
export const isSingleKey = (chord: string): boolean => chord.length === 1;

/** Whether keys go elsewhere than to the viewer: to a field that is typed in, or to an open dialog. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const isText = target instanceof HTMLInputElement && !['range', 'checkbox', 'radio'].includes(target.type);
  return (
    isText ||
    target instanceof HTMLSelectElement ||
    target instanceof HTMLTextAreaElement ||
    target.closest('dialog') !== null
  );
}
