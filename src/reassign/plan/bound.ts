import type { Problem } from './problem.js';
import type { Shares, Windows } from './shares.js';
import { isWindowed } from './types.js';

/** A price on every byte and every replica that a broker holds; docs/planner.md proves what they are good for. */
interface Prices {
  perByte: Float64Array;
  perReplica: Float64Array;
}

/** More racks than this are not told apart for new replicas: the bound stays one, only looser. */
const rackLimit = 32;

/**
 * Bytes that every placement within these windows must copy, by weak duality: for any prices, the cheapest placement
 * of each partition by itself, less what the windows allow. Good prices are sought by subgradient ascent.
 * @param copied what a plan copies: the ascent aims at it and ends there
 */
export function lowerBound(problem: Problem, shares: Shares, windows: Windows, copied: number): number {
  const dual = new Dual(problem, shares, windows);
  const forced = dual.value(dual.none());
  if (!isWindowed(problem.request) || forced >= copied) return forced;
  let best = { value: Number.NEGATIVE_INFINITY, prices: dual.none() };
  for (const prices of dual.starts()) {
    const value = dual.value(prices);
    if (value > best.value) best = { value, prices };
  }
  const work = problem.size * (Math.min(rackLimit, problem.model.rackNames.length) + 4);
  const rounds = Math.max(12, Math.min(400, Math.floor(4e7 / Math.max(1, work))));
  const enough = copied * (1 - 1e-5);
  let { prices } = best;
  let pace = 1;
  let idle = 0;
  for (let round = 0; round < rounds && best.value < enough; round++) {
    prices = dual.climbed(prices, pace, copied);
    const value = dual.value(prices);
    if (value > best.value) {
      if (value > best.value + (copied - best.value) * 0.01) idle = 0;
      best = { value, prices };
    }
    if (++idle > 8) {
      pace *= 0.6;
      idle = 0;
      prices = best.prices;
      dual.value(prices);
    }
  }
  // Without prices all terms are whole numbers and the sum is exact; else rounding must not lift the bound.
  return Math.max(forced, best.value * (1 - 1e-9));
}

/** The dual function, its subgradient at the prices asked for last, and where to start. */
class Dual {
  /** Partitions by rising weight, so that the cheapest broker of a rack is found by walking along. */
  readonly #order: Int32Array;
  readonly #groupOf: Int32Array;
  readonly #groups: number;
  readonly #load: Float64Array;
  readonly #count: Float64Array;
  readonly #replicaWeight: number;

  constructor(
    readonly problem: Problem,
    readonly shares: Shares,
    readonly windows: Windows,
  ) {
    const { size, model, placeStart } = problem;
    const weight = (p: number) => shares.weights[p] ?? 0;
    this.#order = Int32Array.from({ length: size }, (_, p) => p).sort((a, b) => weight(a) - weight(b));
    const racks = model.rackNames.length;
    this.#groups = racks > rackLimit ? 1 : racks;
    this.#groupOf = model.rackOf.map((rack) => (this.#groups === 1 ? 0 : rack));
    this.#load = new Float64Array(model.brokers.length);
    this.#count = new Float64Array(model.brokers.length);
    let total = 0;
    for (let p = 0; p < size; p++) total += weight(p) * ((placeStart[p + 1] ?? 0) - (placeStart[p] ?? 0));
    this.#replicaWeight = Math.max(1e-9, total / Math.max(1, placeStart[size] ?? 0));
  }

  none(): Prices {
    const brokers = this.problem.model.brokers.length;
    return { perByte: new Float64Array(brokers), perReplica: new Float64Array(brokers) };
  }

  /** No prices; a price of a byte on what is too much or too little now; the same by replicas. */
  *starts(): Generator<Prices> {
    const { windows } = this;
    yield this.none();
    this.value(this.none());
    const load = this.#load.slice();
    const count = this.#count.slice();
    const over = load.map((bytes, b) => (bytes > (windows.maxLoad[b] ?? 0) ? 1 : 0));
    const under = load.map((bytes, b) => (bytes < (windows.minLoad[b] ?? 0) ? -1 : 0));
    const many = count.map((n, b) => (n > (windows.maxCount[b] ?? 0) ? 1 : 0));
    const few = count.map((n, b) => (n < (windows.minCount[b] ?? 0) ? -1 : 0));
    const sizes = [0.1, 0.3, 1].map((part) => part * this.#replicaWeight);
    for (const perByte of [over, under]) {
      yield { perByte, perReplica: count.map(() => 0) };
    }
    for (const size of sizes) {
      for (const sign of [many, few])
        yield { perByte: count.map(() => 0), perReplica: sign.map((s) => s * size) };
    }
  }

  /** Prices a step further up: along the violations of the windows, as long as the gap to the goal suggests. */
  climbed({ perByte, perReplica }: Prices, pace: number, goal: number): Prices {
    const { windows } = this;
    const unit = this.#replicaWeight;
    const bytes = slope(perByte, this.#load, windows.minLoad, windows.maxLoad);
    const replicas = slope(perReplica, this.#count, windows.minCount, windows.maxCount).map((s) => s * unit);
    let norm = 0;
    for (const s of bytes) norm += s * s;
    for (const s of replicas) norm += s * s;
    if (norm === 0) return { perByte, perReplica };
    const step = (pace * Math.max(0, goal - this.#value)) / norm;
    return {
      perByte: perByte.map((price, b) => stepped(price, step * (bytes[b] ?? 0))),
      perReplica: perReplica.map((price, b) => stepped(price, step * (replicas[b] ?? 0) * unit)),
    };
  }

  #value = 0;

  value({ perByte, perReplica }: Prices): number {
    const { windows } = this;
    this.#load.fill(0);
    this.#count.fill(0);
    let value = this.#cheapest(perByte, perReplica);
    for (let b = 0; b < perByte.length; b++) {
      value -= allowance(perByte[b] ?? 0, windows.minLoad[b] ?? 0, windows.maxLoad[b] ?? 0);
      value -= allowance(perReplica[b] ?? 0, windows.minCount[b] ?? 0, windows.maxCount[b] ?? 0);
    }
    this.#value = value;
    return value;
  }

  /** Sum over partitions of the cheapest brokers for each, which a matroid's greedy algorithm finds. */
  #cheapest(perByte: Float64Array, perReplica: Float64Array): number {
    const { problem, shares } = this;
    const { placeStart, homeStart, homes, fixedStart, fixed, doubles, costs, model } = problem;
    const envelopes = this.#envelopes(perByte, perReplica);
    const groups = this.#groups;
    const limit = 64 + groups;
    const price = new Float64Array(limit);
    const broker = new Int32Array(limit);
    const rackUsed = new Int32Array(model.rackNames.length).fill(-1);
    let sum = 0;
    for (const p of this.#order) {
      const weight = shares.weights[p] ?? 0;
      let open = (placeStart[p + 1] ?? 0) - (placeStart[p] ?? 0);
      let spare = doubles[p] ?? 0;
      for (let i = fixedStart[p] ?? 0; i < (fixedStart[p + 1] ?? 0); i++) {
        const b = fixed[i] ?? 0;
        const rack = model.rackOf[b] ?? 0;
        if (model.alive[b] !== 1) continue;
        if (rackUsed[rack] === p) spare--;
        rackUsed[rack] = p;
      }
      let candidates = 0;
      for (let i = homeStart[p] ?? 0; i < (homeStart[p + 1] ?? 0); i++) {
        const b = homes[i] ?? 0;
        insert(price, broker, candidates++, (perByte[b] ?? 0) * weight + (perReplica[b] ?? 0), b);
      }
      for (const envelope of envelopes) {
        const b = envelope.at(weight);
        if (b < 0) continue;
        const cost = (costs[p] ?? 0) + (perByte[b] ?? 0) * weight + (perReplica[b] ?? 0);
        insert(price, broker, candidates++, cost, b + model.brokers.length);
      }
      for (let i = 0; i < candidates && open > 0; i++) {
        const isNew = (broker[i] ?? 0) >= model.brokers.length;
        const b = (broker[i] ?? 0) % model.brokers.length;
        const rack = model.rackOf[b] ?? 0;
        // A new replica may be taken again in the same rack: that only lowers the bound.
        for (let again = true; again && open > 0; again = isNew) {
          if (!(isNew && groups === 1)) {
            if (rackUsed[rack] === p && spare-- <= 0) {
              spare = 0;
              break;
            }
            rackUsed[rack] = p;
          }
          sum += price[i] ?? 0;
          open--;
          this.#load[b] = (this.#load[b] ?? 0) + weight;
          this.#count[b] = (this.#count[b] ?? 0) + 1;
        }
      }
    }
    return sum;
  }

  #envelopes(perByte: Float64Array, perReplica: Float64Array): Envelope[] {
    const members: number[][] = Array.from({ length: this.#groups }, () => []);
    for (const [b, target] of this.problem.targets.entries()) {
      if (target === 1) members[this.#groupOf[b] ?? 0]?.push(b);
    }
    return members.map((brokers) => new Envelope(brokers, perByte, perReplica));
  }
}

/** Which broker of a rack is cheapest for a weight that only rises: the lower envelope of lines. */
class Envelope {
  readonly #line: number[] = [];
  readonly #from: number[] = [];
  #position = 0;

  constructor(brokers: number[], slopes: Float64Array, starts: Float64Array) {
    const slope = (b: number) => slopes[b] ?? 0;
    const start = (b: number) => starts[b] ?? 0;
    const lines = brokers.toSorted((a, b) => slope(b) - slope(a) || start(a) - start(b) || a - b);
    for (const b of lines) {
      if (this.#line.length > 0 && slope(this.#line.at(-1) ?? 0) === slope(b)) continue;
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
}

/** Puts one more candidate in its order, by price. */
function insert(price: Float64Array, broker: Int32Array, length: number, cost: number, b: number): void {
  let i = length;
  while (i > 0 && (price[i - 1] ?? 0) > cost) {
    price[i] = price[i - 1] ?? 0;
    broker[i] = broker[i - 1] ?? 0;
    i--;
  }
  price[i] = cost;
  broker[i] = b;
}

/** What a window allows at a price: its end that the price pushes to. */
function allowance(price: number, least: number, most: number): number {
  return price > 0 ? price * most : price < 0 ? price * least : 0;
}

/** How far each broker is beyond the end of the window that its price stands for, or beyond either without one. */
function slope(
  prices: Float64Array,
  held: Float64Array,
  least: Float64Array,
  most: Float64Array,
): Float64Array {
  return prices.map((price, b) => {
    const over = (held[b] ?? 0) - (most[b] ?? 0);
    const under = (held[b] ?? 0) - (least[b] ?? 0);
    if (price > 0) return over;
    if (price < 0) return under;
    return over > 0 ? over : under < 0 ? under : 0;
  });
}

/** A price does not change its sign in one step. */
function stepped(price: number, change: number): number {
  const next = price + change;
  return price * next < 0 ? 0 : next;
}
