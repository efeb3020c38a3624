/** Which broker of a rack is cheapest for a weight that only rises: what a broker asks is a line over weights. */
export class Envelope {
  readonly #layers: Layer[] = [];
  /** Brokers that are in no layer yet, by falling slope; of one slope the cheapest first. */
  #rest: number[];

  constructor(
    brokers: readonly number[],
    readonly slopes: Float64Array,
    readonly starts: Float64Array,
  ) {
    const slope = (b: number) => slopes[b] ?? 0;
    const start = (b: number) => starts[b] ?? 0;
    this.#rest = brokers.toSorted((a, b) => slope(b) - slope(a) || start(a) - start(b) || a - b);
  }

  /** -1: the rack has no broker that may get a replica. */
  at(weight: number): number {
    return this.#layer(0)?.at(weight) ?? -1;
  }

  /** The cheapest of the brokers that are not marked as taken by a partition; -1: none. */
  besides(weight: number, taken: Int32Array, partition: number): number {
    let cheapest = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let depth = 0; ; depth++) {
      const layer = this.#layer(depth);
      if (!layer) return cheapest;
      const top = layer.at(weight);
      const b = layer.besides(weight, taken, partition);
      const price = b < 0 ? Number.POSITIVE_INFINITY : layer.price(b, weight);
      if (price < least) {
        cheapest = b;
        least = price;
      }
      // No broker of a layer further down is cheaper than the cheapest of this.
      if (taken[top] !== partition) return cheapest;
    }
  }

  #layer(depth: number): Layer | undefined {
    const made = this.#layers[depth];
    if (made || this.#rest.length === 0) return made;
    const layer = new Layer(this.#rest, this.slopes, this.starts);
    this.#layers.push(layer);
    this.#rest = this.#rest.filter((b) => !layer.has(b));
    return layer;
  }
}

/** The lower envelope of lines: those that are lowest somewhere, each from some weight on. */
class Layer {
  readonly #line: number[] = [];
  readonly #from: number[] = [];
  readonly #members: Set<number>;
  #position = 0;

  /** @param brokers by falling slope, of one slope the cheapest first */
  constructor(
    brokers: readonly number[],
    readonly slopes: Float64Array,
    readonly starts: Float64Array,
  ) {
    const slope = (b: number) => slopes[b] ?? 0;
    const start = (b: number) => starts[b] ?? 0;
    for (const [at, b] of brokers.entries()) {
      const before = brokers[at - 1];
      if (before !== undefined && slope(before) === slope(b)) continue;
      let from = Number.NEGATIVE_INFINITY;
      while (this.#line.length > 0) {
        const last = this.#line.at(-1) ?? 0;
        from = (start(b) - start(last)) / (slope(last) - slope(b));
        if (from > Math.max(0, this.#from.at(-1) ?? 0)) break;
        this.#line.pop();
        this.#from.pop();
        from = Number.NEGATIVE_INFINITY;
      }
      this.#line.push(b);
      this.#from.push(from);
    }
    this.#members = new Set(this.#line);
  }

  has(broker: number): boolean {
    return this.#members.has(broker);
  }

  at(weight: number): number {
    while (this.#position + 1 < this.#line.length && (this.#from[this.#position + 1] ?? 0) <= weight) {
      this.#position++;
    }
    return this.#line[this.#position] ?? -1;
  }

  /** The cheapest that is not taken, once `at` was asked: prices rise on both sides of the lowest line. */
  besides(weight: number, taken: Int32Array, partition: number): number {
    let left = this.#position;
    while (left >= 0 && taken[this.#line[left] ?? 0] === partition) left--;
    if (left === this.#position) return this.#line[left] ?? -1;
    let right = this.#position + 1;
    while (right < this.#line.length && taken[this.#line[right] ?? 0] === partition) right++;
    const before = this.#line[left] ?? -1;
    const after = this.#line[right] ?? -1;
    if (before < 0 || after < 0) return Math.max(before, after);
    return this.price(before, weight) <= this.price(after, weight) ? before : after;
  }

  price(broker: number, weight: number): number {
    return (this.slopes[broker] ?? 0) * weight + (this.starts[broker] ?? 0);
  }
}

/** The brokers that a partition may be on, by rising price. */
export class Candidates {
  count = 0;
  readonly #price: Float64Array;
  readonly #broker: Int32Array;
  readonly #isNew: Uint8Array;

  /** @param most of them that a partition can have */
  constructor(most: number) {
    this.#price = new Float64Array(most);
    this.#broker = new Int32Array(most);
    this.#isNew = new Uint8Array(most);
  }

  clear(): void {
    this.count = 0;
  }

  add(price: number, broker: number, isNew: boolean): void {
    const prices = this.#price;
    let i = this.count++;
    for (; i > 0 && (prices[i - 1] ?? 0) > price; i--) {
      prices[i] = prices[i - 1] ?? 0;
      this.#broker[i] = this.#broker[i - 1] ?? 0;
      this.#isNew[i] = this.#isNew[i - 1] ?? 0;
    }
    prices[i] = price;
    this.#broker[i] = broker;
    this.#isNew[i] = isNew ? 1 : 0;
  }

  price(i: number): number {
    return this.#price[i] ?? 0;
  }

  broker(i: number): number {
    return this.#broker[i] ?? 0;
  }

  isNew(i: number): boolean {
    return this.#isNew[i] === 1;
  }
}
