const firstBytes = 256 * 1024;
/** From this length on, Buffer's own copying and writing is faster than a loop. */
const longBytes = 24;

/** Bytes on their way to stdout. Grows as needed; whoever fills it hands it on and clears it now and then. */
export class OutputBuffer {
  #bytes = Buffer.allocUnsafeSlow(firstBytes);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was appended since `clear`: a view, to be used before the next `append`. */
  get content(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  append(source: Buffer, start: number, end: number): void {
    const count = end - start;
    this.#reserve(count);
    if (count < longBytes) {
      const bytes = this.#bytes;
      let at = this.#length;
      for (let from = start; from < end; from++) bytes[at++] = source[from] as number;
    } else {
      source.copy(this.#bytes, this.#length, start, end);
    }
    this.#length += count;
  }

  appendByte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  appendText(text: string): void {
    // No string takes more UTF-8 bytes than three for each of its UTF-16 units.
    this.#reserve(text.length * 3);
    if (text.length < longBytes && this.#appendAscii(text)) return;
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }

  /** @returns false, with nothing appended, when the text is not ASCII */
  #appendAscii(text: string): boolean {
    const start = this.#length;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) return false;
      this.#bytes[start + index] = unit;
    }
    this.#length += text.length;
    return true;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
