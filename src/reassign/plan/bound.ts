import { Candidates, Envelope } from './envelope.js';
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
  let rounds = Math.max(24, Math.min(1200, Math.floor(6e7 / Math.max(1, work))));
  const enough = copied * (1 - 1e-5);
  // Where bytes alone decide, the best prices of a byte are mostly -1, 0 and 1.
  for (const change of dual.steps()) {
    if (rounds <= 12 || best.value >= enough) break;
    const perByte = best.prices.perByte.slice();
    for (const [b, price] of change) perByte[b] = price;
    if (perByte.every((price, b) => price === best.prices.perByte[b])) continue;
    const prices = { ...best.prices, perByte };
    const value = dual.value(prices);
    if (value > best.value) best = { value, prices };
    rounds--;
  }
  dual.value(best.prices);
  dual.blend(1);
  let pace = 1;
  let idle = 0;
  for (let round = 0; round < rounds && best.value < enough; round++) {
    const prices = dual.climbed(best.prices, pace * Math.max(0, copied - best.value));
    const value = dual.value(prices);
    dual.blend(0.1);
    const gain = (value - best.value) / (copied - best.value);
    if (gain > 0) best = { value, prices };
    if (gain > 0.01) {
      idle = 0;
      pace = Math.min(2, pace * 1.2);
    } else if (++idle > 12) {
      pace *= 0.6;
      idle = 0;
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
  readonly #meanLoad: Float64Array;
  readonly #meanCount: Float64Array;
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
    this.#meanLoad = new Float64Array(model.brokers.length);
    this.#meanCount = new Float64Array(model.brokers.length);
    let total = 0;
    for (let p = 0; p < size; p++) total += weight(p) * ((placeStart[p + 1] ?? 0) - (placeStart[p] ?? 0));
    this.#replicaWeight = Math.max(1e-9, total / Math.max(1, placeStart[size] ?? 0));
  }

  none(): Prices {
    const brokers = this.problem.model.brokers.length;
    return { perByte: new Float64Array(brokers), perReplica: new Float64Array(brokers) };
  }

  /**
   * No prices; a price of a byte on what brokers keep too much or too little of; the same by replicas. What is not
   * kept has to be placed anew in any case, so it does not count here.
   */
  *starts(): Generator<Prices> {
    const { windows } = this;
    yield this.none();
    const { load, count } = this.#kept();
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

  /** Prices of a byte to try: in a rack for what is too much, too little, both or neither; then broker by broker. */
  *steps(): Generator<Array<[broker: number, price: number]>> {
    const { problem, windows } = this;
    const { load } = this.#kept();
    const hosts = [...load.keys()].filter((b) => problem.hosts[b] === 1);
    const over = (b: number) => ((load[b] ?? 0) > (windows.maxLoad[b] ?? 0) ? 1 : 0);
    const under = (b: number) => ((load[b] ?? 0) < (windows.minLoad[b] ?? 0) ? -1 : 0);
    for (const rack of problem.model.rackNames.keys()) {
      const members = hosts.filter((b) => problem.model.rackOf[b] === rack);
      for (const price of [over, under, (b: number) => over(b) + under(b), () => 0]) {
        yield members.map((b) => [b, price(b)]);
      }
    }
    for (const b of hosts) for (const price of [1, 0, -1]) yield [[b, price]];
  }

  #kept(): { load: Float64Array; count: Float64Array } {
    const { size, homes, homeStart, model } = this.problem;
    const load = new Float64Array(model.brokers.length);
    const count = new Float64Array(model.brokers.length);
    for (let p = 0; p < size; p++) {
      for (let i = homeStart[p] ?? 0; i < (homeStart[p + 1] ?? 0); i++) {
        const b = homes[i] ?? 0;
        load[b] = (load[b] ?? 0) + (this.shares.weights[p] ?? 0);
        count[b] = (count[b] ?? 0) + 1;
      }
    }
    return { load, count };
  }

  /**
   * Mixes the brokers' loads at the prices asked for last into a mean of those before: that goes up more steadily
   * than any one of them, since at each price many placements are equally cheap (Barahona and Anbil's volume algorithm).
   */
  blend(part: number): void {
    for (let b = 0; b < this.#load.length; b++) {
      this.#meanLoad[b] = (1 - part) * (this.#meanLoad[b] ?? 0) + part * (this.#load[b] ?? 0);
      this.#meanCount[b] = (1 - part) * (this.#meanCount[b] ?? 0) + part * (this.#count[b] ?? 0);
    }
  }

  /** Prices further up along what the mean loads violate of the windows, as far as a rise of so much would need. */
  climbed({ perByte, perReplica }: Prices, rise: number): Prices {
    const { windows } = this;
    const unit = this.#replicaWeight;
    const bytes = slope(perByte, this.#meanLoad, windows.minLoad, windows.maxLoad);
    const replicas = slope(perReplica, this.#meanCount, windows.minCount, windows.maxCount).map(
      (s) => s * unit,
    );
    let norm = 0;
    for (const s of bytes) norm += s * s;
    for (const s of replicas) norm += s * s;
    if (norm === 0) return { perByte, perReplica };
    const step = rise / norm;
    return {
      perByte: perByte.map((price, b) => stepped(price, step * (bytes[b] ?? 0))),
      perReplica: perReplica.map((price, b) => stepped(price, step * (replicas[b] ?? 0) * unit)),
    };
  }

  value({ perByte, perReplica }: Prices): number {
    const { windows } = this;
    this.#load.fill(0);
    this.#count.fill(0);
    let value = this.#cheapest(perByte, perReplica);
    for (let b = 0; b < perByte.length; b++) {
      value -= allowance(perByte[b] ?? 0, windows.minLoad[b] ?? 0, windows.maxLoad[b] ?? 0);
      value -= allowance(perReplica[b] ?? 0, windows.minCount[b] ?? 0, windows.maxCount[b] ?? 0);
    }
    return value;
  }

  /** Sum over partitions of the cheapest brokers for each, which a matroid's greedy algorithm finds. */
  #cheapest(perByte: Float64Array, perReplica: Float64Array): number {
    const { problem, shares } = this;
    const { placeStart, homeStart, homes, fixedStart, fixed, doubles, costs, model } = problem;
    const envelopes = this.#envelopes(perByte, perReplica);
    const groups = this.#groups;
    const isFree = perByte.every((price) => price === 0) && perReplica.every((price) => price === 0);
    // Who holds the partition already, or has been chosen for it.
    const taken = new Int32Array(model.brokers.length).fill(-1);
    const rackUsed = new Int32Array(model.rackNames.length).fill(-1);
    const candidates = new Candidates();
    let sum = 0;
    for (const p of this.#order) {
      const weight = shares.weights[p] ?? 0;
      const cost = costs[p] ?? 0;
      let open = (placeStart[p + 1] ?? 0) - (placeStart[p] ?? 0);
      let spare = doubles[p] ?? 0;
      for (let i = fixedStart[p] ?? 0; i < (fixedStart[p + 1] ?? 0); i++) {
        const b = fixed[i] ?? 0;
        const rack = model.rackOf[b] ?? 0;
        if (model.alive[b] !== 1) continue;
        if (rackUsed[rack] === p) spare--;
        rackUsed[rack] = p;
      }
      candidates.clear();
      for (let i = homeStart[p] ?? 0; i < (homeStart[p + 1] ?? 0); i++) {
        const b = homes[i] ?? 0;
        candidates.add((perByte[b] ?? 0) * weight + (perReplica[b] ?? 0), b, false);
        if (!isFree) taken[b] = p;
      }
      for (const envelope of envelopes) {
        let b = envelope.at(weight);
        if (b >= 0 && taken[b] === p) b = envelope.besides(weight, taken, p);
        if (b < 0) continue;
        candidates.add(cost + (perByte[b] ?? 0) * weight + (perReplica[b] ?? 0), b, true);
      }
      for (let i = 0; i < candidates.count && open > 0; i++) {
        const b = candidates.broker(i);
        const isNew = candidates.isNew(i);
        const rack = model.rackOf[b] ?? 0;
        const unracked = isNew && groups === 1;
        if (!unracked && rackUsed[rack] === p && spare-- <= 0) {
          spare = 0;
          continue;
        }
        if (!unracked) rackUsed[rack] = p;
        sum += candidates.price(i);
        open--;
        this.#load[b] = (this.#load[b] ?? 0) + weight;
        this.#count[b] = (this.#count[b] ?? 0) + 1;
        const envelope = envelopes[this.#groupOf[b] ?? 0];
        if (!isNew || !envelope || open === 0) continue;
        // Without prices one is as cheap as another, whichever it is.
        if (!isFree) taken[b] = p;
        const next = isFree ? b : envelope.besides(weight, taken, p);
        if (next < 0) continue;
        candidates.add(cost + (perByte[next] ?? 0) * weight + (perReplica[next] ?? 0), next, true);
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
