import fc from 'fast-check';
import { defaultOf } from '../../../src/protocol/defaults.js';
import type { FieldType, Shape } from '../../../src/protocol/schema.js';

const bytes = fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array));
const integer = (min: number, max: number) =>
  fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max, 0));

const scalars = {
  bool: fc.boolean(),
  int8: integer(-0x80, 0x7f),
  int16: integer(-0x8000, 0x7fff),
  uint16: integer(0, 0xffff),
  int32: integer(-0x8000_0000, 0x7fff_ffff),
  int64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  float64: fc.double({ noNaN: true }),
  string: fc.string({ unit: 'grapheme', maxLength: 40 }),
  uuid: fc
    .uint8Array({ minLength: 16, maxLength: 16 })
    .map((array) => Buffer.from(array).toString('base64url')),
  bytes,
  records: bytes,
};

/** Bodies that a version can carry whole: what it lacks has its default, so that decoding gives the same back. */
export function bodiesOf(shape: Shape, version: number): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(
    Object.fromEntries(
      Object.entries(shape).map(([name, { spec }]) => {
        const present = version >= spec.versions[0] && version <= spec.versions[1];
        if (!present) return [name, fc.constant(defaultOf(spec))];
        const values = valuesOf(spec.type, version);
        const nullable = spec.nullableFrom !== undefined && version >= spec.nullableFrom;
        return [name, nullable ? fc.option(values, { nil: null }) : values];
      }),
    ),
    { noNullPrototype: true },
  );
}

function valuesOf(type: FieldType, version: number): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'array':
      return fc.array(valuesOf(type.of, version), { maxLength: 3 });
    case 'struct':
      return bodiesOf(type.fields, version);
    default:
      return scalars[type.kind];
  }
}
