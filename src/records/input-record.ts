import type { RecordHeader, RecordView } from '../protocol/records/batch.js';
import { encodeHeaders, NO_HEADERS } from '../protocol/records/builder.js';
import type { Lines } from './input.js';

export interface RecordForm {
  /** Between key and value, where lines have a key. */
  keySeparator?: Buffer;
  /** Lines begin with headers: `name:value,name:value`, a tab, and the rest (Kafka's parse.headers). */
  lineHeaders: boolean;
  /** Headers of every record. */
  headers: RecordHeader[];
}

const TAB = Buffer.from('\t');
const COMMA = Buffer.from(',');
const COLON = Buffer.from(':');

/** Reads lines as records; the same object is filled again for each line. */
export class LineParser implements RecordView {
  bytes: Buffer = Buffer.alloc(0);
  keyStart = -1;
  keyEnd = -1;
  valueStart = 0;
  valueEnd = 0;
  timestampMs = 0;
  /** The encoded header section of the record. */
  headers: Buffer = NO_HEADERS;

  readonly #form: RecordForm;

  constructor(form: RecordForm) {
    this.#form = form;
    this.headers = encodeHeaders(form.headers);
  }

  /** Takes the line that `lines` stands at; answers what is wrong with it, or undefined. */
  parse(lines: Lines): string | undefined {
    const { keySeparator, lineHeaders } = this.#form;
    this.bytes = lines.bytes;
    this.timestampMs = Date.now();
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
    return undefined;
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
