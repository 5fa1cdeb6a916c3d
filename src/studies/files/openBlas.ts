/** The matrix product of the machine's own OpenBLAS, where there is one. */
import { existsSync, readFileSync } from 'node:fs';
import koffi from 'koffi';
import type { Multiply } from '../../nn/backends/matrixConvolution.ts';

const LIBRARIES = ['libopenblas.so.0', '/opt/homebrew/opt/openblas/lib/libopenblas.dylib'];
const ROW_MAJOR = 101;
const AS_IS = 111;
const TRANSPOSED = 112;

/** OpenBLAS takes a processor newer than itself for one of 2004. */
function nameProcessor(): void {
  const flags = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '';
  const core = flags.includes(' avx512f ') ? 'SkylakeX' : flags.includes(' avx2 ') ? 'Haswell' : null;
  if (core !== null) process.env['OPENBLAS_CORETYPE'] ??= core;
}

/** On one thread, for each run has one. @returns null where there is no OpenBLAS */
export function loadOpenBlas(): Multiply | null {
  nameProcessor();
  for (const name of LIBRARIES) {
    let library;
    try {
      library = koffi.load(name);
    } catch {
      continue;
    }
    library.func('void openblas_set_num_threads(int count)')(1);
    const gemm = library.func(
      'void cblas_sgemm(int order, int transA, int transB, int m, int n, int k, float alpha, const void *a, int lda, ' +
        'const void *b, int ldb, float beta, void *c, int ldc)',
    );
    return ({ m, n, k }, a, transposed, b, c, further) => {
      const [from, by, to] = [a, b, c].map(({ values, start }) => values.subarray(start));
      const how = transposed ? TRANSPOSED : AS_IS;
      gemm(ROW_MAJOR, how, AS_IS, m, n, k, 1, from, a.stride, by, b.stride, further ? 1 : 0, to, c.stride);
    };
  }
  return null;
}
