import type { ResultDocument } from '../base/result.js';
import { partitionName, type TopicPartition } from '../client/fetch-leaders.js';
import type { Cluster } from '../cluster/index.js';
import { askClusterId } from './apply.js';
import { findOpenJournal, runnerOf } from './journal-place.js';
import { observe } from './observe.js';
import type { JournalState } from './run/journal-state.js';
import { nameOf } from './run/machine.js';
import { hindrance } from './run/move-state.js';
import { destinationsOf, replicaKey, type ThrottleChoice } from './run/types.js';
import { askReassignments, asMove } from './running.js';

/** A partition that is being reassigned, by whoever. */
export interface RunningMove extends TopicPartition {
  /** Whether it is the open journal's. */
  ours: boolean;
  from: number[];
  to: number[];
  adding: number[];
  removing: number[];
  leader: number;
  /** Of the replicas that are added; null where nobody told. */
  bytesCopied: number | null;
  bytesTotal: number | null;
  /** Why it cannot go on just now. */
  hindrance: string | null;
}

export interface JournalStatus {
  path: string;
  intent: string;
  startedAt: number;
  mode: 'apply' | 'cancel';
  throttle: ThrottleChoice;
  moves: number;
  done: number;
  /** The process that carries it out; null: it was left. */
  runnerPid: number | null;
}

export interface ReassignmentStatus extends ResultDocument {
  kind: 'ReassignmentStatus';
  version: 1;
  clusterId: string;
  journal: JournalStatus | null;
  running: RunningMove[];
  warnings: string[];
}

/** What is being reassigned on the cluster, and the journal that is open for it. */
export async function reassignmentStatus(
  cluster: Cluster,
  given: string | undefined,
): Promise<ReassignmentStatus> {
  const clusterId = await askClusterId(cluster);
  const journal = findOpenJournal(clusterId, given);
  const listed = await askReassignments(cluster);
  const moves = listed.map(asMove);
  const seen = await observe(cluster, moves, moves);
  const own = new Set(journal?.state.head.moves.map(nameOf));
  const running = listed.map((one): RunningMove => {
    const { topic, partition, adding, removing } = one;
    const name = partitionName(one);
    const move = asMove(one);
    const partitionSeen = seen.partitions.get(name);
    const leader = partitionSeen?.leader ?? -1;
    const into = destinationsOf(move);
    const there = into.map((id) => seen.replicaBytes.get(replicaKey(name, id)));
    const size = seen.replicaBytes.get(replicaKey(name, leader));
    const bytesTotal = size === undefined ? null : size * into.length;
    return {
      ...{ topic, partition, ours: own.has(name), from: move.from, to: move.to, adding, removing, leader },
      bytesCopied: there.includes(undefined)
        ? null
        : there.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0),
      bytesTotal,
      hindrance: hindrance(move, partitionSeen, seen) ?? null,
    };
  });
  return {
    kind: 'ReassignmentStatus',
    version: 1,
    clusterId,
    journal: journal === undefined ? null : journalStatus(journal),
    running,
    warnings: [],
    errors: [],
  };
}

function journalStatus({ path, state }: { path: string; state: JournalState }): JournalStatus {
  const { head, mode, throttle, done } = state;
  return {
    path,
    intent: head.intent,
    startedAt: head.startedAt,
    mode,
    throttle,
    moves: head.moves.length,
    done: done.size,
    runnerPid: runnerOf(path) ?? null,
  };
}
