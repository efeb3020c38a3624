import { BySize } from './by-size.js';
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
  const rounds = placement.at.length > manyPlaces ? 2 : 8;
  for (let round = 0; round < rounds; round++) {
    const bySize = new BySize(placement);
    let saved = 0;
    for (const place of moved(placement)) {
      const broker = placement.broker(place);
      if (placement.costAt(place, broker) === 0) continue;
      for (const home of freeHomes(placement, place)) {
        if (placement.broker(place) !== broker) break;
        saved +=
          goHome(placement, place, home) ||
          forOneOfHomes(placement, bySize, place, home) ||
          forOneElsewhere(placement, bySize, place, home);
      }
    }
    if (saved === 0) return;
  }
}

/** Places whose replica is copied, largest first. */
function moved(placement: Placement): number[] {
  return placement.moved.toSorted((a, b) => placement.cost(b) - placement.cost(a) || a - b);
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
function forOneOfHomes(placement: Placement, bySize: BySize, place: number, home: number): number {
  const cost = placement.cost(place);
  const broker = placement.broker(place);
  const weight = placement.weight(place);
  const { load, windows } = placement;
  const room = (windows.maxLoad[home] ?? 0) - (load[home] ?? 0);
  const spare = (load[broker] ?? 0) - (windows.minLoad[broker] ?? 0);
  const least = weight - Math.max(0, Math.min(room, spare)) - 1e-9 * weight;
  const held = bySize.of(home);
  const from = bySize.firstFrom(held, least);
  for (let i = from; i < Math.min(held.length, from + tries); i++) {
    const other = held[i] ?? 0;
    if (placement.weight(other) > weight) return 0;
    if (placement.broker(other) !== home || placement.partition(other) === placement.partition(place))
      continue;
    const saved = cost - (placement.cost(other) - placement.costAt(other, home));
    if (saved <= 1e-9 || exchangeScore(placement, place, other) >= -1e-9) continue;
    if (strainsBoth(placement, place, other) || !fits(placement, place, other)) continue;
    swap(placement, place, other);
    return saved;
  }
  return 0;
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
  const { all } = bySize;
  const from = bySize.firstFrom(all, Math.max(0, weight - Math.max(0, slack)));
  for (let i = from; i < Math.min(all.length, from + tries); i++) {
    const other = all[i] ?? 0;
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
