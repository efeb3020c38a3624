import { usageError } from '../base/errors.js';
import { nearestNames } from '../base/names.js';
import type { RecordHeader, RecordView } from '../protocol/records/batch.js';
import type { ShownFormat } from './codecs/codec.js';
import type { OutputBuffer } from './format-output.js';

/** A record where it lies in its batch: what RecordCursor shows. */
export interface ReadRecord extends RecordView {
  readonly offset: number;
  readonly headerCount: number;
  readonly hasAppendTime: boolean;
  /** The bytes of the key, of the value, are JSON that was decoded from this format. */
  readonly keyEncoding?: ShownFormat | undefined;
  readonly valueEncoding?: ShownFormat | undefined;
  headers(): RecordHeader[];
}

/** What a record does not say itself; one object a partition, kept for as long as it is read. */
export interface RecordOrigin {
  topic: string;
  partition: number;
  /** The name of the consumer that read it. */
  consumer: string;
  /** Empty outside of a group. */
  group: string;
}

/** Appends one record to the output. */
export type RecordFormatter = (record: ReadRecord, origin: RecordOrigin, out: OutputBuffer) => void;

const lineFeed = 0x0a;

/** The value and a line feed, as Kafka's console consumer prints it. */
export const formatValueLine: RecordFormatter = (record, _origin, out) => {
  appendValue(record, out);
  out.appendByte(lineFeed);
};

function appendKey({ bytes, keyStart, keyEnd }: ReadRecord, out: OutputBuffer): void {
  if (keyStart < 0) out.appendText('null');
  else out.append(bytes, keyStart, keyEnd);
}

function appendValue({ bytes, valueStart, valueEnd }: ReadRecord, out: OutputBuffer): void {
  if (valueStart < 0) out.appendText('null');
  else out.append(bytes, valueStart, valueEnd);
}

/** `name=value,name=value`, as kcat has it. */
function appendHeaders(record: ReadRecord, out: OutputBuffer): void {
  if (record.headerCount === 0) return;
  record.headers().forEach(({ key, value }, index) => {
    if (index > 0) out.appendText(',');
    out.append(key, 0, key.length);
    out.appendText('=');
    if (value) out.append(value, 0, value.length);
    else out.appendText('null');
  });
}

const text =
  (of: (record: ReadRecord, origin: RecordOrigin) => string | number): RecordFormatter =>
  (record, origin, out) =>
    out.appendText(String(of(record, origin)));

const fields: Record<string, RecordFormatter> = {
  topic: text((_, { topic }) => topic),
  partition: text((_, { partition }) => partition),
  offset: text(({ offset }) => offset),
  key: (record, _, out) => appendKey(record, out),
  value: (record, _, out) => appendValue(record, out),
  keyLength: text(({ keyStart, keyEnd }) => (keyStart < 0 ? -1 : keyEnd - keyStart)),
  valueLength: text(({ valueStart, valueEnd }) => (valueStart < 0 ? -1 : valueEnd - valueStart)),
  timestamp: text(({ timestampMs }) => timestampMs),
  time: text(({ timestampMs }) => formatTime(timestampMs)),
  headers: (record, _, out) => appendHeaders(record, out),
  consumer: text((_, { consumer }) => consumer),
  group: text((_, { group }) => group),
};

/** The fields of a format, for help and messages. */
export const formatFields = Object.keys(fields);

/** kcat's letters. */
const letters: Record<string, keyof typeof fields> = {
  t: 'topic',
  p: 'partition',
  o: 'offset',
  k: 'key',
  s: 'value',
  K: 'keyLength',
  S: 'valueLength',
  T: 'timestamp',
  h: 'headers',
};

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', '0': '\0', '\\': '\\', '{': '{', c: '' };

/** RFC 3339 in UTC; a time that no calendar has stays a number. */
function formatTime(timestampMs: number): string {
  const time = new Date(timestampMs);
  return Number.isNaN(time.getTime()) ? String(timestampMs) : time.toISOString();
}

/**
 * Compiles a format such as `{partition}:{offset} -> {value}` or kcat's `%p:%o -> %s\n`. Both kinds of fields may
 * stand in one. Escapes: `\n \t \r \0 \xHH \\ \{ %%`. A line feed is added, unless the format ends in `\n`, `\0`
 * or `\c` (nothing).
 * @throws a usage error that names the unknown field
 */
export function compileFormat(format: string): RecordFormatter {
  const parts: RecordFormatter[] = [];
  let literal = '';
  const flush = () => {
    const bytes = Buffer.from(literal);
    if (bytes.length > 0) parts.push((_, __, out) => out.append(bytes, 0, bytes.length));
    literal = '';
  };
  for (const [piece, name, letter, hex, escaped] of format.matchAll(pieces)) {
    if (name !== undefined || letter !== undefined) {
      const field = letter === '%' ? undefined : fieldOf(name, letter);
      if (field) {
        flush();
        parts.push(field);
      } else literal += '%';
    } else if (hex !== undefined) {
      flush();
      const byte = Number.parseInt(hex, 16);
      parts.push((_, __, out) => out.appendByte(byte));
    } else if (escaped !== undefined) {
      const meant = Object.hasOwn(escapes, escaped) ? escapes[escaped] : undefined;
      if (meant === undefined) throw usageError(`"\\${escaped}" is not an escape of --format`, escapeHint);
      literal += meant;
    } else {
      literal += piece;
    }
  }
  if (!/(?<!\\)(\\\\)*\\[n0c]$/.test(format)) literal += '\n';
  flush();
  return (record, origin, out) => {
    for (const part of parts) part(record, origin, out);
  };
}

/** A field, a letter of kcat, an escape, or else one character. */
const pieces = /\{([A-Za-z]+)\}|%(.)|\\x([0-9A-Fa-f]{2})|\\(.)|[\s\S]/gu;
const escapeHint = 'Known are \\n \\t \\r \\0 \\xHH \\\\ \\{ and %%.';

function fieldOf(name: string | undefined, letter: string | undefined): RecordFormatter {
  const wanted = name ?? letters[letter ?? ''];
  const field = wanted !== undefined && Object.hasOwn(fields, wanted) ? fields[wanted] : undefined;
  if (field) return field;
  if (name === undefined) {
    const known = Object.keys(letters).map((known) => `%${known}`);
    throw usageError(`"%${letter}" is not a field of --format`, `Known are ${known.join(' ')} and %%.`);
  }
  const near = nearestNames(name, formatFields);
  throw usageError(
    `"{${name}}" is not a field of --format`,
    near.length > 0
      ? `Did you mean {${near[0]}}?`
      : `Known are ${formatFields.map((field) => `{${field}}`).join(' ')}; write \\{ for a brace.`,
  );
}
