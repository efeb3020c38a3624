import assert from 'node:assert/strict';
import { Deadline } from '../../src/base/deadline.js';
import type { Wire } from '../../src/cluster/index.js';
import { addPartitionsToTxn } from '../../src/protocol/messages/add-partitions-to-txn.js';
import { endTxn } from '../../src/protocol/messages/end-txn.js';
import { initProducerId } from '../../src/protocol/messages/init-producer-id.js';
import { listOffsets } from '../../src/protocol/messages/list-offsets.js';
import { metadata } from '../../src/protocol/messages/metadata.js';
import { produce as produceApi } from '../../src/protocol/messages/produce.js';
import { ATTRIBUTE, BATCH } from '../../src/protocol/records/batch.js';
import { crc32c } from '../../src/protocol/records/crc32c.js';
import { batchOf } from '../unit/consume/support.js';
import { eventually, randomName } from './kctl.js';

/** Of partition 0. */
export async function leaderOf(wire: Wire, topic: string): Promise<number> {
  const request = { topics: [{ name: topic }], allowAutoTopicCreation: false };
  const { topics } = await wire.request(metadata, request, 'any', { deadline: new Deadline(20_000) });
  return topics[0]!.partitions[0]!.leaderId;
}

const deadline = () => ({ deadline: new Deadline(20_000) });

interface Begun {
  transactionalId: string;
  producerId: bigint;
  producerEpoch: number;
}

/** A transactional producer, of which its coordinator knows. */
async function begin(wire: Wire): Promise<Begun> {
  const transactionalId = randomName('transaction');
  const body = { transactionalId, transactionTimeoutMs: 10_000 };
  const begun = await wire.request(initProducerId, body, { transactionalId }, deadline());
  assert.equal(begun.errorCode, 0);
  return { transactionalId, producerId: begun.producerId, producerEpoch: begun.producerEpoch };
}

/** Writes a transactional batch to partition 0, whether the coordinator knows of that or not. */
async function writeBatch(
  wire: Wire,
  topic: string,
  values: string[],
  { transactionalId, producerId, producerEpoch }: Begun,
  timestampMs?: number,
): Promise<void> {
  const batch = batchOf(values, 0, { producerId, producerEpoch, baseSequence: 0 });
  batch.writeInt16BE(ATTRIBUTE.transactional, BATCH.attributes);
  for (const at of timestampMs === undefined ? [] : [BATCH.baseTimestamp, BATCH.maxTimestamp])
    batch.writeBigInt64BE(BigInt(timestampMs ?? 0), at);
  batch.writeUInt32BE(crc32c(batch.subarray(BATCH.attributes)), BATCH.crc);
  const topicData = [{ name: topic, partitionData: [{ index: 0, records: batch }] }];
  // Later ones tell the coordinator (KIP-890).
  const produceByName = { ...produceApi, versions: [3, 11] as const };
  const written = await wire.request(
    produceByName,
    { transactionalId, acks: -1, timeoutMs: 5000, topicData },
    { broker: await leaderOf(wire, topic) },
    deadline(),
  );
  assert.equal(written.responses[0]?.partitionResponses[0]?.errorCode, 0);
}

/** Opens a transaction in partition 0 an hour ago that nobody will end: its coordinator never hears of it. */
export async function hangTransaction(wire: Wire, topic: string, value: string): Promise<Begun> {
  const begun = await begin(wire);
  await writeBatch(wire, topic, [value], begun, Date.now() - 3_600_000);
  return begun;
}

/** The coordinator answers before partitions have the markers: until then nothing behind is stable. */
async function awaitMarker(wire: Wire, topic: string): Promise<void> {
  const broker = await leaderOf(wire, topic);
  const endOf = async (isolationLevel: number) => {
    const partitions = [{ partitionIndex: 0, timestamp: -1n }];
    const body = { replicaId: -1, isolationLevel, topics: [{ name: topic, partitions }], timeoutMs: 5000 };
    const { topics } = await wire.request(listOffsets, body, { broker }, deadline());
    return topics[0]!.partitions[0]!.offset;
  };
  await eventually('the marker of the transaction', async () => (await endOf(1)) === (await endOf(0)));
}

/** Writes values to partition 0 in one transaction, as Kafka's transactional producer does, and waits for its end. */
export async function writeTransaction(
  wire: Wire,
  topic: string,
  values: string[],
  committed: boolean,
): Promise<void> {
  const begun = await begin(wire);
  const { transactionalId, producerId, producerEpoch } = begun;
  const to = { transactionalId };
  const added = await wire.request(
    addPartitionsToTxn,
    {
      v3AndBelowTransactionalId: transactionalId,
      v3AndBelowProducerId: producerId,
      v3AndBelowProducerEpoch: producerEpoch,
      v3AndBelowTopics: [{ name: topic, partitions: [0] }],
    },
    to,
    deadline(),
  );
  assert.equal(added.resultsByTopicV3AndBelow[0]?.resultsByPartition[0]?.partitionErrorCode, 0);
  await writeBatch(wire, topic, values, begun);
  const ended = await wire.request(
    { ...endTxn, versions: [0, 4] as const },
    { transactionalId, producerId, producerEpoch, committed },
    to,
    deadline(),
  );
  assert.equal(ended.errorCode, 0);
  await awaitMarker(wire, topic);
}
