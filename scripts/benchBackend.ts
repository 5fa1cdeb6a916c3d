/**
 * What `npm run bench` measures on one backend, the same in Node and in a browser: the page's own path from a stack to
 * a curve, cold and warm, and the whole segmentation stage against the same backend's own matrix product.
 */
import { matMul, randomUniform } from '@tensorflow/tfjs-core';
import { median } from 'd3';
import type { Volume } from '../src/core/volume/volume.ts';
import { segmentStack, type SegmentationNetworks } from '../src/nn/segmentStack.ts';
import { LOCATE, SEGMENT, type CascadeStage } from '../src/nn/networks/segmentation.ts';
import { unetParameters } from '../src/nn/networks/unet.ts';
import { inEnglish } from '../src/app/messages/reasonsEn.ts';
import { analyseStack, type AnalysisStage } from '../src/pipeline/analysing/analyse.ts';
import { demoStack } from '../src/pipeline/reading/demo.ts';
import type { Models } from '../src/pipeline/analysing/models.ts';

/** Seconds by stage, in order. */
export type Seconds = Readonly<Record<string, number>>;

export interface Speed {
  readonly matmulGflops: number;
  /** The whole stage's: resampling, flips and interpolation count as time and not as work. */
  readonly segmentationGflops: number;
  /** Median of the ratios of pairs that were measured one right after the other. */
  readonly segmentationOfMatmul: number;
}

export interface BackendResult {
  readonly slices: number;
  readonly cold: Seconds;
  /** Median over the cases after the first; null if there was none. */
  readonly warm: Seconds | null;
  readonly speed: Speed | null;
  /** Null except on WebGPU. */
  readonly webgpu: {
    /** Compiled by the end of the first case, and by all cases after it. */
    readonly shaders: number;
    readonly shadersAfterwards: number;
    readonly dispatchesACase: number;
  } | null;
}

/** Since the start. */
export interface WebgpuCounts {
  readonly shaders: number;
  readonly dispatches: number;
}

const MATMUL_SIDE = 1024;
/** The first stage looks at each slice once, and again with three flips; the second at it and at its three flips. */
const LOOKS = { locate: 5, segment: 4 };

const now = (): number => performance.now() / 1000;

/** Multiplications and additions of one slice through a stage's U-Net. */
export function stageFlops({ network, size }: CascadeStage): number {
  return unetParameters(network).reduce((sum, { name, shape }) => {
    const [height, width, input, output] = shape;
    if (output === undefined) return sum; // A bias.
    const level = Number(/^(?:down|up)(\d)/.exec(name)?.[1] ?? 0);
    // A projection comes before its upsampling.
    const side = size / 2 ** (name.includes('/project/') ? level + 1 : level);
    return sum + 2 * height * width * input * output * side * side;
  }, 0);
}

/**
 * A cold case and `cases` warm ones; with none, the speeds are not measured either.
 * @param loadModels starts the backend too
 * @param webgpuCounts what WebGPU has done so far; null on another backend
 */
export async function benchBackend(
  loadModels: () => Promise<Models>,
  cases: number,
  webgpuCounts: (() => WebgpuCounts) | null,
): Promise<BackendResult> {
  const began = now();
  const models = await loadModels();
  const loading = now() - began;
  const { stack, clinical } = demoStack();

  const oneCase = async (): Promise<Seconds> => {
    const starts: [string, number][] = [];
    const enter = ({ code }: AnalysisStage): void => {
      const stage = inEnglish({ code });
      if (starts.at(-1)?.[0] !== stage) starts.push([stage, now()]);
    };
    enter({ code: 'segmenting' });
    await analyseStack(stack, clinical, models, { onProgress: enter });
    const ends = [...starts.slice(1).map(([, at]) => at), now()];
    return Object.fromEntries(starts.map(([stage, at], i) => [stage, ends[i] - at]));
  };
  const loaded = webgpuCounts?.();
  const cold = { 'Loading backend and weights': loading, ...(await oneCase()) };
  const afterCold = webgpuCounts?.();
  const warm: Seconds[] = [];
  for (let n = 0; n < cases; n++) warm.push(await oneCase());
  const afterWarm = webgpuCounts?.();
  return {
    slices: stack.volume.size[2],
    cold,
    warm:
      warm.length === 0
        ? null
        : Object.fromEntries(Object.keys(warm[0]).map((stage) => [stage, middle(warm.map((one) => one[stage]))])),
    speed: warm.length === 0 ? null : await speedOf(stack.volume, models.segmentation, cases),
    webgpu:
      loaded && afterCold && afterWarm
        ? {
            shaders: afterCold.shaders,
            shadersAfterwards: afterWarm.shaders - afterCold.shaders,
            dispatchesACase: afterCold.dispatches - loaded.dispatches,
          }
        : null,
  };
}

const middle = (values: readonly number[]): number => median(values) ?? NaN;

/** The whole segmentation stage and the matrix product, each stage between two products. */
async function speedOf(image: Volume, networks: SegmentationNetworks, pairs: number): Promise<Speed> {
  const flops = image.size[2] * (LOOKS.locate * stageFlops(LOCATE) + LOOKS.segment * stageFlops(SEGMENT));
  const a = randomUniform([MATMUL_SIDE, MATMUL_SIDE]);
  const b = randomUniform([MATMUL_SIDE, MATMUL_SIDE]);
  const matmul = async (): Promise<number> => {
    const start = now();
    const product = matMul(a, b);
    await product.data();
    product.dispose();
    return now() - start;
  };
  await matmul();
  const measured: { readonly matmul: number; readonly segmentation: number }[] = [];
  for (let n = 0; n < pairs; n++) {
    const before = await matmul();
    const start = now();
    await segmentStack(image, networks, {});
    const segmentation = now() - start;
    measured.push({
      matmul: (2 * MATMUL_SIDE ** 3) / ((before + (await matmul())) / 2) / 1e9,
      segmentation: flops / segmentation / 1e9,
    });
  }
  a.dispose();
  b.dispose();
  return {
    matmulGflops: middle(measured.map((pair) => pair.matmul)),
    segmentationGflops: middle(measured.map((pair) => pair.segmentation)),
    segmentationOfMatmul: middle(measured.map((pair) => pair.segmentation / pair.matmul)),
  };
}
