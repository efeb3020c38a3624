import type { Placement } from './placement.js';
import { isWindowed } from './types.js';

/** More racks than this are searched as one. */
const rackLimit = 32;

/**
 * Finds the emptiest brokers that may fill a place, one or two for each rack, without looking at all of them. Where a
 * balance is asked for who is emptiest in bytes and who is in replicas are two, else one who is in both together.
 */
export class Emptiest {
  readonly #heaps: RackHeaps[];

  constructor(readonly placement: Placement) {
    const { shares, load, count } = placement;
    const byLoad = (b: number) => (load[b] ?? 0) / Math.max(1, shares.load[b] ?? 0);
    const byCount = (b: number) => (count[b] ?? 0) / Math.max(1, shares.count[b] ?? 0);
    const together = (b: number) => placement.fullness(b);
    const keys = isWindowed(placement.problem.request) ? [byLoad, byCount] : [together];
    this.#heaps = keys.map((key) => new RackHeaps(placement, (b) => key(b) + (this.#isFull(b) ? 1000 : 0)));
    placement.onChange = (broker) => {
      for (const heaps of this.#heaps) heaps.update(broker);
    };
  }

  /** Who is at the end of a window comes after all that are not. */
  #isFull(b: number): boolean {
    const { load, count, windows } = this.placement;
    return (load[b] ?? 0) >= (windows.maxLoad[b] ?? 0) || (count[b] ?? 0) >= (windows.maxCount[b] ?? 0);
  }

  /**
   * Shows the emptiest broker of each rack that may fill the place, some of them twice.
   * @param isWorth whether to look into a rack whose emptiest broker of all is this one
   */
  each(place: number, isWorth: (broker: number) => boolean, show: (broker: number) => void): void {
    for (const heaps of this.#heaps) heaps.each(place, isWorth, show);
  }

  /** The emptiest of all brokers that may fill the place; -1: none. */
  first(place: number): number {
    return this.#heaps[0]?.first(place) ?? -1;
  }
}

/** Brokers in a heap for each rack, the one with the lowest key on top. */
class RackHeaps {
  readonly #heaps: number[][];
  readonly #heapOf: Int32Array;
  readonly #position: Int32Array;
  readonly #key: Float64Array;

  constructor(
    readonly placement: Placement,
    readonly keyOf: (broker: number) => number,
  ) {
    const { model, targets } = placement.problem;
    const heaps = model.rackNames.length > rackLimit ? 1 : model.rackNames.length;
    this.#heapOf = model.rackOf.map((rack) => (heaps === 1 ? 0 : rack));
    this.#heaps = Array.from({ length: heaps }, () => []);
    this.#position = new Int32Array(model.brokers.length).fill(-1);
    this.#key = Float64Array.from(model.brokers, (_, b) => keyOf(b));
    for (let b = 0; b < model.brokers.length; b++) {
      const heap = this.#heaps[this.#heapOf[b] ?? 0];
      if (targets[b] !== 1 || !heap) continue;
      this.#position[b] = heap.length;
      heap.push(b);
      this.#rise(heap, heap.length - 1);
    }
  }

  each(place: number, isWorth: (broker: number) => boolean, show: (broker: number) => void): void {
    let closed: number | undefined;
    for (let rack = 0; rack < this.#heaps.length; rack++) {
      const heap = this.#heaps[rack] ?? [];
      const top = heap[0];
      if (top === undefined || !isWorth(top)) continue;
      closed ??= this.#heaps.length > 1 ? this.placement.closedRacks(place) : 0;
      if (closed & (1 << rack)) continue;
      const broker = this.#first(heap, 0, place);
      if (broker >= 0) show(broker);
    }
  }

  first(place: number): number {
    const closed = this.#heaps.length > 1 ? this.placement.closedRacks(place) : 0;
    let best = -1;
    for (let rack = 0; rack < this.#heaps.length; rack++) {
      const heap = this.#heaps[rack] ?? [];
      const top = heap[0];
      if (closed & (1 << rack) || top === undefined || (best >= 0 && !this.#before(top, best))) continue;
      const broker = this.#first(heap, 0, place);
      if (broker >= 0 && (best < 0 || this.#before(broker, best))) best = broker;
    }
    return best;
  }

  /** The emptiest below a node of the heap that may fill the place; -1: none. */
  #first(heap: number[], node: number, place: number): number {
    const broker = heap[node];
    if (broker === undefined) return -1;
    if (this.#allows(place, broker)) return broker;
    const left = this.#first(heap, 2 * node + 1, place);
    const right = this.#first(heap, 2 * node + 2, place);
    if (left < 0 || right < 0) return Math.max(left, right);
    return this.#before(left, right) ? left : right;
  }

  /** Where there is a heap for each rack, those that the rules close have been left out. */
  #allows(place: number, broker: number): boolean {
    return this.#heaps.length > 1
      ? this.placement.brokerAllows(place, broker)
      : this.placement.canHold(place, broker);
  }

  #before(a: number, b: number): boolean {
    const difference = (this.#key[a] ?? 0) - (this.#key[b] ?? 0);
    return difference < 0 || (difference === 0 && a < b);
  }

  update(broker: number): void {
    const node = this.#position[broker] ?? -1;
    const heap = this.#heaps[this.#heapOf[broker] ?? 0];
    if (node < 0 || !heap) return;
    this.#key[broker] = this.keyOf(broker);
    this.#rise(heap, node);
    this.#sink(heap, this.#position[broker] ?? 0);
  }

  #rise(heap: number[], from: number): void {
    for (let node = from; node > 0; ) {
      const parent = (node - 1) >> 1;
      if (!this.#before(heap[node] ?? 0, heap[parent] ?? 0)) return;
      this.#swap(heap, node, parent);
      node = parent;
    }
  }

  #sink(heap: number[], from: number): void {
    for (let node = from; ; ) {
      let least = node;
      for (const child of [2 * node + 1, 2 * node + 2]) {
        if (child < heap.length && this.#before(heap[child] ?? 0, heap[least] ?? 0)) least = child;
      }
      if (least === node) return;
      this.#swap(heap, node, least);
      node = least;
    }
  }

  #swap(heap: number[], i: number, j: number): void {
    const a = heap[i] ?? 0;
    const b = heap[j] ?? 0;
    heap[i] = b;
    heap[j] = a;
    this.#position[b] = i;
    this.#position[a] = j;
  }
}
