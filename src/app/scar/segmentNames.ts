/** Names of the 17 segments (Cerqueira et al. 2002), in their order. */
const NAMES = [
  'Basal anterior',
  'Basal anteroseptal',
  'Basal inferoseptal',
  'Basal inferior',
  'Basal inferolateral',
  'Basal anterolateral',
  'Mid anterior',
  'Mid anteroseptal',
  'Mid inferoseptal',
  'Mid inferior',
  'Mid inferolateral',
  'Mid anterolateral',
  'Apical anterior',
  'Apical septal',
  'Apical inferior',
  'Apical lateral',
  'Apex',
] as const;

export const segmentName = (segment: number): string => `${segment} ${NAMES[segment - 1]}`;
