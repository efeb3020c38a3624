import type { PlannedMove } from '../plan/types.js';
import { nameOf, type RunCounts } from './machine.js';
import { destinationsOf, type Observation, replicaKey } from './types.js';

export interface BrokerProgress {
  broker: number;
  /** Of the replicas that it gets. */
  bytesCopied: number;
  bytesTotal: number;
  bytesPerSec: number;
}

export interface Progress extends RunCounts {
  bytesCopied: number;
  bytesTotal: number;
  bytesPerSec: number;
  /** Of the broker that will take longest; null while nothing tells. */
  secondsLeft: number | null;
  brokers: BrokerProgress[];
}

/** A move that has not got a byte for too long. */
export interface Stall {
  move: number;
  source: number;
  destinations: number[];
  forMs: number;
  /** What it is likely to come from. */
  cause: string;
}

/** Rates are those of the last moments. */
const windowMs = 10_000;

/** Bytes, rates, time left and stalls, from one observation after another. */
export class Meter {
  readonly #samples: Array<{ atMs: number; copied: Map<number, number> }> = [];
  readonly #growth = new Map<number, { bytes: number; atMs: number; told: boolean }>();
  /** Bytes of each replica when it was told of last. */
  readonly #lastBytes = new Map<string, number>();

  constructor(private readonly moves: readonly PlannedMove[]) {}

  measure(seen: Observation, isDone: (move: number) => boolean, counts: RunCounts): Progress {
    const copied = new Map<number, number>();
    const total = new Map<number, number>();
    const add = (to: Map<number, number>, id: number, bytes: number) => to.set(id, (to.get(id) ?? 0) + bytes);
    for (const [index, move] of this.moves.entries()) {
      const size = this.#sizeOf(move, seen);
      for (const id of destinationsOf(move)) {
        add(total, id, size);
        add(copied, id, isDone(index) ? size : Math.min(size, this.#copiedTo(id, move, seen)));
      }
    }
    this.#samples.push({ atMs: seen.atMs, copied });
    while ((this.#samples[1]?.atMs ?? Number.POSITIVE_INFINITY) <= seen.atMs - windowMs)
      this.#samples.shift();
    const [oldest] = this.#samples;
    const seconds = oldest ? (seen.atMs - oldest.atMs) / 1000 : 0;
    const brokers = [...total.keys()]
      .sort((a, b) => a - b)
      .map((broker): BrokerProgress => {
        const bytes = copied.get(broker) ?? 0;
        const grown = Math.max(0, bytes - (oldest?.copied.get(broker) ?? bytes));
        const bytesPerSec = seconds > 0 ? Math.round(grown / seconds) : 0;
        return { broker, bytesCopied: bytes, bytesTotal: total.get(broker) ?? 0, bytesPerSec };
      });
    const sum = (of: 'bytesCopied' | 'bytesTotal' | 'bytesPerSec') =>
      brokers.reduce((all, broker) => all + broker[of], 0);
    return {
      ...counts,
      bytesCopied: sum('bytesCopied'),
      bytesTotal: sum('bytesTotal'),
      bytesPerSec: sum('bytesPerSec'),
      secondsLeft: secondsLeft(brokers),
      brokers,
    };
  }

  /** The moves that have stood for longer than they may, each told once until it grows again. */
  stalls(seen: Observation, running: readonly number[], stallAfterMs: number): Stall[] {
    const stalls: Stall[] = [];
    const current = new Set(running);
    for (const index of this.#growth.keys()) if (!current.has(index)) this.#growth.delete(index);
    for (const index of running) {
      const move = this.moves[index];
      const destinations = move ? destinationsOf(move) : [];
      if (!move || destinations.length === 0) continue;
      const told = destinations.flatMap((id) => seen.replicaBytes.get(replicaKey(nameOf(move), id)) ?? []);
      const before = this.#growth.get(index);
      // A broker that does not tell has not lost what it has.
      const isTold = told.length === destinations.length;
      const bytes = isTold || !before ? told.reduce((sum, one) => sum + one, 0) : before.bytes;
      if (!before || bytes !== before.bytes) {
        this.#growth.set(index, { bytes, atMs: seen.atMs, told: false });
        continue;
      }
      const forMs = seen.atMs - before.atMs;
      if (before.told || forMs < stallAfterMs) continue;
      before.told = true;
      const source = seen.partitions.get(nameOf(move))?.leader ?? -1;
      stalls.push({
        move: index,
        source,
        destinations,
        forMs,
        cause: causeOf(move, seen, { source, destinations, bytes, size: this.#sizeOf(move, seen) }),
      });
    }
    return stalls;
  }

  /** Bytes of a move that a broker has. One that is away or does not tell has not lost them. */
  #copiedTo(id: number, move: PlannedMove, { alive, replicaBytes, untold }: Observation): number {
    const key = replicaKey(nameOf(move), id);
    const bytes = replicaBytes.get(key);
    if (bytes !== undefined) this.#lastBytes.set(key, bytes);
    else if (alive.has(id) && !untold.some(({ subject }) => subject.endsWith(`broker ${id}`)))
      this.#lastBytes.delete(key);
    return this.#lastBytes.get(key) ?? 0;
  }

  /** What the leader has now, or had when the plan was made. */
  #sizeOf(move: PlannedMove, { partitions, replicaBytes }: Observation): number {
    const leader = partitions.get(nameOf(move))?.leader ?? -1;
    return replicaBytes.get(replicaKey(nameOf(move), leader)) ?? move.sizeBytes ?? 0;
  }
}

function secondsLeft(brokers: readonly BrokerProgress[]): number | null {
  let longest = 0;
  for (const { bytesCopied, bytesTotal, bytesPerSec } of brokers) {
    const left = bytesTotal - bytesCopied;
    if (left <= 0) continue;
    if (bytesPerSec === 0) return null;
    longest = Math.max(longest, left / bytesPerSec);
  }
  return Math.ceil(longest);
}

interface Standing {
  source: number;
  destinations: number[];
  bytes: number;
  size: number;
}

function causeOf(
  move: PlannedMove,
  { freeBytes, replicaBytes, untold }: Observation,
  { source, destinations, bytes, size }: Standing,
): string {
  if (source < 0) return 'it has no leader to copy from';
  const silent = destinations.filter((id) => !replicaBytes.has(replicaKey(nameOf(move), id)));
  const words = untold.find(({ subject }) => silent.some((id) => subject.endsWith(`broker ${id}`)));
  if (words) return `${words.subject}: ${words.message}`;
  if (silent.length > 0)
    return `broker ${silent.join(' and ')} shows no replica of it: its log directory may be offline, its log says more`;
  const most = (id: number) => Math.max(...(freeBytes.get(id) ?? [Number.POSITIVE_INFINITY]));
  const full = destinations.filter((id) => most(id) < size - bytes);
  if (full.length > 0) return `the disks of broker ${full.join(' and ')} are full`;
  if (bytes >= size * destinations.length)
    return 'all bytes are there, and it is not in sync: what is written may outrun the throttle';
  return `the throttle may be too low for all that broker ${source} sends, or brokers cannot reach each other: their logs say more`;
}
