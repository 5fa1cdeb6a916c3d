import { demoPatient } from '../../core/phantom/demoPatient.ts';
import type { Clinical } from '../../core/patient/covariates.ts';
import type { Stack } from './study.ts';

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
