/** Room beyond a large value, so that the few bytes after it do not make the buffer grow again. */
const slack = 256;

/** From this size on bytes are referred to, not copied: record batches are a megabyte. */
const referredBytes = 16 * 1024;

/** A growing buffer. Values are trusted to fit their types: the codec has checked them. */
export class Writer {
  /** What stands before `#buffer`. */
  readonly #parts: Buffer[] = [];
  #buffer: Buffer;
  #length = 0;

  constructor(capacity = slack) {
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  /** Everything written so far. */
  finish(): Buffer {
    const [only, ...more] = this.finishParts();
    return only && more.length === 0 ? only : Buffer.concat(this.finishParts());
  }

  /** Everything written so far, as views of it and of the large values in it. */
  finishParts(): Buffer[] {
    return [...this.#parts, this.#buffer.subarray(0, this.#length)];
  }

  /** Makes room for `length` bytes and returns where they begin. */
  #reserve(length: number): number {
    const start = this.#length;
    this.#length += length;
    if (this.#length > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + slack));
      this.#buffer.copy(grown, 0, 0, start);
      this.#buffer = grown;
    }
    return start;
  }

  // A byte array takes the low eight bits of what it is given. Node's own functions check the value once more.
  int8(value: number): void {
    const at = this.#reserve(1);
    this.#buffer[at] = value;
  }

  int16(value: number): void {
    this.uint16(value);
  }

  uint16(value: number): void {
    const at = this.#reserve(2);
    this.#buffer[at] = value >> 8;
    this.#buffer[at + 1] = value;
  }

  int32(value: number): void {
    const at = this.#reserve(4);
    this.#buffer[at] = value >> 24;
    this.#buffer[at + 1] = value >> 16;
    this.#buffer[at + 2] = value >> 8;
    this.#buffer[at + 3] = value;
  }

  int64(value: bigint): void {
    const at = this.#reserve(8);
    this.#buffer.writeBigInt64BE(value, at);
  }

  float64(value: number): void {
    const at = this.#reserve(8);
    this.#buffer.writeDoubleBE(value, at);
  }

  unsignedVarint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      const at = this.#reserve(1);
      this.#buffer[at] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 128);
    }
    const at = this.#reserve(1);
    this.#buffer[at] = rest;
  }

  bytes(value: Buffer): void {
    if (value.length >= referredBytes) {
      this.#parts.push(this.#buffer.subarray(0, this.#length), value);
      this.#buffer = Buffer.allocUnsafe(slack);
      this.#length = 0;
      return;
    }
    const at = this.#reserve(value.length);
    value.copy(this.#buffer, at);
  }

  /** @param length the UTF-8 length of the text */
  string(value: string, length: number): void {
    const at = this.#reserve(length);
    this.#buffer.write(value, at, length, 'utf8');
  }
}
