import { fetch } from '../protocol/messages/fetch.js';
import { produce } from '../protocol/messages/produce.js';
import { RecordBatchBuilder } from '../protocol/records/builder.js';
import { RecordCursor } from '../protocol/records/cursor.js';
import { within } from '../protocol/schema.js';
import type { Wire } from './wire.js';

/** From version 13 on topics go by an id, which nobody has asked for here. */
const produceByName = within(produce, { upTo: 12 });
const fetchByName = within(fetch, { upTo: 12 });
const timeoutMs = 5000;

/** A batch of one record without a key. */
export function batchOfOne(value: Buffer): Buffer {
  const batch = new RecordBatchBuilder({ maxBytes: value.length + 1024, codec: 'none' });
  batch.append({
    bytes: value,
    keyStart: -1,
    keyEnd: -1,
    valueStart: 0,
    valueEnd: value.length,
    timestampMs: Date.now(),
  });
  return batch.build();
}

/** Writes a batch with acks of all in-sync replicas, to the broker that leads. */
export async function writeBatch(
  wire: Wire,
  broker: number,
  topic: string,
  partition: number,
  records: Buffer,
): Promise<{ errorCode: number; errorMessage: string | null; baseOffset: bigint }> {
  const partitionData = [{ index: partition, records }];
  const link = await wire.link(broker, 'control');
  const topicData = [{ name: topic, partitionData }];
  const answer = await link.send(produceByName, { acks: -1, timeoutMs: 1000, topicData }, timeoutMs);
  const written = answer.responses[0]?.partitionResponses[0];
  return {
    errorCode: written?.errorCode ?? -1,
    errorMessage: written?.errorMessage ?? null,
    baseOffset: written?.baseOffset ?? -1n,
  };
}

/** Whether the record at an offset, or one soon after, is this one. */
export async function readsRecord(
  wire: Wire,
  broker: number,
  topic: string,
  partition: number,
  fetchOffset: bigint,
  value: Buffer,
): Promise<boolean> {
  const partitions = [{ partition, fetchOffset, partitionMaxBytes: 65_536 }];
  const link = await wire.link(broker, 'control');
  const question = { maxWaitMs: 100, minBytes: 1, topics: [{ topic, partitions }] };
  const answer = await link.send(fetchByName, question, timeoutMs);
  const records = answer.responses[0]?.partitions[0]?.records;
  if (!records || records.length === 0) return false;
  const cursor = new RecordCursor(records, { startOffset: Number(fetchOffset) });
  while (cursor.next()) {
    if (value.equals(cursor.bytes.subarray(cursor.valueStart, cursor.valueEnd))) return true;
  }
  return false;
}
