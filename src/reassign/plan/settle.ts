import type { Emptiest } from './emptiest.js';
import { nowhere, type Placement } from './placement.js';

/** How many of a broker's places are looked at when one is sought for another broker. */
const sample = 96;

/** How many of the fullest brokers are asked for one. */
const askedDonors = 64;

/** How many brokers, and places of each, are looked at for an exchange. */
const partners = 24;

/** How many small replicas are looked at for one that is too large. */
const smallOnes = 512;

interface Change {
  place: number;
  broker: number;
  score: number;
}

/** Brings brokers into their windows by single moves and exchanges, for as long as that helps. */
export function settle(placement: Placement, emptiest: Emptiest): void {
  const { model } = placement.problem;
  for (let round = 0; round < 6; round++) {
    let helped = false;
    const strained = [...model.brokers.keys()].filter((b) => placement.strain(b) > 0);
    strained.sort((a, b) => placement.strain(b) - placement.strain(a) || a - b);
    for (const broker of strained) {
      const limit = placement.at.length;
      let donors: number[] = [];
      for (let step = 0; step < limit && placement.strain(broker) > 0; step++) {
        // A broker may have too many bytes and too few replicas.
        const under = isUnder(placement, broker);
        if (under && (step % 16 === 0 || donors.length === 0)) donors = fullest(placement, broker);
        const done =
          (isOver(placement, broker) && shed(placement, emptiest, broker)) ||
          (under && draw(placement, broker, donors, step)) ||
          exchange(placement, broker) ||
          lighten(placement, broker, step);
        if (!done) break;
        helped = true;
      }
    }
    if (!helped || placement.totalStrain() === 0) return;
  }
}

function isOver({ load, count, windows }: Placement, b: number): boolean {
  return (load[b] ?? 0) > (windows.maxLoad[b] ?? 0) || (count[b] ?? 0) > (windows.maxCount[b] ?? 0);
}

function isUnder({ load, count, windows }: Placement, b: number): boolean {
  return (load[b] ?? 0) < (windows.minLoad[b] ?? 0) || (count[b] ?? 0) < (windows.minCount[b] ?? 0);
}

/** What a move changes: strain, at its price, and bytes to copy. */
export function scoreOf(placement: Placement, place: number, to: number): number {
  const from = placement.broker(place);
  const weight = placement.weight(place);
  const strain = placement.strainBy(from, -weight, -1) + placement.strainBy(to, weight, 1);
  return placement.strainPrice * strain + placement.costAt(place, to) - placement.costAt(place, from);
}

/** Moves the place of a broker that is best moved, to where it is best. */
function shed(placement: Placement, emptiest: Emptiest, broker: number): boolean {
  const { strainPrice } = placement;
  const best: Change = { place: nowhere, broker: nowhere, score: -1e-9 };
  let weight = 0;
  let place = nowhere;
  let gone = 0;
  const scoreAt = (to: number) =>
    gone + strainPrice * placement.strainBy(to, weight, 1) + placement.costAt(place, to);
  const isBetter = (to: number) => scoreAt(to) < best.score;
  const consider = (to: number) => {
    const score = scoreAt(to);
    if (score < best.score) Object.assign(best, { place, broker: to, score });
  };
  for (place of sampled(placement.held[broker] ?? [], 4 * sample, 0)) {
    weight = placement.weight(place);
    gone = strainPrice * placement.strainBy(broker, -weight, -1) - placement.costAt(place, broker);
    emptiest.each(place, isBetter, consider);
    for (const home of freeHomes(placement, place)) consider(home);
  }
  if (best.place !== nowhere) placement.move(best.place, best.broker);
  return best.place !== nowhere;
}

/** The homes of its partition that a place could return to. */
export function freeHomes(placement: Placement, place: number): number[] {
  const { homes, homeStart } = placement.problem;
  const p = placement.partition(place);
  const free: number[] = [];
  for (let i = homeStart[p] ?? 0; i < (homeStart[p + 1] ?? 0); i++) {
    const home = homes[i] ?? 0;
    if (home !== placement.broker(place) && placement.canHold(place, home)) free.push(home);
  }
  return free;
}

/**
 * Draws a replica from the brokers that can best spare one. While both bytes and replicas are missing it looks for
 * sizes near the mean of what is missing, so that neither window costs more than the other.
 */
function draw(placement: Placement, broker: number, donors: number[], step: number): boolean {
  const { windows, load, count } = placement;
  const bytes = (windows.minLoad[broker] ?? 0) - (load[broker] ?? 0);
  const replicas = (windows.minCount[broker] ?? 0) - (count[broker] ?? 0);
  const fitting = bytes > 0 && replicas > 0 ? (1.5 * bytes) / replicas : Number.POSITIVE_INFINITY;
  const best: Change = { place: nowhere, broker, score: -1e-9 };
  for (const limit of fitting < Number.POSITIVE_INFINITY ? [fitting, Number.POSITIVE_INFINITY] : [fitting]) {
    let looked = 0;
    for (const donor of donors) {
      const held = placement.held[donor] ?? [];
      const stride = Math.ceil(held.length / sample);
      for (let i = stride > 1 ? step % stride : 0; i < held.length; i += stride) {
        const place = held[i] ?? 0;
        if (placement.weight(place) > limit) continue;
        looked++;
        const score = scoreOf(placement, place, broker);
        if (score >= best.score || !placement.canHold(place, broker)) continue;
        best.place = place;
        best.score = score;
      }
      if (best.place !== nowhere && looked > 3 * sample) break;
    }
    if (best.place !== nowhere) break;
  }
  if (best.place !== nowhere) placement.move(best.place, broker);
  return best.place !== nowhere;
}

/** The fullest of the other brokers that hold anything. */
function fullest(placement: Placement, broker: number): number[] {
  const keys = placement.load.map((_, b) => placement.fullness(b));
  const others = [...keys.keys()].filter((b) => b !== broker && placement.held[b]?.length);
  return others.sort((a, b) => (keys[b] ?? 0) - (keys[a] ?? 0) || a - b).slice(0, askedDonors);
}

/** Exchanges a replica of a broker for one of those at the other end, where no single move helps. */
function exchange(placement: Placement, broker: number): boolean {
  const sign = isOver(placement, broker) ? 1 : -1;
  const keys = placement.load.map((_, b) => sign * placement.fullness(b));
  const others = [...keys.keys()].filter((b) => b !== broker && placement.held[b]?.length);
  others.sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
  const search = new ExchangeSearch(placement, sampled(placement.held[broker] ?? [], partners, 0));
  for (const other of others.slice(0, partners)) {
    for (const theirs of sampled(placement.held[other] ?? [], partners, 0)) search.consider(theirs);
  }
  return search.carryOut();
}

/**
 * Exchanges one of a broker's larger replicas for a small one from anywhere, where the brokers at the other end have
 * none to offer: one that a huge partition nearly fills has room for the smallest only.
 */
function lighten(placement: Placement, broker: number, turn: number): boolean {
  const { bySize, load, windows } = placement;
  const excess = (load[broker] ?? 0) - (windows.maxLoad[broker] ?? 0);
  if (excess <= 0) return false;
  const own = (placement.held[broker] ?? []).toSorted((a, b) => placement.weight(b) - placement.weight(a));
  const larger = own
    .filter((place) => placement.weight(place) < (windows.minLoad[broker] ?? 0))
    .slice(0, partners);
  const search = new ExchangeSearch(placement, larger);
  const half = bySize.length >> 1;
  for (let i = 0; i < smallOnes; i++) {
    const theirs = bySize[(i * Math.ceil(half / smallOnes) + turn) % half] ?? 0;
    if (placement.broker(theirs) !== broker) search.consider(theirs, true);
  }
  return search.carryOut();
}

/** Seeks the best exchange of one of a broker's places for another's. */
class ExchangeSearch {
  #mine = nowhere;
  #theirs = nowhere;
  #score = -1e-9;
  /** What the broker copies for each of its places. */
  readonly #copied: Float64Array;

  constructor(
    readonly placement: Placement,
    readonly own: readonly number[],
  ) {
    this.#copied = Float64Array.from(own, (place) => placement.costAt(place, placement.broker(place)));
  }

  /** @param lightens whether only places that weigh more are given for it */
  consider(theirs: number, lightens = false): void {
    const { placement, own } = this;
    const other = placement.broker(theirs);
    const weight = placement.weight(theirs);
    const copied = placement.costAt(theirs, other);
    for (let i = 0; i < own.length; i++) {
      const mine = own[i] ?? 0;
      const more = weight - placement.weight(mine);
      if (lightens && more >= 0) continue;
      const strain =
        placement.strainBy(placement.broker(mine), more, 0) + placement.strainBy(other, -more, 0);
      // Homes are looked for only where it would be the best without a byte to copy.
      if (placement.strainPrice * strain - copied - (this.#copied[i] ?? 0) >= this.#score) continue;
      const score = exchangeScore(placement, mine, theirs);
      if (score >= this.#score || !fits(placement, mine, theirs)) continue;
      this.#mine = mine;
      this.#theirs = theirs;
      this.#score = score;
    }
  }

  /** Whether there was one. */
  carryOut(): boolean {
    if (this.#mine === nowhere) return false;
    swap(this.placement, this.#mine, this.#theirs);
    return true;
  }
}

/** What two places' exchange of brokers changes: strain, at its price, and bytes to copy. */
export function exchangeScore(placement: Placement, a: number, b: number): number {
  const brokerA = placement.broker(a);
  const brokerB = placement.broker(b);
  const more = placement.weight(b) - placement.weight(a);
  const strain = placement.strainBy(brokerA, more, 0) + placement.strainBy(brokerB, -more, 0);
  const copied = placement.costAt(a, brokerB) + placement.costAt(b, brokerA);
  return (
    placement.strainPrice * strain + copied - placement.costAt(a, brokerA) - placement.costAt(b, brokerB)
  );
}

export function fits(placement: Placement, a: number, b: number): boolean {
  if (placement.partition(a) === placement.partition(b)) return false;
  return placement.canHold(a, placement.broker(b)) && placement.canHold(b, placement.broker(a));
}

export function swap(placement: Placement, a: number, b: number): void {
  const broker = placement.broker(a);
  placement.move(a, placement.broker(b));
  placement.move(b, broker);
}

/** What changes when a place goes to a broker and another, from a third broker, comes in its stead. */
export function rotateScore(placement: Placement, place: number, to: number, other: number): number {
  const from = placement.broker(place);
  const third = placement.broker(other);
  const weight = placement.weight(place);
  const comes = placement.weight(other);
  const strain =
    placement.strainBy(to, weight, 1) +
    placement.strainBy(from, comes - weight, 0) +
    placement.strainBy(third, -comes, -1);
  const copied = placement.costAt(place, to) + placement.costAt(other, from);
  return (
    placement.strainPrice * strain + copied - placement.costAt(place, from) - placement.costAt(other, third)
  );
}

export function rotates(placement: Placement, place: number, to: number, other: number): boolean {
  if (placement.partition(place) === placement.partition(other)) return false;
  return placement.canHold(place, to) && placement.canHold(other, placement.broker(place));
}

export function rotate(placement: Placement, place: number, to: number, other: number): void {
  const from = placement.broker(place);
  placement.move(place, to);
  placement.move(other, from);
}

/** At most so many, evenly spread; others at another turn. */
function sampled(places: number[], limit: number, turn: number): number[] {
  if (places.length <= limit) return places;
  const stride = Math.ceil(places.length / limit);
  const some: number[] = [];
  for (let i = turn % stride; i < places.length; i += stride) some.push(places[i] ?? 0);
  return some;
}
