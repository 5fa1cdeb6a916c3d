export { convolve, transformKernel, transformedBytes, workBytes } from './winograd';
export { gradientWorkBytes, kernelGradient } from './winogradGradient';
export { convolvePointwise, packedBytes, packPointwise, pointwiseGradient, pointwiseWorkBytes } from './pointwise';
export { activationGradient } from './activation';
