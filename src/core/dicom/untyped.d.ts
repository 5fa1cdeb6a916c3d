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
    end(): boolean;
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
      /**
       * Reads elements until untilTag, and stops behind its tag; with ignoreErrors, stops without a word where it fails.
       * For the items of a sequence it calls itself with no options.
       */
      _read: (
        this: unknown,
        stream: ReadBufferStream,
        transferSyntax: string,
        options?: { untilTag: string | null; ignoreErrors: boolean },
      ) => DicomElements;
    };
  };
}

declare module '@cornerstonejs/codec-charls/decodewasmjs' {
  /** The decoders of @cornerstonejs/codec-*, as Emscripten binds them. */
  export interface FrameDecoder {
    getEncodedBuffer(length: number): Uint8Array;
    decode(): void;
    getDecodedBuffer(): Uint8Array;
    getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number };
    delete(): void;
  }
  /** What their factories take. */
  export interface EmscriptenOptions {
    readonly wasmBinary: Uint8Array;
    readonly print: (text: string) => void;
    readonly printErr: (text: string) => void;
  }
  const create: (options: EmscriptenOptions) => Promise<{ JpegLSDecoder: new () => FrameDecoder }>;
  export default create;
}

declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  import type { EmscriptenOptions, FrameDecoder } from '@cornerstonejs/codec-charls/decodewasmjs';
  const create: (options: EmscriptenOptions) => Promise<{ JPEGDecoder: new () => FrameDecoder }>;
  export default create;
}

declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  import type { EmscriptenOptions, FrameDecoder } from '@cornerstonejs/codec-charls/decodewasmjs';
  const create: (options: EmscriptenOptions) => Promise<{ J2KDecoder: new () => FrameDecoder }>;
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
