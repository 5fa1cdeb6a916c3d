export { convolve, gradientWorkBytes, kernelGradient, transformKernel, transformedBytes, workBytes } from './winograd';
export { convolvePointwise, packedBytes, packPointwise, pointwiseGradient, pointwiseWorkBytes } from './pointwise';
export { activationGradient } from './activation';
