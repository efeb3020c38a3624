import type { Placement } from './placement.js';
import { exchangeScore, fits, rotate, rotateScore, rotates, scoreOf, swap } from './settle.js';

/** How much cooler it is at the end, and what a byte outside of a window costs then. */
const cooling = 5000;
const lastPrice = 100;

/**
 * Simulated annealing from a fixed seed and with a fixed number of steps, so that the same input gives the same plan.
 * It looks mostly at replicas that are copied: one goes home or elsewhere, alone, for one that is there, or for one of
 * about its size from a third broker. A byte outside of a window costs more as time goes by: at first less than a copied
 * one, so that replicas move where the most is gained, and at last so much that none remains.
 * @param heat what is accepted at first, in parts of the mean size
 * @param firstPrice of a byte outside of a window
 */
export function anneal(placement: Placement, steps: number, heat: number, firstPrice: number): void {
  const places = placement.at.length;
  const { hosts, homes, homeStart } = placement.problem;
  const hostList = [...hosts.keys()].filter((b) => hosts[b] === 1);
  if (places === 0 || hostList.length < 2) return;
  const random = generator(1);
  const pick = (count: number) => Math.floor(random() * count);
  const mean = placement.at.reduce((sum, _, place) => sum + placement.cost(place), 0) / places;
  const { bySize } = placement;
  const rank = new Int32Array(places);
  for (const [at, place] of bySize.entries()) rank[place] = at;
  const price = placement.strainPrice;
  let hot = 0;
  const accepts = (score: number) => score <= 0 || (score < 25 * hot && random() < Math.exp(-score / hot));
  const { moved } = placement;
  for (let step = 0; step < steps; step++) {
    if (step % 256 === 0) {
      const done = step / steps;
      hot = heat * mean * cooling ** -done;
      const risen = Math.min(1, Math.max(0, (done - 0.4) / 0.5));
      placement.strainPrice = firstPrice * (lastPrice / firstPrice) ** risen;
    }
    const place = (moved.length > 0 && random() < 0.8 ? moved[pick(moved.length)] : pick(places)) ?? 0;
    const p = placement.partition(place);
    const firstHome = homeStart[p] ?? 0;
    const homeCount = (homeStart[p + 1] ?? 0) - firstHome;
    const toHome = homeCount > 0 && random() < 0.6;
    const to = (toHome ? homes[firstHome + pick(homeCount)] : hostList[pick(hostList.length)]) ?? 0;
    if (to === placement.broker(place)) continue;
    const way = random();
    if (way < 0.3) {
      if (accepts(scoreOf(placement, place, to)) && placement.canHold(place, to)) placement.move(place, to);
      continue;
    }
    let other: number;
    if (way < 0.65) {
      const held = placement.held[to] ?? [];
      if (held.length === 0) continue;
      other = held[pick(held.length)] ?? 0;
    } else {
      const near = (rank[place] ?? 0) + Math.floor(random() ** 3 * 200 * (random() < 0.7 ? -1 : 1));
      if (near < 0 || near >= places) continue;
      other = bySize[near] ?? 0;
    }
    if (placement.broker(other) === to) {
      if (accepts(exchangeScore(placement, place, other)) && fits(placement, place, other))
        swap(placement, place, other);
    } else if (placement.broker(other) !== placement.broker(place)) {
      if (accepts(rotateScore(placement, place, to, other)) && rotates(placement, place, to, other))
        rotate(placement, place, to, other);
    }
  }
  placement.strainPrice = price;
}

/** Mulberry32: numbers from 0 up to 1. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
