const firstBytes = 256 * 1024;
/** From this length on, Buffer's own copying and writing is faster than a loop. */
const longBytes = 24;
const zero = 0x30;
const billion = 1_000_000_000;

/** Bytes on their way to stdout. Grows as needed; whoever fills it hands it on and clears it now and then. */
export class OutputBuffer {
  #bytes = Buffer.allocUnsafeSlow(firstBytes);
  /** Of what `room` gave last. */
  view = viewOf(this.#bytes);
  /** Bytes appended since `clear`. Whoever writes into `room` sets it. */
  length = 0;

  /** What was appended since `clear`: a view, to be used before the next `append`. */
  get content(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  append(source: Uint8Array, start: number, end: number): void {
    if (end - start < longBytes) this.#appendFew(source, start, end);
    else this.appendAll(source.subarray(start, end));
  }

  appendAll(source: Uint8Array): void {
    const { length } = source;
    if (length < longBytes) {
      this.#appendFew(source, 0, length);
      return;
    }
    this.room(length).set(source, this.length);
    this.length += length;
  }

  #appendFew(source: Uint8Array, start: number, end: number): void {
    const bytes = this.room(end - start);
    let at = this.length;
    for (let from = start; from < end; from++) bytes[at++] = source[from] as number;
    this.length = at;
  }

  appendByte(byte: number): void {
    this.room(1)[this.length++] = byte;
  }

  appendText(text: string): void {
    // No string takes more UTF-8 bytes than three for each of its UTF-16 units.
    const bytes = this.room(text.length * 3);
    if (text.length < longBytes && this.#appendAscii(text)) return;
    this.length += bytes.write(text, this.length, 'utf8');
  }

  /** A whole number's decimal digits. */
  appendNumber(value: number): void {
    if (value < 0) {
      this.appendByte(0x2d);
      this.appendNumber(-value);
    } else if (value < billion) {
      this.#appendDigits(value, digitsOf(value));
    } else if (Number.isSafeInteger(value)) {
      this.appendNumber(Math.floor(value / billion));
      this.#appendDigits(value % billion, 9);
    } else {
      this.appendText(String(value));
    }
  }

  /** Bytes to write into, from `length` on, with space for `count` more. */
  room(count: number): Buffer {
    const needed = this.length + count;
    if (needed <= this.#bytes.length) return this.#bytes;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.length);
    this.#bytes = larger;
    this.view = viewOf(larger);
    return larger;
  }

  #appendDigits(value: number, count: number): void {
    const bytes = this.room(count);
    const start = this.length;
    let rest = value | 0;
    for (let at = start + count - 1; at >= start; at--) {
      const tenth = (rest / 10) | 0;
      bytes[at] = zero + rest - tenth * 10;
      rest = tenth;
    }
    this.length += count;
  }

  /** @returns false, with nothing appended, when the text is not ASCII */
  #appendAscii(text: string): boolean {
    const start = this.length;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) return false;
      this.#bytes[start + index] = unit;
    }
    this.length += text.length;
    return true;
  }
}

/** To read and write bytes by fours. */
export function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

function digitsOf(value: number): number {
  let count = 1;
  for (let limit = 10; value >= limit; limit *= 10) count += 1;
  return count;
}
