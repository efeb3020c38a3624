import { KctlError } from '../../base/errors.js';
import { BySize } from './by-size.js';
import type { Emptiest } from './emptiest.js';
import { partitionName, replicasOf } from './model.js';
import { nowhere, type Placement } from './placement.js';
import { RackNeeds } from './rack-needs.js';
import { sortedDownBy, upTo } from './sorting.js';
import { isWindowed } from './types.js';

/**
 * Leaves each partition on as many of its homes as the rules allow, which copies the fewest bytes: the sets that
 * are allowed are the independent sets of a matroid, so taking homes greedily ends in a largest one.
 */
export function keepHomes(placement: Placement): void {
  const { problem } = placement;
  const { model, size, source, homes, homeStart, placeStart, costs } = problem;
  const choices = new Int32Array(size);
  let choiceCount = 0;
  for (let p = 0; p < size; p++) {
    const first = homeStart[p] ?? 0;
    const end = homeStart[p + 1] ?? 0;
    const places = (placeStart[p + 1] ?? 0) - (placeStart[p] ?? 0);
    if (end - first > places || fill(placement, p, homes, first, end) < end - first)
      choices[choiceCount++] = p;
  }
  for (const p of sortedDownBy(choices.subarray(0, choiceCount), costs)) {
    for (let place = placeStart[p] ?? 0; place < (placeStart[p + 1] ?? 0); place++) {
      if (placement.broker(place) !== nowhere) placement.take(place);
    }
    const sorted = emptiestFirst(placement, p, model.leader[source[p] ?? 0]);
    fill(placement, p, sorted, 0, sorted.length);
  }
}

/** A partition's homes: the leader, then the emptiest first. */
function emptiestFirst(placement: Placement, p: number, leader: number | undefined): number[] {
  const { homes, homeStart } = placement.problem;
  const first = homeStart[p] ?? 0;
  const sorted: number[] = [];
  for (let i = 0; first + i < (homeStart[p + 1] ?? 0); i++) {
    const b = homes[first + i] ?? 0;
    const rank = b === leader ? Number.NEGATIVE_INFINITY : placement.fullness(b);
    let at = i;
    for (; at > 0; at--) {
      const before = sorted[at - 1] ?? 0;
      if (before === leader || placement.fullness(before) <= rank) break;
      sorted[at] = before;
    }
    sorted[at] = b;
  }
  return sorted;
}

/** Fills a partition's empty places with brokers in this order, as far as the rules let them. */
function fill(placement: Placement, p: number, brokers: ArrayLike<number>, from: number, to: number): number {
  const { placeStart } = placement.problem;
  let place = placeStart[p] ?? 0;
  const first = place;
  for (let i = from; i < to && place !== placeStart[p + 1]; i++) {
    const broker = brokers[i] ?? 0;
    if (placement.canHold(place, broker)) placement.put(place++, broker);
  }
  return place - first;
}

/** The racks that places were emptied for, by place. */
export type Wishes = Map<number, number>;

/** Empties places of brokers above their windows: the fewest bytes that bring them inside. */
export function releaseExcess(placement: Placement, wishes: Wishes): void {
  const { windows, load, count } = placement;
  const bySize = new BySize(placement);
  const needs = new RackNeeds(placement, true);
  for (let b = 0; b < load.length; b++) {
    const bytes = (load[b] ?? 0) - (windows.maxLoad[b] ?? 0);
    const replicas = (count[b] ?? 0) - (windows.maxCount[b] ?? 0);
    if (bytes <= 0 && replicas <= 0) continue;
    for (const place of wantedFirst(placement, needs, bySize.of(b), bytes, replicas)) {
      wish(wishes, place, needs);
      placement.take(place);
    }
  }
}

function wish(wishes: Wishes, place: number, needs: RackNeeds): void {
  const rack = needs.meet(place);
  if (rack === nowhere) wishes.delete(place);
  else wishes.set(place, rack);
}

/** The leanest of those that racks in need may take; what these are too few for, of the others. */
function wantedFirst(
  placement: Placement,
  needs: RackNeeds,
  rising: Int32Array,
  bytes: number,
  replicas: number,
): number[] {
  if (needs.areMet) return leanest(placement, rising, bytes, replicas);
  const chosen = leanest(
    placement,
    rising.filter((place) => needs.wants(place)),
    bytes,
    replicas,
  );
  const given = chosen.reduce((sum, place) => sum + placement.weight(place), 0);
  if (given >= bytes && chosen.length >= replicas) return chosen;
  const others = rising.filter((place) => !needs.wants(place));
  return [...chosen, ...leanest(placement, others, bytes - given, replicas - chosen.length)];
}

/**
 * Empties places of brokers that can spare them for what others lack, the fullest brokers down to one level. What
 * then fits nowhere better goes home again, at no cost.
 * @returns whether anything is lacking
 */
export function releaseSpare(placement: Placement, wishes: Wishes): boolean {
  const { load, count, windows, shares } = placement;
  const { minLoad, minCount } = windows;
  const bytes = spared(placement, load, minLoad, shares.load);
  const replicas = spared(placement, count, minCount, shares.count);
  if (bytes === null && replicas === null) return false;
  const bySize = new BySize(placement);
  const needs = new RackNeeds(placement, false);
  // What is larger than anybody lacks would overshoot.
  let widest = 0;
  for (const [b, value] of load.entries()) widest = Math.max(widest, (minLoad[b] ?? 0) - value);
  for (let b = 0; b < load.length; b++) {
    const most = (load[b] ?? 0) - (minLoad[b] ?? 0);
    const missing = { bytes: bytes?.[b] ?? 0, replicas: Math.ceil(replicas?.[b] ?? 0) };
    if (missing.bytes <= 0 && missing.replicas <= 0) continue;
    const all = bySize.of(b).filter((place) => needs.wants(place));
    const fitting = bytes === null ? all.length : bySize.firstFrom(all, widest);
    const own = all.subarray(0, Math.max(fitting, 4));
    let given = 0;
    for (const place of Array.from(evenly(placement, own, missing.bytes, missing.replicas))) {
      given += placement.weight(place);
      if (given > most || (count[b] ?? 0) <= (minCount[b] ?? 0)) break;
      wish(wishes, place, needs);
      placement.take(place);
    }
  }
  return true;
}

/** How much of something each broker gives so that others have what they lack; null: nobody lacks any. */
function spared(
  placement: Placement,
  held: Float64Array,
  least: Float64Array,
  shares: Float64Array,
): Float64Array | null {
  let lacking = 0;
  for (const [b, value] of held.entries()) lacking += Math.max(0, (least[b] ?? 0) - value);
  if (lacking === 0) return null;
  const { hosts } = placement.problem;
  const given = (level: number) =>
    held.map((value, b) =>
      hosts[b] === 1 ? Math.max(0, value - Math.max(least[b] ?? 0, level * (shares[b] ?? 0))) : 0,
    );
  let low = 0;
  let high = held.reduce((most, value, b) => Math.max(most, value / Math.max(1, shares[b] ?? 0)), 0);
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (given(middle).reduce((sum, part) => sum + part, 0) >= lacking) low = middle;
    else high = middle;
  }
  return given(low);
}

/** So many replicas of about the same size that come to so many bytes, where there are such. */
function evenly(
  placement: Placement,
  rising: Int32Array,
  bytes: number,
  replicas: number,
): ArrayLike<number> {
  let sum = 0;
  for (let i = 0; i < rising.length && replicas > 0; i++) {
    sum += placement.weight(rising[i] ?? 0);
    if (i >= replicas) sum -= placement.weight(rising[i - replicas] ?? 0);
    if (i >= replicas - 1 && sum >= bytes) return rising.subarray(i + 1 - replicas, i + 1);
  }
  return leanest(placement, rising, bytes, replicas);
}

/**
 * A set of places of at least so many bytes and replicas, small in bytes.
 * @param rising places by rising weight
 */
function leanest(placement: Placement, rising: Int32Array, bytes: number, replicas: number): number[] {
  const weight = (place: number) => placement.weight(place);
  const least = Math.max(0, replicas);
  const taken = [...rising.subarray(0, least)];
  let missing = bytes - taken.reduce((sum, place) => sum + weight(place), 0);
  if (missing <= 0) return taken;
  // The largest that fit, and at last the smallest that does not: each that was passed over is larger than what is missing.
  let closing: number | undefined;
  for (let i = rising.length - 1; i >= least; i--) {
    const place = rising[i] ?? 0;
    if (weight(place) <= missing) {
      taken.push(place);
      missing -= weight(place);
    } else closing = place;
  }
  if (missing > 0 && closing !== undefined) taken.push(closing);
  return taken;
}

/**
 * Fills every empty place, largest first, where it strains the windows least; among equals in the rack that it was emptied
 * for, on the emptiest broker.
 * @throws KctlError when no broker may fill one: the disks are full
 */
export function placeAll(placement: Placement, emptiest: Emptiest, wishes?: Wishes): void {
  for (const place of openPlaces(placement)) {
    const broker = bestFor(placement, emptiest, place, wishes?.get(place) ?? nowhere);
    if (broker === nowhere) throw noRoom(placement, place);
    placement.put(place, broker);
  }
}

/** Empty places, largest first. */
function openPlaces({ at, owner, shares }: Placement): Int32Array {
  const open = upTo(at.length).filter((place) => at[place] === nowhere);
  const weights = Float64Array.from(open, (place) => shares.weights[owner[place] ?? 0] ?? 0);
  return sortedDownBy(upTo(open.length), weights).map((i) => open[i] ?? 0);
}

function bestFor(placement: Placement, emptiest: Emptiest, place: number, rack: number): number {
  const { homes, homeStart, request } = placement.problem;
  const p = placement.partition(place);
  const heir = heirOf(placement, p);
  if (heir !== nowhere && placement.canHold(place, heir)) return heir;
  const weight = placement.weight(place);
  let best = nowhere;
  let bestScore = Number.POSITIVE_INFINITY;
  let bestFullness = Number.POSITIVE_INFINITY;
  const scoreAt = (broker: number) =>
    placement.strainPrice * placement.strainBy(broker, weight, 1) + placement.costAt(place, broker);
  // Whoever is in that rack comes before all that are not.
  const fullness = (broker: number) =>
    placement.fullness(broker) - (placement.rack(broker) === rack ? 1000 : 0);
  const isBetter = (broker: number) => {
    const score = scoreAt(broker);
    return score < bestScore || (score === bestScore && fullness(broker) < bestFullness);
  };
  const consider = (broker: number) => {
    if (!isBetter(broker)) return;
    best = broker;
    bestScore = scoreAt(broker);
    bestFullness = fullness(broker);
  };
  for (let i = homeStart[p] ?? 0; i < (homeStart[p + 1] ?? 0); i++) {
    const home = homes[i] ?? 0;
    if (placement.canHold(place, home)) consider(home);
  }
  if (isWindowed(request)) emptiest.each(place, isBetter, consider);
  // Without windows nothing is better than to copy nothing, and else than the emptiest.
  else if (best === nowhere) best = emptiest.first(place);
  return best;
}

/** The broker that takes the partition's replica of a replaced one, where it does not hold one yet. */
function heirOf({ problem: { model, source, heir, request } }: Placement, p: number): number {
  if (request.replace.length === 0) return nowhere;
  for (const b of replicasOf(model, source[p] ?? 0)) if ((heir[b] ?? -1) >= 0) return heir[b] ?? -1;
  return nowhere;
}

function noRoom(placement: Placement, place: number): KctlError {
  const { model, source } = placement.problem;
  const name = partitionName(model, source[placement.partition(place)] ?? 0);
  return new KctlError(`no broker has room for another replica of ${name} (${placement.cost(place)} bytes)`, {
    code: 'NO_ROOM',
    hint: 'Free disk space, lower --disk-headroom, or let more brokers take part.',
  });
}
