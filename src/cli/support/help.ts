/** What a command says about itself for --help and after a wrong call. */
export interface Help {
  /** The command with its required arguments: 'predict -- INPUT'. */
  readonly use: string;
  /** What it does, what it reads and what it prints: sentences. */
  readonly does: string;
  /** By how each option is written, with its value: '--seed N'. */
  readonly options: Readonly<Record<string, string>>;
  /** Lists that an option refers to, by their titles. */
  readonly lists?: Readonly<Record<string, readonly string[]>>;
}

const LINE_LENGTH = 100;
const INDENT = '      ';

/** The text for a terminal: use, description, and each option with its sentence beneath it. */
export function helpText({ use, does, options, lists = {} }: Help): string {
  const named = Object.entries(options).map(([option, text]) => `  ${option}\n${wrapped(text, INDENT)}`);
  const listed = Object.entries(lists).map(([title, lines]) =>
    [wrapped(title, ''), ...lines.map((line) => `  ${line}`)].join('\n'),
  );
  return [`Use: npm run ${use}${named.length > 0 ? ' [options]' : ''}`, wrapped(does, ''), ...named, ...listed].join(
    '\n\n',
  );
}

function wrapped(text: string, indent: string): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + 1 + word.length > LINE_LENGTH) {
      lines.push(line);
      line = indent;
    }
    line += line.trim() === '' ? word : ` ${word}`;
  }
  return [...lines, line].join('\n');
}
