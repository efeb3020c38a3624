import { KctlError, messageOf, usageError } from '../../base/errors.js';
import { parseJson, renderJson } from '../../base/json.js';
import { integerOf, type Translation } from './translation.js';

/** What the bytes of a key or value can be read as; `string` is the bytes as they are. */
export const dataFormats = [
  'string',
  'json',
  'avro',
  'protobuf',
  'hex',
  'base64',
  'int32',
  'int64',
  'double',
] as const;
export type DataFormat = (typeof dataFormats)[number];
/** Of what is shown; `kafka` are the records of Kafka's own topics, which nobody else writes. */
export type ShownFormat = DataFormat | 'kafka';

/** How the keys or the values of records are shown and read. */
export class Codec {
  constructor(
    readonly format: ShownFormat,
    private readonly translation: Translation,
  ) {}

  /** @throws KctlError UNDECODABLE */
  decode(bytes: Buffer, key?: Buffer | null): unknown {
    try {
      return this.translation.decode(bytes, key);
    } catch (error) {
      throw codecError('UNDECODABLE', `${bytes.length} bytes are not ${this.format}`, error);
    }
  }

  /** @throws KctlError UNENCODABLE */
  encode(value: unknown): Buffer {
    return this.#encode(() => value);
  }

  /** On one line. */
  textOf(value: unknown): string {
    return this.translation.isText ? String(value) : renderJson(value, 0);
  }

  /** Of what `textOf` gives, and of any other JSON. @throws KctlError UNENCODABLE */
  encodeText(text: string): Buffer {
    return this.#encode(() => (this.translation.isText ? text : parseJson(text)));
  }

  #encode(read: () => unknown): Buffer {
    try {
      return this.translation.encode(read());
    } catch (error) {
      throw codecError('UNENCODABLE', `cannot be written as ${this.format}`, error);
    }
  }
}

/** Undefined for bytes that are shown and taken as they are. */
export interface Codecs {
  key: Codec | undefined;
  value: Codec | undefined;
}

function codecError(code: string, message: string, cause: unknown): KctlError {
  const [words = ''] = messageOf(cause).split('\n', 1);
  return new KctlError(`${message} (${words})`, { code, cause });
}

/** What the flags of one side, key or value, say. */
export interface CodecRequest {
  side: 'key' | 'value';
  format: DataFormat;
  /** An Avro schema (.avsc) or Protobuf definitions (.proto). */
  schema?: string | undefined;
  /** The Avro schema that the reader wants, where it is not the writer's. */
  readerSchema?: string | undefined;
  /** The Protobuf message. */
  message?: string | undefined;
}

/**
 * Opens a codec, with its schema; undefined for `string`.
 * @throws KctlError exit 2 for flags that do not belong together, exit 1 for a schema that cannot be used
 */
export async function openCodec(request: CodecRequest): Promise<Codec | undefined> {
  const { side, format, schema, readerSchema, message } = request;
  const refuse = (flag: string, given: string | undefined, belongsTo: string) => {
    if (given !== undefined)
      throw usageError(`--${side}-${flag} belongs to --${side}-format ${belongsTo}, not ${format}`);
  };
  if (format !== 'avro' && format !== 'protobuf') refuse('schema', schema, 'avro or protobuf');
  if (format !== 'avro') refuse('reader-schema', readerSchema, 'avro');
  if (format !== 'protobuf') refuse('message', message, 'protobuf');
  if (format === 'string') return undefined;
  return simpleCodec(format) ?? new Codec(format, await withSchema(request));
}

/** The codec of a format that needs no schema. */
export function simpleCodec(format: DataFormat): Codec | undefined {
  const translation = simple[format];
  return translation && new Codec(format, translation);
}

async function withSchema({
  side,
  format,
  schema,
  readerSchema,
  message,
}: CodecRequest): Promise<Translation> {
  if (schema === undefined) throw usageError(`--${side}-format ${format} needs --${side}-schema`);
  if (format === 'avro') {
    const { avroTranslation } = await import('./avro.js');
    return avroTranslation(schema, readerSchema);
  }
  if (message === undefined) throw usageError(`--${side}-format protobuf needs --${side}-message`);
  const { protobufTranslation } = await import('./protobuf.js');
  return protobufTranslation(schema, message);
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const simple: Partial<Record<DataFormat, Translation>> = {
  json: {
    decode: (bytes) => parseJson(strictUtf8.decode(bytes)),
    encode: (value) => Buffer.from(renderJson(value, 0)),
  },
  hex: {
    isText: true,
    decode: (bytes) => bytes.toString('hex'),
    encode: (value) => strictly(value, 'hex', /^([0-9a-f]{2})*$/i),
  },
  base64: {
    isText: true,
    decode: (bytes) => bytes.toString('base64'),
    encode: (value) =>
      strictly(value, 'base64', /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/),
  },
  int32: {
    decode: (bytes) => sized(bytes, 4).readInt32BE(),
    encode(value) {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32BE(Number(integerOf(value)));
      return bytes;
    },
  },
  int64: {
    decode: (bytes) => sized(bytes, 8).readBigInt64BE(),
    encode(value) {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64BE(integerOf(value));
      return bytes;
    },
  },
  double: {
    decode(bytes) {
      const value = sized(bytes, 8).readDoubleBE();
      if (Number.isFinite(value)) return value;
      throw new RangeError(`${value} is no number in JSON`);
    },
    encode(value) {
      if (typeof value !== 'number' && typeof value !== 'bigint') throw new TypeError('it is not a number');
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleBE(Number(value));
      return bytes;
    },
  },
};

function strictly(text: unknown, encoding: 'hex' | 'base64', form: RegExp): Buffer {
  if (typeof text !== 'string' || !form.test(text)) throw new SyntaxError(`its text is not ${encoding}`);
  return Buffer.from(text, encoding);
}

function sized(bytes: Buffer, size: number): Buffer {
  if (bytes.length === size) return bytes;
  throw new RangeError(`it takes ${size} bytes`);
}
