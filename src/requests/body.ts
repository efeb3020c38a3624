import { usageError } from '../base/errors.js';
import { nearestNames } from '../base/names.js';
import type { FieldSpec, FieldType, Shape } from '../protocol/schema.js';

/** A message's body as JSON has it: int64 as numbers, bytes and records in base64. */
export type JsonBody = Record<string, unknown>;

/**
 * The body that JSON stands for, as the declaration of a message wants it; ranges are checked where it is written.
 * @throws a usage error that names the field
 */
export function parseBody(shape: Shape, value: unknown, path = ''): JsonBody {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw usageError(`${path || 'the body'} is not an object of fields`);
  const known = Object.keys(shape);
  return Object.fromEntries(
    Object.entries(value).map(([name, given]) => {
      const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
      const place = path ? `${path}.${name}` : name;
      if (!field) {
        const near = nearestNames(name, known);
        throw usageError(
          `there is no field ${place}`,
          near.length > 0 ? `Did you mean ${near.join(', ')}?` : `There are ${known.join(', ')}.`,
        );
      }
      return [name, parseField(field.spec, given, place)];
    }),
  );
}

function parseField({ type, nullableFrom }: FieldSpec, value: unknown, path: string): unknown {
  if (value === null && nullableFrom !== undefined) return null;
  return parseValue(type, value, path);
}

function parseValue(type: FieldType, value: unknown, path: string): unknown {
  const wrong = (what: string) => usageError(`${path} is not ${what}`);
  switch (type.kind) {
    case 'struct':
      return parseBody(type.fields, value, path);
    case 'array':
      if (!Array.isArray(value)) throw wrong('a list');
      return value.map((item, index) => parseValue(type.of, item, `${path}[${index}]`));
    case 'bytes':
    case 'records':
      if (typeof value !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) throw wrong('base64');
      return Buffer.from(value, 'base64');
    case 'int64':
      if (typeof value === 'bigint') return value;
      if (Number.isSafeInteger(value) || (typeof value === 'string' && /^-?\d{1,19}$/.test(value)))
        return BigInt(value as number | string);
      throw wrong('a whole number');
    case 'bool':
      if (typeof value !== 'boolean') throw wrong('true or false');
      return value;
    case 'string':
    case 'uuid':
      if (typeof value !== 'string') throw wrong('a text');
      return value;
    default:
      if (typeof value !== 'number') throw wrong('a number');
      return value;
  }
}

/** Fields of answers whose bytes let somebody log in. */
const secretFields = new Set(['hmac', 'authBytes', 'saltedPassword', 'salt']);
export const masked = '(hidden)';

/** What JSON shows of an answer; secrets are masked. */
export function renderBody(value: unknown, name = ''): unknown {
  if (secretFields.has(name) && value !== null) return masked;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map((item) => renderBody(item, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, item]) => [field, renderBody(item, field)]));
}

export interface MessageField {
  /** Such as `topics[].partitions[].partitionIndex`. */
  path: string;
  type: string;
  versions: string;
  nullable: boolean;
  /** What it is when it is not given; null for null, and where a struct or a list holds its own. */
  default: string | null;
}

/** The fields of a message, those of lists and structs below them. */
export function fieldsOf(shape: Shape, path = ''): MessageField[] {
  return Object.entries(shape).flatMap(([name, { spec }]) => {
    const place = `${path}${name}`;
    const [min, max] = spec.versions;
    const own: MessageField = {
      path: place,
      type: typeName(spec.type),
      versions: Number.isFinite(max) ? `${min}-${max}` : `${min}+`,
      nullable: spec.nullableFrom !== undefined,
      default: spec.default === undefined || spec.default === null ? null : String(spec.default),
    };
    return [own, ...below(spec.type, place)];
  });
}

function typeName(type: FieldType): string {
  return type.kind === 'array' ? `list of ${typeName(type.of)}` : type.kind;
}

function below(type: FieldType, path: string): MessageField[] {
  if (type.kind === 'array') return below(type.of, `${path}[]`);
  return type.kind === 'struct' ? fieldsOf(type.fields, `${path}.`) : [];
}
