import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inputFiles, nodeLoadWasm } from '../../../../src/studies/files/inputFiles.ts';
import { readStudy } from '../../../../src/pipeline/reading/readStudy.ts';

/** Latin-1, not UTF-8. */
const A_UMLAUT = Buffer.from([0xe4]);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'scarcast-files-'));
  mkdirSync(path.join(folder, 'a'));
  writeFileSync(path.join(folder, 'a', 'one'), 'first');
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/a/h`), A_UMLAUT]), 'second');
  const other = Buffer.concat([Buffer.from(`${folder}/b`), A_UMLAUT]);
  mkdirSync(other);
  writeFileSync(Buffer.concat([other, Buffer.from('/two')]), 'third');
  symlinkSync(path.join(folder, 'a', 'one'), path.join(folder, 'link'));
  symlinkSync(folder, path.join(folder, 'a', 'loop'));
  symlinkSync(path.join(folder, 'gone'), path.join(folder, 'nowhere'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the files of a folder', () => {
  it('are found under names in any encoding, and through links, each once for each way', async () => {
    const files = (await inputFiles(folder)).filter(({ path: name }) => name !== 'nowhere');
    const found = await Promise.all(
      files.map(async (file) => [file.path, new TextDecoder().decode(await file.read())]),
    );
    expect(found).toEqual([
      ['a/h\ufffd', 'second'],
      ['a/one', 'first'],
      ['b\ufffd/two', 'third'],
      ['link', 'first'],
    ]);
  });

  it('that lead nowhere are said to be unreadable, and the rest goes on', async () => {
    const { study } = await readStudy(await inputFiles(folder), { loadWasm: nodeLoadWasm });
    expect(study.refused.map(({ path: name }) => name)).toContain('nowhere');
  });
});
