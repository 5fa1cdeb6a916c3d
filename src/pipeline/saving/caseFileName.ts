/** How a saved case's file is called. By its name a damaged one is told too. */
export const CASE_FILE_ENDING = '.scarcast';

export const isCaseFileName = (path: string): boolean => path.toLowerCase().endsWith(CASE_FILE_ENDING);
