/** Which points of a wall are scar, and which of those are core. */

export interface RankedScar {
  /** Indices of the points that are scar, ascending. */
  readonly chosen: Uint32Array;
  /** For each of `chosen`, how far it is from the middle of the scar to its patchy border. */
  readonly border: Float64Array;
  /** Indices into `chosen` of those that are core, ascending; the others are grey zone. */
  readonly core: Uint32Array;
}

/**
 * Takes the first points in the scar's order, and leaves their patchy border to the grey zone.
 * @param order of each point of the wall, 0 or more (leftVentricle.ts)
 * @param patch of each point, about -1 to 1
 * @param scarPoints how many are scar, one or more
 * @param greyPoints how many of those are grey zone
 */
export function rankScar(
  order: readonly number[],
  patch: readonly number[],
  scarPoints: number,
  greyPoints: number,
): RankedScar {
  const chosen = lowest(new Float64Array(order), scarPoints);
  let extent = 0;
  for (const i of chosen) extent = Math.max(extent, order[i]);
  const border = Float64Array.from(chosen, (i) => order[i] / extent + 0.35 * patch[i]);
  return { chosen, border, core: lowest(border, scarPoints - greyPoints) };
}

/** Indices of the `count` lowest values, in ascending order of index. */
export function lowest(values: Float64Array, count: number): Uint32Array {
  const chosen = new Uint32Array(Math.min(count, values.length));
  if (chosen.length === 0) return chosen;
  const limit = nthLowest(values.slice(), chosen.length - 1);
  let below = 0;
  for (let i = 0; i < values.length; i++) if (values[i] < limit) below++;
  let ties = chosen.length - below;
  let at = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i] < limit || (values[i] === limit && ties-- > 0)) chosen[at++] = i;
  }
  return chosen;
}

/**
 * The value that sorting would put at index n; reorders them (Hoare 1961, FIND). Sorting a whole wall takes ten times
 * as long.
 */
function nthLowest(values: Float64Array, n: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1];
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const moved = values[i];
      values[i++] = values[j];
      values[j--] = moved;
    }
    if (n <= j) high = j;
    else if (n >= i) low = i;
    else break;
  }
  return values[n];
}
