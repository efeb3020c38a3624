import { type ItemError, itemError } from '../base/result.js';
import type { TopicPartition } from '../client/fetch-leaders.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { describeLogDirs } from '../protocol/messages/describe-log-dirs.js';

export interface LogDirReplica extends TopicPartition {
  sizeBytes: bigint;
  /** How far it is behind: the log of its partition, or for a future replica the one that it will replace. */
  offsetLag: bigint;
  /** On its way into this directory from another one of the same broker (KIP-113). */
  future: boolean;
}

export interface LogDir {
  broker: number;
  path: string;
  /** Null where the broker does not tell: before Kafka 3.3 (KIP-827). */
  totalBytes: bigint | null;
  usableBytes: bigint | null;
  /** Takes no new replicas (KIP-1066). */
  cordoned: boolean;
  replicas: LogDirReplica[];
}

export interface AskedLogDirs {
  dirs: LogDir[];
  /** By broker or directory: what is missing for it. */
  errors: ItemError[];
}

/**
 * Asks brokers for their log directories, all at once; one that does not answer costs its own figures only.
 * @param brokers those that are alive when absent
 * @param topics all when absent
 */
export async function askLogDirs(
  cluster: Cluster,
  { brokers, topics }: { brokers?: readonly number[]; topics?: ReadonlyMap<string, readonly number[]> } = {},
): Promise<AskedLogDirs> {
  const ids = brokers ?? (await cluster.wire.nodes()).brokers.map(({ id }) => id);
  const asked = topics ? [...topics].map(([topic, partitions]) => ({ topic, partitions })) : null;
  const dirs: LogDir[] = [];
  const errors: ItemError[] = [];
  const askBroker = async (broker: number) => {
    const { errorCode, results } = await cluster.wire.request(describeLogDirs, { topics: asked }, { broker });
    if (errorCode !== 0) errors.push(errorItem(`broker ${broker}`, errorCode));
    for (const dir of results) {
      if (dir.errorCode !== 0) {
        errors.push(errorItem(`log directory ${dir.logDir} of broker ${broker}`, dir.errorCode));
        continue;
      }
      const replicas = dir.topics.flatMap(({ name, partitions }) =>
        partitions.map((partition) => ({
          topic: name,
          partition: partition.partitionIndex,
          sizeBytes: partition.partitionSize,
          offsetLag: partition.offsetLag,
          future: partition.isFutureKey,
        })),
      );
      const [totalBytes, usableBytes] = [dir.totalBytes, dir.usableBytes].map((n) => (n < 0n ? null : n));
      dirs.push({
        broker,
        path: dir.logDir,
        totalBytes: totalBytes ?? null,
        usableBytes: usableBytes ?? null,
        cordoned: dir.isCordoned,
        replicas,
      });
    }
  };
  const failed = (broker: number) => (error: unknown) => {
    errors.push(itemError(`broker ${broker}`, error));
  };
  await Promise.all([...ids].map((broker) => askBroker(broker).catch(failed(broker))));
  dirs.sort((a, b) => a.broker - b.broker || (a.path < b.path ? -1 : 1));
  return { dirs, errors: errors.sort((a, b) => (a.subject < b.subject ? -1 : 1)) };
}

function errorItem(subject: string, errorCode: number): ItemError {
  const { name: code, message } = errorOf(errorCode);
  return { subject, code, message };
}
