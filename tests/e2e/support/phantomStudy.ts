import { zipSync } from 'fflate';
import { demoPatient } from '../../../src/core/phantom/demoPatient.ts';
import { dicomStudy } from '../../../src/core/phantom/dicomStudy.ts';

/** The demo heart as a DICOM study in a zip: what a person drops, where no real study is to be had. */
export function phantomZip(): Uint8Array {
  const { volume, zero } = demoPatient();
  return zipSync(Object.fromEntries(dicomStudy(volume, { seed: 1, zero }).map(({ path, bytes }) => [path, bytes])));
}
