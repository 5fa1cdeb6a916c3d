/** 'header.clear: string', 'common.slices: function' and so on: what a catalogue of messages holds, without its words. */
export function messageShape(messages: object, path = ''): string[] {
  return Object.entries(messages).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null
      ? messageShape(value, `${path}${key}.`)
      : [`${path}${key}: ${typeof value}`],
  );
}
