import type { Placement } from './placement.js';

/** More racks than this are searched as one. */
const rackLimit = 32;

/** Finds the emptiest brokers that may fill a place, one for each rack, without looking at all of them: a heap a rack. */
export class Emptiest {
  readonly #heaps: number[][];
  readonly #heapOf: Int32Array;
  readonly #position: Int32Array;
  readonly #key: Float64Array;
  readonly #found: number[] = [];

  constructor(readonly placement: Placement) {
    const { model, targets } = placement.problem;
    const heaps = model.rackNames.length > rackLimit ? 1 : model.rackNames.length;
    this.#heapOf = model.rackOf.map((rack) => (heaps === 1 ? 0 : rack));
    this.#heaps = Array.from({ length: heaps }, () => []);
    this.#position = new Int32Array(model.brokers.length).fill(-1);
    this.#key = Float64Array.from(model.brokers, (_, b) => placement.fullness(b));
    for (let b = 0; b < model.brokers.length; b++) {
      const heap = this.#heaps[this.#heapOf[b] ?? 0];
      if (targets[b] !== 1 || !heap) continue;
      this.#position[b] = heap.length;
      heap.push(b);
      this.#rise(heap, heap.length - 1);
    }
    placement.onChange = (broker) => this.#update(broker);
  }

  /** The emptiest broker of each rack that may fill the place; the same list is filled anew each time. */
  candidates(place: number): readonly number[] {
    this.#found.length = 0;
    for (const [rack, heap] of this.#heaps.entries()) {
      if (this.#heaps.length > 1 && !this.placement.rackAllows(place, rack)) continue;
      const broker = this.#first(heap, 0, place);
      if (broker >= 0) this.#found.push(broker);
    }
    return this.#found;
  }

  /** The emptiest below a node of the heap that may fill the place; -1: none. */
  #first(heap: number[], node: number, place: number): number {
    const broker = heap[node];
    if (broker === undefined) return -1;
    if (this.placement.canHold(place, broker)) return broker;
    const left = this.#first(heap, 2 * node + 1, place);
    const right = this.#first(heap, 2 * node + 2, place);
    if (left < 0 || right < 0) return Math.max(left, right);
    return this.#before(left, right) ? left : right;
  }

  #before(a: number, b: number): boolean {
    const difference = (this.#key[a] ?? 0) - (this.#key[b] ?? 0);
    return difference < 0 || (difference === 0 && a < b);
  }

  #update(broker: number): void {
    const node = this.#position[broker] ?? -1;
    const heap = this.#heaps[this.#heapOf[broker] ?? 0];
    if (node < 0 || !heap) return;
    this.#key[broker] = this.placement.fullness(broker);
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
