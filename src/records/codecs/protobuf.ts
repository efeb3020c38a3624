import { readSchema, schemaError, type Translation } from './translation.js';

/**
 * Protobuf's binary encoding, shown as ProtoJSON (protobuf.dev, "ProtoJSON Format"): names in lowerCamelCase,
 * int64 as strings, bytes as base64, enums by name. A field that the message does not have is refused.
 * @param file a .proto; what it imports is looked for beside it
 * @param name of the message, with its package or without where that is clear
 */
export async function protobufTranslation(file: string, name: string): Promise<Translation> {
  await readSchema(file);
  const [{ default: protobuf }, { default: protojson }] = await Promise.all([
    import('protobufjs'),
    import('protobufjs/ext/protojson.js'),
  ]);
  const typeOf = async () => {
    const root = await new protobuf.Root().load(file, { keepCase: true });
    return root.lookupType(name);
  };
  const type = await typeOf().catch((error) => {
    throw schemaError(file, error);
  });
  return {
    decode: (bytes) => protojson.toJson(type, type.decode(bytes)),
    encode: (value) => Buffer.from(type.encode(protojson.fromJson(type, withoutBigint(value))).finish()),
  };
}

/** ProtoJSON has large integers as strings. */
function withoutBigint(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(withoutBigint);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutBigint(item)]));
}
