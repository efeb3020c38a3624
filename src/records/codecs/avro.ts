import { integerOf, readSchema, schemaError, type Translation } from './translation.js';

/**
 * Avro's binary encoding, shown in its JSON encoding (Avro specification, "JSON Encoding"): a union's value is
 * `{"string": "x"}`, or null; bytes are a string of the code points 0 to 255.
 * @param writerFile the schema that the bytes were written with, and are written with
 * @param readerFile the schema to resolve to when reading ("Schema Resolution")
 */
export async function avroTranslation(writerFile: string, readerFile?: string): Promise<Translation> {
  const { default: avro } = await import('avsc');
  // int64 in full: the library's own long is a double.
  const long = avro.types.LongType.__with({
    fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
    toBuffer(value: bigint) {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(value);
      return bytes;
    },
    fromJSON: (value: unknown) => (typeof value === 'string' ? BigInt(value) : integerOf(value)),
    toJSON: (value: bigint) => value,
    isValid: (value: unknown) => typeof value === 'bigint',
    compare: (a: bigint, b: bigint) => Number(a > b) - Number(a < b),
  });
  const open = async (file: string) => {
    const text = await readSchema(file);
    try {
      return avro.Type.forSchema(JSON.parse(text), { wrapUnions: true, registry: { long } });
    } catch (error) {
      throw schemaError(file, error);
    }
  };
  const writer = await open(writerFile);
  const reader = readerFile === undefined ? writer : await open(readerFile);
  const resolver = resolverOf();
  return {
    decode: (bytes) => jsonOf(reader.fromBuffer(bytes, resolver)),
    encode: (value) => writer.toBuffer(writer.fromString(JSON.stringify(value, bigintAsText))),
  };

  function resolverOf() {
    if (readerFile === undefined || reader === writer) return undefined;
    try {
      return reader.createResolver(writer);
    } catch (error) {
      throw schemaError(readerFile, error);
    }
  }
}

/** Records and unions are classes of the library's; bytes are Buffers. */
function jsonOf(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString('latin1');
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError(`${value} is no number in JSON`);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, jsonOf(item)]));
}

function bigintAsText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
