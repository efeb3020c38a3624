/** Which broker of a rack is cheapest for a weight that only rises: the lower envelope of lines. */
export class Envelope {
  readonly #line: number[] = [];
  readonly #from: number[] = [];
  /** The next broker with the same line; -1: none. */
  readonly #twin = new Map<number, number>();
  #position = 0;

  constructor(
    readonly brokers: number[],
    readonly slopes: Float64Array,
    readonly starts: Float64Array,
  ) {
    const slope = (b: number) => slopes[b] ?? 0;
    const start = (b: number) => starts[b] ?? 0;
    const lines = brokers.toSorted((a, b) => slope(b) - slope(a) || start(a) - start(b) || a - b);
    for (const [at, b] of lines.entries()) {
      const before = lines[at - 1];
      if (before !== undefined && slope(before) === slope(b)) {
        if (start(before) === start(b)) this.#twin.set(before, b);
        continue;
      }
      let from = 0;
      while (this.#line.length > 0) {
        const last = this.#line.at(-1) ?? 0;
        from = (start(b) - start(last)) / (slope(last) - slope(b));
        if (from > (this.#from.at(-1) ?? 0)) break;
        this.#line.pop();
        this.#from.pop();
        from = 0;
      }
      this.#line.push(b);
      this.#from.push(this.#line.length === 1 ? Number.NEGATIVE_INFINITY : from);
    }
  }

  /** -1: the rack has no broker that may get a replica. */
  at(weight: number): number {
    while (this.#position + 1 < this.#line.length && (this.#from[this.#position + 1] ?? 0) <= weight) {
      this.#position++;
    }
    return this.#line[this.#position] ?? -1;
  }

  /** The cheapest of the brokers that are not marked as taken by a partition; -1: none. */
  besides(weight: number, taken: Int32Array, partition: number): number {
    const first = this.at(weight);
    for (let b = first; b >= 0; b = this.#twin.get(b) ?? -1) if (taken[b] !== partition) return b;
    return first < 0 ? -1 : this.#search(weight, taken, partition);
  }

  #search(weight: number, taken: Int32Array, partition: number): number {
    let cheapest = -1;
    let least = Number.POSITIVE_INFINITY;
    for (const b of this.brokers) {
      const price = (this.slopes[b] ?? 0) * weight + (this.starts[b] ?? 0);
      if (price >= least || taken[b] === partition) continue;
      cheapest = b;
      least = price;
    }
    return cheapest;
  }
}

/** The brokers that a partition may be on, by rising price. */
export class Candidates {
  count = 0;
  readonly #price: number[] = [];
  readonly #broker: number[] = [];
  readonly #isNew: boolean[] = [];

  clear(): void {
    this.count = 0;
  }

  add(price: number, broker: number, isNew: boolean): void {
    let i = this.count++;
    for (; i > 0 && (this.#price[i - 1] ?? 0) > price; i--) {
      this.#price[i] = this.#price[i - 1] ?? 0;
      this.#broker[i] = this.#broker[i - 1] ?? 0;
      this.#isNew[i] = this.#isNew[i - 1] ?? false;
    }
    this.#price[i] = price;
    this.#broker[i] = broker;
    this.#isNew[i] = isNew;
  }

  price(i: number): number {
    return this.#price[i] ?? 0;
  }

  broker(i: number): number {
    return this.#broker[i] ?? 0;
  }

  isNew(i: number): boolean {
    return this.#isNew[i] ?? false;
  }
}
