import { ExitCode } from '../../base/errors.js';
import type { ItemError } from '../../base/result.js';
import { showBytes } from '../../base/units.js';
import type { PlannedMove } from '../plan/types.js';
import { nameOf } from './machine.js';
import { moveState } from './move-state.js';
import { destinationsOf, type SeenPartition } from './types.js';

/** What a plan is held to before anything moves. */
export interface LiveFacts {
  alive: ReadonlySet<number>;
  /** Of the whole cluster, by partition name. */
  partitions: ReadonlyMap<string, SeenPartition & { topic: string }>;
  /** By topic; asked for where a replica is not in sync. */
  minInsyncReplicas: ReadonlyMap<string, number>;
  /** Bytes of the leader's replica, by partition name; missing where nobody told. */
  sizes: ReadonlyMap<string, number>;
  /** Free bytes of each log directory of a broker; missing before Kafka 3.3. */
  freeBytes: ReadonlyMap<number, number[]>;
}

export interface Verdict {
  errors: ItemError[];
  warnings: string[];
}

const differencesShown = 20;

/**
 * Whether a plan can be carried out now: nobody else reassigns, it still fits, its brokers are there, nothing is offline or below its
 * min ISR but for what the plan heals, and what it moves has room.
 * @param force leaves out the health of the cluster
 */
export function checkMoves(moves: readonly PlannedMove[], facts: LiveFacts, force: boolean): Verdict {
  const disks = checkDisks(moves, facts);
  return {
    errors: [
      ...checkForeign(moves, facts),
      ...checkStale(moves, facts),
      ...checkBrokers(moves, facts),
      ...(force ? [] : checkHealth(moves, facts)),
      ...disks.errors,
    ],
    warnings: disks.warnings,
  };
}

function fault(subject: string, code: string, message: string, hint?: string): ItemError {
  return { subject, code, message, exitCode: ExitCode.checkFailed, ...(hint ? { hint } : {}) };
}

/** Shows the first few, and how many more there are. */
function firstFew(faults: ItemError[], code: string): ItemError[] {
  const left = faults.length - differencesShown;
  if (left <= 0) return faults;
  return [...faults.slice(0, differencesShown), fault('plan', code, `… and ${left} more`)];
}

function checkForeign(moves: readonly PlannedMove[], { partitions }: LiveFacts): ItemError[] {
  const running = [...partitions].filter(([, { target }]) => target !== null).map(([name]) => name);
  if (running.length === 0) return [];
  const own = new Set(moves.map(nameOf));
  const ofPlan = running.filter((name) => own.has(name)).length;
  const message = `${running.length} partitions are being reassigned, ${ofPlan} of them the plan's: ${running.slice(0, 3).join(', ')}`;
  const hint = 'Watch them with "kctl reassign watch", or take them over with "kctl reassign adopt".';
  return [fault('cluster', 'REASSIGNMENT_IN_PROGRESS', message, hint)];
}

function checkStale(moves: readonly PlannedMove[], { partitions }: LiveFacts): ItemError[] {
  const stale = moves.flatMap((move) => {
    const name = nameOf(move);
    const seen = partitions.get(name);
    if (!seen) return [fault(name, 'PLAN_STALE', 'it is not there any more')];
    if (seen.target !== null || moveState(move, { ...seen, target: null }) === 'waiting') return [];
    if (moveState(move, seen) === 'done') return [];
    return [
      fault(name, 'PLAN_STALE', `the plan was made for replicas ${move.from}, and they are ${seen.replicas}`),
    ];
  });
  const [first, ...others] = stale;
  if (!first) return [];
  return firstFew([{ ...first, hint: 'Make a new plan.' }, ...others], 'PLAN_STALE');
}

function checkBrokers(moves: readonly PlannedMove[], { alive, partitions }: LiveFacts): ItemError[] {
  const known = new Set([...partitions.values()].flatMap(({ replicas }) => replicas));
  const wanted = new Set(moves.flatMap(({ to }) => to));
  return [...wanted]
    .filter((id) => !alive.has(id))
    .map((id) =>
      known.has(id)
        ? fault(
            `broker ${id}`,
            'BROKER_NOT_AVAILABLE',
            'it is away, and the plan needs it',
            'Start it first.',
          )
        : fault(`broker ${id}`, 'BROKER_NOT_AVAILABLE', 'the cluster has no such broker'),
    );
}

function checkHealth(moves: readonly PlannedMove[], facts: LiveFacts): ItemError[] {
  const { alive, minInsyncReplicas, partitions } = facts;
  const byName = new Map(moves.map((move) => [nameOf(move), move]));
  const faults: ItemError[] = [];
  for (const [name, { topic, leader, isr, replicas }] of partitions) {
    if (leader < 0) {
      faults.push(fault(name, 'PARTITION_OFFLINE', 'it has no leader'));
      continue;
    }
    const needed = Math.min(minInsyncReplicas.get(topic) ?? 1, replicas.length);
    if (isr.length >= needed) continue;
    const { to } = byName.get(name) ?? {};
    const heals = to?.every((id) => alive.has(id));
    if (heals) continue;
    faults.push(fault(name, 'UNDER_MIN_ISR', `${isr.length} replicas are in sync, and ${needed} have to be`));
  }
  const [first, ...others] = faults;
  if (!first) return [];
  const hint = 'See "kctl cluster check". --force moves all the same.';
  return firstFew([{ ...first, hint }, ...others], first.code);
}

function checkDisks(moves: readonly PlannedMove[], { freeBytes, sizes }: LiveFacts): Verdict {
  const into = new Map<number, number>();
  const outOf = new Map<number, number>();
  const largest = new Map<number, number>();
  for (const move of moves) {
    const size = sizes.get(nameOf(move)) ?? move.sizeBytes ?? 0;
    for (const id of destinationsOf(move)) {
      into.set(id, (into.get(id) ?? 0) + size);
      largest.set(id, Math.max(largest.get(id) ?? 0, size));
    }
    for (const id of move.from) if (!move.to.includes(id)) outOf.set(id, (outOf.get(id) ?? 0) + size);
  }
  const verdict: Verdict = { errors: [], warnings: [] };
  for (const [id, bytes] of into) {
    const dirs = freeBytes.get(id);
    if (!dirs) continue;
    const free = dirs.reduce((sum, dir) => sum + dir, 0);
    const gained = bytes - (outOf.get(id) ?? 0);
    if (gained > free || (largest.get(id) ?? 0) > Math.max(...dirs)) {
      const message = `it would get ${showBytes(bytes)}, and has ${showBytes(free)} free in ${dirs.length} directories`;
      verdict.errors.push(fault(`broker ${id}`, 'DISK_TOO_SMALL', message));
    } else if (bytes > free) {
      verdict.warnings.push(
        `broker ${id} gets ${showBytes(bytes)} with ${showBytes(free)} free: what it gives away has to go first`,
      );
    }
  }
  return verdict;
}
