import { isUtf8 } from 'node:buffer';
import type { ReadRecord, RecordFormatter, RecordOrigin } from './format.js';
import type { OutputBuffer } from './format-output.js';

/** A header as `-o json` gives it; "base64" says how a value that is not UTF-8 was written. */
type JsonHeader = [name: string, value: string | null] | [name: string, value: string, encoding: 'base64'];

/**
 * One line of JSON a record, of kind `Record`, version 1. Lossless: bytes that are not UTF-8 are base64 and marked
 * so, null is not the empty string, and headers keep their order and duplicates.
 */
export const formatJsonLine: RecordFormatter = (record, origin, out) => {
  const { bytes, keyStart, keyEnd, valueStart, valueEnd } = record;
  let text = `${prefixOf(origin)}${record.offset},${timeOf(record)}`;
  text = appendBytes(`${text},"key":`, 'key', bytes, keyStart, keyEnd, out);
  text = appendBytes(`${text},"value":`, 'value', bytes, valueStart, valueEnd, out);
  const headers = record.headerCount === 0 ? '[]' : JSON.stringify(jsonHeaders(record));
  out.appendText(`${text},"headers":${headers}}\n`);
};

/** Without a time (formats before 0.10) there is none to give. */
function timeOf({ timestampMs, hasAppendTime }: ReadRecord): string {
  if (timestampMs === -1) return '"timestamp":null,"timestampType":"NoTimestampType"';
  return `"timestamp":${timestampMs},"timestampType":"${hasAppendTime ? 'LogAppendTime' : 'CreateTime'}"`;
}

const prefixes = new WeakMap<RecordOrigin, string>();

function prefixOf(origin: RecordOrigin): string {
  const known = prefixes.get(origin);
  if (known !== undefined) return known;
  const { topic, partition } = origin;
  const prefix = `{"kind":"Record","version":1,"topic":${JSON.stringify(topic)},"partition":${partition},"offset":`;
  prefixes.set(origin, prefix);
  return prefix;
}

/**
 * Appends bytes that need no escape as they are, behind `text`.
 * @returns what is still to be appended: strings are put together first, as each append has its price
 */
function appendBytes(
  text: string,
  name: string,
  bytes: Buffer,
  start: number,
  end: number,
  out: OutputBuffer,
): string {
  if (start < 0) return `${text}null`;
  if (isPlain(bytes, start, end)) {
    out.appendText(`${text}"`);
    out.append(bytes, start, end);
    return '"';
  }
  const part = bytes.subarray(start, end);
  return isUtf8(part)
    ? text + JSON.stringify(part.toString())
    : `${text}"${part.toString('base64')}","${name}Encoding":"base64"`;
}

/** Printable ASCII without the quotation mark and the backslash: the same in JSON. */
function isPlain(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c) return false;
  }
  return true;
}

function jsonHeaders(record: ReadRecord): JsonHeader[] {
  return record.headers().map(({ key, value }): JsonHeader => {
    const name = key.toString();
    if (value === null) return [name, null];
    return isUtf8(value) ? [name, value.toString()] : [name, value.toString('base64'), 'base64'];
  });
}
