import { Candidates, Envelope } from './envelope.js';
import type { Problem } from './problem.js';
import type { Shares, Windows } from './shares.js';
import { sortedBy, upTo } from './sorting.js';

/** A price on every byte and every replica that a broker holds; docs/planner.md proves what they are good for. */
export interface Prices {
  perByte: Float64Array;
  perReplica: Float64Array;
}

/** More racks than this are not told apart for new replicas: the bound stays one, only looser. */
export const rackLimit = 32;

/** The dual function, its subgradient at the prices asked for last, and where to start. */
export class Dual {
  /** Partitions by rising weight, so that the cheapest broker of a rack is found by walking along; and theirs in this order. */
  readonly #order: Int32Array;
  readonly #weights: Float64Array;
  readonly #costs: Float64Array;
  readonly #homeStart: Int32Array;
  readonly #homes: Int32Array;
  readonly #groupOf: Int32Array;
  readonly #groups: number;
  readonly #load: Float64Array;
  readonly #count: Float64Array;
  readonly #meanLoad: Float64Array;
  readonly #meanCount: Float64Array;
  readonly #replicaWeight: number;
  /** Partitions that could stay as they are: all places filled by homes, as the rules allow. */
  readonly #intact: Uint8Array;
  /** Who holds the partition already, or has been chosen for it; racks likewise. */
  readonly #taken: Int32Array;
  readonly #rackUsed: Int32Array;
  readonly #candidates: Candidates;

  constructor(
    readonly problem: Problem,
    readonly shares: Shares,
    readonly windows: Windows,
  ) {
    const { size, model, placeStart } = problem;
    const weight = (p: number) => shares.weights[p] ?? 0;
    this.#order = sortedBy(upTo(size), shares.weights);
    const { homes, homeStart, costs } = problem;
    this.#weights = Float64Array.from(this.#order, weight);
    this.#costs = Float64Array.from(this.#order, (p) => costs[p] ?? 0);
    this.#homeStart = new Int32Array(size + 1);
    this.#homes = new Int32Array(homes.length);
    for (const [at, p] of this.#order.entries()) {
      const own = homes.subarray(homeStart[p], homeStart[p + 1]);
      const start = this.#homeStart[at] ?? 0;
      this.#homes.set(own, start);
      this.#homeStart[at + 1] = start + own.length;
    }
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
    // Homes, one of each rack, and one more for each place that is filled.
    let most = 0;
    for (let p = 0; p < size; p++) {
      const places = (placeStart[p + 1] ?? 0) - (placeStart[p] ?? 0);
      most = Math.max(most, (homeStart[p + 1] ?? 0) - (homeStart[p] ?? 0) + places);
    }
    this.#candidates = new Candidates(most + this.#groups);
    this.#taken = new Int32Array(model.brokers.length).fill(-1);
    this.#rackUsed = new Int32Array(racks).fill(-1);
    this.#intact = Uint8Array.from(this.#order, (p) => (this.#isIntact(p) ? 1 : 0));
  }

  #isIntact(p: number): boolean {
    const { homes, homeStart, placeStart, doubles, model } = this.problem;
    const first = homeStart[p] ?? 0;
    const end = homeStart[p + 1] ?? 0;
    if (end - first !== (placeStart[p + 1] ?? 0) - (placeStart[p] ?? 0)) return false;
    let spare = (doubles[p] ?? 0) - this.#markFixed(p);
    for (let i = first; i < end; i++) {
      const rack = model.rackOf[homes[i] ?? 0] ?? 0;
      if (this.#rackUsed[rack] === p) spare--;
      this.#rackUsed[rack] = p;
    }
    return spare >= 0;
  }

  /** Marks the racks of a partition's fixed replicas, and says how many share one with another. */
  #markFixed(p: number): number {
    const { fixed, fixedStart, model } = this.problem;
    let shared = 0;
    for (let i = fixedStart[p] ?? 0; i < (fixedStart[p + 1] ?? 0); i++) {
      const b = fixed[i] ?? 0;
      const rack = model.rackOf[b] ?? 0;
      if (model.alive[b] !== 1) continue;
      if (this.#rackUsed[rack] === p) shared++;
      this.#rackUsed[rack] = p;
    }
    return shared;
  }

  none(): Prices {
    const brokers = this.problem.model.brokers.length;
    return { perByte: new Float64Array(brokers), perReplica: new Float64Array(brokers) };
  }

  /**
   * No prices; a price of a byte on what brokers keep too much or too little of; the same by replicas. What is not
   * kept has to be placed anew in any case, so it does not count here.
   * @param byReplica whether to try those of a replica, too
   */
  *starts(byReplica: boolean): Generator<Prices> {
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
    for (const size of byReplica || this.problem.request.by === 'count' ? sizes : []) {
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

  /** The brokers' loads at the prices asked for last are the mean to start from. */
  startMean(): void {
    this.#meanLoad.set(this.#load);
    this.#meanCount.set(this.#count);
  }

  /**
   * Mixes the brokers' loads at the prices asked for last into a mean of those before: that goes up more steadily
   * than any one of them, since at each price many placements are equally cheap (Barahona and Anbil's volume algorithm).
   * Of the parts up to `most` the one that leaves the mean least outside of the windows is taken, and a tenth of it at least.
   * @param prices those asked for last
   * @returns whether these loads and the mean call for prices in one direction
   */
  blend(prices: Prices, most: number): boolean {
    const now = this.#slopes(prices, this.#load, this.#count);
    const mean = this.#slopes(prices, this.#meanLoad, this.#meanCount);
    let along = 0;
    let apart = 0;
    let agree = 0;
    for (let i = 0; i < now.length; i++) {
      const a = now[i] ?? 0;
      const b = mean[i] ?? 0;
      along += b * (b - a);
      apart += (b - a) ** 2;
      agree += a * b;
    }
    const part = Math.min(most, Math.max(most / 10, apart > 0 ? along / apart : most));
    for (let b = 0; b < this.#load.length; b++) {
      this.#meanLoad[b] = (1 - part) * (this.#meanLoad[b] ?? 0) + part * (this.#load[b] ?? 0);
      this.#meanCount[b] = (1 - part) * (this.#meanCount[b] ?? 0) + part * (this.#count[b] ?? 0);
    }
    return agree >= 0;
  }

  /** Prices further up along what the mean loads violate of the windows, as far as a rise of so much would need. */
  climbed(prices: Prices, rise: number): Prices {
    const { perByte, perReplica } = prices;
    const slopes = this.#slopes(prices, this.#meanLoad, this.#meanCount);
    let norm = 0;
    for (const slope of slopes) norm += slope * slope;
    if (norm === 0) return prices;
    const step = rise / norm;
    const replicas = step * this.#replicaWeight;
    const brokers = perByte.length;
    return {
      perByte: perByte.map((price, b) => stepped(price, step * (slopes[b] ?? 0))),
      perReplica: perReplica.map((price, b) => stepped(price, replicas * (slopes[brokers + b] ?? 0))),
    };
  }

  /** How far brokers with these loads are outside of what prices stand for: bytes, then replicas as bytes of their mean size. */
  #slopes({ perByte, perReplica }: Prices, load: Float64Array, count: Float64Array): Float64Array {
    const { windows } = this;
    const brokers = perByte.length;
    const slopes = new Float64Array(2 * brokers);
    for (let b = 0; b < brokers; b++) {
      const bytes = load[b] ?? 0;
      const replicas = count[b] ?? 0;
      slopes[b] = slope(perByte[b] ?? 0, bytes, windows.minLoad[b] ?? 0, windows.maxLoad[b] ?? 0);
      slopes[brokers + b] =
        this.#replicaWeight *
        slope(perReplica[b] ?? 0, replicas, windows.minCount[b] ?? 0, windows.maxCount[b] ?? 0);
    }
    return slopes;
  }

  value(prices: Prices): number {
    const { windows } = this;
    const { perByte, perReplica } = prices;
    this.#load.fill(0);
    this.#count.fill(0);
    let value = this.#cheapest(prices);
    for (let b = 0; b < perByte.length; b++) {
      value -= allowance(perByte[b] ?? 0, windows.minLoad[b] ?? 0, windows.maxLoad[b] ?? 0);
      value -= allowance(perReplica[b] ?? 0, windows.minCount[b] ?? 0, windows.maxCount[b] ?? 0);
    }
    return value;
  }

  /** Sum over partitions of the cheapest brokers for each. */
  #cheapest(prices: Prices): number {
    const { problem } = this;
    const order = this.#order;
    const intact = this.#intact;
    const homes = this.#homes;
    const homeStart = this.#homeStart;
    const load = this.#load;
    const count = this.#count;
    const { perByte, perReplica } = prices;
    const envelopes = this.#envelopes(prices);
    const anywhere = new Envelope(
      [...problem.targets.keys()].filter((b) => problem.targets[b] === 1),
      perByte,
      perReplica,
    );
    this.#taken.fill(-1);
    this.#rackUsed.fill(-1);
    let sum = 0;
    for (let at = 0; at < order.length; at++) {
      const weight = this.#weights[at] ?? 0;
      const other = anywhere.at(weight);
      // What the cheapest new broker asks: most replicas stay, because no home of theirs is dearer.
      const fresh =
        other < 0
          ? Number.POSITIVE_INFINITY
          : (this.#costs[at] ?? 0) + (perByte[other] ?? 0) * weight + (perReplica[other] ?? 0);
      const first = homeStart[at] ?? 0;
      const end = homeStart[at + 1] ?? 0;
      let stays = intact[at] === 1;
      let kept = 0;
      for (let i = first; i < end && stays; i++) {
        const b = homes[i] ?? 0;
        const price = (perByte[b] ?? 0) * weight + (perReplica[b] ?? 0);
        kept += price;
        stays = price <= fresh;
      }
      if (!stays) {
        sum += this.#greedy(order[at] ?? 0, weight, prices, envelopes, fresh);
        continue;
      }
      sum += kept;
      for (let i = first; i < end; i++) {
        const b = homes[i] ?? 0;
        load[b] = (load[b] ?? 0) + weight;
        count[b] = (count[b] ?? 0) + 1;
      }
    }
    return sum;
  }

  #hold(b: number, weight: number): void {
    this.#load[b] = (this.#load[b] ?? 0) + weight;
    this.#count[b] = (this.#count[b] ?? 0) + 1;
  }

  /**
   * The cheapest brokers for one partition, which a matroid's greedy algorithm finds.
   * @param fresh no new broker is cheaper than this: until homes are dearer none is looked for
   */
  #greedy(
    p: number,
    weight: number,
    { perByte, perReplica }: Prices,
    envelopes: Envelope[],
    fresh: number,
  ): number {
    const { placeStart, homeStart, homes, doubles, costs, model } = this.problem;
    const cost = costs[p] ?? 0;
    const candidates = this.#candidates;
    const rackUsed = this.#rackUsed;
    const taken = this.#taken;
    const isUnracked = this.#groups === 1;
    let open = (placeStart[p + 1] ?? 0) - (placeStart[p] ?? 0);
    let spare = (doubles[p] ?? 0) - this.#markFixed(p);
    candidates.clear();
    for (let i = homeStart[p] ?? 0; i < (homeStart[p + 1] ?? 0); i++) {
      const b = homes[i] ?? 0;
      candidates.add((perByte[b] ?? 0) * weight + (perReplica[b] ?? 0), b, false);
      taken[b] = p;
    }
    let sum = 0;
    let isOpened = false;
    for (let i = 0; open > 0; i++) {
      if (!isOpened && (i === candidates.count || candidates.price(i) > fresh)) {
        isOpened = true;
        for (const envelope of envelopes) {
          const b = envelope.besides(weight, taken, p);
          if (b >= 0) candidates.add(cost + (perByte[b] ?? 0) * weight + (perReplica[b] ?? 0), b, true);
        }
      }
      if (i === candidates.count) break;
      const b = candidates.broker(i);
      const isNew = candidates.isNew(i);
      const rack = model.rackOf[b] ?? 0;
      const unracked = isNew && isUnracked;
      if (!unracked && rackUsed[rack] === p && spare-- <= 0) {
        spare = 0;
        continue;
      }
      if (!unracked) rackUsed[rack] = p;
      sum += candidates.price(i);
      open--;
      this.#hold(b, weight);
      if (!isNew || open === 0 || (!unracked && spare <= 0)) continue;
      taken[b] = p;
      const next = envelopes[this.#groupOf[b] ?? 0]?.besides(weight, taken, p) ?? -1;
      if (next < 0) continue;
      candidates.add(cost + (perByte[next] ?? 0) * weight + (perReplica[next] ?? 0), next, true);
    }
    return sum;
  }

  #envelopes({ perByte, perReplica }: Prices): Envelope[] {
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

/** How far a broker is beyond the end of the window that its price stands for, or beyond either without one. */
function slope(price: number, held: number, least: number, most: number): number {
  if (price > 0) return held - most;
  if (price < 0) return held - least;
  return held > most ? held - most : held < least ? held - least : 0;
}

/** A price does not change its sign in one step. */
function stepped(price: number, change: number): number {
  const next = price + change;
  return price * next < 0 ? 0 : next;
}
