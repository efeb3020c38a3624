import type { RecordCursor } from '../protocol/records/cursor.js';
import type { ReadRecord } from './format.js';

const lineFeed = 0x0a;
const nullText = Buffer.from('null\n');

/** A record of a batch in memory that may be overwritten up to its end. */
export type OverwritableRecord = ReadRecord & { readonly recordEnd: number };

/**
 * Values and line feeds, moved together in the memory that the records lie in: the cheapest way there is, as a record
 * is always longer than its line, and nothing is allocated.
 */
export class LinesInPlace {
  /** Whose records are moved together; undefined at first and after `clear`. */
  bytes: Buffer | undefined;
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  /** A view of the lines, to be used before the memory goes back to whom it belongs. */
  get content(): Buffer | undefined {
    return this.bytes?.subarray(this.#start, this.#end);
  }

  clear(): void {
    this.bytes = undefined;
    this.#start = this.#end;
  }

  /** The record lies behind the one before in the same bytes, or else the lines were cleared. */
  append({ bytes, valueStart, valueEnd, recordEnd }: OverwritableRecord): void {
    if (this.bytes === undefined) {
      this.bytes = bytes;
      this.#start = valueStart < 0 ? recordEnd - nullText.length : valueStart;
      this.#end = this.#start;
    }
    if (valueStart < 0) {
      bytes.set(nullText, this.#end);
      this.#end += nullText.length;
      return;
    }
    bytes.copyWithin(this.#end, valueStart, valueEnd);
    this.#end += valueEnd - valueStart;
    bytes[this.#end++] = lineFeed;
  }

  /**
   * The records behind the one appended last, as far as that goes with many at once.
   * @returns how many
   */
  appendMany(cursor: RecordCursor, limits: { most: number; endOffset: number; bytes: number }): number {
    const { most, endOffset } = limits;
    const { records, to } = cursor.takeLines(this.#end, most, endOffset, this.#start + limits.bytes);
    this.#end = to;
    return records;
  }
}
