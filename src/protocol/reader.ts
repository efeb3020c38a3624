import { ProtocolError } from './protocol-error.js';

/** The longest encoding of an unsigned 32-bit varint. */
const maxVarintBytes = 5;

/**
 * A bounded cursor over bytes from a socket: every length is checked against what remains before it is used.
 * Buffers are handed out as views, not copies.
 * @throws ProtocolError, which names what was being read and the position
 */
export class Reader {
  #position = 0;

  constructor(
    readonly buffer: Buffer,
    /** What the bytes are, for error messages. */
    readonly what: string,
  ) {}

  get remaining(): number {
    return this.buffer.length - this.#position;
  }

  get position(): number {
    return this.#position;
  }

  /** @param position where it has been before */
  goBack(position: number): void {
    this.#position = position;
  }

  malformed(problem: string): ProtocolError {
    return new ProtocolError(`${this.what} is malformed: ${problem} at byte ${this.#position}`);
  }

  /** Moves past `length` bytes and returns where they began. */
  #advance(length: number): number {
    if (length < 0 || length > this.remaining) {
      throw this.malformed(`${length} bytes expected, ${this.remaining} left`);
    }
    const start = this.#position;
    this.#position += length;
    return start;
  }

  // By the byte: Node's own functions check all anew, and take several times as long until they are compiled.
  #byte(at: number): number {
    return this.buffer[at] as number;
  }

  int8(): number {
    return (this.#byte(this.#advance(1)) << 24) >> 24;
  }

  int16(): number {
    const at = this.#advance(2);
    return ((this.#byte(at) << 24) >> 16) | this.#byte(at + 1);
  }

  uint16(): number {
    const at = this.#advance(2);
    return (this.#byte(at) << 8) | this.#byte(at + 1);
  }

  int32(): number {
    const at = this.#advance(4);
    const high = (this.#byte(at) << 24) | (this.#byte(at + 1) << 16);
    return high | (this.#byte(at + 2) << 8) | this.#byte(at + 3);
  }

  int64(): bigint {
    return this.buffer.readBigInt64BE(this.#advance(8));
  }

  float64(): number {
    return this.buffer.readDoubleBE(this.#advance(8));
  }

  unsignedVarint(): number {
    let byte = this.#byte(this.#advance(1));
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    for (let index = 1; index < maxVarintBytes; index++) {
      byte = this.#byte(this.#advance(1));
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) {
        if (value > 0xffff_ffff) break;
        return value;
      }
    }
    throw this.malformed('an overlong varint');
  }

  skip(length: number): void {
    this.#advance(length);
  }

  bytes(length: number): Buffer {
    const start = this.#advance(length);
    return this.buffer.subarray(start, start + length);
  }

  /** A reader of the next `length` bytes alone. */
  section(length: number): Reader {
    return new Reader(this.bytes(length), this.what);
  }

  /** Nothing may be left over: it would mean that the declaration and the sender disagree. */
  end(): void {
    if (this.remaining > 0) throw this.malformed(`${this.remaining} unexpected bytes`);
  }

  /** Passes over bytes, and tells whether they are one of these texts. */
  isOneOf(length: number, texts: readonly Buffer[]): boolean {
    const start = this.#advance(length);
    for (const text of texts) {
      if (text.length === length && this.#has(text, start)) return true;
    }
    return false;
  }

  #has(text: Buffer, start: number): boolean {
    for (let index = 0; index < text.length; index++) {
      if (text[index] !== this.buffer[start + index]) return false;
    }
    return true;
  }

  string(length: number): string {
    const start = this.#advance(length);
    return this.buffer.toString('utf8', start, start + length);
  }
}
