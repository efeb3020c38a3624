import type { RecordHeader, RecordView } from '../../../src/protocol/records/batch.js';
import { type CursorOptions, RecordCursor } from '../../../src/protocol/records/cursor.js';

/** A record as a plain object, for comparisons. */
export interface PlainRecord {
  offset: number;
  timestampMs: number;
  key: string | null;
  value: string | null;
  headers: Array<[key: string, value: string | null]>;
}

export interface Walked {
  records: PlainRecord[];
  cursor: RecordCursor;
}

const hex = (bytes: Buffer | null): string | null => (bytes === null ? null : bytes.toString('hex'));

/** Every record of a buffer; keys, values and headers in hex. */
export function walk(bytes: Buffer, options?: CursorOptions): Walked {
  const cursor = new RecordCursor(bytes, options);
  const records: PlainRecord[] = [];
  while (cursor.next()) {
    const cut = (start: number, end: number) => (start < 0 ? null : hex(cursor.bytes.subarray(start, end)));
    records.push({
      offset: cursor.offset,
      timestampMs: cursor.timestampMs,
      key: cut(cursor.keyStart, cursor.keyEnd),
      value: cut(cursor.valueStart, cursor.valueEnd),
      headers: cursor.headers().map(({ key, value }) => [key.toString('hex'), hex(value)]),
    });
  }
  return { records, cursor };
}

/** A record to append. */
export interface Input {
  key: Buffer | null;
  value: Buffer | null;
  timestampMs: number;
  headers: RecordHeader[];
}

export function view({ key, value, timestampMs }: Input): RecordView {
  const keyLength = key?.length ?? 0;
  const valueLength = value?.length ?? 0;
  return {
    bytes: Buffer.concat([key ?? Buffer.alloc(0), value ?? Buffer.alloc(0)]),
    keyStart: key ? 0 : -1,
    keyEnd: key ? keyLength : -1,
    valueStart: value ? keyLength : -1,
    valueEnd: value ? keyLength + valueLength : -1,
    timestampMs,
  };
}

export function plain(inputs: Input[]): PlainRecord[] {
  return inputs.map(({ key, value, timestampMs, headers }, offset) => ({
    offset,
    timestampMs,
    key: hex(key),
    value: hex(value),
    headers: headers.map((header) => [header.key.toString('hex'), hex(header.value)]),
  }));
}
