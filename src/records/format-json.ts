import { isUtf8 } from 'node:buffer';
import type { ReadRecord, RecordFormatter, RecordOrigin } from './format.js';

/** A header as `-o json` gives it; "base64" says how a value that is not UTF-8 was written. */
type JsonHeader = [name: string, value: string | null] | [name: string, value: string, encoding: 'base64'];

/**
 * One line of JSON a record, of kind `Record`, version 1. Lossless: bytes that are not UTF-8 are base64 and marked
 * so, null is not the empty string, and headers keep their order and duplicates.
 */
export const formatJsonLine: RecordFormatter = (record, origin, out) => {
  out.appendText(prefixOf(origin));
  out.appendText(String(record.offset));
  // Without a time (formats before 0.10) there is none to give.
  if (record.timestampMs === -1) out.appendText(',"timestamp":null,"timestampType":"NoTimestampType"');
  else {
    const type = record.hasAppendTime ? 'LogAppendTime' : 'CreateTime';
    out.appendText(`,"timestamp":${record.timestampMs},"timestampType":"${type}"`);
  }
  const { bytes, keyStart, keyEnd, valueStart, valueEnd } = record;
  out.appendText(textField('key', bytes, keyStart, keyEnd));
  out.appendText(textField('value', bytes, valueStart, valueEnd));
  out.appendText(`,"headers":${record.headerCount === 0 ? '[]' : JSON.stringify(jsonHeaders(record))}}\n`);
};

const prefixes = new WeakMap<RecordOrigin, string>();

function prefixOf(origin: RecordOrigin): string {
  const known = prefixes.get(origin);
  if (known !== undefined) return known;
  const { topic, partition } = origin;
  const prefix = `{"kind":"Record","version":1,"topic":${JSON.stringify(topic)},"partition":${partition},"offset":`;
  prefixes.set(origin, prefix);
  return prefix;
}

function textField(name: string, bytes: Buffer, start: number, end: number): string {
  if (start < 0) return `,"${name}":null`;
  const part = bytes.subarray(start, end);
  return isUtf8(part)
    ? `,"${name}":${JSON.stringify(part.toString())}`
    : `,"${name}":"${part.toString('base64')}","${name}Encoding":"base64"`;
}

function jsonHeaders(record: ReadRecord): JsonHeader[] {
  return record.headers().map(({ key, value }): JsonHeader => {
    const name = key.toString();
    if (value === null) return [name, null];
    return isUtf8(value) ? [name, value.toString()] : [name, value.toString('base64'), 'base64'];
  });
}
