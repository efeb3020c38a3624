/** How much a fetch asks for: little at first, for those who want a few records; much where the network takes it. */
const firstBytes = 1024 * 1024;
const mostBytes = 3 * 1024 * 1024;
const fewestBytes = 64 * 1024;
/** An answer that came in this time may be twice as large. */
const quickAnswerMs = 1000;

/** A part of the partitions of a broker, to be fetched on one of the connections to it. */
export interface LaneShare<Item> {
  lane: number;
  items: Item[];
}

/**
 * The fetches of one broker, one at a time on each connection. While one of two brings an answer the broker looks for the
 * records of the other's, where it would otherwise be waited for: it does nothing for a connection that is being sent to.
 */
export class BrokerLanes {
  /** What each fetch asks for. */
  bytes = firstBytes;
  readonly #busy = new Set<number>();

  /** @param most connections at most */
  constructor(private most: number) {}

  /**
   * Shares partitions out among the connections that have no fetch under way, which have one then. There is one connection
   * until answers are as large as can be.
   */
  take<Item>(items: readonly Item[]): Array<LaneShare<Item>> {
    const count = this.bytes < mostBytes ? 1 : this.most;
    const free = Array.from({ length: count }, (_, lane) => lane).filter((lane) => !this.#busy.has(lane));
    const lanes = free.slice(0, items.length);
    for (const lane of lanes) this.#busy.add(lane);
    return lanes.map((lane, at) => ({
      lane,
      items: items.filter((_, index) => index % lanes.length === at),
    }));
  }

  answered(lane: number, bytes: number, elapsedMs: number): void {
    this.#busy.delete(lane);
    if (bytes >= this.bytes / 2 && elapsedMs < quickAnswerMs)
      this.bytes = Math.min(mostBytes, this.bytes * 2);
  }

  /** @returns whether that says nothing of the broker: it may refuse a second connection, and there is only one from now on */
  failed(lane: number): boolean {
    this.#busy.delete(lane);
    this.bytes = fewestBytes;
    if (lane > 0) this.most = 1;
    return lane > 0;
  }
}
