import type { PlannedMove } from '../plan/types.js';
import { type Observation, type SeenPartition, sameReplicas } from './types.js';

/**
 * Where a move is, told from the cluster alone. `reverting`: it is being taken back; `other`: somebody brings the
 * partition elsewhere, or did; `gone`: there is no such partition.
 */
export type MoveState = 'waiting' | 'running' | 'done' | 'reverting' | 'other' | 'gone';

export function moveState({ from, to }: PlannedMove, seen: SeenPartition | undefined): MoveState {
  if (!seen) return 'gone';
  const { replicas, target } = seen;
  if (target !== null) {
    if (sameReplicas(target, to)) return 'running';
    return sameSet(target, from) ? 'reverting' : 'other';
  }
  if (sameReplicas(replicas, to)) return 'done';
  // Kafka does not give the old order back when a reassignment is taken back.
  if (sameSet(replicas, from)) return 'waiting';
  // The reassignment has just ended, and the broker that was asked has not heard of it.
  return sameSet(replicas, [...new Set([...from, ...to])]) ? 'running' : 'other';
}

function sameSet(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id) => b.includes(id));
}

/** Why a move cannot go on by itself at the moment; undefined when nothing stands against it. */
export function hindrance(
  { to }: PlannedMove,
  seen: SeenPartition | undefined,
  { alive }: Pick<Observation, 'alive'>,
): string | undefined {
  const away = to.filter((id) => !alive.has(id));
  if (away.length > 0) return `broker ${away.join(' and ')} ${away.length === 1 ? 'is' : 'are'} away`;
  return seen && seen.leader < 0 ? 'it has no leader to copy from' : undefined;
}
