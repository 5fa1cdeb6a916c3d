/** How large packed data may become: bounds that are known before the work. */

/** Largest file after unpacking, in bytes. A stack of 512 x 512 x 100 doubles is 210 MB. */
export const MAX_UNPACKED_BYTES = 512 * 1024 * 1024;
/** This much is unpacked however well it was packed: an empty image packs a thousandfold. */
const ALWAYS_UNPACKED_BYTES = 64 * 1024 * 1024;
/**
 * Images pack to a half or a fifth, with wide empty borders to a twentieth; what packs better than this is made to do
 * harm.
 */
const MOST_TIMES = 100;

/** Bytes that this many packed ones may unpack to, where their own header does not say what they hold. */
export const mostUnpacked = (packedBytes: number): number =>
  Math.min(MAX_UNPACKED_BYTES, Math.max(ALWAYS_UNPACKED_BYTES, MOST_TIMES * packedBytes));
