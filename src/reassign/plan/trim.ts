import type { Placement } from './placement.js';
import { exchangeScore, fits, freeHomes, scoreOf, swap } from './settle.js';

/** How many replicas next in size are tried in place of a moved one. */
const tries = 48;

/** With more replicas than this the last savings are not worth their time. */
const manyPlaces = 100_000;

/**
 * Takes back what was not needed, brokers' windows kept: a moved replica goes home, alone, or for a smaller one of
 * the home's that goes in its stead, or for a smaller one from elsewhere. Each step saves bytes, so it ends.
 */
export function trim(placement: Placement): void {
  const bySize = bySizeOf(placement);
  const rounds = placement.at.length > manyPlaces ? 2 : 8;
  for (let round = 0; round < rounds; round++) {
    let saved = 0;
    for (const place of moved(placement)) {
      const broker = placement.broker(place);
      if (placement.costAt(place, broker) === 0) continue;
      for (const home of freeHomes(placement, place)) {
        if (placement.broker(place) !== broker) break;
        saved +=
          goHome(placement, place, home) ||
          forOneOfHomes(placement, place, home) ||
          forOneElsewhere(placement, bySize, place, home);
      }
    }
    if (saved === 0) return;
  }
}

/** Places whose replica is copied, largest first. */
function moved(placement: Placement): number[] {
  const places = [...placement.at.keys()].filter((i) => placement.costAt(i, placement.broker(i)) > 0);
  return places.sort((a, b) => placement.cost(b) - placement.cost(a) || a - b);
}

/** All places by their cost, and where each stands. */
interface BySize {
  places: Int32Array;
  costs: Float64Array;
}

function bySizeOf(placement: Placement): BySize {
  const order = [...placement.at.keys()].sort((a, b) => placement.cost(a) - placement.cost(b) || a - b);
  return {
    places: Int32Array.from(order),
    costs: Float64Array.from(order, (place) => placement.cost(place)),
  };
}

/** The first whose cost is no less. */
function lowerBound(costs: ArrayLike<number>, cost: number): number {
  let low = 0;
  let high = costs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((costs[middle] ?? 0) < cost) low = middle + 1;
    else high = middle;
  }
  return low;
}

function goHome(placement: Placement, place: number, home: number): number {
  if (scoreOf(placement, place, home) >= 0 || strains(placement, place, home)) return 0;
  const saved = placement.cost(place);
  placement.move(place, home);
  return saved;
}

/** Whether a move puts any broker further out of its windows. */
function strains(placement: Placement, place: number, to: number): boolean {
  const weight = placement.weight(place);
  return placement.strainBy(placement.broker(place), -weight, -1) + placement.strainBy(to, weight, 1) > 1e-9;
}

/** The place goes home, and the smallest of the home's replicas that may goes away in its stead. */
function forOneOfHomes(placement: Placement, place: number, home: number): number {
  const cost = placement.cost(place);
  const broker = placement.broker(place);
  const weight = placement.weight(place);
  const { load, windows } = placement;
  const room = (windows.maxLoad[home] ?? 0) - (load[home] ?? 0);
  const spare = (load[broker] ?? 0) - (windows.minLoad[broker] ?? 0);
  const least = weight - Math.max(0, Math.min(room, spare)) - 1e-9 * weight;
  let best: { other: number; saved: number } | undefined;
  for (const other of placement.held[home] ?? []) {
    if (placement.weight(other) < least || placement.weight(other) > weight) continue;
    const saved = cost - (placement.cost(other) - placement.costAt(other, home));
    if (saved <= (best?.saved ?? 1e-9) || placement.partition(other) === placement.partition(place)) continue;
    const score = exchangeScore(placement, place, other);
    if (score < -1e-9 && !strainsBoth(placement, place, other) && fits(placement, place, other)) {
      best = { other, saved };
    }
  }
  if (best) swap(placement, place, best.other);
  return best?.saved ?? 0;
}

function strainsBoth(placement: Placement, a: number, b: number): boolean {
  const more = placement.weight(b) - placement.weight(a);
  const strain =
    placement.strainBy(placement.broker(a), more, 0) + placement.strainBy(placement.broker(b), -more, 0);
  return strain > 1e-9;
}

/** The place goes home, and a smaller replica from a broker that can spare it comes in its stead. */
function forOneElsewhere(placement: Placement, bySize: BySize, place: number, home: number): number {
  const broker = placement.broker(place);
  const weight = placement.weight(place);
  const cost = placement.cost(place);
  if (placement.strainBy(home, weight, 1) > 1e-9) return 0;
  const slack = (placement.load[broker] ?? 0) - (placement.windows.minLoad[broker] ?? 0);
  const from = lowerBound(bySize.costs, Math.max(0, cost - Math.max(0, slack)));
  for (let i = from; i < Math.min(bySize.places.length, from + tries); i++) {
    const other = bySize.places[i] ?? 0;
    if (placement.cost(other) >= cost) return 0;
    const donor = placement.broker(other);
    if (donor === broker || donor === home || placement.partition(other) === placement.partition(place))
      continue;
    const smaller = placement.weight(other);
    const copied = placement.costAt(other, broker) - placement.costAt(other, donor);
    if (copied - cost >= -1e-9 || !placement.canHold(other, broker)) continue;
    if (placement.strainBy(donor, -smaller, -1) > 1e-9) continue;
    if (placement.strainBy(broker, smaller - weight, 0) > 1e-9) continue;
    placement.move(place, home);
    placement.move(other, broker);
    return cost - copied;
  }
  return 0;
}
