import type { Codec } from './compile.js';
import { InvalidFieldError } from './protocol-error.js';
import type { Reader } from './reader.js';
import type { ScalarKind } from './schema.js';
import type { Writer } from './writer.js';

const maxClassicString = 0x7fff;
const uuidBytes = 16;

/** The codec of a type that holds no other; `path` names the field in errors. */
export function scalarCodec(
  kind: ScalarKind | 'bytes' | 'records',
  flexible: boolean,
  path: string,
  nullable: boolean,
): Codec {
  switch (kind) {
    case 'string':
      return stringCodec(flexible, path, nullable);
    case 'bytes':
    case 'records':
      return bytesCodec(flexible, path, nullable);
    default:
      return fixedCodecs[kind](path);
  }
}

const fixedCodecs: Record<Exclude<ScalarKind, 'string'>, (path: string) => Codec> = {
  bool: (path) => ({
    minSize: 1,
    write(writer, value) {
      if (typeof value !== 'boolean') throw mistyped(path, value, 'true or false');
      writer.int8(value ? 1 : 0);
    },
    read: (reader) => reader.int8() !== 0,
  }),
  int8: (path) => ({
    minSize: 1,
    write: (writer, value) => writer.int8(integer(path, value, -0x80, 0x7f)),
    read: (reader) => reader.int8(),
  }),
  int16: (path) => ({
    minSize: 2,
    write: (writer, value) => writer.int16(integer(path, value, -0x8000, 0x7fff)),
    read: (reader) => reader.int16(),
  }),
  uint16: (path) => ({
    minSize: 2,
    write: (writer, value) => writer.uint16(integer(path, value, 0, 0xffff)),
    read: (reader) => reader.uint16(),
  }),
  int32: (path) => ({
    minSize: 4,
    write: (writer, value) => writer.int32(integer(path, value, -0x8000_0000, 0x7fff_ffff)),
    read: (reader) => reader.int32(),
  }),
  int64: (path) => ({
    minSize: 8,
    write(writer, value) {
      if (typeof value !== 'bigint' || BigInt.asIntN(64, value) !== value) {
        throw mistyped(path, value, 'a 64-bit integer');
      }
      writer.int64(value);
    },
    read: (reader) => reader.int64(),
  }),
  float64: (path) => ({
    minSize: 8,
    write(writer, value) {
      if (typeof value !== 'number') throw mistyped(path, value, 'a number');
      writer.float64(value);
    },
    read: (reader) => reader.float64(),
  }),
  uuid: (path) => ({
    minSize: uuidBytes,
    write(writer, value) {
      if (typeof value !== 'string' || !/^[\w-]{22}$/.test(value)) {
        throw mistyped(path, value, 'an id of 22 characters, as Kafka prints it');
      }
      writer.bytes(Buffer.from(value, 'base64url'));
    },
    read: (reader) => reader.bytes(uuidBytes).toString('base64url'),
  }),
};

function stringCodec(flexible: boolean, path: string, nullable: boolean): Codec {
  return {
    minSize: flexible ? 1 : 2,
    write(writer, value) {
      if (value === null && nullable) return writeNullLength(writer, flexible, 2);
      if (typeof value !== 'string') throw mistyped(path, value, 'a text');
      const length = Buffer.byteLength(value);
      if (length > maxClassicString)
        throw new InvalidFieldError(path, `is longer than ${maxClassicString} bytes`);
      if (flexible) writer.unsignedVarint(length + 1);
      else writer.int16(length);
      writer.string(value, length);
    },
    read(reader) {
      const length = flexible ? reader.unsignedVarint() - 1 : reader.int16();
      return checkNull(reader, path, length, nullable) ? null : reader.string(length);
    },
  };
}

function bytesCodec(flexible: boolean, path: string, nullable: boolean): Codec {
  return {
    minSize: flexible ? 1 : 4,
    write(writer, value) {
      if (value === null && nullable) return writeNullLength(writer, flexible, 4);
      if (!Buffer.isBuffer(value)) throw mistyped(path, value, 'bytes');
      if (flexible) writer.unsignedVarint(value.length + 1);
      else writer.int32(value.length);
      writer.bytes(value);
    },
    read(reader) {
      const length = flexible ? reader.unsignedVarint() - 1 : reader.int32();
      return checkNull(reader, path, length, nullable) ? null : reader.bytes(length);
    },
  };
}

function writeNullLength(writer: Writer, flexible: boolean, size: 2 | 4): void {
  if (flexible) writer.unsignedVarint(0);
  else if (size === 2) writer.int16(-1);
  else writer.int32(-1);
}

/** Whether a length says null. */
function checkNull(reader: Reader, path: string, length: number, nullable: boolean): boolean {
  if (length === -1 && nullable) return true;
  if (length < 0) throw reader.malformed(`${path} of length ${length}`);
  return false;
}

function integer(path: string, value: unknown, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw mistyped(path, value, `a whole number from ${min} to ${max}`);
  }
  return value;
}

function mistyped(path: string, value: unknown, expected: string): InvalidFieldError {
  const given = typeof value === 'number' || typeof value === 'bigint' ? `${value}` : typeof value;
  return new InvalidFieldError(path, `must be ${expected}, not ${value === null ? 'null' : given}`);
}
