/** A small cohort that does not exist: a study of a few slices for each patient, and the table of their outcomes. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DEMO_HEART } from '../src/core/phantom/demoPatient.ts';
import { dicomStudy, type DicomFile } from '../src/core/phantom/dicomStudy.ts';
import { makeHeart } from '../src/core/phantom/heart.ts';
import { Random } from '../src/core/random.ts';

/** Six slices of 96 x 96: a second's work or less. */
export function smallStudy(seed: number): DicomFile[] {
  const { scar, acquisition } = DEMO_HEART;
  const spec = {
    ...DEMO_HEART,
    size: [96, 96, 6] as const,
    spacing: [2, 2, 14] as const,
    scar: { ...scar, scarG: 12 + 4 * (seed % 6) } as typeof scar,
  };
  const { volume } = makeHeart(spec, new Random(seed));
  return dicomStudy(volume, { seed, zero: acquisition.storedOffset });
}

/** Patients p01, p02 ...: each third has the event. */
export function smallTable(patients: number): string {
  const rows = Array.from({ length: patients }, (_, k) =>
    [idOf(k), (1 + (k % 5) * 0.9).toFixed(2), k % 3 === 0 ? 1 : 0, 55 + (k % 20), 24 + (k % 3) * 6, 1, 1, 2].join(','),
  );
  return ['pid,years,scd,age,lvef,ischaemic,hf,nyha', ...rows].join('\n');
}

export const idOf = (k: number): string => `p${String(k + 1).padStart(2, '0')}`;

/** Writes a study for each patient below `folder`, nested as hospitals nest them: site, patient, visit. */
export function writeStudies(folder: string, patients: number): void {
  for (let k = 0; k < patients; k++) {
    for (const { path, bytes } of smallStudy(k + 1)) {
      const file = join(folder, k % 2 === 0 ? 'north' : 'south', idOf(k), 'visit', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes);
    }
  }
}
