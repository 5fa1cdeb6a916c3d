/** House rules that the lint does not check. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((name) => `src/${name.replaceAll('\\', '/')}`)
  .filter((name) => /\.(ts|svelte)$/.test(name) && !name.endsWith('.d.ts'));

/** Errors that are bugs are for the developer who reads the trace. */
const BUGS = /(?:Range|Type|Syntax)Error\([\s\S]*?\);|new Error\([\s\S]*?\);/g;
const COMMENTS = /\/\*[\s\S]*?\*\/|\/\/.*$/gm;
/** A capital, at least three more words, and a full stop. */
const SENTENCE = /(['"`])[A-Z][a-z’']+(?: [^'"`\n]*)?(?: [a-z]{2,}){2}[^'"`\n]*\.\1/g;

const wordless = files.filter((name) => /^src\/(core|nn|pipeline|workers)\//.test(name));

describe('the house', () => {
  it('has its words in src/app/messages alone', () => {
    const found = wordless.flatMap((name) => {
      const code = readFileSync(name, 'utf8').replace(COMMENTS, '').replace(BUGS, '');
      return (code.match(SENTENCE) ?? []).map((sentence) => `${name}: ${sentence}`);
    });
    expect(found).toEqual([]);
  });

  it('says at each door what belongs in the room', () => {
    const rooms = [
      'core',
      'nn',
      'pipeline',
      'workers',
      'studies',
      'cli',
      'app',
      'app/case',
      'app/teach',
      'app/shared',
      'app/messages',
    ];
    const inCore = files.flatMap((name) => /^src\/(core\/\w+)\//.exec(name)?.[1] ?? []);
    for (const room of [...rooms, ...inCore]) {
      expect(existsSync(`src/${room}/README.md`), room).toBe(true);
    }
  });

  it('has every option of a command in its help', () => {
    const missing = readdirSync('src/cli')
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => {
        const code = readFileSync(`src/cli/${name}`, 'utf8');
        const options = [...code.matchAll(/'?([\w-]+)'?: \{ type: '(?:string|boolean)'/g)].map(([, option]) => option);
        return options.filter((option) => !code.includes(`--${option}`)).map((option) => `${name}: --${option}`);
      });
    expect(missing).toEqual([]);
  });

  it('has every command in the README', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const readme = readFileSync('README.md', 'utf8');
    const named = (command: string): boolean =>
      readme.includes(command === 'start' || command === 'test' ? `npm ${command}` : `npm run ${command}`);
    expect(Object.keys(scripts).filter((command) => !named(command))).toEqual([]);
  });
});
