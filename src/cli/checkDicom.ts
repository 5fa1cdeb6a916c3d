import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { everyReason } from '../app/messages/everyReason.ts';
import type { AnyReason } from '../app/messages/reasons.ts';
import { makeCodecs, type Codecs } from '../core/dicom/codecs.ts';
import { readImage } from '../core/dicom/dicomImage.ts';
import { openPart10 } from '../core/dicom/part10.ts';
import { decodeFrame } from '../core/dicom/pixels.ts';
import { ScarcastError } from '../core/errors.ts';
import { helpText } from './support/help.ts';
import { runCommand, tryOutputs, UsageError, writeJson } from './support/output.ts';
import { nodeLoadWasm } from '../studies/files/inputFiles.ts';

interface DicomCheck {
  files: number;
  decoded: number;
  matching: number;
  failed: { path: string; reason: string }[];
}

const HELP = helpText({
  use: 'check:dicom -- DIR CATALOGUE.csv',
  does: "Decodes each grey image that the catalogue names in DIR and compares the SHA-256 of its pixels with the catalogue's. Prints JSON. The exit code is 1 where one differs.",
  options: {
    '--out FILE': 'The file to write the JSON to. Without it, the JSON goes to standard output.',
  },
});

await runCommand(HELP, async () => {
  const { positionals, values: options } = parseArgs({ allowPositionals: true, options: { out: { type: 'string' } } });
  const [folder, cataloguePath] = positionals;
  if (!folder || !cataloguePath) throw new UsageError(HELP);
  await tryOutputs(options.out);

  const rows = parseCsv(await readFile(cataloguePath, 'utf8'));
  const grey = rows.filter(
    (row) => row['pixel_sha256_le'] && /^MONOCHROME[12]$/.test(row['PhotometricInterpretation']),
  );
  const codecs = makeCodecs(nodeLoadWasm);
  const check: DicomCheck = { files: grey.length, decoded: 0, matching: 0, failed: [] };
  for (const row of grey) {
    const path = row['path'];
    try {
      const hash = await hashOfPixels(new Uint8Array(await readFile(join(folder, path))), codecs);
      check.decoded += 1;
      if (hash === row['pixel_sha256_le']) check.matching += 1;
      else check.failed.push({ path, reason: 'The decoded values differ from the catalogue.' });
    } catch (error) {
      if (!(error instanceof ScarcastError) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      const known = error instanceof ScarcastError;
      check.failed.push({ path, reason: known ? everyReason.en(error.reason as AnyReason) : 'There is no such file.' });
    }
    process.stderr.write(`\r${check.decoded + check.failed.length} of ${check.files}`);
  }
  process.stderr.write(`\n${check.matching} of ${check.files} match\n`);
  await writeJson(check, options.out);
  if (check.failed.length > 0) process.exitCode = 1;
});

async function hashOfPixels(bytes: Uint8Array, decoders: Codecs): Promise<string> {
  const part10 = openPart10(bytes);
  const image = readImage(part10);
  const hash = createHash('sha256');
  for (let frame = 0; frame < image.format.frames; frame++) {
    hash.update(await decodeFrame(image, part10.dataset, frame, decoders));
  }
  return hash.digest('hex');
}

/** RFC 4180, the first record naming the columns. */
function parseCsv(csv: string): Record<string, string>[] {
  const [header, ...records] = csv
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map(fields);
  return records.map((record) => Object.fromEntries(header.map((name, i) => [name, record[i] ?? ''])));
}

function fields(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}
