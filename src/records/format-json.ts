import { isUtf8 } from 'node:buffer';
import type { ShownFormat } from './codecs/codec.js';
import type { ReadRecord, RecordFormatter, RecordOrigin } from './format.js';
import { type OutputBuffer, viewOf } from './format-output.js';

const text = (characters: string): Buffer => Buffer.from(characters);

const pieces = {
  noTime: text(',"timestamp":null,"timestampType":"NoTimestampType","key":'),
  value: text(',"value":'),
  headers: text(',"headers":'),
  noHeaders: text(',"headers":[]}\n'),
  null: text('null'),
  keyIsBase64: text(',"keyEncoding":"base64"'),
  valueIsBase64: text(',"valueEncoding":"base64"'),
  base64: text(',"base64"'),
};

/**
 * One line of JSON a record, of kind `Record`, version 1. Lossless, as `produce --input ndjson` reads it: bytes that
 * are not UTF-8 are base64 and marked so, null is not the empty string, headers keep their order and duplicates.
 */
export const formatJsonLine: RecordFormatter = (record, origin, out) => {
  const { bytes, keyStart, keyEnd, valueStart, valueEnd } = record;
  out.appendAll(prefixOf(origin));
  out.appendNumber(record.offset);
  appendTime(record, out);
  if (record.keyEncoding) appendDecoded('key', record.keyEncoding, bytes, keyStart, keyEnd, out);
  else if (!appendBytes(bytes, keyStart, keyEnd, out)) out.appendAll(pieces.keyIsBase64);
  out.appendAll(pieces.value);
  if (record.valueEncoding) appendDecoded('value', record.valueEncoding, bytes, valueStart, valueEnd, out);
  else if (!appendBytes(bytes, valueStart, valueEnd, out)) out.appendAll(pieces.valueIsBase64);
  if (record.headerCount === 0) out.appendAll(pieces.noHeaders);
  else appendHeaders(record, out);
};

function appendDecoded(
  side: 'key' | 'value',
  encoding: ShownFormat,
  json: Buffer,
  start: number,
  end: number,
  out: OutputBuffer,
): void {
  out.append(json, start, end);
  out.appendText(`,"${side}Encoding":"${encoding}"`);
}

/** Of the record before: many have the time of their batch. */
let lastTime = { timestampMs: -1, hasAppendTime: false, piece: pieces.noTime };

/** Without a time (formats before 0.10) there is none to give. */
function appendTime({ timestampMs, hasAppendTime }: ReadRecord, out: OutputBuffer): void {
  if (timestampMs !== lastTime.timestampMs || hasAppendTime !== lastTime.hasAppendTime) {
    const type = hasAppendTime ? 'LogAppendTime' : 'CreateTime';
    const piece = text(`,"timestamp":${timestampMs},"timestampType":"${type}","key":`);
    lastTime = { timestampMs, hasAppendTime, piece: timestampMs === -1 ? pieces.noTime : piece };
  }
  out.appendAll(lastTime.piece);
}

const prefixes = new WeakMap<RecordOrigin, Buffer>();

function prefixOf(origin: RecordOrigin): Buffer {
  const known = prefixes.get(origin);
  if (known !== undefined) return known;
  const { topic, partition } = origin;
  const start = `{"kind":"Record","version":1,"topic":${JSON.stringify(topic)}`;
  const prefix = text(`${start},"partition":${partition},"offset":`);
  prefixes.set(origin, prefix);
  return prefix;
}

/** Each header is `[name, value]`; what is not UTF-8 is named behind: `[name, value, "base64"]`. */
function appendHeaders(record: ReadRecord, out: OutputBuffer): void {
  out.appendAll(pieces.headers);
  let separator = 0x5b;
  for (const { key, value } of record.headers()) {
    out.appendByte(separator);
    out.appendByte(0x5b);
    const isNameText = appendBytes(key, 0, key.length, out);
    out.appendByte(0x2c);
    const isValueText = value ? appendBytes(value, 0, value.length, out) : appendBytes(key, -1, -1, out);
    if (!isNameText && isValueText) out.appendAll(text(',null'));
    if (!isValueText) out.appendAll(pieces.base64);
    if (!isNameText) out.appendAll(pieces.base64);
    out.appendByte(0x5d);
    separator = 0x2c;
  }
  out.appendAll(text(']}\n'));
}

const quote = 0x22;
const backslash = 0x5c;
const hexDigits = text('0123456789abcdef');

/** How a byte is written in a JSON string: 0 as it is, 1 only as UTF-8, `u` as \u00XX, else behind a backslash. */
const escapes = new Uint8Array(256);
escapes.fill(0x75, 0, 0x20);
escapes.fill(1, 0x80);
escapes[0x7f] = 0x75;
for (const [byte, letter] of [...'\b\f\n\r\t"\\'].map((c, i) => [c, 'bfnrt"\\'[i] ?? ''] as const))
  escapes[byte.charCodeAt(0)] = letter.charCodeAt(0);

/** Whether four bytes are written as they are: none is above ASCII, a control, a quote or a backslash. */
function arePlain(word: number): boolean {
  const quotes = word ^ 0x22222222;
  const backslashes = word ^ 0x5c5c5c5c;
  // The highest bit of a byte is set where a subtraction borrows, where DEL is added to, and above ASCII.
  const marks =
    word | (word - 0x20202020) | (word + 0x01010101) | (quotes - 0x01010101) | (backslashes - 0x01010101);
  return (marks & 0x80808080) === 0;
}

let lastSource: { bytes: Buffer; view: DataView } | undefined;

/** Records follow each other in the same bytes. */
function viewOfSource(bytes: Buffer): DataView {
  if (lastSource?.bytes !== bytes) lastSource = { bytes, view: viewOf(bytes) };
  return lastSource.view;
}

/**
 * Appends bytes as a JSON string, or null where `start` is negative.
 * @returns false when they are not UTF-8 and were written as base64
 */
function appendBytes(bytes: Buffer, start: number, end: number, out: OutputBuffer): boolean {
  if (start < 0) {
    out.appendAll(pieces.null);
    return true;
  }
  // No byte takes more than the six of \u00XX.
  const target = out.room((end - start) * 6 + 2);
  let to = out.length;
  target[to++] = quote;
  let isText = false;
  const from = viewOfSource(bytes);
  let singlyUpTo = start;
  for (let at = start; at < end; at++) {
    if (at >= singlyUpTo) {
      // By fours, which is several times as fast, and then four by themselves.
      while (at + 4 <= end && arePlain(from.getInt32(at))) {
        out.view.setInt32(to, from.getInt32(at));
        to += 4;
        at += 4;
      }
      if (at === end) break;
      singlyUpTo = at + 4;
    }
    const byte = bytes[at] as number;
    const written = escapes[byte] as number;
    if (written === 0) {
      target[to++] = byte;
    } else if (written === 1) {
      if (!isText && !isUtf8(bytes.subarray(at, end))) {
        out.appendText(`"${bytes.toString('base64', start, end)}"`);
        return false;
      }
      isText = true;
      target[to++] = byte;
    } else {
      target[to++] = backslash;
      target[to++] = written;
      if (written !== 0x75) continue;
      target[to++] = 0x30;
      target[to++] = 0x30;
      target[to++] = hexDigits[byte >>> 4] as number;
      target[to++] = hexDigits[byte & 15] as number;
    }
  }
  target[to++] = quote;
  out.length = to;
  return true;
}
