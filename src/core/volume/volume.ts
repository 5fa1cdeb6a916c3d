/** Three numbers: millimetres, or a direction, in DICOM's patient frame (x to the left, y to the back, z to the head: LPS). */
export type Vector3 = readonly [number, number, number];

/** A point in a slice in voxel coordinates, pixel centres at integers. */
export type SlicePoint = readonly [column: number, row: number];

/**
 * Where a voxel is in the patient: the centre of voxel (column, row, slice) is
 * origin + column * spacing[0] * columnStep + row * spacing[1] * rowStep + slice * spacing[2] * sliceStep.
 * The three steps are unit vectors in DICOM LPS (PS3.3 C.7.6.2.1.1); sliceStep need not be exactly their cross product.
 */
export interface PatientFrame {
  /** Centre of voxel (0, 0, 0), mm. */
  readonly origin: Vector3;
  /** Direction in which the column index grows (along a row of the image). */
  readonly columnStep: Vector3;
  /** Direction in which the row index grows (down a column of the image). */
  readonly rowStep: Vector3;
  /** Direction in which the slice index grows. */
  readonly sliceStep: Vector3;
}

/** A regular grid. Voxel (column, row, slice) is at index column + columns * (row + rows * slice): column fastest. */
export interface Grid {
  /** [columns, rows, slices] */
  readonly size: Vector3;
  /** mm between voxel centres along columns, rows and slices. */
  readonly spacing: Vector3;
  /**
   * null where the file does not give the grid's orientation in the patient: then there are no letters and no AHA
   * names.
   */
  readonly frame: PatientFrame | null;
  /** mm of the stack's length that each slice counts for, where that is not `spacing[2]` for all. */
  readonly sliceMm?: readonly number[] | undefined;
  /** If lengths are not known, why; `spacing` is then only what the networks use, and is not a measure. */
  readonly lengthsUnknown?: WhyLengthsUnknown | undefined;
}

/**
 * Why lengths are not known: the file gives none; a heart's image cannot have them; its fields contradict each other;
 * or their unit is not a length.
 */
export type WhyLengthsUnknown = 'notGiven' | 'impossible' | 'contradictory' | 'unit';

/** The grid of an image or of its labels. */
export function gridOf({ size, spacing, frame, sliceMm, lengthsUnknown }: Grid): Grid {
  return {
    size,
    spacing,
    frame,
    ...(sliceMm === undefined ? {} : { sliceMm }),
    ...(lengthsUnknown === undefined ? {} : { lengthsUnknown }),
  };
}

/** Lengths (relatively) and directions that differ by no more than this are the same: headers round them. */
const SAME_SHARE = 1e-3;

/** Whether two grids have the same voxels at the same places: size, spacing and position, as far as each is known. */
export function isSamePlace(a: Grid, b: Grid): boolean {
  const isNear = (one: readonly number[], other: readonly number[], within: number): boolean =>
    one.length === other.length && one.every((value, i) => Math.abs(value - other[i]) <= within);
  const least = Math.min(...a.spacing);
  const isFramedAlike =
    a.frame && b.frame
      ? isNear(a.frame.origin, b.frame.origin, SAME_SHARE * least) &&
        (['columnStep', 'rowStep', 'sliceStep'] as const).every(
          (step) => a.frame && b.frame && isNear(a.frame[step], b.frame[step], SAME_SHARE),
        )
      : a.frame === b.frame;
  return (
    isFramedAlike &&
    a.lengthsUnknown === b.lengthsUnknown &&
    isNear(a.size, b.size, 0) &&
    isNear(a.spacing, b.spacing, SAME_SHARE * least) &&
    isNear(a.sliceMm ?? [], b.sliceMm ?? [], SAME_SHARE * least)
  );
}

/** An image. The scale and the zero of its intensities mean nothing, and no result may depend on them. */
export interface Volume extends Grid {
  readonly voxels: Float32Array;
  /**
   * 1 where the file holds no value (padding, NaN): the voxel then has the lowest value. Absent where every voxel has
   * one.
   */
  readonly noData?: Uint8Array | undefined;
}

/** EMIDEC's numbers. In every measure myocardium = viable + scar + no-reflow, and scar = scar + no-reflow. */
export const Label = { background: 0, bloodPool: 1, viable: 2, scar: 3, noReflow: 4 } as const;

/** The labels of the heart. */
export type HeartLabel = Exclude<keyof typeof Label, 'background'>;
export const HEART_LABELS: readonly HeartLabel[] = ['bloodPool', 'viable', 'scar', 'noReflow'];
export const LABEL_COUNT = 5;

/** A segmentation on the same grid as its image; each voxel one of `Label`. */
export interface LabelVolume extends Grid {
  readonly labels: Uint8Array;
}

/** Volume of one voxel in mL; of one in a given slice, if slices count for different lengths. */
export function voxelVolumeMl({ spacing, sliceMm }: Grid, slice?: number): number {
  const mm = (slice === undefined ? undefined : sliceMm?.[slice]) ?? spacing[2];
  return (spacing[0] * spacing[1] * mm) / 1000;
}

export const isMyocardium = (label: number): boolean => label >= Label.viable;
export const isScar = (label: number): boolean => label >= Label.scar;
export const isHeart = (label: number): boolean => label >= Label.bloodPool;
