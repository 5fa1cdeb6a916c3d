import { zipSync } from 'fflate';
import { writeNiftiMask } from '../../../src/core/nifti/mask.ts';
import { demoPatient } from '../../../src/core/phantom/demoPatient.ts';
import { dicomStudy } from '../../../src/core/phantom/dicomStudy.ts';
import { Random } from '../../../src/core/random.ts';

/** The demo heart as a DICOM study in a zip, for use where there is no real study. */
export function phantomZip(): Uint8Array {
  const { volume, zero } = demoPatient();
  return zipSync(Object.fromEntries(dicomStudy(volume, { seed: 1, zero }).map(({ path, bytes }) => [path, bytes])));
}

/** The demo heart and its mask as NIfTI files with neither lengths nor directions, as a script saves an array. */
export function bareNiftis(): { readonly name: string; readonly mimeType: string; readonly buffer: Buffer }[] {
  const { volume, labels } = demoPatient();
  const most = volume.voxels.reduce((max, value) => Math.max(max, value), 1);
  const grey = Uint8Array.from(volume.voxels, (value) => Math.max(0, (255 * value) / most));
  return Object.entries({ 'image.nii.gz': grey, 'mask.nii.gz': labels.labels }).map(([name, values]) => {
    const bare = { size: volume.size, spacing: [1, 1, 1], frame: null, labels: values } as const;
    const mimeType = 'application/gzip';
    return { name, mimeType, buffer: Buffer.from(writeNiftiMask(bare, { kind: 'synthetic' })) };
  });
}

/** Nothing but noise, as an image of ten slices. */
export function noiseNifti(): Uint8Array {
  const random = new Random(4);
  const { labels } = demoPatient();
  const grey = labels.labels.map(() => Math.round(100 + 10 * random.normal()));
  return writeNiftiMask({ ...labels, labels: grey }, { kind: 'nrrd' });
}

/** The demo heart's own mask, as a colleague would send it. */
export function demoMask(): { readonly name: string; readonly mimeType: string; readonly buffer: Buffer } {
  const { labels } = demoPatient();
  return {
    name: 'mask.nii.gz',
    mimeType: 'application/gzip',
    buffer: Buffer.from(writeNiftiMask(labels, { kind: 'nrrd' })),
  };
}
