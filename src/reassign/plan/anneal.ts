import type { Placement } from './placement.js';
import { exchangeScore, fits, scoreOf, swap } from './settle.js';

/**
 * Simulated annealing over single moves and exchanges, from a fixed seed and with a fixed number of steps, so that the
 * same input gives the same plan. Being outside of a window costs more the cooler it gets, so that it ends inside.
 * @param heat what is accepted at first, in parts of the mean size
 */
export function anneal(placement: Placement, steps: number, heat: number): void {
  const places = placement.at.length;
  const { hosts, homes, homeStart } = placement.problem;
  const hostList = [...hosts.keys()].filter((b) => hosts[b] === 1);
  if (places === 0 || hostList.length < 2) return;
  const random = generator(1);
  const pick = (count: number) => Math.floor(random() * count);
  const mean = placement.at.reduce((sum, _, place) => sum + placement.cost(place), 0) / places;
  const price = placement.strainPrice;
  const cooling = 5000;
  let hot = 0;
  const accepts = (score: number) => score <= 0 || (score < 25 * hot && random() < Math.exp(-score / hot));
  for (let step = 0; step < steps; step++) {
    if (step % 256 === 0) {
      const done = step / steps;
      hot = heat * mean * cooling ** -done;
      placement.strainPrice = price * 25 ** Math.max(0, 2 * done - 1);
    }
    const place = pick(places);
    const p = placement.partition(place);
    const firstHome = homeStart[p] ?? 0;
    const homeCount = (homeStart[p + 1] ?? 0) - firstHome;
    const toHome = homeCount > 0 && random() < 0.3;
    const to = (toHome ? homes[firstHome + pick(homeCount)] : hostList[pick(hostList.length)]) ?? 0;
    if (to === placement.broker(place)) continue;
    const held = placement.held[to] ?? [];
    const other = random() < 0.5 ? held[pick(held.length)] : undefined;
    if (other === undefined) {
      if (accepts(scoreOf(placement, place, to)) && placement.canHold(place, to)) placement.move(place, to);
    } else if (accepts(exchangeScore(placement, place, other)) && fits(placement, place, other)) {
      swap(placement, place, other);
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
