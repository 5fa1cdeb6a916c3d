import { messages } from './language.svelte.ts';

/** '7 Mid anterior': one of the 17 segments, 1 to 17. */
export const segmentName = (segment: number): string => `${segment} ${messages().segments.names[segment - 1]}`;
