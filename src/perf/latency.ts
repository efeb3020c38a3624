import { ExitCode, KctlError } from '../base/errors.js';
import { Fetcher } from '../client/fetch.js';
import { LeaderTable, partitionName } from '../client/fetch-leaders.js';
import { findOffsets } from '../client/offsets.js';
import { type Acks, Producer } from '../client/producer.js';
import type { Cluster } from '../cluster/index.js';
import { RecordBatchBuilder } from '../protocol/records/builder.js';
import { RecordCursor } from '../protocol/records/cursor.js';
import { Histogram } from './histogram.js';
import { randomPayloads } from './payloads.js';
import type { PerfContext } from './produce.js';
import type { PerfLatency } from './types.js';

export interface PerfLatencyRequest {
  topic: string;
  records: number;
  recordBytes: number;
  acks: Acks;
  /** How long one record may take. */
  recordTimeoutMs: number;
}

/** Records that go before those that count: connections are made, code is compiled. */
const warmUps = 10;

/**
 * How long a record takes from being written to being read, one after another, as Kafka's EndToEndLatency measures.
 * @throws KctlError exit 4 when there is no such topic, exit 6 for a record that does not come
 */
export async function perfLatency(
  cluster: Cluster,
  request: PerfLatencyRequest,
  context: PerfContext,
): Promise<PerfLatency> {
  const { topic, acks, records, recordBytes } = request;
  const problems: unknown[] = [];
  const producer = await Producer.open(
    cluster.wire,
    {
      ...{ topic, acks, codec: 'none', batchBytes: Math.max(16_384, recordBytes + 1024), lingerMs: 0 },
      ...{ deliveryTimeoutMs: request.recordTimeoutMs, create: false, partition: 0 },
      onRefused: ({ error }) => problems.push(error),
      onWarning: context.report,
    },
    cluster.wire.deadline,
  );
  const leaders = new LeaderTable(cluster.wire, [topic]);
  await leaders.refresh(cluster.wire.deadline);
  const over = new AbortController();
  const start = { topic, partition: 0, from: await endOf(cluster, leaders, topic) };
  const fetcher = new Fetcher(cluster.wire, leaders, [start], {
    ...{ isolation: 'read_uncommitted', giveUpAfterMs: request.recordTimeoutMs },
    ...{ signal: AbortSignal.any([over.signal, context.interrupted, producer.ended]), note: context.report },
  });
  const histogram = new Histogram();
  const [payload = Buffer.alloc(0)] = randomPayloads(recordBytes);
  const record = { bytes: payload, keyStart: -1, keyEnd: -1, valueStart: 0, valueEnd: recordBytes };
  let number = 0;
  let sentAtMs = 0;
  const send = () => {
    stampNumber(payload, number);
    sentAtMs = performance.now();
    const builder = new RecordBatchBuilder({
      maxBytes: recordBytes + 1024,
      expectedBytes: recordBytes + 128,
    });
    builder.append({ ...record, timestampMs: Date.now() });
    const unpackedBytes = builder.sizeBytes;
    producer.appendReady(() => ({
      bytes: builder.build(),
      count: 1,
      unpackedBytes,
      payloadBytes: recordBytes,
    }));
  };
  send();
  for await (const fetched of fetcher.answers()) {
    const now = performance.now();
    const [problem] = problems;
    if (problem !== undefined) throw problem;
    if (fetched.some((part) => holds(part.records, part.startOffset, payload))) {
      if (number >= warmUps) histogram.add(now - sentAtMs);
      number += 1;
      if (number >= records + warmUps) over.abort();
      else send();
    } else if (now - sentAtMs > request.recordTimeoutMs) {
      over.abort();
      await producer.close(AbortSignal.abort());
      throw new KctlError(`record ${number} did not come back in ${request.recordTimeoutMs} ms`, {
        ...{ code: 'TIMED_OUT', exitCode: ExitCode.timedOut },
        hint: 'Does partition 0 have a leader? See: kctl topics describe.',
      });
    }
  }
  const { failure } = await producer.close(context.interrupted);
  if (failure && !context.interrupted.aborted) throw failure;
  return {
    ...{ kind: 'PerfLatency', version: 1, topic, records: histogram.count, recordBytes, acks },
    ...{ latency: histogram.percentiles(), histogram: histogram.bars(), warnings: [], errors: [] },
  };
}

async function endOf(cluster: Cluster, leaders: LeaderTable, topic: string): Promise<number | 'latest'> {
  const partition = { topic, partition: 0 };
  const options = { isolation: 'read_uncommitted', deadline: cluster.wire.deadline } as const;
  const { offsets } = await findOffsets(cluster.wire, leaders, [partition], 'latest', options);
  return offsets.get(partitionName(partition)) ?? 'latest';
}

/** So that no record is taken for another. */
function stampNumber(payload: Buffer, number: number): void {
  payload.write(String(number).padStart(10, '0').slice(-payload.length), 0, 'latin1');
}

function holds(records: Buffer, startOffset: number, payload: Buffer): boolean {
  const cursor = new RecordCursor(records, { startOffset });
  while (cursor.next()) {
    const { bytes, valueStart, valueEnd } = cursor;
    if (valueStart >= 0 && bytes.compare(payload, 0, payload.length, valueStart, valueEnd) === 0) return true;
  }
  return false;
}
