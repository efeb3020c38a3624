import { nowhere, type Placement } from './placement.js';

/** All places by rising weight: those of the cluster, and those of each broker at the time when this was made. */
export class BySize {
  readonly #start: Int32Array;
  readonly #own: Int32Array;

  constructor(readonly placement: Placement) {
    const { at, held, bySize } = placement;
    this.#start = new Int32Array(held.length + 1);
    for (const [b, places] of held.entries()) this.#start[b + 1] = (this.#start[b] ?? 0) + places.length;
    const next = this.#start.slice();
    this.#own = new Int32Array(at.length);
    for (const place of bySize) {
      const b = placement.broker(place);
      if (b === nowhere) continue;
      const slot = next[b] ?? 0;
      this.#own[slot] = place;
      next[b] = slot + 1;
    }
  }

  get all(): Int32Array {
    return this.placement.bySize;
  }

  /** A broker's places, the smallest first. */
  of(broker: number): Int32Array {
    return this.#own.subarray(this.#start[broker], this.#start[broker + 1]);
  }

  /** The first of these places that weighs no less. */
  firstFrom(places: Int32Array, weight: number): number {
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.placement.weight(places[middle] ?? 0) < weight) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
