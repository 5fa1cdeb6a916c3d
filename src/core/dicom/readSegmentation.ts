/** Reads DICOM Segmentations: this program's own, and others whose codes say which part of the heart a segment is. */
import type { Grid, Vector3 } from '../volume/volume.ts';
import { sameCode, type Code } from './codes.ts';
import { DicomError, type DicomReason } from './dicomError.ts';
import { readImage, type DicomImage, type FramePlacement } from './dicomImage.ts';
import { items, number, parseHeader, value, type Elements } from './elements.ts';
import { openPart10, type Part10 } from './part10.ts';
import {
  frameOrAxes,
  SEGMENTATION_STORAGE,
  SEGMENTS,
  slicePositions,
  type SegmentDefinition,
} from './segmentationObject.ts';
import { Tag } from './tags.ts';

/** A segmentation that was made on other images. */
export class SegmentationElsewhereError extends DicomError {
  constructor(how: Extract<DicomReason, { readonly code: 'segmentationElsewhere' }>['how']) {
    super({ code: 'segmentationElsewhere', how });
  }
}

/** One frame of a segmentation that was read. */
interface ReadFrame {
  readonly index: number;
  readonly definition: SegmentDefinition;
  readonly placement: FramePlacement;
}

/** A segmentation's header; its pixels are read when a stack asks for them. */
export interface SegmentationHeader {
  readonly image: DicomImage;
  readonly frames: readonly ReadFrame[];
}

/** Whether a file is a DICOM Segmentation, by its SOP class. */
export const isSegmentation = (image: DicomImage): boolean => image.sopClassUid === SEGMENTATION_STORAGE;

/**
 * Reads which part of the heart each frame is, by the codes.
 * @throws DicomError where it is not a binary segmentation, or holds nothing that Scarcast knows.
 */
export function readSegmentationHeader(bytes: Uint8Array): SegmentationHeader {
  const part10: Part10 = openPart10(bytes);
  const image = readImage(part10);
  const { elements } = parseHeader(part10);
  if (value(elements, Tag.SegmentationType) !== 'BINARY') {
    throw new DicomError({ code: 'segmentationNotBinary' });
  }
  const definitions = new Map<number, SegmentDefinition>();
  for (const item of items(elements, Tag.SegmentSequence)) {
    const segmentNumber = number(item, Tag.SegmentNumber);
    const definition = SEGMENTS.find((known) => matches(item, known));
    if (segmentNumber !== null && definition) definitions.set(segmentNumber, definition);
  }
  const shared = items(elements, Tag.SharedFunctionalGroupsSequence)[0] ?? {};
  const perFrame = items(elements, Tag.PerFrameFunctionalGroupsSequence);
  const frames = image.frames.flatMap(({ placement }, index): ReadFrame[] => {
    const group =
      items(perFrame[index] ?? {}, Tag.SegmentIdentificationSequence)[0] ??
      items(shared, Tag.SegmentIdentificationSequence)[0] ??
      {};
    const definition = definitions.get(number(group, Tag.ReferencedSegmentNumber) ?? 0);
    return definition && placement ? [{ index, definition, placement }] : [];
  });
  if (frames.length === 0) {
    throw new DicomError({ code: 'segmentationOfOther' });
  }
  return { image, frames };
}

function matches(item: Elements, { type, modifier }: SegmentDefinition): boolean {
  const found = items(item, Tag.SegmentedPropertyTypeCodeSequence)[0];
  if (!found) return false;
  const inside = items(found, Tag.SegmentedPropertyTypeModifierCodeSequence)[0];
  const codeOf = (elements: Elements): Code => [
    value(elements, Tag.CodeValue),
    value(elements, Tag.CodingSchemeDesignator),
    '',
  ];
  if (!sameCode(codeOf(found), type)) return false;
  return modifier ? inside !== undefined && sameCode(codeOf(inside), modifier) : inside === undefined;
}

/** A frame belongs to a slice if their first voxels are nearer than this fraction of a voxel. */
const SAME_PLACE = 0.25;
const SAME_DIRECTION = 2e-3;
const SAME_SPACING = 1e-2;

/**
 * The labels of a segmentation on a stack of the same grid.
 * @param decode returns a frame's voxels, one byte each
 * @throws SegmentationElsewhereError where it was made on another grid; whatever decode throws.
 */
export async function readSegmentationLabels(
  { image, frames }: SegmentationHeader,
  grid: Grid,
  positions: readonly Vector3[] | null,
  decode: (frame: number) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const [columns, rows] = grid.size;
  if (image.format.columns !== columns || image.format.rows !== rows) {
    throw new SegmentationElsewhereError('size');
  }
  const places = slicePositions(grid, positions);
  const labels = new Uint8Array(columns * rows * grid.size[2]);
  // Where another program's segments overlap, scar takes precedence over the wall around it.
  const inOrder = [...frames].sort((a, b) => a.definition.label - b.definition.label);
  for (const { index, definition, placement } of inOrder) {
    const slice = sliceAt(placement, grid, places);
    const mask = await decode(index);
    for (let i = 0; i < columns * rows; i++) if (mask[i]) labels[slice * columns * rows + i] = definition.label;
  }
  return labels;
}

function sliceAt(placement: FramePlacement, grid: Grid, places: readonly Vector3[]): number {
  const { columnStep, rowStep } = frameOrAxes(grid);
  const turned = [
    [placement.columnStep, columnStep],
    [placement.rowStep, rowStep],
  ].some(([a, b]) => a.some((x, axis) => Math.abs(x - b[axis]) > SAME_DIRECTION));
  if (turned) throw new SegmentationElsewhereError('turned');
  if (placement.spacing.some((mm, i) => Math.abs(mm - grid.spacing[i]) > SAME_SPACING * mm)) {
    throw new SegmentationElsewhereError('spacing');
  }
  const tolerance = SAME_PLACE * Math.min(...grid.spacing);
  const slice = places.findIndex(
    (place) => Math.hypot(...place.map((mm, axis) => mm - placement.position[axis])) < tolerance,
  );
  if (slice < 0) throw new SegmentationElsewhereError('place');
  return slice;
}
