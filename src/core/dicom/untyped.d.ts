/** The parts used here of packages that come without types, as they behave at the pinned versions. */
declare module 'dcmjs' {
  export interface DicomElement {
    vr?: string;
    Value?: unknown;
    _rawValue?: unknown;
  }
  /** Keys are eight hexadecimal digits in capitals: '00280010'. */
  export type DicomElements = Record<string, DicomElement>;

  export interface ReadBufferStream {
    offset: number;
    decoder: { decode(view: DataView): string };
    setDecoder: (decoder: { decode(view: DataView): string }) => void;
  }
  export interface Logger {
    setLevel(level: 'silent', persist: boolean): void;
    getLoggers(): Record<string, Logger>;
  }
  export interface DicomDict {
    meta: DicomElements;
    dict: DicomElements;
    write(options?: { fragmentMultiframe?: boolean }): ArrayBuffer;
  }

  export const log: Logger;
  export const data: {
    ReadBufferStream: new (
      buffer: ArrayBuffer,
      littleEndian: boolean,
      options: { start: number; stop: number },
    ) => ReadBufferStream;
    DicomDict: new (meta: DicomElements) => DicomDict;
    DicomMessage: {
      /** Reads elements until untilTag, and stops behind its tag; with ignoreErrors, stops without a word where it fails. */
      _read(
        stream: ReadBufferStream,
        transferSyntax: string,
        options: { untilTag: string; ignoreErrors: boolean },
      ): DicomElements;
    };
  };
}

declare module '@cornerstonejs/codec-charls/decodewasmjs' {
  import type { CodecModule, EmscriptenOptions } from './codecs.ts';
  const create: (options: EmscriptenOptions) => Promise<CodecModule<'JpegLSDecoder'>>;
  export default create;
}

declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  import type { CodecModule, EmscriptenOptions } from './codecs.ts';
  const create: (options: EmscriptenOptions) => Promise<CodecModule<'J2KDecoder'>>;
  export default create;
}

declare module 'jpeg-lossless-decoder-js' {
  export class Decoder {
    decode(
      buffer: ArrayBuffer,
      offset: number,
      length: number,
      bytesPerSample: number,
    ): Uint8Array | Uint16Array | null;
  }
}
