import { recordMemory } from '../protocol/records/line-decoder.js';

/** Kept beside what is in use; the rest is the garbage collector's. */
const mostFree = 4;

/**
 * The memory that fetched records are read into, used again and again: megabytes made anew for each answer would cost
 * the kernel more time than the records, and wait for the garbage collector.
 */
export class FetchMemory {
  readonly #free: Buffer[] = [];

  /** At least that many bytes. */
  take(bytes: number): Buffer {
    const index = this.#free.findIndex(({ length }) => length >= bytes);
    const [found] = index < 0 ? [] : this.#free.splice(index, 1);
    // Answers grow a little beyond what was asked for: the first batch is whole.
    return found ?? recordMemory(Math.ceil(bytes * 1.25));
  }

  giveBack(memory: Buffer): void {
    this.#free.push(memory);
    this.#free.sort((a, b) => a.length - b.length);
    if (this.#free.length > mostFree) this.#free.shift();
  }
}
