/**
 * Our own convolutions under tfjs: the WASM backend keeps its memory, its tensors and every other operation, and passes
 * us those that our networks use. Their code is in `assembly/`; two files are compiled from it, one for engines that
 * have relaxed SIMD.
 */
import {
  Conv2D,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  FusedConv2D,
  getKernel,
  registerKernel,
  unregisterKernel,
  type DataId,
  type KernelConfig,
  type KernelFunc,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { BackendError } from '../backends/backendError.ts';

/** What the compiled files export. Every number is an address in the backend's memory, a count, or 0 and 1 for no and yes. */
interface Exports {
  transformedBytes(inputs: number, outputs: number): number;
  transformKernel(g: number, u: number, inputs: number, outputs: number, reversed: number, work: number): void;
  workBytes(inputs: number, outputs: number): number;
  convolve(
    x: number,
    images: number,
    rows: number,
    columns: number,
    inputs: number,
    u: number,
    bias: number,
    outputs: number,
    rectified: number,
    y: number,
    work: number,
  ): void;
  gradientWorkBytes(inputs: number, outputs: number): number;
  kernelGradient(
    x: number,
    images: number,
    rows: number,
    columns: number,
    inputs: number,
    dy: number,
    outputs: number,
    dg: number,
    work: number,
  ): void;
  packedBytes(inputs: number, outputs: number): number;
  packPointwise(g: number, u: number, inputs: number, outputs: number, reversed: number): void;
  pointwiseWorkBytes(inputs: number, outputs: number): number;
  convolvePointwise(
    x: number,
    pixels: number,
    inputs: number,
    u: number,
    bias: number,
    outputs: number,
    rectified: number,
    y: number,
    work: number,
  ): void;
  pointwiseGradient(x: number, pixels: number, inputs: number, dy: number, outputs: number, dg: number): void;
  activationGradient(dy: number, y: number, d: number, pixels: number, channels: number, dBias: number): void;
}

/**
 * The part of the backend's module that tfjs does not type: its memory is exported under this name in the build with
 * SIMD.
 */
interface WasmModule {
  readonly asm: { readonly memory: WebAssembly.Memory };
  _malloc(bytes: number): number;
  _free(at: number): void;
}

type Shape4D = readonly [number, number, number, number];
type Inputs = Record<'x' | 'filter' | 'bias' | 'dy' | 'preluActivationWeights', TensorInfo | undefined>;
type Attributes = Readonly<Record<string, unknown>>;

/** A convolution that we support: side of the kernel, channels in and out. */
interface Taken {
  readonly side: 1 | 3;
  readonly inputs: number;
  readonly outputs: number;
  /** The kernel is that of the backward pass: see `transformKernel`. */
  readonly reversed: boolean;
}

/** Removes the kernels again: tfjs's own do the work from then on. */
export type Uninstall = () => void;

/**
 * Replaces the running WASM backend's kernels by ours for the shapes that ours support: float32, stride 1, 'same'
 * padding, kernels of 3 x 3 with a multiple of four outputs or of 1 x 1, no activation but ReLU. Other shapes fall
 * through to tfjs's own.
 * @param compiled one of the two compiled files, whose instructions the engine supports
 * @throws BackendError if the file does not fit the backend
 */
export async function installKernels(wasm: BackendWasm, compiled: Uint8Array<ArrayBuffer>): Promise<Uninstall> {
  const module = wasm.wasm as unknown as WasmModule;
  let exports: Exports;
  try {
    const { instance } = await WebAssembly.instantiate(compiled, { env: { memory: module.asm.memory } });
    exports = instance.exports as unknown as Exports;
  } catch (cause) {
    throw new BackendError({ code: 'kernelsDoNotFit', detail: String(cause) }, { cause });
  }
  const memory = new KernelMemory(wasm, module, exports);

  const replaced = [FusedConv2D, Conv2D, Conv2DBackpropInput].map((kernelName) => {
    const config = getKernel(kernelName, 'wasm');
    const kernelFunc: KernelFunc = (call) => {
      const convolution = kernelName === Conv2DBackpropInput ? backwards(call) : forwards(call);
      return convolution === null ? config.kernelFunc(call) : run(exports, memory, convolution);
    };
    unregisterKernel(kernelName, 'wasm');
    registerKernel({ ...config, kernelFunc });
    return config;
  });
  // tfjs has none of these two for WASM.
  const added: KernelConfig[] = [
    {
      kernelName: Conv2DBackpropFilter,
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs }) => {
        const { x, dy } = inputs as Record<'x' | 'dy', TensorInfo>;
        return kernelGradient(exports, memory, x, dy, (attrs as unknown as { filterShape: Shape4D }).filterShape);
      },
    },
    {
      kernelName: ACTIVATION_GRADIENT,
      backendName: 'wasm',
      kernelFunc: ({ inputs }) => {
        const { dy, y } = inputs as { dy: TensorInfo; y: TensorInfo };
        return activationGradient(exports, memory, dy, y);
      },
    },
  ];
  added.forEach(registerKernel);

  return () => {
    for (const { kernelName } of [...replaced, ...added]) unregisterKernel(kernelName, 'wasm');
    replaced.forEach(registerKernel);
    memory.free();
  };
}

/**
 * Our name for an operation on `dy` and `y`, [...][channels], channels a multiple of 4: the gradient by a ReLU's input,
 * from the one by its output y, and its sum over all but the channels.
 */
export const ACTIVATION_GRADIENT = 'ScarcastActivationGradient';

/**
 * Our parts of the backend's memory: working memory, and each kernel in the form that the products need, kept as long
 * as its weights.
 */
class KernelMemory {
  readonly #wasm: BackendWasm;
  readonly #module: WasmModule;
  readonly #exports: Exports;
  readonly #disposeData: BackendWasm['disposeData'];
  readonly #prepared = new Map<DataId, Taken & { readonly at: number }>();
  #work = { at: 0, bytes: 0 };

  constructor(wasm: BackendWasm, module: WasmModule, exports: Exports) {
    this.#wasm = wasm;
    this.#module = module;
    this.#exports = exports;
    this.#disposeData = wasm.disposeData.bind(wasm);
    wasm.disposeData = (dataId, force) => {
      const gone = this.#disposeData(dataId, force);
      if (gone) this.#forget(dataId);
      return gone;
    };
  }

  /** Where a tensor's numbers are. Throws BackendError where the backend found no room for them. */
  at({ dataId }: TensorInfo): number {
    return given(this.#wasm.getMemoryOffset(dataId));
  }

  output(shape: readonly number[]): TensorInfo {
    return this.#wasm.makeOutput([...shape], 'float32');
  }

  /** Room for at least this many bytes, until the next call. */
  work(bytes: number): number {
    if (this.#work.bytes < bytes) {
      this.#module._free(this.#work.at);
      this.#work = { at: 0, bytes: 0 };
      this.#work = { at: given(this.#module._malloc(bytes)), bytes };
    }
    return this.#work.at;
  }

  /** A kernel in the form that `convolve` or `convolvePointwise` needs. */
  prepared(filter: TensorInfo, taken: Taken): number {
    const { side, inputs, outputs, reversed } = taken;
    const kept = this.#prepared.get(filter.dataId);
    const isSame = kept?.side === side && kept.inputs === inputs && kept.outputs === outputs;
    if (isSame && kept.reversed === reversed) return kept.at;
    this.#forget(filter.dataId);
    const exports = this.#exports;
    const bytes = side === 3 ? exports.transformedBytes(inputs, outputs) : exports.packedBytes(inputs, outputs);
    const at = given(this.#module._malloc(bytes));
    this.#prepared.set(filter.dataId, { ...taken, at });
    const [from, back] = [this.at(filter), Number(reversed)];
    if (side === 1) exports.packPointwise(from, at, inputs, outputs, back);
    else exports.transformKernel(from, at, inputs, outputs, back, this.work(exports.workBytes(inputs, outputs)));
    return at;
  }

  /** Frees all of it. */
  free(): void {
    this.#wasm.disposeData = this.#disposeData;
    for (const dataId of [...this.#prepared.keys()]) this.#forget(dataId);
    this.#module._free(this.#work.at);
    this.#work = { at: 0, bytes: 0 };
  }

  #forget(dataId: DataId): void {
    const kept = this.#prepared.get(dataId);
    if (kept === undefined) return;
    this.#prepared.delete(dataId);
    this.#module._free(kept.at);
  }
}

/** An allocated address. The module's allocator returns 0 where memory cannot grow, and tfjs carries on with that. */
function given(at: number): number {
  if (at === 0) throw new BackendError({ code: 'wasmMemoryFull' });
  return at;
}

/** A convolution to be done. */
interface Convolution extends Taken {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
  readonly bias: TensorInfo | null;
  readonly rectified: boolean;
}

type Call = Parameters<KernelFunc>[0];

const isOne = (value: unknown): boolean =>
  value === 1 || (Array.isArray(value) && value.length > 0 && value.every((each) => each === 1));

/** Whether its tensors and steps are of the kinds that we support. */
function isPlain(x: TensorInfo, filter: TensorInfo, attributes: Attributes): boolean {
  const { strides, dilations = 1, dataFormat } = attributes;
  const isFloat = x.dtype === 'float32' && filter.dtype === 'float32';
  const isSized = x.shape.length === 4 && x.shape.every((side) => side > 0) && filter.shape[0] === filter.shape[1];
  return isFloat && isSized && isOne(strides) && isOne(dilations) && dataFormat === 'NHWC';
}

/** The side of its kernel if we support it. */
function sideOf(filter: TensorInfo, pad: unknown, outputs: number): 1 | 3 | null {
  const side = filter.shape[0];
  if (side === 3 && pad === 'same' && outputs % 4 === 0) return 3;
  return side === 1 && (pad === 'same' || pad === 'valid') ? 1 : null;
}

/** The convolution if we support it, or null. */
function forwards({ inputs, attrs }: Call): Convolution | null {
  const { x, filter, bias, preluActivationWeights } = inputs as Inputs;
  const attributes: Attributes = attrs ?? {};
  const { activation = 'linear', pad } = attributes;
  if (!x || !filter || preluActivationWeights || !isPlain(x, filter, attributes)) return null;
  if (activation !== 'linear' && activation !== 'relu') return null;
  const [, , from, to] = filter.shape;
  const side = sideOf(filter, pad, to);
  if (side === null) return null;
  const rectified = activation === 'relu';
  return { side, inputs: from, outputs: to, reversed: false, x, filter, bias: bias ?? null, rectified };
}

/** The gradient of a convolution by its input if we support it, or null. */
function backwards({ inputs, attrs }: Call): Convolution | null {
  const { dy, filter } = inputs as Inputs;
  const attributes: Attributes = attrs ?? {};
  if (!dy || !filter || !isPlain(dy, filter, attributes)) return null;
  const [, , from, to] = filter.shape;
  const side = sideOf(filter, attributes['pad'], from);
  if (side === null) return null;
  return { side, inputs: to, outputs: from, reversed: true, x: dy, filter, bias: null, rectified: false };
}

function run(exports: Exports, memory: KernelMemory, convolution: Convolution): TensorInfo {
  const { x, filter, bias, side, inputs, outputs, rectified } = convolution;
  const [images, rows, columns] = x.shape as unknown as Shape4D;
  const kernel = memory.prepared(filter, convolution);
  const y = memory.output([images, rows, columns, outputs]);
  const work = memory.work(
    side === 3 ? exports.workBytes(inputs, outputs) : exports.pointwiseWorkBytes(inputs, outputs),
  );
  const [from, to] = [memory.at(x), memory.at(y)];
  const offset = bias ? memory.at(bias) : 0;
  if (side === 3) {
    exports.convolve(from, images, rows, columns, inputs, kernel, offset, outputs, Number(rectified), to, work);
  } else {
    const pixels = images * rows * columns;
    exports.convolvePointwise(from, pixels, inputs, kernel, offset, outputs, Number(rectified), to, work);
  }
  return y;
}

/** Throws RangeError for a shape that no network here has. */
function kernelGradient(
  exports: Exports,
  memory: KernelMemory,
  x: TensorInfo,
  dy: TensorInfo,
  shape: Shape4D,
): TensorInfo {
  const [side, width, inputs, outputs] = shape;
  const [images, rows, columns] = x.shape as unknown as Shape4D;
  if (side !== width || !(side === 1 || (side === 3 && outputs % 4 === 0))) {
    throw new RangeError(
      `No gradient by a kernel of ${shape.join(' x ')}: 1 x 1, or 3 x 3 to a multiple of 4 channels.`,
    );
  }
  const result = memory.output(shape);
  const [from, over, to] = [memory.at(x), memory.at(dy), memory.at(result)];
  if (side === 1) {
    exports.pointwiseGradient(from, images * rows * columns, inputs, over, outputs, to);
  } else {
    const work = memory.work(exports.gradientWorkBytes(inputs, outputs));
    exports.kernelGradient(from, images, rows, columns, inputs, over, outputs, to, work);
  }
  return result;
}

function activationGradient(exports: Exports, memory: KernelMemory, dy: TensorInfo, y: TensorInfo): TensorInfo[] {
  const channels = dy.shape[dy.shape.length - 1];
  const pixels = dy.shape.slice(0, -1).reduce((product, side) => product * side, 1);
  const d = memory.output(dy.shape);
  const dBias = memory.output([channels]);
  exports.activationGradient(memory.at(dy), memory.at(y), memory.at(d), pixels, channels, memory.at(dBias));
  return [d, dBias];
}
