import type { SlicePoint } from '../../../core/volume/volume.ts';

/** A line that is measured. */
interface Line {
  readonly slice: number;
  readonly from: SlicePoint;
  readonly to: SlicePoint;
}

/** The ruler: one line at a time, drawn by pointer or keyboard. No file holds it. */
export class Ruler {
  inHand = $state(false);
  line = $state.raw<Line | null>(null);
  /** Whether the line's second end still follows the pointer or the cross. */
  isOpen = $state(false);

  begin(slice: number, at: SlicePoint): void {
    this.line = { slice, from: at, to: at };
    this.isOpen = true;
  }

  extend(to: SlicePoint): void {
    if (this.line && this.isOpen) this.line = { ...this.line, to };
  }

  /** A line without length was a click elsewhere. */
  end(): void {
    this.isOpen = false;
    const { line } = this;
    if (line && line.from[0] === line.to[0] && line.from[1] === line.to[1]) this.line = null;
  }

  putDown(): void {
    this.inHand = false;
    this.line = null;
    this.isOpen = false;
  }
}
