import type { ReportInput } from './reportInput.ts';
import { scoreTable } from './scoreTable.ts';

export function sensitivity({ music, withoutDevices }: ReportInput): string[] {
  const gone = music.study.cohort.time.length - withoutDevices.study.cohort.time.length;
  return [
    '## Without the patients with a device',
    '',
    `In the ${gone} patients with an ICD, a CRT-D or a CRT-P at entry sudden death may have been aborted. Without them, learned and tested anew (${withoutDevices.runs.length} repeats):`,
    '',
    'All:',
    '',
    ...scoreTable(withoutDevices, 'all'),
    'Ischaemic:',
    '',
    ...scoreTable(withoutDevices, 'ischaemic'),
  ];
}
