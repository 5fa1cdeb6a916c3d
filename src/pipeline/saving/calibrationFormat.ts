/**
 * How a hospital's calibration file identifies itself. Without the rest of its schema, which the first view does not
 * load.
 */
export const CALIBRATION_FORMAT = 'scarcast-calibration';

const SAYS_SO = new RegExp(`^\\ufeff?\\s*\\{\\s*"format"\\s*:\\s*"${CALIBRATION_FORMAT}"`);

/** Whether a text file is such a calibration, or was one before it was damaged. */
export const saysCalibration = (text: string): boolean => SAYS_SO.test(text);

/** Of the name of a refitted model in one file. */
export const REFIT_ENDING = '.scarmodel';

/** Whether a file is a refitted model in one file, by its name. */
export const isRefitName = (name: string): boolean => name.toLowerCase().endsWith(REFIT_ENDING);
