import { ExitCode, KctlError } from '../../base/errors.js';
import type { ClusterSnapshot, PlannedMove, ReassignmentPlan } from './types.js';

/**
 * The plan that takes another back. Figures change places; a bound is not known for it.
 * Replicas that were given up have to be copied again.
 */
export function invertPlan(plan: ReassignmentPlan): ReassignmentPlan {
  const moves = plan.moves.map(({ from, to, ...move }) => ({ ...move, from: to, to: from }));
  const bytesInto = new Map<number, number>();
  let replicasToMove = 0;
  let sized = true;
  for (const { from, to, sizeBytes } of moves) {
    for (const id of to) {
      if (from.includes(id)) continue;
      replicasToMove++;
      bytesInto.set(id, (bytesInto.get(id) ?? 0) + (sizeBytes ?? 0));
      if (sizeBytes === null) sized = false;
    }
  }
  const sum = (ids: number[]) =>
    sized ? ids.reduce((total, id) => total + (bytesInto.get(id) ?? 0), 0) : null;
  const brokers = plan.brokers.map((broker) => ({
    ...broker,
    before: broker.after,
    after: broker.before,
    bytesIn: sum([broker.id]),
    bytesOut: null,
    freeBytesBefore: broker.freeBytesAfter,
    freeBytesAfter: broker.freeBytesBefore,
  }));
  return {
    ...plan,
    intent: `roll back: ${plan.intent}`,
    bytesToMove: sum([...bytesInto.keys()]),
    bytesLowerBound: null,
    replicasToMove,
    replicasLowerBound: null,
    rackViolations: { before: plan.rackViolations.after, after: plan.rackViolations.before },
    balance: plan.balance.map(({ of, before, after }) => ({
      of,
      before: after,
      after: before,
      tolerance: null,
      window: null,
    })),
    brokers,
    racks: plan.racks.map(({ rack }) => ({
      rack,
      bytesIn: sum(brokers.filter((broker) => broker.rack === rack).map(({ id }) => id)),
      bytesOut: null,
      bytesAcross: null,
    })),
    moves,
    remains: [],
    warnings: [],
  };
}

/** A partition that is no longer where the plan found it. */
export interface StaleMove {
  topic: string;
  partition: number;
  /** The replicas that the plan was computed from. */
  planned: number[];
  /** The replicas now; null: there is no such partition any more. */
  now: number[] | null;
}

/** The moves whose partitions have changed since the plan was made; those that are done already are none. */
export function staleMoves(plan: ReassignmentPlan, snapshot: ClusterSnapshot): StaleMove[] {
  const now = new Map<string, number[]>();
  for (const { name, partitions } of snapshot.topics) {
    for (const { partition, replicas } of partitions) now.set(`${name}-${partition}`, replicas);
  }
  return plan.moves.flatMap(({ topic, partition, from, to }) => {
    const replicas = now.get(`${topic}-${partition}`) ?? null;
    const known = replicas?.join();
    if (known === from.join() || known === to.join()) return [];
    return [{ topic, partition, planned: from, now: replicas }];
  });
}

/**
 * A plan read from a file: its shape is checked as far as carrying it out depends on it.
 * @throws KctlError INVALID_PLAN
 */
export function parsePlan(text: string): ReassignmentPlan {
  const document = parseObject(text, 'a plan of kctl');
  if (document.kind !== 'ReassignmentPlan') {
    throw invalidPlan(`its kind is ${JSON.stringify(document.kind) ?? 'missing'}, not "ReassignmentPlan"`);
  }
  if (document.version !== 1) throw invalidPlan(`version ${JSON.stringify(document.version)} is not known`);
  if (document.clusterId !== null && typeof document.clusterId !== 'string')
    throw invalidPlan('no clusterId');
  if (typeof document.intent !== 'string') throw invalidPlan('no intent');
  const { moves } = document;
  for (const part of ['moves', 'brokers', 'racks', 'balance', 'remains', 'warnings']) {
    if (!Array.isArray(document[part])) throw invalidPlan(`"${part}" is not a list`);
  }
  const seen = new Set<string>();
  for (const [at, move] of (moves as unknown[]).entries()) {
    if (!isMove(move)) throw invalidPlan(`move ${at} is not topic, partition, from, to and sizeBytes`);
    const name = `${move.topic}-${move.partition}`;
    if (seen.has(name)) throw invalidPlan(`${name} is moved twice`);
    seen.add(name);
  }
  return document as unknown as ReassignmentPlan;
}

export function isMove(move: unknown): move is PlannedMove {
  if (!isObject(move)) return false;
  const { topic, partition, from, to, sizeBytes } = move;
  return (
    typeof topic === 'string' &&
    isCount(partition) &&
    isReplicas(from) &&
    isReplicas(to) &&
    (sizeBytes === null || isCount(sizeBytes))
  );
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A whole number from 0 on. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** Broker ids, each once, one at least. */
export function isReplicas(value: unknown): value is number[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every(isCount) && new Set(value).size === value.length
  );
}

/** @throws KctlError INVALID_FILE when it is not JSON, or not an object */
export function parseObject(text: string, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new KctlError(`this is not ${what}: it is not JSON`, {
      code: 'INVALID_FILE',
      exitCode: ExitCode.usage,
      words: error instanceof Error ? error.message : String(error),
    });
  }
  if (isObject(value)) return value;
  throw new KctlError(`this is not ${what}: it is not a JSON object`, {
    code: 'INVALID_FILE',
    exitCode: ExitCode.usage,
  });
}

function invalidPlan(why: string): KctlError {
  return new KctlError(`this is not a plan that kctl can carry out: ${why}`, {
    code: 'INVALID_PLAN',
    exitCode: ExitCode.usage,
    hint: 'Make one with --plan-out FILE, or convert Kafka\'s own file with "kctl reassign import".',
  });
}
