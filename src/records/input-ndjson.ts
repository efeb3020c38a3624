import { KctlError } from '../base/errors.js';
import { parseJson, renderJson } from '../base/json.js';
import type { RecordHeader } from '../protocol/records/batch.js';
import { encodeHeaders, NO_HEADERS } from '../protocol/records/builder.js';
import { type Codec, type Codecs, type DataFormat, dataFormats, simpleCodec } from './codecs/codec.js';
import type { Lines } from './input.js';
import { type InputRecord, place } from './input-record.js';

export interface NdjsonForm {
  /** Headers of every record, before its own. */
  headers: RecordHeader[];
  keepPartition: boolean;
  keepTimestamp: boolean;
  codecs: Codecs;
}

/** What `console-consumer -o json` prints of a record; only these may stand in a line. */
const fields = [
  ...['kind', 'version', 'topic', 'partition', 'offset', 'timestamp', 'timestampType'],
  ...['key', 'keyEncoding', 'value', 'valueEncoding', 'headers'],
];

/**
 * Records as `console-consumer -o json` prints them (schemas/Record.json), one a line. `keyEncoding` and
 * `valueEncoding` say how bytes were written; without them a string is its UTF-8 bytes, or what the codec that
 * was asked for makes of it, null is null, and other JSON stands for its own text.
 */
export class NdjsonParser implements InputRecord {
  bytes: Buffer = Buffer.alloc(0);
  keyStart = -1;
  keyEnd = -1;
  valueStart = -1;
  valueEnd = -1;
  timestampMs = 0;
  headers: Buffer = NO_HEADERS;
  partition = -1;

  readonly #form: NdjsonForm;

  constructor(form: NdjsonForm) {
    this.#form = form;
  }

  parse({ bytes, start, end, readAtMs }: Lines): string | undefined {
    try {
      this.#take(parseJson(bytes.toString('utf8', start, end)), readAtMs);
      return undefined;
    } catch (error) {
      if (error instanceof KctlError || error instanceof FormError) return error.message;
      if (error instanceof SyntaxError) return `is not JSON (${error.message})`;
      throw error;
    }
  }

  #take(given: unknown, readAtMs: number): void {
    const { codecs, headers, keepPartition, keepTimestamp } = this.#form;
    if (typeof given !== 'object' || given === null || Array.isArray(given))
      throw new FormError('is not a JSON object');
    const record = given as Record<string, unknown>;
    const unknown = Object.keys(record).find((name) => !fields.includes(name));
    if (unknown !== undefined)
      throw new FormError(`has a field that no record has, ${JSON.stringify(unknown)}`);
    if (record.kind !== undefined && record.kind !== 'Record')
      throw new FormError(`is a ${JSON.stringify(record.kind)} and no Record`);
    const key = bytesOf('key', record.key, record.keyEncoding, codecs.key);
    const value = bytesOf('value', record.value, record.valueEncoding, codecs.value);
    this.headers = encodeHeaders([...headers, ...headersOf(record.headers)]);
    this.partition = keepPartition ? wholeNumber('partition', record.partition) : -1;
    const ownTime = keepTimestamp && record.timestamp !== null;
    this.timestampMs = ownTime ? wholeNumber('timestamp', record.timestamp) : readAtMs;
    place(this, key, value);
  }
}

/** What is wrong with a line. */
class FormError extends Error {}

function bytesOf(
  side: keyof Codecs,
  given: unknown,
  encoding: unknown,
  asked: Codec | undefined,
): Buffer | undefined {
  if (encoding !== undefined) return codecOf(side, encoding, asked).encode(given);
  if (given === null || given === undefined) return undefined;
  if (asked) return asked.encode(given);
  return Buffer.from(typeof given === 'string' ? given : renderJson(given, 0));
}

function codecOf(side: keyof Codecs, encoding: unknown, asked: Codec | undefined): Codec {
  if (asked && asked.format === encoding) return asked;
  const simple = dataFormats.includes(encoding as DataFormat)
    ? simpleCodec(encoding as DataFormat)
    : undefined;
  if (simple) return simple;
  throw new FormError(
    encoding === 'avro' || encoding === 'protobuf'
      ? `has a ${side} in ${encoding}: say --${side}-format ${encoding} and its schema`
      : `has a ${side}Encoding that is not known, ${JSON.stringify(encoding)}`,
  );
}

/** `[name, value]`, with "base64" as third element for the value, as fourth for the name. */
function headersOf(given: unknown): RecordHeader[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) throw new FormError('has headers that are not a list');
  return given.map((header) => {
    const [name, value, valueEncoding, nameEncoding] = Array.isArray(header) ? header : [];
    const key = headerBytes(name, nameEncoding);
    if (!key) throw new FormError('has a header that is not [name, value]');
    return { key, value: headerBytes(value, valueEncoding) };
  });
}

function headerBytes(given: unknown, encoding: unknown): Buffer | null {
  if (given === null) return null;
  if (typeof given !== 'string') throw new FormError('has a header that is not [name, value]');
  if (encoding === undefined || encoding === null) return Buffer.from(given);
  if (encoding !== 'base64') throw new FormError('has a header in an encoding that is not known');
  return codecOf('value', 'base64', undefined).encode(given);
}

function wholeNumber(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new FormError(`has no ${name}`);
}
