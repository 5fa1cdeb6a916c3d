/** The parts used here of packages that come without types, as they behave in the pinned versions. */
declare module 'dcmjs' {
  export interface DicomElement {
    vr?: string;
    Value?: unknown;
  }
  /** Keys are eight hexadecimal digits in capitals: '00280010'. */
  export type DicomElements = Record<string, DicomElement>;

  export interface DicomDict {
    meta: DicomElements;
    dict: DicomElements;
    write(options?: { fragmentMultiframe?: boolean }): ArrayBuffer;
  }

  export const data: { DicomDict: new (meta: DicomElements) => DicomDict };
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
