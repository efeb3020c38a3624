/** No fetch asks for less: a batch comes whole anyway. */
const smallestFetchBytes = 16 * 1024;
/** Fetches a second, at least, so that the bytes come evenly. */
const fetchesPerSec = 4;

/** Holds fetching to a rate. */
export class Pace {
  readonly #bytesPerSec: number;
  #nextAtMs = 0;

  constructor(bytesPerSec = Number.POSITIVE_INFINITY) {
    this.#bytesPerSec = bytesPerSec;
  }

  /** Until the next fetch may be sent. */
  waitMs(): number {
    return Math.max(0, this.#nextAtMs - performance.now());
  }

  limit(bytes: number): number {
    return Math.min(bytes, Math.max(smallestFetchBytes, Math.floor(this.#bytesPerSec / fetchesPerSec)));
  }

  took(bytes: number): void {
    this.#nextAtMs = Math.max(this.#nextAtMs, performance.now()) + (bytes * 1000) / this.#bytesPerSec;
  }
}
