import { pause } from '../base/deadline.js';
import { KctlError, usageError } from '../base/errors.js';
import { type ItemError, type ListDocument, listDocument } from '../base/result.js';
import { showBytes } from '../base/units.js';
import { askLogDirs, type LogDir } from '../brokers/log-dirs.js';
import { groupByTopic, partitionName, type TopicPartition } from '../client/fetch-leaders.js';
import type { Cluster } from '../cluster/index.js';
import { askConfigs } from '../configs/ask.js';
import { sendConfigChanges } from '../configs/send.js';
import { errorOf } from '../protocol/errors.js';
import { alterReplicaLogDirs } from '../protocol/messages/alter-replica-log-dirs.js';
import { findPartitions, type PartitionWord } from '../topics/partitions.js';

export interface LogDirMove extends TopicPartition {
  broker: number;
  from: string;
  to: string;
  sizeBytes: bigint;
  /** `copying`: it goes on without kctl; `valid` is the result of a dry run. */
  result: 'moved' | 'copying' | 'not-needed' | 'valid';
}

export interface LogDirMoveList extends ListDocument<LogDirMove> {
  dryRun: boolean;
  validatedBy?: 'client';
}

export interface MoveLogDirsOptions {
  broker: number;
  /** Only replicas of this directory; of all others than `to` when absent. */
  from?: string | undefined;
  to: string;
  /** What moves; all replicas of the directory when empty. */
  words: PartitionWord[];
  throttleBytesPerSec: number | undefined;
  dryRun: boolean;
  signal: AbortSignal;
  progress(text: string): void;
}

const throttleKey = 'replica.alter.log.dirs.io.max.bytes.per.second';
const lookAgainMs = 500;

/** Moves replicas between the log directories of one broker (KIP-113), and waits until the copies have taken their places. */
export async function moveLogDirs(cluster: Cluster, options: MoveLogDirsOptions): Promise<LogDirMoveList> {
  const { broker, dryRun, signal, to } = options;
  const dirs = await askDirs(cluster, broker);
  for (const path of [to, options.from]) {
    if (path === undefined || dirs.some((dir) => dir.path === path)) continue;
    const known = dirs.map((dir) => dir.path).join(', ');
    throw usageError(`broker ${broker} has no log directory ${path}`, `It has ${known}.`);
  }
  const moves = await chooseMoves(cluster, dirs, options);
  const weight = moves.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0n);
  const usable = dirs.find(({ path }) => path === to)?.usableBytes ?? null;
  if (usable !== null && weight > usable) {
    throw new KctlError(`${to} of broker ${broker} has no room`, {
      code: 'DISK_TOO_SMALL',
      words: `${showBytes(Number(weight))} would come, and ${showBytes(Number(usable))} are free`,
    });
  }
  const needed = moves.filter(({ from }) => from !== to);
  if (dryRun || needed.length === 0) {
    const items = moves.map((move) => ({
      ...move,
      result: move.from === to ? ('not-needed' as const) : ('valid' as const),
    }));
    return {
      ...listDocument('LogDirMoveList', 1, items),
      dryRun,
      ...(dryRun ? { validatedBy: 'client' as const } : {}),
    };
  }
  const restore = await setThrottle(cluster, options);
  let errors: ItemError[] = [];
  try {
    errors = await alter(cluster, broker, to, needed);
    const refused = new Set(errors.map(({ subject }) => subject));
    const copying = needed.filter((move) => !refused.has(partitionName(move)));
    const left = await awaitCopies(cluster, options, copying);
    const items = moves
      .filter((move) => !refused.has(partitionName(move)))
      .map((move): LogDirMove => {
        const result = move.from === to ? 'not-needed' : left.has(partitionName(move)) ? 'copying' : 'moved';
        return { ...move, result };
      });
    return { ...listDocument('LogDirMoveList', 1, items, errors), dryRun };
  } finally {
    if (!signal.aborted) await restore();
  }
}

async function askDirs(cluster: Cluster, broker: number): Promise<LogDir[]> {
  const { dirs, errors } = await askLogDirs(cluster, { brokers: [broker] });
  const [first] = errors;
  if (dirs.length === 0 && first) throw new KctlError(`${first.subject}: ${first.message}`, { ...first });
  return dirs;
}

async function chooseMoves(
  cluster: Cluster,
  dirs: LogDir[],
  { broker, from, to, words }: MoveLogDirsOptions,
): Promise<LogDirMove[]> {
  const found = words.length === 0 ? undefined : await findPartitions(cluster, words);
  const [missing] = found?.errors ?? [];
  if (missing) throw new KctlError(missing.message, { ...missing });
  const chosen = found && new Set(found.partitions.map(partitionName));
  return dirs.flatMap(({ path, replicas }) =>
    replicas.flatMap((replica): LogDirMove[] => {
      const isMeant = chosen ? chosen.has(partitionName(replica)) : path !== to;
      if (replica.future || !isMeant || (from !== undefined && path !== from && path !== to)) return [];
      const { topic, partition, sizeBytes } = replica;
      return [{ topic, partition, broker, from: path, to, sizeBytes, result: 'valid' }];
    }),
  );
}

async function alter(
  cluster: Cluster,
  broker: number,
  path: string,
  moves: LogDirMove[],
): Promise<ItemError[]> {
  const topics = [...groupByTopic(moves)].map(([name, own]) => ({
    name,
    partitions: own.map(({ partition }) => partition),
  }));
  const { results } = await cluster.wire.request(
    alterReplicaLogDirs,
    { dirs: [{ path, topics }] },
    { broker },
  );
  return results.flatMap(({ topicName, partitions }) =>
    partitions.flatMap(({ partitionIndex, errorCode }): ItemError[] => {
      if (errorCode === 0) return [];
      const { name: code, message } = errorOf(errorCode);
      return [{ subject: partitionName({ topic: topicName, partition: partitionIndex }), code, message }];
    }),
  );
}

/** @returns what was still being copied when the signal was given */
async function awaitCopies(
  cluster: Cluster,
  { broker, signal, progress }: MoveLogDirsOptions,
  moves: LogDirMove[],
): Promise<Set<string>> {
  const names = new Set(moves.map(partitionName));
  const total = moves.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0n);
  for (;;) {
    cluster.wire.renewDeadline();
    const dirs = await askDirs(cluster, broker);
    const there = new Map(
      dirs
        .flatMap(({ path, replicas }) => replicas.map((replica) => ({ path, ...replica })))
        .filter((replica) => names.has(partitionName(replica)))
        .map((replica) => [
          `${replica.future ? 'future' : replica.path} ${partitionName(replica)}`,
          replica.sizeBytes,
        ]),
    );
    const left = moves.filter((move) => !there.has(`${move.to} ${partitionName(move)}`));
    if (left.length === 0 || signal.aborted) return new Set(left.map(partitionName));
    const missing = left.reduce(
      (sum, move) => sum + move.sizeBytes - (there.get(`future ${partitionName(move)}`) ?? 0n),
      0n,
    );
    progress(
      `${moves.length - left.length} of ${moves.length} replicas, ${showBytes(Number(total - missing))} of ${showBytes(Number(total))}`,
    );
    await pause(lookAgainMs, signal);
  }
}

/** Sets the throttle of copies between directories. @returns what puts it back */
async function setThrottle(
  cluster: Cluster,
  { broker, throttleBytesPerSec }: MoveLogDirsOptions,
): Promise<() => Promise<void>> {
  if (throttleBytesPerSec === undefined) return async () => {};
  const resource = { type: 'broker' as const, name: String(broker) };
  const entry = (await askConfigs(cluster, [resource], { keys: [throttleKey] })).of(resource)?.[0];
  const before = entry?.source === 'broker' ? entry.value : null;
  const change = async (value: string | null) => {
    cluster.wire.renewDeadline();
    const operation = value === null ? ('unset' as const) : ('set' as const);
    const { errors } = await sendConfigChanges(cluster, [
      { resource, operations: [{ operation, key: throttleKey, value }] },
    ]);
    const [first] = errors;
    if (first)
      throw new KctlError(`broker ${broker} cannot be throttled`, {
        code: first.error.code,
        words: first.error.message,
      });
  };
  await change(String(throttleBytesPerSec));
  return () => change(before);
}
