import { KctlError } from '../base/errors.js';
import type { RecordHeader, RecordView } from '../protocol/records/batch.js';
import { encodeHeaders, NO_HEADERS } from '../protocol/records/builder.js';
import type { Codec, Codecs } from './codecs/codec.js';
import type { Lines } from './input.js';

/** What a line of the input says, as a record to be written; filled again for each line. */
export interface InputRecord extends RecordView {
  /** The encoded header section. */
  headers: Buffer;
  /** Where it must go; -1 leaves that to the partitioner. */
  partition: number;
  /** Takes the line that `lines` stands at; answers what is wrong with it, or undefined. */
  parse(lines: Lines): string | undefined;
}

/** How lines of text are records. */
export interface LineForm {
  /** Between key and value, where lines have a key. */
  keySeparator?: Buffer;
  /** Lines begin with headers: `name:value,name:value`, a tab, and the rest (Kafka's parse.headers). */
  lineHeaders: boolean;
  /** Headers of every record. */
  headers: RecordHeader[];
  /** A key or value of these bytes is a null: a tombstone, as a value (Kafka's null.marker). */
  nullMarker?: Buffer;
  /** Of every record; the time of reading when absent. */
  timestampMs?: number;
  codecs?: Codecs;
}

const TAB = Buffer.from('\t');
const COMMA = Buffer.from(',');
const COLON = Buffer.from(':');

/** Lines of text, or of whatever bytes. */
export class LineParser implements InputRecord {
  bytes: Buffer = Buffer.alloc(0);
  keyStart = -1;
  keyEnd = -1;
  valueStart = 0;
  valueEnd = 0;
  timestampMs = 0;
  headers: Buffer = NO_HEADERS;
  readonly partition = -1;

  readonly #form: LineForm;

  constructor(form: LineForm) {
    this.#form = form;
    this.headers = encodeHeaders(form.headers);
  }

  parse(lines: Lines): string | undefined {
    const { keySeparator, lineHeaders, nullMarker, timestampMs, codecs } = this.#form;
    this.bytes = lines.bytes;
    this.timestampMs = timestampMs ?? lines.readAtMs;
    let { start } = lines;
    if (lineHeaders) {
      const headersEnd = find(lines.bytes, TAB, start, lines.end);
      if (headersEnd < 0) return 'has no tab behind its headers';
      const problem = this.#parseHeaders(lines.bytes.subarray(start, headersEnd));
      if (problem) return problem;
      start = headersEnd + 1;
    }
    if (keySeparator) {
      const keyEnd = find(lines.bytes, keySeparator, start, lines.end);
      if (keyEnd < 0) return 'has no key separator';
      this.keyStart = start;
      this.keyEnd = keyEnd;
      start = keyEnd + keySeparator.length;
    }
    this.valueStart = start;
    this.valueEnd = lines.end;
    if (nullMarker) this.#markNulls(nullMarker);
    return codecs?.key || codecs?.value ? this.#encode(codecs) : undefined;
  }

  #markNulls(marker: Buffer): void {
    if (this.keyStart >= 0 && isMarker(marker, this.bytes, this.keyStart, this.keyEnd))
      this.keyStart = this.keyEnd = -1;
    if (isMarker(marker, this.bytes, this.valueStart, this.valueEnd)) this.valueStart = this.valueEnd = -1;
  }

  #encode({ key, value }: Codecs): string | undefined {
    try {
      const keyBytes = encodeText(key, this.bytes, this.keyStart, this.keyEnd);
      const valueBytes = encodeText(value, this.bytes, this.valueStart, this.valueEnd);
      place(this, keyBytes, valueBytes);
      return undefined;
    } catch (error) {
      if (error instanceof KctlError) return error.message;
      throw error;
    }
  }

  #parseHeaders(section: Buffer): string | undefined {
    const headers = [...this.#form.headers];
    for (let start = 0; start < section.length; ) {
      const comma = section.indexOf(COMMA, start);
      const end = comma < 0 ? section.length : comma;
      const colon = find(section, COLON, start, end);
      if (colon < 0) return 'has a header without a colon';
      headers.push({ key: section.subarray(start, colon), value: section.subarray(colon + 1, end) });
      start = end + 1;
    }
    this.headers = encodeHeaders(headers);
    return undefined;
  }
}

/** Looks no further than the line: `indexOf` on all of a large chunk would, for every line. */
function find(bytes: Buffer, wanted: Buffer, start: number, end: number): number {
  const found = bytes.subarray(start, end).indexOf(wanted);
  return found < 0 ? -1 : start + found;
}

function isMarker(marker: Buffer, bytes: Buffer, start: number, end: number): boolean {
  return end - start === marker.length && marker.compare(bytes, start, end) === 0;
}

function encodeText(codec: Codec | undefined, bytes: Buffer, start: number, end: number): Buffer | undefined {
  if (start < 0) return undefined;
  return codec ? codec.encodeText(bytes.toString('utf8', start, end)) : bytes.subarray(start, end);
}

/** Puts a key and a value, undefined for null, into a record. */
export function place(record: RecordView, key: Buffer | undefined, value: Buffer | undefined): void {
  const keyBytes = key?.length ?? 0;
  record.bytes = Buffer.concat([key ?? NO_BYTES, value ?? NO_BYTES]);
  record.keyStart = key ? 0 : -1;
  record.keyEnd = key ? keyBytes : -1;
  record.valueStart = value ? keyBytes : -1;
  record.valueEnd = value ? record.bytes.length : -1;
}

const NO_BYTES = Buffer.alloc(0);
