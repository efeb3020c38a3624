import { ExitCode, KctlError, usageError } from '../base/errors.js';
import { type ItemError, listDocument } from '../base/result.js';
import { partitionName, type TopicPartition } from '../client/fetch-leaders.js';
import type { Cluster } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { writeTxnMarkers } from '../protocol/messages/write-txn-markers.js';
import { findPartitions, type PartitionWord } from '../topics/partitions.js';
import { describeTransactions, listTransactions } from './list.js';
import { askProducers } from './producers.js';
import type {
  HangingTransaction,
  HangingTransactionList,
  ProducerDescription,
  TransactionAbortList,
} from './types.js';

/** Where the transaction before is not known, the marker must not be taken for an older coordinator's. */
const leastCoordinatorEpoch = 0;
const noLeader = -1;

/**
 * Finds transactions that nobody will end (KIP-664): they are open in a partition for longer than any transaction may
 * be, and their coordinator does not know of them there. They hold up everything that reads committed data.
 */
export async function findHanging(
  cluster: Cluster,
  { words, maxTransactionTimeoutMs }: { words: readonly PartitionWord[]; maxTransactionTimeoutMs: number },
): Promise<HangingTransactionList> {
  const { items: producers, errors } = await askProducers(cluster, words);
  const nowMs = Date.now();
  const open = producers.filter(
    ({ currentTransactionStartOffset, lastTimestampMs }) =>
      currentTransactionStartOffset !== null && nowMs - lastTimestampMs > maxTransactionTimeoutMs,
  );
  if (open.length === 0) return listDocument('HangingTransactionList', 1, [], errors);
  const { ids, partitions, errors: unknown } = await askCoordinators(cluster, open);
  const items = open
    .filter((producer) => !partitions.get(producer.producerId)?.has(partitionName(producer)))
    .map(
      (producer): HangingTransaction => ({
        ...producer,
        transactionalId: ids.get(producer.producerId) ?? null,
        openMs: nowMs - producer.lastTimestampMs,
      }),
    );
  // What a silent coordinator may know cannot be said to hang.
  return listDocument('HangingTransactionList', 1, unknown.length > 0 ? [] : items, [...errors, ...unknown]);
}

async function askCoordinators(cluster: Cluster, producers: readonly ProducerDescription[]) {
  const producerIds = [...new Set(producers.map(({ producerId }) => producerId))];
  const listed = await listTransactions(cluster, { patterns: [], states: [], producerIds });
  const ids = new Map(listed.items.map(({ producerId, transactionalId }) => [producerId, transactionalId]));
  const described =
    ids.size > 0
      ? await describeTransactions(cluster, [...ids.values()])
      : { items: [], errors: [] as ItemError[] };
  const partitions = new Map(
    described.items.map((item) => [item.producerId, new Set(item.partitions.map(partitionName))]),
  );
  return { ids, partitions, errors: [...listed.errors, ...described.errors] };
}

export interface AbortRequest {
  partition: TopicPartition;
  /** The producer of the open transaction; or where that begins. */
  producerId?: bigint | undefined;
  startOffset?: number | undefined;
  dryRun: boolean;
}

/**
 * Writes the marker that ends an open transaction in one partition. The leader is asked for the epochs that the marker
 * has to carry.
 */
export async function abortTransaction(
  cluster: Cluster,
  { partition: at, producerId, startOffset, dryRun }: AbortRequest,
): Promise<TransactionAbortList> {
  if ((producerId === undefined) === (startOffset === undefined))
    throw usageError('abort which transaction?', 'Say either --start-offset or --producer-id.');
  const { items, errors } = await askProducers(cluster, [{ topic: at.topic, partitions: [at.partition] }]);
  const found = items.find((producer) =>
    startOffset === undefined
      ? producer.producerId === producerId
      : producer.currentTransactionStartOffset === startOffset,
  );
  if (!found && errors.length > 0) return { ...listDocument('TransactionAbortList', 1, [], errors), dryRun };
  if (!found || found.currentTransactionStartOffset === null) {
    throw new KctlError(`${partitionName(at)} has no such open transaction`, {
      code: 'INVALID_TXN_STATE',
      exitCode: ExitCode.notFound,
      hint: `Those that it has: kctl producers describe ${at.topic}:${at.partition}`,
    });
  }
  const { producerEpoch } = found;
  const coordinatorEpoch = Math.max(leastCoordinatorEpoch, found.coordinatorEpoch);
  const item = {
    ...at,
    producerId: found.producerId,
    producerEpoch,
    coordinatorEpoch,
    startOffset: found.currentTransactionStartOffset,
  };
  if (dryRun) {
    const list = listDocument('TransactionAbortList', 1, [{ ...item, result: 'valid' as const }]);
    return { ...list, dryRun, validatedBy: 'client' };
  }
  const { partitions } = await findPartitions(cluster, [{ topic: at.topic, partitions: [at.partition] }]);
  const leader = partitions[0]?.leader ?? noLeader;
  const topics = [{ name: at.topic, partitionIndexes: [at.partition] }];
  const marker = {
    producerId: found.producerId,
    producerEpoch,
    transactionResult: false,
    topics,
    coordinatorEpoch,
  };
  const answer = await cluster.wire.request(writeTxnMarkers, { markers: [marker] }, { broker: leader });
  const errorCode = answer.markers[0]?.topics[0]?.partitions[0]?.errorCode ?? 0;
  if (errorCode !== 0) {
    const { name: code, message } = errorOf(errorCode);
    throw new KctlError(`the transaction in ${partitionName(at)} was not aborted`, { code, words: message });
  }
  return { ...listDocument('TransactionAbortList', 1, [{ ...item, result: 'aborted' as const }]), dryRun };
}
