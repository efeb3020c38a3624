import type { ErrorName } from './errors.js';

/**
 * The language of the declarations in `messages/`. It names what Kafka's message specifications name: a field's
 * type, the versions that have it, may have it null or carry it as a tagged field, and its default.
 */

export type ScalarKind =
  | 'bool'
  | 'int8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'int64'
  | 'float64'
  | 'string'
  | 'uuid';

export type FieldType =
  | { kind: ScalarKind | 'bytes' | 'records' }
  | { kind: 'array'; of: FieldType; keep?: Keep }
  | { kind: 'struct'; fields: Shape };

/** What a type is encoded in: a version, with compact lengths and tagged fields (KIP-482) or without. */
export interface Target {
  version: number;
  flexible: boolean;
}

/** Of an array of structs: fields, and the values of which one has to be in one of them. */
export type Keep = Readonly<Record<string, ReadonlyArray<string | number>>>;

export interface FieldSpec {
  type: FieldType;
  /** The versions that have the field, both ends included. */
  versions: readonly [min: number, max: number];
  /** The lowest version in which the value may be null. */
  nullableFrom?: number;
  /** Absent: the zero of the type (0, '', false, an empty array). */
  default?: unknown;
  tag?: number;
  ignorable?: boolean;
}

export function isPresent({ versions: [min, max] }: FieldSpec, version: number): boolean {
  return version >= min && version <= max;
}

export function isNullable({ nullableFrom }: FieldSpec, version: number): boolean {
  return nullableFrom !== undefined && version >= nullableFrom;
}

/**
 * One field. `In` is what a sender gives, `Out` what a receiver gets, `Optional` whether a sender may leave it out.
 * Immutable: each modifier returns a new field.
 */
export class Field<In, Out = In, Optional extends boolean = boolean> {
  declare readonly in: In;
  declare readonly out: Out;
  declare readonly optional: Optional;

  constructor(readonly spec: FieldSpec) {}

  /** The field exists from this version on. */
  since(version: number): Field<In, Out, true> {
    return new Field({ ...this.spec, versions: [version, Number.POSITIVE_INFINITY] });
  }

  /** The field exists in these versions, both included. */
  versions(min: number, max: number): Field<In, Out, true> {
    return new Field({ ...this.spec, versions: [min, max] });
  }

  /** The value may be null, from this version on. */
  nullable(fromVersion = 0): Field<In | null, Out | null, Optional> {
    return new Field({ ...this.spec, nullableFrom: fromVersion });
  }

  /** What a missing value stands for; a sender may leave the field out. */
  default(value: In): Field<In, Out, true> {
    return new Field({ ...this.spec, default: value });
  }

  /** A tagged field (KIP-482), from this version on. */
  tag(tag: number, sinceVersion: number): Field<In, Out, true> {
    return new Field({ ...this.spec, tag, versions: [sinceVersion, Number.POSITIVE_INFINITY] });
  }

  /** A reader sees only those elements of an array that this keeps; the others are passed over in their bytes. */
  keeping(keep: Keep): Field<In, Out, Optional> {
    if (this.spec.type.kind !== 'array') throw new Error('only of an array something can be kept');
    return new Field({ ...this.spec, type: { ...this.spec.type, keep } });
  }

  /** A value is dropped silently, not an error, when the negotiated version lacks the field. */
  ignorable(): Field<In, Out, Optional> {
    return new Field({ ...this.spec, ignorable: true });
  }
}

export type Shape = { readonly [name: string]: Field<unknown> };

type OptionalNames<S extends Shape> = {
  [Name in keyof S]: S[Name]['optional'] extends true ? Name : never;
}[keyof S];

/** What a sender gives for a shape: fields with a default, and those that some versions lack, may be left out. */
export type Input<S extends Shape> = {
  [Name in Exclude<keyof S, OptionalNames<S>>]: S[Name]['in'];
} & {
  [Name in OptionalNames<S>]?: S[Name]['in'] | undefined;
};

/** What a receiver gets for a shape: every field, with its default where the version lacks it. */
export type Output<S extends Shape> = { [Name in keyof S]: S[Name]['out'] };

const every: readonly [number, number] = [0, Number.POSITIVE_INFINITY];
const scalar = <T>(kind: ScalarKind | 'bytes' | 'records') =>
  new Field<T, T, false>({ type: { kind }, versions: every });

export const bool = () => scalar<boolean>('bool');
export const int8 = () => scalar<number>('int8');
export const int16 = () => scalar<number>('int16');
export const uint16 = () => scalar<number>('uint16');
export const int32 = () => scalar<number>('int32');
export const int64 = () => scalar<bigint>('int64');
export const float64 = () => scalar<number>('float64');
export const string = () => scalar<string>('string');
export const bytes = () => scalar<Buffer>('bytes');
/** Record batches, undecoded; a received value is a view of the frame. */
export const records = () => scalar<Buffer>('records');
/** A UUID as Kafka prints it: 22 characters of URL-safe base64. */
export const uuid = () => scalar<string>('uuid');

/** The UUID that stands for none. */
export const zeroUuid = 'AAAAAAAAAAAAAAAAAAAAAA';

export function struct<S extends Shape>(fields: S): Field<Input<S>, Output<S>, false> {
  return new Field({ type: { kind: 'struct', fields }, versions: every });
}

/** An array of a type, or of a struct with these fields. */
export function array<In, Out>(of: Field<In, Out>): Field<readonly In[], Out[], false>;
export function array<S extends Shape>(of: S): Field<readonly Input<S>[], Output<S>[], false>;
export function array(of: Field<unknown> | Shape): Field<readonly unknown[], unknown[], false> {
  const element: FieldType = of instanceof Field ? of.spec.type : { kind: 'struct', fields: of };
  return new Field({ type: { kind: 'array', of: element }, versions: every });
}

/** One API: a request, its response, and the versions of both that kctl speaks. */
export interface Api<Req extends Shape = Shape, Res extends Shape = Shape> {
  readonly key: number;
  /** Kafka's name, such as `CreateTopics`. */
  readonly name: string;
  readonly versions: readonly [min: number, max: number];
  /** The first version with compact lengths and tagged fields (KIP-482); absent if none has. */
  readonly flexible?: number;
  readonly request: Req;
  readonly response: Res;
  /** The errors after which the same request may be sent again, to a leader, controller or coordinator looked up anew. */
  readonly retries?: readonly ErrorName[];
  /** The request changes something: one whose answer was lost may have been carried out, and is not sent again unseen. */
  readonly changes?: true;
}

export function api<Req extends Shape, Res extends Shape>(declaration: Api<Req, Res>): Api<Req, Res> {
  return declaration;
}

/** The same API in fewer versions, for who needs what only these have. */
export function within<Req extends Shape, Res extends Shape>(
  { versions, ...rest }: Api<Req, Res>,
  { from = versions[0], upTo = versions[1] }: { from?: number; upTo?: number },
): Api<Req, Res> {
  return { ...rest, versions: [from, upTo] };
}

export type RequestOf<A> = A extends Api<infer Req, Shape> ? Input<Req> : never;
export type ResponseOf<A> = A extends Api<Shape, infer Res> ? Output<Res> : never;
