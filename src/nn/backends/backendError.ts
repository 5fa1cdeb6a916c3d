import { ScarcastError } from '../../core/errors.ts';

/** What happened to a backend; `detail` is the browser's or the library's own text. */
export type BackendReason =
  | { readonly code: 'wasmNotStarted' }
  | { readonly code: 'wasmMemoryFull' }
  | { readonly code: 'kernelsDoNotFit'; readonly detail: string }
  | { readonly code: 'webgpuNotStarted' }
  | { readonly code: 'webgpuSilent'; readonly seconds: number }
  | { readonly code: 'noGraphicsProcessor' }
  | { readonly code: 'graphicsProcessorUnnamed' }
  | { readonly code: 'graphicsProcessorSlow' }
  | { readonly code: 'graphicsProcessorLost'; readonly detail: string }
  | { readonly code: 'graphicsMemoryFull' }
  | { readonly code: 'graphicsProcessorRefused'; readonly detail: string }
  | { readonly code: 'backendStopped'; readonly detail: string }
  | { readonly code: 'networkGaveNoNumbers' }
  | { readonly code: 'networkAnswersWrongly'; readonly network: string; readonly backend: 'webgpu' | 'wasm' };

/** The computing backend could not be started, is not the one asked for, or failed during work. */
export class BackendError extends ScarcastError<BackendReason> {}
