import { nowhere, type Placement } from './placement.js';

/**
 * What the brokers of each rack lack, in bytes and in replicas. Not every replica may enter every rack, so those that
 * are given away are chosen among the ones that may enter a rack in need, as long as there is one.
 */
export class RackNeeds {
  readonly #bytes: Float64Array;
  readonly #replicas: Float64Array;

  /** @param net whether what a rack's own brokers have too much of meets its needs first */
  constructor(
    readonly placement: Placement,
    net: boolean,
  ) {
    const { load, count, windows, problem } = placement;
    const racks = problem.model.rackNames.length;
    this.#bytes = new Float64Array(racks);
    this.#replicas = new Float64Array(racks);
    for (let b = 0; b < load.length; b++) {
      const bytes = load[b] ?? 0;
      const replicas = count[b] ?? 0;
      const rack = placement.rack(b);
      add(this.#bytes, rack, Math.max(0, (windows.minLoad[b] ?? 0) - bytes));
      add(this.#replicas, rack, Math.max(0, (windows.minCount[b] ?? 0) - replicas));
      if (!net) continue;
      add(this.#bytes, rack, -Math.max(0, bytes - (windows.maxLoad[b] ?? 0)));
      add(this.#replicas, rack, -Math.max(0, replicas - (windows.maxCount[b] ?? 0)));
    }
  }

  get areMet(): boolean {
    return !this.#bytes.some((bytes) => bytes > 0) && !this.#replicas.some((replicas) => replicas > 0);
  }

  /** Whether the place may go to a broker of a rack in need. */
  wants(place: number): boolean {
    for (let rack = 0; rack < this.#bytes.length; rack++) {
      if (this.#isInNeed(rack) && this.placement.rackAllows(place, rack)) return true;
    }
    return false;
  }

  /** Counts a place towards the rack that needs it most, and says which; `nowhere`: none does. */
  meet(place: number): number {
    let neediest = nowhere;
    for (let rack = 0; rack < this.#bytes.length; rack++) {
      if (!this.#isInNeed(rack) || !this.placement.rackAllows(place, rack)) continue;
      if (neediest === nowhere || (this.#bytes[rack] ?? 0) > (this.#bytes[neediest] ?? 0)) neediest = rack;
    }
    if (neediest === nowhere) return nowhere;
    add(this.#bytes, neediest, -this.placement.weight(place));
    add(this.#replicas, neediest, -1);
    return neediest;
  }

  #isInNeed(rack: number): boolean {
    return (this.#bytes[rack] ?? 0) > 0 || (this.#replicas[rack] ?? 0) > 0;
  }
}

function add(figures: Float64Array, at: number, more: number): void {
  figures[at] = (figures[at] ?? 0) + more;
}
