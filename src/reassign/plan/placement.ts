import type { Problem } from './problem.js';
import type { Shares, Windows } from './shares.js';
import { sortedBy, upTo } from './sorting.js';

/** A place that no broker fills yet. */
export const nowhere = -1;

/**
 * Which broker fills each place, with the loads that follow from it. It knows the rules (`canHold`), what a change
 * costs, and how far brokers are outside of their windows; what to change is decided elsewhere.
 */
export class Placement {
  readonly at: Int32Array;
  /** The partition of each place. */
  readonly owner: Int32Array;
  readonly load: Float64Array;
  readonly count: Float64Array;
  /** Bytes copied to each broker. */
  readonly inflow: Float64Array;
  /** Places that each broker fills, in no order that means something. */
  readonly held: number[][];
  /** Places whose replica is copied, in no order that means something. */
  readonly moved: number[] = [];
  /** How much more a byte outside of a window counts than a byte copied. */
  strainPrice = 4;
  /** Told of every change of a broker's load. */
  onChange: (broker: number) => void = () => undefined;
  #bySize: Int32Array | undefined;
  readonly #position: Int32Array;
  /** Where each place stands in `moved`; -1: its replica is not copied. */
  readonly #movedAt: Int32Array;
  readonly #racks: Int32Array;
  /** What a replica too many or too few counts as, in whole bytes. */
  readonly #replicaWeight: number;
  #windows: Windows;
  /** How far each broker is outside of its windows now. */
  readonly #strain: Float64Array;

  constructor(
    readonly problem: Problem,
    readonly shares: Shares,
    windows: Windows,
  ) {
    this.#windows = windows;
    const { placeStart, size, model, baseLoad, baseCount } = problem;
    const places = placeStart[size] ?? 0;
    this.at = new Int32Array(places).fill(nowhere);
    this.owner = new Int32Array(places);
    for (let p = 0, place = 0; p < size; p++)
      while (place < (placeStart[p + 1] ?? 0)) this.owner[place++] = p;
    this.load = baseLoad.slice();
    this.count = baseCount.slice();
    this.inflow = new Float64Array(model.brokers.length);
    this.held = model.brokers.map(() => []);
    this.#position = new Int32Array(places);
    this.#movedAt = new Int32Array(places).fill(-1);
    this.#racks = model.rackOf;
    let total = 0;
    for (let place = 0; place < places; place++) total += this.weight(place);
    this.#replicaWeight = places > 0 ? Math.max(1, Math.round(total / places)) : 1;
    this.#strain = new Float64Array(model.brokers.length);
    this.windows = windows;
  }

  get windows(): Windows {
    return this.#windows;
  }

  set windows(windows: Windows) {
    this.#windows = windows;
    for (let b = 0; b < this.load.length; b++) this.#weigh(b);
  }

  #weigh(broker: number): void {
    this.#strain[broker] = this.#strainAt(broker, this.load[broker] ?? 0, this.count[broker] ?? 0);
  }

  broker(place: number): number {
    return this.at[place] ?? nowhere;
  }

  partition(place: number): number {
    return this.owner[place] ?? 0;
  }

  weight(place: number): number {
    return this.shares.weights[this.owner[place] ?? 0] ?? 0;
  }

  cost(place: number): number {
    return this.problem.costs[this.owner[place] ?? 0] ?? 0;
  }

  rack(broker: number): number {
    return this.#racks[broker] ?? 0;
  }

  /** All places by rising weight. */
  get bySize(): Int32Array {
    this.#bySize ??= this.#sorted();
    return this.#bySize;
  }

  #sorted(): Int32Array {
    const { size, placeStart } = this.problem;
    const places = new Int32Array(this.at.length);
    let next = 0;
    for (const p of sortedBy(upTo(size), this.shares.weights)) {
      for (let place = placeStart[p] ?? 0; place < (placeStart[p + 1] ?? 0); place++) places[next++] = place;
    }
    return places;
  }

  /** Whether the broker holds a replica of the partition already, so that nothing has to be copied to it. */
  isHome(p: number, broker: number): boolean {
    const { homes, homeStart } = this.problem;
    const end = homeStart[p + 1] ?? 0;
    for (let i = homeStart[p] ?? 0; i < end; i++) if (homes[i] === broker) return true;
    return false;
  }

  /** What is copied for this place. */
  costAt(place: number, broker: number): number {
    return this.isHome(this.partition(place), broker) ? 0 : this.cost(place);
  }

  put(place: number, broker: number): void {
    const held = this.held[broker];
    if (!held) return;
    this.at[place] = broker;
    this.#position[place] = held.length;
    held.push(place);
    this.#tally(place, broker, 1);
  }

  take(place: number): void {
    const broker = this.broker(place);
    const held = this.held[broker];
    const last = held?.pop();
    if (!held || last === undefined) return;
    if (last !== place) {
      const position = this.#position[place] ?? 0;
      held[position] = last;
      this.#position[last] = position;
    }
    this.at[place] = nowhere;
    this.#tally(place, broker, -1);
  }

  move(place: number, broker: number): void {
    this.take(place);
    this.put(place, broker);
  }

  #tally(place: number, broker: number, sign: number): void {
    this.load[broker] = (this.load[broker] ?? 0) + sign * this.weight(place);
    this.count[broker] = (this.count[broker] ?? 0) + sign;
    const copied = this.costAt(place, broker);
    if (copied > 0) this.#tallyCopy(place, broker, sign, copied);
    this.#weigh(broker);
    this.onChange(broker);
  }

  #tallyCopy(place: number, broker: number, sign: number, bytes: number): void {
    this.inflow[broker] = (this.inflow[broker] ?? 0) + sign * bytes;
    if (sign > 0) {
      this.#movedAt[place] = this.moved.length;
      this.moved.push(place);
      return;
    }
    const last = this.moved.pop() ?? place;
    const at = this.#movedAt[place] ?? 0;
    this.#movedAt[place] = -1;
    if (last === place) return;
    this.moved[at] = last;
    this.#movedAt[last] = at;
  }

  /** Whether the rules let this broker fill the place, the partition's other places staying as they are. */
  canHold(place: number, broker: number): boolean {
    return this.brokerAllows(place, broker) && this.rackAllows(place, this.rack(broker));
  }

  /** Whether the place may be on this broker as far as racks do not matter. */
  brokerAllows(place: number, broker: number): boolean {
    const { problem, at } = this;
    if (problem.hosts[broker] !== 1) return false;
    const p = this.partition(place);
    const end = problem.placeStart[p + 1] ?? 0;
    for (let other = problem.placeStart[p] ?? 0; other < end; other++) {
      if (other !== place && at[other] === broker) return false;
    }
    if (this.isHome(p, broker)) return true;
    if (problem.targets[broker] !== 1) return false;
    return (this.inflow[broker] ?? 0) + this.cost(place) <= (problem.room[broker] ?? 0);
  }

  /** Whether the partition may have one more replica in this rack, its other places staying as they are. */
  rackAllows(place: number, rack: number): boolean {
    const { problem, at } = this;
    const p = this.partition(place);
    const end = problem.placeStart[p + 1] ?? 0;
    let shares = this.#inFixed(problem.fixedStart[p] ?? 0, problem.fixedStart[p + 1] ?? 0, rack);
    for (let other = problem.placeStart[p] ?? 0; other < end && !shares; other++) {
      const b = at[other] ?? nowhere;
      shares = other !== place && b !== nowhere && this.rack(b) === rack;
    }
    return !shares || this.#doublesWithout(place) < (problem.doubles[p] ?? 0);
  }

  /** The racks, of 32 at most, that a partition may have no more replicas in, this place left out: a bit for each. */
  closedRacks(place: number): number {
    const { problem, at } = this;
    const p = this.partition(place);
    let racks = 0;
    let doubles = 0;
    const add = (b: number) => {
      const bit = 1 << this.rack(b);
      if (racks & bit) doubles++;
      racks |= bit;
    };
    for (let i = problem.fixedStart[p] ?? 0; i < (problem.fixedStart[p + 1] ?? 0); i++) {
      const b = problem.fixed[i] ?? 0;
      if (problem.model.alive[b] === 1) add(b);
    }
    for (let i = problem.placeStart[p] ?? 0; i < (problem.placeStart[p + 1] ?? 0); i++) {
      const b = at[i] ?? nowhere;
      if (i !== place && b !== nowhere) add(b);
    }
    return doubles < (problem.doubles[p] ?? 0) ? 0 : racks;
  }

  /** How many of the partition's replicas share a rack with another, this place left out. */
  #doublesWithout(place: number): number {
    const { problem, at } = this;
    const p = this.partition(place);
    const start = problem.placeStart[p] ?? 0;
    const end = problem.placeStart[p + 1] ?? 0;
    const fixedStart = problem.fixedStart[p] ?? 0;
    const fixedEnd = problem.fixedStart[p + 1] ?? 0;
    let doubles = 0;
    for (let i = fixedStart; i < fixedEnd; i++) {
      const b = problem.fixed[i] ?? 0;
      if (problem.model.alive[b] === 1 && this.#inFixed(fixedStart, i, this.rack(b))) doubles++;
    }
    for (let i = start; i < end; i++) {
      const b = at[i] ?? nowhere;
      if (i === place || b === nowhere) continue;
      const rack = this.rack(b);
      let shared = this.#inFixed(fixedStart, fixedEnd, rack);
      for (let j = start; j < i && !shared; j++) {
        const other = at[j] ?? nowhere;
        shared = j !== place && other !== nowhere && this.rack(other) === rack;
      }
      if (shared) doubles++;
    }
    return doubles;
  }

  #inFixed(from: number, to: number, rack: number): boolean {
    const { fixed, model } = this.problem;
    for (let i = from; i < to; i++) {
      const b = fixed[i] ?? 0;
      if (this.rack(b) === rack && model.alive[b] === 1) return true;
    }
    return false;
  }

  /** How far a broker with this load is outside of its windows, in bytes. */
  #strainAt(broker: number, load: number, count: number): number {
    const { minLoad, maxLoad, minCount, maxCount } = this.#windows;
    const bytes = outside(load, minLoad[broker] ?? 0, maxLoad[broker] ?? 0);
    return bytes + outside(count, minCount[broker] ?? 0, maxCount[broker] ?? 0) * this.#replicaWeight;
  }

  strain(broker: number): number {
    return this.#strain[broker] ?? 0;
  }

  /** What the strain of a broker changes by when its load does. */
  strainBy(broker: number, load: number, count: number): number {
    const then = this.#strainAt(broker, (this.load[broker] ?? 0) + load, (this.count[broker] ?? 0) + count);
    return then - (this.#strain[broker] ?? 0);
  }

  /** Load in parts of the fair share, bytes and replicas together: the lowest has most room. */
  fullness(broker: number): number {
    const load = this.shares.load[broker] ?? 0;
    const count = this.shares.count[broker] ?? 0;
    return (
      (load > 0 ? (this.load[broker] ?? 0) / load : 0) + (count > 0 ? (this.count[broker] ?? 0) / count : 0)
    );
  }

  totalStrain(): number {
    let sum = 0;
    for (let b = 0; b < this.load.length; b++) sum += this.strain(b);
    return sum;
  }

  /** Bytes to copy in all. */
  totalCost(): number {
    let sum = 0;
    for (const place of this.moved) sum += this.cost(place);
    return sum;
  }

  /** Replaces what stands with another state of the same problem. */
  restore(at: Int32Array): void {
    for (let place = 0; place < at.length; place++) {
      const broker = at[place] ?? nowhere;
      if (broker === this.broker(place)) continue;
      if (this.broker(place) !== nowhere) this.take(place);
      if (broker !== nowhere) this.put(place, broker);
    }
  }
}

function outside(value: number, least: number, most: number): number {
  return value > most ? value - most : value < least ? least - value : 0;
}
