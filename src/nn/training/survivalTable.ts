/** Patients by inputs, what scales them, and the folds that they are tested in. */
import type { Random } from '../../core/random.ts';
import type { RightCensored } from '../../core/statistics/rightCensored.ts';

/** Patients by inputs. `values` is row-major, NaN where unknown. */
export interface SurvivalTable extends RightCensored {
  readonly inputs: readonly { readonly name: string; readonly yesNo: boolean }[];
  readonly values: Float64Array;
}

/** What turns a table's values into network inputs: learned from the training patients alone. */
export interface TableScaling {
  /** Columns with variation, by index: the others are not in the weights. */
  readonly columns: readonly number[];
  readonly shift: Float64Array;
  readonly scale: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  /** Mean as the network sees it, which replaces a missing value. */
  readonly mean: Float64Array;
}

export function rowsOf(table: SurvivalTable, rows: ArrayLike<number>): SurvivalTable {
  const p = table.inputs.length;
  const values = new Float64Array(rows.length * p);
  const time = new Float64Array(rows.length);
  const event = new Uint8Array(rows.length);
  for (let r = 0; r < rows.length; r++) {
    values.set(table.values.subarray(rows[r] * p, (rows[r] + 1) * p), r * p);
    time[r] = table.time[rows[r]];
    event[r] = table.event[rows[r]];
  }
  return { inputs: table.inputs, values, time, event };
}

export function learnScaling(table: SurvivalTable): TableScaling {
  const p = table.inputs.length;
  const kept = table.inputs.flatMap(({ yesNo }, column) => {
    const values: number[] = [];
    for (let i = column; i < table.values.length; i += p)
      if (!Number.isNaN(table.values[i])) values.push(table.values[i]);
    if (values.length === 0) return [];
    const min = Math.min(...values);
    const max = Math.max(...values);
    if (min === max) return [];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    return [{ column, min, max, shift: yesNo ? 0 : mean, scale: yesNo ? 1 : sd, mean: yesNo ? mean : 0 }];
  });
  const pick = (field: 'shift' | 'scale' | 'min' | 'max' | 'mean'): Float64Array =>
    Float64Array.from(kept, (column) => column[field]);
  return {
    columns: kept.map(({ column }) => column),
    shift: pick('shift'),
    scale: pick('scale'),
    min: pick('min'),
    max: pick('max'),
    mean: pick('mean'),
  };
}

/** The table as network inputs, row-major: scaled, a missing value at the training mean. */
export function scaledInputs(table: SurvivalTable, scaling: TableScaling): Float64Array {
  const n = table.time.length;
  const p = scaling.columns.length;
  const x = new Float64Array(n * p);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < p; j++) {
      const value = table.values[i * table.inputs.length + scaling.columns[j]];
      x[i * p + j] = Number.isNaN(value) ? scaling.mean[j] : (value - scaling.shift[j]) / scaling.scale[j];
    }
  }
  return x;
}

/** In which fold each patient is tested: shuffled, with every stratum spread evenly over the folds. */
export function stratifiedFolds(strata: ArrayLike<number>, folds: number, random: Random): Uint8Array {
  const order = Array.from({ length: strata.length }, (_, i) => i);
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  order.sort((a, b) => strata[a] - strata[b]);
  const fold = new Uint8Array(strata.length);
  order.forEach((patient, place) => (fold[patient] = place % folds));
  return fold;
}

export function inFold(fold: Uint8Array, k: number): { readonly training: Uint32Array; readonly test: Uint32Array } {
  const all = Uint32Array.from(fold.keys());
  return { training: all.filter((i) => fold[i] !== k), test: all.filter((i) => fold[i] === k) };
}

/**
 * Bootstrap samples of n patients, by index. They are balanced: over all samples each patient is drawn equally often, so that the average
 * of few refits is nearly that of many (Davison, Hinkley and Schechtman, Biometrika 1986).
 */
export function balancedSamples(n: number, samples: number, random: Random): Uint32Array[] {
  const deck = Uint32Array.from({ length: n * samples }, (_, at) => at % n);
  for (let i = deck.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [deck[i], deck[j]] = [deck[j], deck[i]];
  }
  return Array.from({ length: samples }, (_, m) => deck.subarray(m * n, (m + 1) * n));
}
