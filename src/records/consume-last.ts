import type { RecordFormatter } from './format.js';
import { OutputBuffer } from './format-output.js';

interface Kept {
  timestampMs: number;
  text: Buffer;
}

/** Keeps what is printed of records until all are known, and then gives the last ones by time. */
export class LastRecords {
  readonly #out = new OutputBuffer();
  #kept: Kept[] = [];

  constructor(
    private readonly print: RecordFormatter,
    private readonly count: number,
  ) {}

  readonly format: RecordFormatter = (record, origin) => {
    this.print(record, origin, this.#out);
    this.#kept.push({ timestampMs: record.timestampMs, text: Buffer.from(this.#out.content) });
    this.#out.clear();
    if (this.#kept.length >= this.count * 4) this.take();
  };

  /** Those that are left, in the order of their times; equal ones as they came. */
  take(): Buffer[] {
    this.#kept.sort((a, b) => a.timestampMs - b.timestampMs);
    this.#kept = this.#kept.slice(-this.count);
    return this.#kept.map(({ text }) => text);
  }
}
