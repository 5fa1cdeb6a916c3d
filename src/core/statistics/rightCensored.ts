/** Times in years (> 0) and whether the event (1) or censoring (0) came then; one entry per patient. */
export interface RightCensored {
  readonly time: Float64Array;
  readonly event: Uint8Array;
}
