/**
 * The address of a model's file below the folder of models, beside the page. The single file holds them inside instead:
 * scripts/buildSingle.ts puts another module in this one's place.
 */
export function modelFileUrl(modelsUrl: string, path: string): string {
  return modelsUrl + path;
}
