/** How many times as many mutations the fuzz tests make as they do by themselves: SCARCAST_FUZZ=20 makes them by the hundred thousand. */
export const MORE = Number(process.env['SCARCAST_FUZZ'] ?? 1);
export const SEED = 20_220_407;
/** Far more than a file of some thousand bytes needs on a busy machine, far less than a hang. */
export const LONGEST_MS = 2000;
