/** The name of a saved case's file, by which a damaged one is recognised too. */
export const CASE_FILE_ENDING = '.scarcast';

export const isCaseFileName = (path: string): boolean => path.toLowerCase().endsWith(CASE_FILE_ENDING);
