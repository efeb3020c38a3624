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

  int8(): number {
    return this.buffer.readInt8(this.#advance(1));
  }

  int16(): number {
    return this.buffer.readInt16BE(this.#advance(2));
  }

  uint16(): number {
    return this.buffer.readUInt16BE(this.#advance(2));
  }

  int32(): number {
    return this.buffer.readInt32BE(this.#advance(4));
  }

  int64(): bigint {
    return this.buffer.readBigInt64BE(this.#advance(8));
  }

  float64(): number {
    return this.buffer.readDoubleBE(this.#advance(8));
  }

  unsignedVarint(): number {
    let value = 0;
    for (let index = 0; index < maxVarintBytes; index++) {
      const byte = this.buffer[this.#advance(1)] ?? 0;
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) {
        if (value > 0xffff_ffff) break;
        return value;
      }
    }
    throw this.malformed('an overlong varint');
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

  string(length: number): string {
    const start = this.#advance(length);
    return this.buffer.toString('utf8', start, start + length);
  }
}
