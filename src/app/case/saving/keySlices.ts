/** What one slice holds, in the stack's order. */
interface SliceContent {
  /** null where lengths are not known. */
  readonly myocardiumMl: number | null;
  readonly scarMl: number | null;
}

/**
 * The slices that a report shows: at most `most` of those that hold the heart, spread evenly from one end to the other,
 * always with the slice of most scar (in place of its nearest). In the stack's order; none where there is no heart.
 */
export function keySlices(slices: readonly SliceContent[], most: number): number[] {
  const heart = slices.flatMap(({ myocardiumMl }, slice) => ((myocardiumMl ?? 0) > 0 ? [slice] : []));
  if (heart.length <= most) return heart;
  const step = (heart.length - 1) / (most - 1);
  const spread = Array.from({ length: most }, (_, i) => heart[Math.round(i * step)]);
  const scarred = heart.reduce((best, slice) =>
    (slices[slice].scarMl ?? 0) > (slices[best].scarMl ?? 0) ? slice : best,
  );
  if ((slices[scarred].scarMl ?? 0) === 0 || spread.includes(scarred)) return spread;
  const nearest = spread.reduce((best, slice) => (Math.abs(slice - scarred) < Math.abs(best - scarred) ? slice : best));
  return spread.map((slice) => (slice === nearest ? scarred : slice)).sort((a, b) => a - b);
}

/** The `most` slices with the most scar, in the stack's order; without any scar, the middle slices of the heart. */
export function mostScar(slices: readonly SliceContent[], most: number): number[] {
  const heart = slices.flatMap(({ myocardiumMl }, slice) => ((myocardiumMl ?? 0) > 0 ? [slice] : []));
  const middle = (heart.length - 1) / 2;
  const fromMiddle = (slice: number): number => Math.abs(heart.indexOf(slice) - middle);
  return [...heart]
    .sort((a, b) => (slices[b].scarMl ?? 0) - (slices[a].scarMl ?? 0) || fromMiddle(a) - fromMiddle(b))
    .slice(0, most)
    .sort((a, b) => a - b);
}
