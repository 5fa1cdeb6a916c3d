import { demoPatient } from '../../core/phantom/demoPatient.ts';
import type { Clinical } from '../../core/patient/covariates.ts';
import type { Volume } from '../../core/volume/volume.ts';
import type { Stack } from './study.ts';

/** Where the demo's heart is in its slices, and the slice that shows it best. */
const PICTURED = { left: 36, top: 42, side: 120, slice: 5 } as const;

/** The heart of the demo patient in one slice, as a volume. */
export function demoPicture({ voxels, size, spacing }: Volume): Volume {
  const { left, top, side, slice } = PICTURED;
  const picture = new Float32Array(side * side);
  for (let row = 0; row < side; row++) {
    const from = left + size[0] * (top + row + size[1] * slice);
    picture.set(voxels.subarray(from, from + side), row * side);
  }
  return { voxels: picture, size: [side, side, 1], spacing, frame: null };
}

/** The synthetic demo patient as a stack with covariates. */
export function demoStack(): { stack: Stack; clinical: Clinical } {
  const { volume, covariates, facts } = demoPatient();
  return {
    stack: {
      volume,
      series: {
        id: 'demo',
        number: 0,
        description: '',
        slices: volume.size[2],
        columns: volume.size[0],
        rows: volume.size[1],
        spacing: [...volume.spacing],
        contrast: 'PSIR',
        chosen: true,
        usable: true,
        kind: 'real',
        why: { code: 'simulated' },
      },
      source: { kind: 'synthetic' },
      labels: null,
      warnings: [],
      refused: [],
    },
    clinical: { covariates, facts },
  };
}
