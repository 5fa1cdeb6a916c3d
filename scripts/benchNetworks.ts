/**
 * The segmentation's networks by onnxruntime-web, by tfjs's own kernels and by ours, on the same weights and input, in turns: what
 * `npm run bench` compares, in Node and in a browser.
 */
import { InferenceSession, Tensor, type env as ortEnvironment } from 'onnxruntime-web';
import { median } from 'd3';
import { startWasm, type WasmFiles } from '../src/nn/backends/wasm.ts';
import { LOCATE, SEGMENT, type CascadeStage } from '../src/nn/networks/segmentation.ts';
import type { ParameterArrays } from '../src/nn/networks/parameters.ts';
import { placeStage, runHere, type RunStage } from '../src/nn/runStage.ts';
import { segmentStack, type SegmentationNetworks } from '../src/nn/segmentStack.ts';
import { demoStack } from '../src/pipeline/reading/demo.ts';
import { onnxModel } from './onnxModel.ts';

/** In the order of the tables. */
export const CONTENDERS = ['onnxruntime-web', 'tfjs', 'own, plain SIMD', 'own, relaxed SIMD'] as const;
export type Contender = (typeof CONTENDERS)[number];

/** ms; null if the engine does not support it. */
export type Times = Readonly<Record<Contender, number | null>>;

export interface NetworkTimes {
  /** Four slices through the second stage's network, warm. */
  readonly batch: Times;
  /** The whole segmentation of the demo: the first time, including preparing its networks, and later. */
  readonly stageCold: Times;
  readonly stageWarm: Times;
  /** Of the second stage's logits from tfjs's. */
  readonly greatestDifference: Times;
}

/** What `benchNetworksInNode.ts` writes. */
export interface InNode {
  readonly networks: NetworkTimes;
  /** One step of the second stage's training, on 8 slices. */
  readonly trainingStepMs: number;
}

export interface NetworkFiles {
  readonly tfjs: WasmFiles['tfjs'];
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly relaxed: Uint8Array<ArrayBuffer>;
}

/** As in the pipeline's runs. */
const BATCH = 4;

/** Changes the axes of images: from channels last to channels first, or back. */
function exchanged(values: Float32Array, images: number, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let image = 0; image < images; image++) {
    const start = image * rows * columns;
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) result[start + c * rows + r] = values[start + r * columns + c];
    }
  }
  return result;
}

async function onnxStage({ network, size }: CascadeStage, arrays: ParameterArrays): Promise<RunStage> {
  const options = { executionProviders: ['wasm'], graphOptimizationLevel: 'all' } as const;
  const session = await InferenceSession.create(onnxModel(network, arrays, BATCH, size), options);
  const pixels = size * size;
  const { inputChannels, outputChannels } = network;
  return async (squares) => {
    const images = squares.length / (pixels * inputChannels);
    const logits = new Float32Array(images * pixels * outputChannels);
    for (let first = 0; first < images; first += BATCH) {
      const count = Math.min(BATCH, images - first);
      const input = new Float32Array(BATCH * pixels * inputChannels);
      input.set(squares.subarray(first * pixels * inputChannels, (first + count) * pixels * inputChannels));
      const x = new Tensor('float32', exchanged(input, BATCH, pixels, inputChannels), [
        BATCH,
        inputChannels,
        size,
        size,
      ]);
      const { y } = await session.run({ x });
      const output = exchanged(y.data as Float32Array, BATCH, outputChannels, pixels);
      logits.set(output.subarray(0, count * pixels * outputChannels), first * pixels * outputChannels);
    }
    return logits;
  };
}

const middle = (values: readonly number[]): number => median(values) ?? NaN;

/** `rounds` turns of each, one after another. */
export async function benchNetworks(
  arrays: { readonly locate: ParameterArrays; readonly segment: ParameterArrays },
  files: NetworkFiles,
  ort: typeof ortEnvironment,
  rounds: number,
): Promise<NetworkTimes> {
  ort.wasm.numThreads = 1;
  const { stack } = demoStack();
  const squares = Float32Array.from({ length: BATCH * SEGMENT.size ** 2 * SEGMENT.network.inputChannels }, (_, i) =>
    Math.sin(i),
  );
  const kernelsOf = { tfjs: null, 'own, plain SIMD': files.plain, 'own, relaxed SIMD': files.relaxed };
  const takes = (who: Contender): boolean => who !== 'own, relaxed SIMD' || WebAssembly.validate(files.relaxed);
  const use = async (who: Contender): Promise<void> => {
    if (who !== 'onnxruntime-web') await startWasm({ tfjs: files.tfjs, kernels: kernelsOf[who] });
  };
  const make = async (who: Contender): Promise<SegmentationNetworks> => {
    await use(who);
    const stage = (of: CascadeStage, weights: ParameterArrays): RunStage | Promise<RunStage> =>
      who === 'onnxruntime-web' ? onnxStage(of, weights) : runHere(of, placeStage(of, weights));
    return {
      locate: await stage(LOCATE, arrays.locate),
      segment: await stage(SEGMENT, arrays.segment),
      confidence: null,
    };
  };
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
  // tfjs's backend and its memory are shared.
  await startWasm({ tfjs: files.tfjs, kernels: null });

  const networks = new Map<Contender, SegmentationNetworks>();
  const cold: Partial<Record<Contender, number>> = {};
  const logits = new Map<Contender, Float32Array>();
  for (const who of CONTENDERS.filter(takes)) {
    cold[who] = await timed(async () => {
      const made = await make(who);
      networks.set(who, made);
      await segmentStack(stack.volume, made, {});
    });
    logits.set(who, (await networks.get(who)?.segment(squares, {})) ?? new Float32Array());
  }
  const batch = new Map<Contender, number[]>();
  const stage = new Map<Contender, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const [who, { segment, ...others }] of networks) {
      await use(who);
      // Its copy of the weights was freed with the kernels before.
      await segment(squares, {});
      batch.set(who, [...(batch.get(who) ?? []), await timed(() => segment(squares, {}))]);
      await others.locate(squares.subarray(0, LOCATE.size ** 2 * LOCATE.network.inputChannels), {});
      const whole = await timed(() => segmentStack(stack.volume, { segment, ...others }, {}));
      stage.set(who, [...(stage.get(who) ?? []), whole]);
    }
  }
  const times = (value: (who: Contender) => number | undefined): Times =>
    Object.fromEntries(CONTENDERS.map((who) => [who, networks.has(who) ? (value(who) ?? null) : null])) as Times;
  const tfjs = logits.get('tfjs') ?? new Float32Array();
  return {
    batch: times((who) => middle(batch.get(who) ?? [])),
    stageCold: times((who) => cold[who]),
    stageWarm: times((who) => middle(stage.get(who) ?? [])),
    greatestDifference: times((who) =>
      logits.get(who)?.reduce((most, value, i) => Math.max(most, Math.abs(value - tfjs[i])), 0),
    ),
  };
}
