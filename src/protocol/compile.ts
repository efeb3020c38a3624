import { defaultOf, isDefault } from './defaults.js';
import { InvalidFieldError, UnsupportedFieldError } from './protocol-error.js';
import type { Reader } from './reader.js';
import { scalarCodec } from './scalars.js';
import {
  type FieldSpec,
  type FieldType,
  type Input,
  isNullable,
  isPresent,
  type Keep,
  type Output,
  type Shape,
  type Target,
} from './schema.js';
import { passOver, passOverTags, stepsOver } from './skip.js';
import { Writer } from './writer.js';

/** Writes and reads one type in one version. */
export interface Codec<In = unknown, Out = In> {
  write(writer: Writer, value: In): void;
  read(reader: Reader): Out;
  /** The fewest bytes that a value takes: an array cannot hold more elements than fit into what is left. */
  readonly minSize: number;
}

const compiled = new WeakMap<Shape, Map<number, Codec>>();

/**
 * The codec of a message in one version, compiled on first use.
 * @param flexible the message's first flexible version, if any
 * @throws InvalidFieldError or UnsupportedFieldError from `write`, ProtocolError from `read`
 */
export function codecOf<S extends Shape>(
  shape: S,
  version: number,
  flexible: number | undefined,
): Codec<Input<S>, Output<S>> {
  const codecs = compiled.get(shape) ?? new Map<number, Codec>();
  compiled.set(shape, codecs);
  const codec =
    codecs.get(version) ??
    structCodec(shape, { version, flexible: flexible !== undefined && version >= flexible }, '');
  codecs.set(version, codec);
  return codec as Codec<Input<S>, Output<S>>;
}

function typeCodec(
  type: FieldType,
  target: Target,
  path: string,
  nullable: boolean,
  isTagged = false,
): Codec {
  switch (type.kind) {
    case 'struct': {
      const codec = structCodec(type.fields, target, `${path}.`);
      return nullable ? nullableStructCodec(codec, isTagged) : codec;
    }
    case 'array':
      return arrayCodec(type, typeCodec(type.of, target, path, false), target, path, nullable);
    default:
      return scalarCodec(type.kind, target.flexible, path, nullable);
  }
}

function arrayCodec(
  type: Extract<FieldType, { kind: 'array' }>,
  element: Codec,
  target: Target,
  path: string,
  nullable: boolean,
): Codec {
  const { flexible } = target;
  const elementSize = Math.max(1, element.minSize);
  const readKept = type.keep && keptReader(type.of, element, target, type.keep);
  return {
    minSize: flexible ? 1 : 4,
    write(writer, value) {
      if (value === null && !nullable) throw new InvalidFieldError(path, 'cannot be null');
      const items = value as readonly unknown[] | null;
      if (flexible) writer.unsignedVarint(items === null ? 0 : items.length + 1);
      else writer.int32(items === null ? -1 : items.length);
      for (const item of items ?? []) element.write(writer, item);
    },
    read(reader) {
      const count = flexible ? reader.unsignedVarint() - 1 : reader.int32();
      if (count === -1 && nullable) return null;
      if (count < 0 || count > reader.remaining / elementSize) {
        throw reader.malformed(`${path} with ${count} elements in ${reader.remaining} bytes`);
      }
      if (readKept) return readKept(reader, count);
      // Short ones, which are most, of their length at once: an array that grows begins with seventeen places.
      const items = new Array<unknown>(Math.min(count, 64));
      for (let index = 0; index < count; index++) items[index] = element.read(reader);
      return items;
    },
  };
}

/** Reads those of so many elements that are to be kept. */
function keptReader(type: FieldType, element: Codec, target: Target, keep: Keep) {
  const steps = stepsOver(type, target, { keep });
  return (reader: Reader, count: number): unknown[] => {
    const kept: unknown[] = [];
    for (let index = 0; index < count; index++) {
      const start = reader.position;
      if (!passOver(reader, steps)) continue;
      reader.goBack(start);
      kept.push(element.read(reader));
    }
    return kept;
  };
}

/** One byte marks a nullable struct (KIP-893): 1 for one that follows; for null it is -1, or 0 in a tagged field. */
function nullableStructCodec(codec: Codec, isTagged: boolean): Codec {
  return {
    minSize: 1,
    write(writer, value) {
      writer.int8(value !== null ? 1 : isTagged ? 0 : -1);
      if (value !== null) codec.write(writer, value);
    },
    read: (reader) => (reader.int8() < (isTagged ? 1 : 0) ? null : codec.read(reader)),
  };
}

interface Member {
  name: string;
  path: string;
  spec: FieldSpec;
  codec: Codec;
}

function structCodec(shape: Shape, target: Target, prefix: string): Codec {
  const { version, flexible } = target;
  const members = Object.entries(shape).map(([name, { spec }]): Member => {
    const path = prefix + name;
    const codec = typeCodec(spec.type, target, path, isNullable(spec, version), spec.tag !== undefined);
    return { name, path, spec, codec };
  });
  const present = ({ spec }: Member) => isPresent(spec, version);
  const plain = members.filter((member) => present(member) && member.spec.tag === undefined);
  const tagged = new Map(
    members
      .filter((member) => present(member) && member.spec.tag !== undefined)
      .map((member) => [member.spec.tag ?? 0, member]),
  );
  const refused = members.filter((member) => !present(member) && !member.spec.ignorable);
  const defaulted = members.filter((member) => !plain.includes(member));

  return {
    minSize: plain.reduce((size, { codec }) => size + codec.minSize, flexible ? 1 : 0),
    write(writer, value) {
      const body = value as Record<string, unknown>;
      for (const { name, path, spec } of refused) {
        if (!isDefault(spec, body[name])) throw new UnsupportedFieldError(path, version);
      }
      for (const { name, spec, codec } of plain) {
        const given = body[name];
        codec.write(writer, given === undefined ? defaultOf(spec) : given);
      }
      if (flexible) writeTagged(writer, tagged, body);
    },
    read(reader) {
      const body: Record<string, unknown> = {};
      for (const { name, codec } of plain) body[name] = codec.read(reader);
      for (const { name, spec } of defaulted) body[name] = defaultOf(spec);
      if (flexible) readTagged(reader, tagged, body);
      return body;
    },
  };
}

function writeTagged(writer: Writer, members: Map<number, Member>, body: Record<string, unknown>): void {
  if (members.size === 0) {
    writer.unsignedVarint(0);
    return;
  }
  const given = [...members].filter(([, { name, spec }]) => !isDefault(spec, body[name]));
  writer.unsignedVarint(given.length);
  for (const [tag, { name, codec }] of given.sort(([a], [b]) => a - b)) {
    const section = new Writer();
    codec.write(section, body[name]);
    const content = section.finish();
    writer.unsignedVarint(tag);
    writer.unsignedVarint(content.length);
    writer.bytes(content);
  }
}

/** Reads a tag buffer; tags that the declaration does not know are skipped. */
function readTagged(reader: Reader, members: Map<number, Member>, body: Record<string, unknown>): void {
  if (members.size === 0) {
    passOverTags(reader);
    return;
  }
  const count = reader.unsignedVarint();
  for (let index = 0; index < count; index++) {
    const member = members.get(reader.unsignedVarint());
    const section = reader.section(reader.unsignedVarint());
    if (!member) continue;
    body[member.name] = member.codec.read(section);
    section.end();
  }
}
