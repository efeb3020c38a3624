import { codecOf } from './compile.js';
import { Reader } from './reader.js';
import type { Input, Output, Shape } from './schema.js';
import { Writer } from './writer.js';

/** Data that Kafka keeps in records and opaque fields: an int16 version, then the fields of that version. */
export interface Message<S extends Shape = Shape> {
  readonly name: string;
  readonly versions: readonly [min: number, max: number];
  readonly flexible?: number;
  readonly fields: S;
  /** @throws UnsupportedFieldError, InvalidFieldError */
  encode(version: number, body: Input<S>): Buffer;
  /**
   * Reads any version from the lowest declared up; what newer versions append is ignored, as Kafka's own clients do.
   * @throws ProtocolError
   */
  decode(data: Buffer): Output<S>;
}

export type MessageOf<M> = M extends Message<infer S> ? Output<S> : never;

export function message<S extends Shape>(
  declaration: Pick<Message<S>, 'name' | 'versions' | 'flexible' | 'fields'>,
): Message<S> {
  const { name, versions, flexible, fields } = declaration;
  return {
    ...declaration,
    encode(version, body) {
      const writer = new Writer();
      writer.int16(version);
      codecOf(fields, version, flexible).write(writer, body);
      return writer.finish();
    },
    decode(data) {
      const reader = new Reader(data, name);
      const version = reader.int16();
      if (version < versions[0]) throw reader.malformed(`version ${version}`);
      return codecOf(fields, Math.min(version, versions[1]), flexible).read(reader);
    },
  };
}
