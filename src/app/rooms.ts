/** The rooms of the page, each with its own address after '#'. */
export const ROOMS = ['case', 'cohort', 'teach'] as const;
export type Room = (typeof ROOMS)[number];

export const addressOf = (room: Room): string => `#${room}`;

/** The room of an address; the case room if it names none. */
export const roomOf = (hash: string): Room => ROOMS.find((room) => hash === addressOf(room)) ?? 'case';
