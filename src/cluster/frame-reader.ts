/** Size and correlation id. */
const headBytes = 8;
const scratchBytes = 64 * 1024;
/** The largest response taken; larger frames are what other protocols' first bytes look like. */
const maxFrameBytes = 256 * 1024 * 1024;

export interface FrameEvents {
  /** Memory for the answer to this request, of that many bytes; undefined when nobody asked for it. */
  memoryFor(correlationId: number, bytes: number): Buffer | undefined;
  /** A whole frame, from its correlation id on. */
  arrived(frame: Buffer): void;
  /** What came is no answer; these are its first bytes. */
  foreign(bytes: Buffer): void;
}

/**
 * Puts the frames of one connection together. The socket reads into `target`, which is the frame's own memory once
 * its head is known, so that a large answer is read where it is needed and copied nowhere.
 */
export class FrameReader {
  readonly #scratch = Buffer.allocUnsafeSlow(scratchBytes);
  #scratchFilled = 0;
  #frame: Buffer | undefined;
  #frameFilled = 0;
  #isForeign = false;

  constructor(private readonly events: FrameEvents) {}

  /** Where the next bytes belong; never empty. */
  get target(): Buffer {
    return this.#frame
      ? this.#frame.subarray(this.#frameFilled)
      : this.#scratch.subarray(this.#scratchFilled);
  }

  /** So many bytes were read into `target`. */
  filled(count: number): void {
    if (this.#isForeign) return;
    if (!this.#frame) {
      this.#scratchFilled += count;
      this.#takeScratch();
      return;
    }
    this.#frameFilled += count;
    if (this.#frameFilled === this.#frame.length) this.#finish(this.#frame);
  }

  /** For a socket that brings its own buffers. */
  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      const count = chunk.copy(this.target, 0, at);
      this.filled(count);
      at += count;
    }
  }

  #takeScratch(): void {
    const scratch = this.#scratch;
    const filled = this.#scratchFilled;
    let at = 0;
    while (filled - at >= 4) {
      const size = scratch.readInt32BE(at);
      const isPossible = size >= 4 && size <= maxFrameBytes;
      if (isPossible && filled - at < headBytes) break;
      const frame = isPossible ? this.events.memoryFor(scratch.readInt32BE(at + 4), size) : undefined;
      if (!frame) {
        this.#isForeign = true;
        this.events.foreign(scratch.subarray(at, filled));
        return;
      }
      const count = scratch.copy(frame, 0, at + 4, Math.min(filled, at + 4 + size));
      at += 4 + count;
      if (count < size) {
        this.#frame = frame;
        this.#frameFilled = count;
        break;
      }
      this.#finish(frame);
    }
    scratch.copyWithin(0, at, filled);
    this.#scratchFilled = filled - at;
  }

  #finish(frame: Buffer): void {
    this.#frame = undefined;
    this.events.arrived(frame);
  }
}
