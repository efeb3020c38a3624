import { type ProducerStamp, RecordBatchBuilder } from '../../../src/protocol/records/builder.js';
import type { ReadRecord, RecordFormatter, RecordOrigin } from '../../../src/records/format.js';
import { OutputBuffer } from '../../../src/records/format-output.js';

export interface PlainRecord {
  key?: string | Buffer | null;
  value?: string | Buffer | null;
  offset?: number;
  timestampMs?: number;
  headers?: Array<[string, string | Buffer | null]>;
}

export const origin: RecordOrigin = { topic: 'bier-bar', partition: 2, consumer: 'barfly', group: 'g' };

/** A record as a cursor shows it. */
export function readRecord(record: PlainRecord): ReadRecord {
  const { key = null, value = null, offset = 7, timestampMs = 1_700_000_000_123, headers = [] } = record;
  const keyBytes = key === null ? Buffer.alloc(0) : Buffer.from(key as string);
  const valueBytes = value === null ? Buffer.alloc(0) : Buffer.from(value as string);
  const bytes = Buffer.concat([Buffer.from('before'), keyBytes, valueBytes, Buffer.from('behind')]);
  const keyEnd = 6 + keyBytes.length;
  return {
    bytes,
    keyStart: key === null ? -1 : 6,
    keyEnd: key === null ? -1 : keyEnd,
    valueStart: value === null ? -1 : keyEnd,
    valueEnd: value === null ? -1 : keyEnd + valueBytes.length,
    offset,
    timestampMs,
    hasAppendTime: false,
    headerCount: headers.length,
    headers: () =>
      headers.map(([name, text]) => ({
        key: Buffer.from(name),
        value: text === null ? null : Buffer.from(text as string),
      })),
  };
}

/** What a format prints of a record. */
export function print(format: RecordFormatter, record: PlainRecord): Buffer {
  const out = new OutputBuffer();
  format(readRecord(record), origin, out);
  return Buffer.from(out.content);
}

/** A batch of records with these values. */
export function batchOf(
  values: string[],
  baseOffset = 0,
  producer: ProducerStamp = { producerId: -1n, producerEpoch: -1, baseSequence: -1 },
): Buffer {
  const builder = new RecordBatchBuilder({ maxBytes: 1024 * 1024, codec: 'none', expectedBytes: 1024 });
  for (const value of values) {
    const bytes = Buffer.from(value);
    const view = {
      bytes,
      keyStart: -1,
      keyEnd: -1,
      valueStart: 0,
      valueEnd: bytes.length,
      timestampMs: Date.now(),
    };
    builder.append(view);
  }
  const batch = Buffer.from(builder.build(producer));
  batch.writeBigInt64BE(BigInt(baseOffset), 0);
  return batch;
}
