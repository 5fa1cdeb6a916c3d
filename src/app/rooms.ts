/** The rooms of the page, each with an address of its own behind '#'. */
export const ROOMS = ['case', 'cohort', 'teach'] as const;
export type Room = (typeof ROOMS)[number];

export const addressOf = (room: Room): string => `#${room}`;

/** The room of an address; that of the cases where it names none. */
export const roomOf = (hash: string): Room => ROOMS.find((room) => hash === addressOf(room)) ?? 'case';
