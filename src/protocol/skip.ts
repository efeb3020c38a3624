import type { Reader } from './reader.js';
import { scalarCodec } from './scalars.js';
import { type FieldType, isNullable, isPresent, type Keep, type Shape, type Target } from './schema.js';

/** What stands at one place of an encoded value, as far as who passes over it has to know. */
type Step =
  | { kind: 'fixed'; bytes: number }
  /** A text or bytes, after their length: a varint, or so many bytes. */
  | { kind: 'sized'; lengthBytes: LengthBytes }
  | { kind: 'array'; lengthBytes: LengthBytes; of: readonly Step[] }
  | { kind: 'nullable'; of: readonly Step[] }
  | { kind: 'tags' }
  | { kind: 'isText'; lengthBytes: LengthBytes; texts: readonly Buffer[] }
  | { kind: 'isByte'; values: readonly number[] };
type LengthBytes = 'varint' | 2 | 4;

/** The steps over a value of a type; over a struct they look for what is to be kept. */
export function stepsOver(
  type: FieldType,
  target: Target,
  { nullable = false, keep = {} }: { nullable?: boolean; keep?: Keep } = {},
): Step[] {
  switch (type.kind) {
    case 'struct': {
      const steps = stepsOverStruct(type.fields, target, keep);
      return nullable ? [{ kind: 'nullable', of: steps }] : steps;
    }
    case 'array':
      return [{ kind: 'array', lengthBytes: lengthBytes(target, 4), of: stepsOver(type.of, target) }];
    case 'string':
      return [{ kind: 'sized', lengthBytes: lengthBytes(target, 2) }];
    case 'bytes':
    case 'records':
      return [{ kind: 'sized', lengthBytes: lengthBytes(target, 4) }];
    default:
      return [{ kind: 'fixed', bytes: scalarCodec(type.kind, target.flexible, '', nullable).minSize }];
  }
}

function lengthBytes({ flexible }: Target, classic: 2 | 4): LengthBytes {
  return flexible ? 'varint' : classic;
}

function stepsOverStruct(fields: Shape, target: Target, keep: Keep): Step[] {
  const steps: Step[] = [];
  for (const [name, { spec }] of Object.entries(fields)) {
    if (!isPresent(spec, target.version) || spec.tag !== undefined) continue;
    const nullable = isNullable(spec, target.version);
    const wanted = keep[name];
    const next = wanted ? [looking(spec.type, target, wanted)] : stepsOver(spec.type, target, { nullable });
    for (const step of next) {
      const last = steps.at(-1);
      if (step.kind === 'fixed' && last?.kind === 'fixed') last.bytes += step.bytes;
      else steps.push(step);
    }
  }
  return target.flexible ? [...steps, { kind: 'tags' }] : steps;
}

function looking(type: FieldType, target: Target, values: ReadonlyArray<string | number>): Step {
  if (type.kind === 'int8') return { kind: 'isByte', values: values.map(Number) };
  if (type.kind !== 'string') throw new Error(`elements are kept by a text or an int8, not by ${type.kind}`);
  const texts = values.map((value) => Buffer.from(String(value)));
  return { kind: 'isText', lengthBytes: lengthBytes(target, 2), texts };
}

/**
 * Passes over a value, of which only lengths are looked at, and tells whether a field that was looked for has one of
 * its values. One loop for all types: it is compiled once, and little of it.
 * @throws ProtocolError
 */
export function passOver(reader: Reader, steps: readonly Step[]): boolean {
  let found = false;
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index] as Step;
    switch (step.kind) {
      case 'fixed':
        reader.skip(step.bytes);
        break;
      case 'sized':
        reader.skip(readLength(reader, step.lengthBytes));
        break;
      case 'isByte':
        if (step.values.includes(reader.int8())) found = true;
        break;
      case 'isText':
        if (reader.isOneOf(readLength(reader, step.lengthBytes), step.texts)) found = true;
        break;
      case 'array':
        passOverArray(reader, step);
        break;
      case 'nullable':
        if (reader.int8() >= 0) passOver(reader, step.of);
        break;
      case 'tags':
        passOverTags(reader);
    }
  }
  return found;
}

/** Zero for null, which is a length of -1. */
function readLength(reader: Reader, lengthBytes: LengthBytes): number {
  const length =
    lengthBytes === 'varint'
      ? reader.unsignedVarint() - 1
      : lengthBytes === 2
        ? reader.int16()
        : reader.int32();
  if (length < -1) throw reader.malformed(`a length of ${length}`);
  return length === -1 ? 0 : length;
}

function passOverArray(reader: Reader, { lengthBytes, of }: Extract<Step, { kind: 'array' }>): void {
  const count = readLength(reader, lengthBytes);
  if (count > reader.remaining) throw reader.malformed(`${count} elements in ${reader.remaining} bytes`);
  const [first] = of;
  if (of.length === 1 && first?.kind === 'fixed') reader.skip(count * first.bytes);
  else for (let index = 0; index < count; index++) passOver(reader, of);
}

/** Passes over tagged fields (KIP-482). */
export function passOverTags(reader: Reader): void {
  const count = reader.unsignedVarint();
  for (let index = 0; index < count; index++) {
    reader.unsignedVarint();
    reader.skip(reader.unsignedVarint());
  }
}
