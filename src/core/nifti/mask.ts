import { gzipSync } from 'fflate';
import type { LabelVolume, PatientFrame, Vector3 } from '../volume/volume.ts';
import { NiftiError, readNiftiHeader, type NiftiHeader } from './nifti.ts';

/** What the segmented image came from: its own NIfTI header, or something else whose geometry is the grid's. */
export type MaskTarget =
  | { readonly kind: 'nifti'; readonly header: Uint8Array }
  | { readonly kind: 'dicom' | 'nrrd' | 'synthetic' | 'reformatted' };

const UINT8 = 2;
const NIFTI1_HEADER_BYTES = 352;
const NIFTI2_HEADER_BYTES = 544;
/** Byte ranges of nifti1.h: sizeof_hdr; dim; pixdim; xyzt_units; qform_code to srow_z; magic. */
const NIFTI1_GEOMETRY = [
  [0, 4],
  [40, 56],
  [76, 108],
  [123, 124],
  [252, 328],
  [344, 348],
] as const;
/** Of nifti2.h: sizeof_hdr and magic; dim; pixdim; qform_code to srow_z; xyzt_units. */
const NIFTI2_GEOMETRY = [
  [0, 12],
  [16, 80],
  [104, 168],
  [344, 500],
  [500, 504],
] as const;
const MILLIMETRES = 2;
/** Where nifti1.h has its description, which a viewer shows. */
const DESCRIPTION_AT = 148;
const SYNTHETIC = 'Synthetic heart, made by code: not a patient';

/**
 * A gzipped NIfTI of the labels (EMIDEC's numbers, uint8, slope 1, intercept 0) that matches its image voxel by voxel.
 * From NIfTI the input's header is kept: shape, order, pixdim, qform, sform and extensions. From anything else a
 * NIfTI-1 header is made: i the column, j the row, k the slice, the frame turned from LPS to RAS in the sform (code 1),
 * or no form at all where the grid has no frame; a heart made by code says so in its description. The same labels
 * always give the same bytes.
 * @throws NiftiError where the labels do not have the header's shape.
 */
export function writeNiftiMask(labels: LabelVolume, source: MaskTarget): Uint8Array {
  const header = source.kind === 'nifti' ? labelHeader(source.header, labels.size) : newHeader(labels);
  if (source.kind === 'synthetic') header.set(new TextEncoder().encode(SYNTHETIC), DESCRIPTION_AT);
  const file = new Uint8Array(header.length + labels.labels.length);
  file.set(header);
  file.set(labels.labels, header.length);
  return gzipSync(file, { mtime: 0 });
}

function labelHeader(original: Uint8Array, size: Vector3): Uint8Array {
  const fields = readNiftiHeader(original);
  const header = geometryOnly(original, fields);
  const shape = [1, 2, 3].map((i) => (i <= fields.dim[0] ? fields.dim[i] : 1));
  if (size.some((n, i) => n !== shape[i])) {
    throw new NiftiError({ code: 'maskShapeDiffers' });
  }
  const view = new DataView(header.buffer);
  const le = fields.littleEndian;
  if (fields.version === 1) {
    view.setInt16(70, UINT8, le);
    view.setInt16(72, 8, le);
    view.setFloat32(112, 1, le);
    view.setFloat32(116, 0, le);
    // The display range of the image (cal_max, cal_min) would hide the labels.
    view.setFloat32(124, 0, le);
    view.setFloat32(128, 0, le);
  } else {
    view.setInt16(12, UINT8, le);
    view.setInt16(14, 8, le);
    view.setFloat64(176, 1, le);
    view.setFloat64(184, 0, le);
    view.setFloat64(192, 0, le);
    view.setFloat64(200, 0, le);
  }
  return header;
}

/** A header of the same kind that holds where the voxels are and nothing else from the original. Throws NiftiError. */
export const geometryHeader = (original: Uint8Array): Uint8Array => geometryOnly(original, readNiftiHeader(original));

/**
 * A header with the input's shape, spacing, units and forms and nothing else: descriptions, file and database names and
 * extensions may name the patient.
 */
function geometryOnly(original: Uint8Array, { version, littleEndian }: NiftiHeader): Uint8Array {
  const header = new Uint8Array(version === 1 ? NIFTI1_HEADER_BYTES : NIFTI2_HEADER_BYTES);
  for (const [start, end] of version === 1 ? NIFTI1_GEOMETRY : NIFTI2_GEOMETRY) {
    header.set(original.subarray(start, end), start);
  }
  const view = new DataView(header.buffer);
  // Labels are one volume, in the header's own file, whatever the image was.
  header[version === 1 ? 345 : 5] = 0x2b;
  if (version === 1) {
    view.setFloat32(108, header.length, littleEndian);
    if (view.getInt16(40, littleEndian) > 3) view.setInt16(40, 3, littleEndian);
  } else {
    view.setBigInt64(168, BigInt(header.length), littleEndian);
    if (view.getBigInt64(16, littleEndian) > 3n) view.setBigInt64(16, 3n, littleEndian);
  }
  return header;
}

function newHeader({ size, spacing, frame }: LabelVolume): Uint8Array {
  const header = new Uint8Array(NIFTI1_HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setInt32(0, 348, true);
  [3, ...size, 1, 1, 1, 1].forEach((n, i) => view.setInt16(40 + 2 * i, n, true));
  view.setInt16(70, UINT8, true);
  view.setInt16(72, 8, true);
  [1, ...spacing, 1, 1, 1, 1].forEach((n, i) => view.setFloat32(76 + 4 * i, n, true));
  view.setFloat32(108, NIFTI1_HEADER_BYTES, true);
  view.setFloat32(112, 1, true);
  header[123] = MILLIMETRES;
  if (frame) {
    view.setInt16(254, 1, true);
    rasAffine(frame, spacing).forEach((row, i) =>
      row.forEach((value, j) => view.setFloat32(280 + 16 * i + 4 * j, value, true)),
    );
  }
  header.set([0x6e, 0x2b, 0x31, 0], 344);
  return header;
}

/** Rows x, y, z of the matrix from (i, j, k, 1) to mm, right-anterior-superior. */
function rasAffine(frame: PatientFrame, spacing: Vector3): number[][] {
  return [0, 1, 2].map((axis) => {
    const sign = axis < 2 ? -1 : 1;
    const steps = [frame.columnStep, frame.rowStep, frame.sliceStep].map((step, i) => sign * step[axis] * spacing[i]);
    return [...steps, sign * frame.origin[axis]];
  });
}
