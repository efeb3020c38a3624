import { KctlError } from '../../base/errors.js';
import type { Emptiest } from './emptiest.js';
import { partitionName, replicasOf } from './model.js';
import { nowhere, type Placement } from './placement.js';

/**
 * Leaves each partition on as many of its homes as the rules allow, which copies the fewest bytes: the sets that
 * are allowed are the independent sets of a matroid, so taking homes greedily ends in a largest one.
 */
export function keepHomes(placement: Placement): void {
  const { problem } = placement;
  const { model, size, source, homes, homeStart, placeStart, costs } = problem;
  const choices: number[] = [];
  for (let p = 0; p < size; p++) {
    const own = homes.subarray(homeStart[p], homeStart[p + 1]);
    const places = (placeStart[p + 1] ?? 0) - (placeStart[p] ?? 0);
    if (own.length > places || fill(placement, p, own) < own.length) choices.push(p);
  }
  choices.sort((a, b) => (costs[b] ?? 0) - (costs[a] ?? 0) || a - b);
  for (const p of choices) {
    const own = homes.subarray(homeStart[p], homeStart[p + 1]);
    for (let place = placeStart[p] ?? 0; place < (placeStart[p + 1] ?? 0); place++) {
      if (placement.broker(place) !== nowhere) placement.take(place);
    }
    const leader = model.leader[source[p] ?? 0];
    const rank = (b: number) => (b === leader ? Number.NEGATIVE_INFINITY : placement.fullness(b));
    fill(
      placement,
      p,
      own.toSorted((a, b) => rank(a) - rank(b) || a - b),
    );
  }
}

/** Fills a partition's empty places with brokers in this order, as far as the rules let them. */
function fill(placement: Placement, p: number, brokers: Int32Array): number {
  const { placeStart } = placement.problem;
  let place = placeStart[p] ?? 0;
  const first = place;
  for (const broker of brokers) {
    if (place === placeStart[p + 1]) break;
    if (placement.canHold(place, broker)) placement.put(place++, broker);
  }
  return place - first;
}

/** Empties places of brokers above their windows: the fewest bytes that bring them inside. */
export function releaseExcess(placement: Placement): void {
  const { windows, load, count } = placement;
  for (const [broker, held] of placement.held.entries()) {
    const bytes = (load[broker] ?? 0) - (windows.maxLoad[broker] ?? 0);
    const replicas = (count[broker] ?? 0) - (windows.maxCount[broker] ?? 0);
    if (bytes <= 0 && replicas <= 0) continue;
    for (const place of leanest(placement, held, bytes, replicas)) placement.take(place);
  }
}

/** A set of places of at least so many bytes and replicas, small in bytes. */
function leanest(placement: Placement, held: number[], bytes: number, replicas: number): number[] {
  const weight = (place: number) => placement.weight(place);
  const rising = held.toSorted((a, b) => weight(a) - weight(b) || a - b);
  const least = Math.max(0, replicas);
  const taken = rising.slice(0, least);
  const rest = rising.slice(least);
  let missing = bytes - taken.reduce((sum, place) => sum + weight(place), 0);
  if (missing <= 0) return taken;
  // The largest that fit, and at last the smallest that does not: each that was passed over is larger than what is missing.
  let closing: number | undefined;
  for (const place of rest.reverse()) {
    if (weight(place) <= missing) {
      taken.push(place);
      missing -= weight(place);
    } else closing = place;
  }
  if (missing > 0 && closing !== undefined) taken.push(closing);
  return taken;
}

/**
 * Fills every empty place, largest first, where it strains the windows least; among equals on the emptiest broker.
 * @throws KctlError when no broker may fill one: the disks are full
 */
export function placeAll(placement: Placement, emptiest: Emptiest): void {
  const open = [...placement.at.keys()].filter((place) => placement.broker(place) === nowhere);
  open.sort((a, b) => placement.weight(b) - placement.weight(a) || a - b);
  for (const place of open) {
    const broker = bestFor(placement, emptiest, place);
    if (broker === nowhere) throw noRoom(placement, place);
    placement.put(place, broker);
  }
}

function bestFor(placement: Placement, emptiest: Emptiest, place: number): number {
  const { homes, homeStart } = placement.problem;
  const p = placement.partition(place);
  const heir = heirOf(placement, p);
  if (heir !== nowhere && placement.canHold(place, heir)) return heir;
  const weight = placement.weight(place);
  let best = nowhere;
  let bestScore = Number.POSITIVE_INFINITY;
  let bestFullness = Number.POSITIVE_INFINITY;
  const consider = (broker: number) => {
    const score =
      placement.strainPrice * placement.strainBy(broker, weight, 1) + placement.costAt(place, broker);
    const fullness = placement.fullness(broker);
    if (score > bestScore || (score === bestScore && fullness >= bestFullness)) return;
    best = broker;
    bestScore = score;
    bestFullness = fullness;
  };
  for (const broker of emptiest.candidates(place)) consider(broker);
  for (let i = homeStart[p] ?? 0; i < (homeStart[p + 1] ?? 0); i++) {
    const home = homes[i] ?? 0;
    if (placement.canHold(place, home)) consider(home);
  }
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
