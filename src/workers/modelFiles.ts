/**
 * The address of a model's file below the folder of models, next to the page. The single file contains them instead:
 * scripts/buildSingle.ts puts another module in this one's place.
 */
export function modelFileUrl(modelsUrl: string, path: string): string {
  return modelsUrl + path;
}
