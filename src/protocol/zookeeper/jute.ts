import type { Codec } from '../compile.js';
import { InvalidFieldError } from '../protocol-error.js';
import { scalarCodec } from '../scalars.js';
import type { FieldType, Input, Output, Shape } from '../schema.js';

/**
 * ZooKeeper's encoding, jute (org.apache.jute.BinaryOutputArchive), of shapes in the language of Kafka's messages.
 * It is Kafka's classic encoding but for strings, whose length is an int32; it has neither versions nor tags.
 */
export function juteCodec<S extends Shape>(shape: S): Codec<Input<S>, Output<S>> {
  const known = compiled.get(shape);
  const codec = known ?? structCodec(shape, '');
  if (!known) compiled.set(shape, codec);
  return codec as Codec<Input<S>, Output<S>>;
}

const compiled = new WeakMap<Shape, Codec>();

function typeCodec(type: FieldType, path: string, nullable: boolean): Codec {
  switch (type.kind) {
    case 'struct':
      return structCodec(type.fields, `${path}.`);
    case 'array':
      return vectorCodec(typeCodec(type.of, path, false), path);
    case 'string':
      return stringCodec(path, nullable);
    default:
      return scalarCodec(type.kind, false, path, nullable);
  }
}

function structCodec(shape: Shape, prefix: string): Codec {
  const members = Object.entries(shape).map(([name, { spec }]) => ({
    name,
    codec: typeCodec(spec.type, prefix + name, spec.nullableFrom !== undefined),
  }));
  return {
    minSize: members.reduce((size, { codec }) => size + codec.minSize, 0),
    write(writer, value) {
      for (const { name, codec } of members) codec.write(writer, (value as Record<string, unknown>)[name]);
    },
    read: (reader) => Object.fromEntries(members.map(({ codec, name }) => [name, codec.read(reader)])),
  };
}

/** A vector; one that is null (-1), as Java writes it where there is nothing, is read as empty. */
function vectorCodec(element: Codec, path: string): Codec {
  const elementSize = Math.max(1, element.minSize);
  return {
    minSize: 4,
    write(writer, value) {
      const items = value as readonly unknown[];
      writer.int32(items.length);
      for (const item of items) element.write(writer, item);
    },
    read(reader) {
      const count = reader.int32();
      if (count < -1 || count > reader.remaining / elementSize) {
        throw reader.malformed(`${path} with ${count} elements in ${reader.remaining} bytes`);
      }
      const items: unknown[] = [];
      for (let index = 0; index < count; index++) items.push(element.read(reader));
      return items;
    },
  };
}

function stringCodec(path: string, nullable: boolean): Codec {
  return {
    minSize: 4,
    write(writer, value) {
      if (value === null && nullable) return writer.int32(-1);
      if (typeof value !== 'string') throw new InvalidFieldError(path, 'must be a text');
      const length = Buffer.byteLength(value);
      writer.int32(length);
      writer.string(value, length);
    },
    read(reader) {
      const length = reader.int32();
      if (length === -1 && nullable) return null;
      if (length < 0) throw reader.malformed(`${path} of length ${length}`);
      return reader.string(length);
    },
  };
}
