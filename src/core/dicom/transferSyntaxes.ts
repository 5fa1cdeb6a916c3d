/** How an encapsulated frame is packed, or 'native' for plain values. */
export type PixelCoding = 'native' | 'rle' | 'jpeg' | 'jpegLossless' | 'jpegLs' | 'jpeg2000' | 'htj2k' | 'video';

export interface TransferSyntax {
  readonly uid: string;
  readonly name: string;
  readonly explicit: boolean;
  readonly littleEndian: boolean;
  /** Of the pixels only: GE once wrote them the other way round. */
  readonly pixelsLittleEndian: boolean;
  readonly deflated: boolean;
  readonly coding: PixelCoding;
}

const syntax = (uid: string, name: string, coding: PixelCoding): TransferSyntax => ({
  uid,
  name,
  explicit: true,
  littleEndian: true,
  pixelsLittleEndian: true,
  deflated: false,
  coding,
});

/** PS3.5 chapter 10 and annex A, PS3.6 table A-1. */
const SYNTAXES: readonly TransferSyntax[] = [
  { ...syntax('1.2.840.10008.1.2', 'implicit VR little endian', 'native'), explicit: false },
  syntax('1.2.840.10008.1.2.1', 'explicit VR little endian', 'native'),
  { ...syntax('1.2.840.10008.1.2.1.99', 'deflated', 'native'), deflated: true },
  {
    ...syntax('1.2.840.10008.1.2.2', 'explicit VR big endian', 'native'),
    littleEndian: false,
    pixelsLittleEndian: false,
  },
  syntax('1.2.840.10008.1.2.5', 'RLE', 'rle'),
  syntax('1.2.840.10008.1.2.4.50', 'JPEG baseline', 'jpeg'),
  syntax('1.2.840.10008.1.2.4.51', 'JPEG extended', 'jpeg'),
  syntax('1.2.840.10008.1.2.4.57', 'JPEG lossless', 'jpegLossless'),
  syntax('1.2.840.10008.1.2.4.70', 'JPEG lossless', 'jpegLossless'),
  syntax('1.2.840.10008.1.2.4.80', 'JPEG-LS lossless', 'jpegLs'),
  syntax('1.2.840.10008.1.2.4.81', 'JPEG-LS near-lossless', 'jpegLs'),
  syntax('1.2.840.10008.1.2.4.90', 'JPEG 2000 lossless', 'jpeg2000'),
  syntax('1.2.840.10008.1.2.4.91', 'JPEG 2000', 'jpeg2000'),
  syntax('1.2.840.10008.1.2.4.201', 'HTJ2K lossless', 'htj2k'),
  syntax('1.2.840.10008.1.2.4.202', 'HTJ2K lossless RPCL', 'htj2k'),
  syntax('1.2.840.10008.1.2.4.203', 'HTJ2K', 'htj2k'),
  // GE: the data set in implicit little endian, its pixels big endian (GEMS DICOM conformance statements).
  { ...syntax('1.2.840.113619.5.2', "GE's private", 'native'), explicit: false, pixelsLittleEndian: false },
];

export const IMPLICIT_LITTLE_ENDIAN = SYNTAXES[0];
export const EXPLICIT_LITTLE_ENDIAN = SYNTAXES[1];
export const EXPLICIT_BIG_ENDIAN = SYNTAXES[3];

/** null where Scarcast does not know it. */
export function findTransferSyntax(uid: string): TransferSyntax | null {
  if (/^1\.2\.840\.10008\.1\.2\.4\.10\d/.test(uid)) return syntax(uid, 'video', 'video');
  return SYNTAXES.find((known) => known.uid === uid) ?? null;
}
