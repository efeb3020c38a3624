import type { Placement } from './placement.js';
import { exchangeScore, fits, scoreOf, swap } from './settle.js';

/**
 * Simulated annealing over single moves and exchanges, from a fixed seed and with a fixed number of steps, so that the
 * same input gives the same plan. Ends in the best state seen at the end or at the start.
 */
export function anneal(placement: Placement, steps: number): void {
  const places = placement.at.length;
  const { hosts, homes, homeStart } = placement.problem;
  const hostList = [...hosts.keys()].filter((b) => hosts[b] === 1);
  if (places === 0 || hostList.length < 2) return;
  const random = generator(1);
  const pick = (count: number) => Math.floor(random() * count);
  const start = { at: placement.at.slice(), strain: placement.totalStrain(), cost: placement.totalCost() };
  const mean = placement.at.reduce((sum, _, place) => sum + placement.cost(place), 0) / places;
  const hot = mean;
  const cold = mean / 1000;
  for (let step = 0; step < steps; step++) {
    const heat = hot * (cold / hot) ** (step / steps);
    const accepts = (score: number) => score <= 0 || random() < Math.exp(-score / heat);
    const place = pick(places);
    const from = placement.broker(place);
    const p = placement.partition(place);
    const homeCount = (homeStart[p + 1] ?? 0) - (homeStart[p] ?? 0);
    const goHome = homeCount > 0 && random() < 0.3;
    const to = goHome
      ? (homes[(homeStart[p] ?? 0) + pick(homeCount)] ?? 0)
      : (hostList[pick(hostList.length)] ?? 0);
    if (to === from) continue;
    const held = placement.held[to] ?? [];
    if (random() < 0.5 || held.length === 0) {
      if (accepts(scoreOf(placement, place, to)) && placement.canHold(place, to)) placement.move(place, to);
    } else {
      const other = held[pick(held.length)] ?? 0;
      if (accepts(exchangeScore(placement, place, other)) && fits(placement, place, other)) {
        swap(placement, place, other);
      }
    }
  }
  const worse = (a: number, b: number) => a > b * (1 + 1e-9) + 1e-9;
  const strain = placement.totalStrain();
  if (worse(strain, start.strain) || (!worse(start.strain, strain) && placement.totalCost() > start.cost)) {
    placement.restore(start.at);
  }
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
