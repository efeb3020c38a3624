import { codecOf } from '../compile.js';
import { isDefault } from '../defaults.js';
import { Reader } from '../reader.js';
import type { FieldType, Shape } from '../schema.js';

/**
 * A kind of record in a topic of Kafka's own. A coordinator's key begins with the type, its value with a version
 * (int16 each); in the cluster's metadata both stand in front of the value, as unsigned varints.
 */
export interface StoredRecord {
  type: number;
  name: string;
  /** Absent in the cluster's metadata, whose records have no keys. */
  key?: Shape;
  versions: readonly [min: number, max: number];
  flexible?: number;
  fields: Shape;
}

/** What a stored record says. Data has the fields that its version has, as Kafka's own converters to JSON give them. */
export interface DecodedKey {
  type: number;
  /** Undefined for a type that is newer than what is declared. */
  record: StoredRecord | undefined;
  data: unknown;
}

export interface DecodedValue {
  version: number;
  data: unknown;
}

/** @throws ProtocolError for what is no key of a coordinator */
export function decodeKey(records: readonly StoredRecord[], bytes: Buffer): DecodedKey {
  const reader = new Reader(bytes, 'the key');
  const type = reader.int16();
  const record = records.find((known) => known.type === type);
  return { type, record, data: record?.key ? readJson(record.key, 0, undefined, reader) : null };
}

/** @throws ProtocolError for what is no value of this kind */
export function decodeValue(record: StoredRecord, bytes: Buffer): DecodedValue {
  const reader = new Reader(bytes, record.name);
  return versioned(record, reader.int16(), reader);
}

/**
 * A record of a KRaft cluster's metadata.
 * @throws ProtocolError
 */
export function decodeMetadata(records: readonly StoredRecord[], bytes: Buffer): DecodedKey & DecodedValue {
  const reader = new Reader(bytes, 'the metadata record');
  const frame = reader.unsignedVarint();
  if (frame !== 1) throw reader.malformed(`frame version ${frame}`);
  const type = reader.unsignedVarint();
  const version = reader.unsignedVarint();
  const record = records.find((known) => known.type === type);
  return { type, record, ...(record ? versioned(record, version, reader) : { version, data: null }) };
}

/**
 * What a control record says. The markers of transactions have a version in front of them; the others begin with it
 * as a field of their own.
 * @throws ProtocolError
 */
export function decodeControl(
  records: readonly StoredRecord[],
  key: Buffer,
  value: Buffer,
): { type: number; data: unknown } {
  const keyReader = new Reader(key, 'the key of the control record');
  keyReader.int16();
  const type = keyReader.int16();
  const record = records.find((known) => known.type === type);
  if (!record) return { type, data: null };
  if (!Object.hasOwn(record.fields, 'version')) return { type, data: decodeValue(record, value).data };
  const version = new Reader(value, record.name).int16();
  return { type, data: versioned(record, version, new Reader(value, record.name)).data };
}

/** What a newer version appends is not seen. */
function versioned(
  { versions, flexible, fields }: StoredRecord,
  version: number,
  reader: Reader,
): DecodedValue {
  if (version < versions[0]) throw reader.malformed(`version ${version}`);
  return { version, data: readJson(fields, Math.min(version, versions[1]), flexible, reader) };
}

function readJson(shape: Shape, version: number, flexible: number | undefined, reader: Reader): unknown {
  return fieldsOf(shape, version, codecOf(shape, version, flexible).read(reader));
}

/** The fields that a version has; tagged ones only where they say something. */
function fieldsOf(shape: Shape, version: number, body: Record<string, unknown>): Record<string, unknown> {
  const shown = Object.entries(shape).filter(([name, { spec }]) => {
    const isPresent = version >= spec.versions[0] && version <= spec.versions[1];
    return isPresent && (spec.tag === undefined || !isDefault(spec, body[name]));
  });
  return Object.fromEntries(shown.map(([name, { spec }]) => [name, jsonOf(spec.type, version, body[name])]));
}

function jsonOf(type: FieldType, version: number, value: unknown): unknown {
  if (value === null) return null;
  if (Buffer.isBuffer(value)) return value.toString('base64');
  if (type.kind === 'array') return (value as unknown[]).map((item) => jsonOf(type.of, version, item));
  if (type.kind === 'struct') return fieldsOf(type.fields, version, value as Record<string, unknown>);
  return value;
}
