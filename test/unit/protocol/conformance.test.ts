import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { defaultOf } from '../../../src/protocol/defaults.js';
import { apis, messages } from '../../../src/protocol/registry.js';
import type { FieldSpec, FieldType, Shape } from '../../../src/protocol/schema.js';
import { metadataRecords } from '../../../src/protocol/stored/cluster-metadata.js';
import { consumerGroupRecords } from '../../../src/protocol/stored/consumer-groups.js';
import { controlRecords } from '../../../src/protocol/stored/control.js';
import { shareGroupRecords } from '../../../src/protocol/stored/share-groups.js';
import { shareStateRecords } from '../../../src/protocol/stored/share-state.js';
import { streamsGroupRecords } from '../../../src/protocol/stored/streams-groups.js';
import { transactionRecords } from '../../../src/protocol/stored/transactions.js';
import {
  includesVersion,
  kafkaJars,
  type MessageSpec,
  parseVersions,
  readSpecs,
  type SpecField,
} from '../../support/specs.js';

/** One declared message, next to the specification of the same name. */
interface Declared {
  name: string;
  key: number | undefined;
  kind: 'request' | 'response' | 'data';
  versions: readonly [number, number];
  flexible: number | undefined;
  shape: Shape;
}

const declared: Declared[] = [
  ...apis.flatMap(({ name, key, versions, flexible, request, response }): Declared[] => [
    { name: `${name}Request`, key, kind: 'request', versions, flexible, shape: request },
    { name: `${name}Response`, key, kind: 'response', versions, flexible, shape: response },
  ]),
  ...messages.map(({ name, versions, flexible, fields }): Declared => {
    return { name, key: undefined, kind: 'data', versions, flexible, shape: fields };
  }),
];

/** Records that Kafka keeps in its own topics: the newest specification says what all of them are. */
const stored: Declared[] = [
  ...[
    ...consumerGroupRecords,
    ...shareGroupRecords,
    ...streamsGroupRecords,
    ...shareStateRecords,
    ...transactionRecords,
  ].flatMap(({ type, name, key = {}, versions, flexible, fields }): Declared[] => [
    { name: `${name}Key`, key: type, kind: 'data', versions: [0, 0], flexible: undefined, shape: key },
    { name: `${name}Value`, key: type, kind: 'data', versions, flexible, shape: fields },
  ]),
  ...metadataRecords.map(({ type, name, versions, flexible, fields }): Declared => {
    return { name, key: type, kind: 'data', versions, flexible, shape: fields };
  }),
  ...controlRecords.map(({ name, versions, flexible, fields }): Declared => {
    return { name, key: undefined, kind: 'data', versions, flexible, shape: fields };
  }),
];

/** Declarations that stop before the newest version, and why. */
const narrower = new Map([['AddPartitionsToTxn', 'versions from 4 on are for brokers']]);

describe('declarations are what the specifications in the kafka-clients jars say', () => {
  let generations: Map<string, MessageSpec>[] = [];
  before(async () => {
    generations = (await kafkaJars()).map(readSpecs);
  });

  test('the specifications are found', () => {
    for (const specs of generations) assert.ok(specs.size > 100, `a jar holds ${specs.size} specifications`);
  });

  for (const message of declared) {
    test(message.name, () => {
      const specs = generations.flatMap((generation) => generation.get(message.name) ?? []);
      assert.notEqual(specs.length, 0, 'no jar knows it');
      compareRange(message, specs);
      for (const spec of specs) compareFields(message, spec);
    });
  }

  for (const message of stored) {
    test(`${message.name}, type ${message.key ?? 'in its key'}`, () => {
      const spec = generations.at(-1)?.get(message.name);
      assert.ok(spec, 'no jar knows it');
      compareRange(message, [spec]);
      compareFields(message, spec);
    });
  }

  test('every record of the coordinators and of the metadata is declared', () => {
    const kinds = ['coordinator-value', 'metadata'];
    const specified = [...(generations.at(-1)?.values() ?? [])].filter(({ type }) => kinds.includes(type));
    const names = new Set(stored.map(({ name }) => name));
    assert.deepEqual(
      specified.filter(({ name }) => !names.has(name)).map(({ name }) => name),
      [],
    );
  });
});

/** A declaration reaches from the oldest version that every generation of clients speaks to the newest of all. */
function compareRange({ name, key, versions }: Declared, specs: MessageSpec[]): void {
  const ranges = specs.map((spec) => parseVersions(spec.validVersions));
  const min = Math.max(...ranges.map((range) => range[0]));
  const max = Math.max(...ranges.map((range) => range[1]));
  const expected = narrower.has(name.replace(/Re(quest|sponse)$/, '')) ? [min, versions[1]] : [min, max];
  assert.deepEqual(versions, expected);
  for (const spec of specs) assert.equal(key, spec.apiKey);
}

function compareFields(message: Declared, spec: MessageSpec): void {
  const [min, max] = parseVersions(spec.validVersions);
  for (let version = message.versions[0]; version <= message.versions[1]; version++) {
    if (version < min || version > max) continue;
    const ours = [flexibleLine(message.flexible, version), ...declaredLines(message, spec, version)];
    const [flexibleFrom] = parseVersions(spec.flexibleVersions);
    const flexible = spec.flexibleVersions === 'none' ? undefined : flexibleFrom;
    const theirs = [flexibleLine(flexible, version), ...specLines(message, spec, version)];
    assert.deepEqual(ours, theirs, `${message.name} version ${version}`);
  }
}

function flexibleLine(flexible: number | undefined, version: number): string {
  return `flexible: ${flexible !== undefined && version >= flexible}`;
}

/** What either side says of one field in one version, as a line, so that a difference reads well. */
interface Line {
  path: string;
  type: string;
  present: boolean;
  nullable: boolean;
  tag: number | undefined;
  default: unknown;
  ignorable: boolean;
}

function format(line: Line, kind: Declared['kind']): string {
  const words = [line.path, line.type];
  if (!line.present) words.push('lacking', ...(kind !== 'response' && line.ignorable ? ['ignorable'] : []));
  if (line.nullable) words.push('nullable');
  if (line.tag !== undefined) words.push(`tag ${line.tag}`);
  return `${words.join(' ')} = ${line.default}`;
}

function declaredLines({ kind, shape }: Declared, spec: MessageSpec, version: number): string[] {
  const known = specPaths(spec);
  const walk = (fields: Shape, prefix: string): string[] =>
    Object.entries(fields).flatMap(([name, field]) => {
      const path = prefix + name;
      const { type, versions, nullableFrom, tag, ignorable } = field.spec;
      const present = version >= versions[0] && version <= versions[1];
      if (!present && !known.has(path)) return [];
      const line = format(
        {
          path,
          type: typeName(type),
          present,
          nullable: present && nullableFrom !== undefined && version >= nullableFrom,
          tag: present ? tag : undefined,
          default: declaredDefault(field.spec),
          ignorable: ignorable === true,
        },
        kind,
      );
      const inner = innerShape(type);
      return present && inner ? [line, ...walk(inner, `${path}.`)] : [line];
    });
  return walk(shape, '');
}

function typeName(type: FieldType): string {
  return type.kind === 'array' ? `[]${typeName(type.of)}` : type.kind;
}

function innerShape(type: FieldType): Shape | undefined {
  if (type.kind === 'array') return innerShape(type.of);
  return type.kind === 'struct' ? type.fields : undefined;
}

function declaredDefault(spec: FieldSpec): unknown {
  const value = defaultOf(spec);
  const composite = spec.type.kind === 'array' || spec.type.kind === 'struct';
  return composite && value !== null ? 'empty' : value;
}

function specLines({ kind, versions }: Declared, spec: MessageSpec, version: number): string[] {
  const walk = (fields: SpecField[], prefix: string): string[] =>
    fields.flatMap((field) => {
      const path = prefix + lowerFirst(field.name);
      const present = includesVersion(field.versions, version);
      const [min, max] = parseVersions(field.versions);
      if (!present && (max < versions[0] || min > versions[1])) return [];
      const inner = structFields(spec, field);
      const element = field.type.replace('[]', '');
      const line = format(
        {
          path,
          type: inner ? field.type.replace(element, 'struct') : field.type,
          present,
          nullable: present && includesVersion(field.nullableVersions, version),
          tag: present && includesVersion(field.taggedVersions, version) ? field.tag : undefined,
          default: specDefault(field, inner !== undefined),
          ignorable: field.ignorable === true,
        },
        kind,
      );
      return present && inner ? [line, ...walk(inner, `${path}.`)] : [line];
    });
  return walk(spec.fields, '');
}

function specPaths(spec: MessageSpec): Set<string> {
  const walk = (fields: SpecField[], prefix: string): string[] =>
    fields.flatMap((field) => {
      const path = prefix + lowerFirst(field.name);
      return [path, ...walk(structFields(spec, field) ?? [], `${path}.`)];
    });
  return new Set(walk(spec.fields, ''));
}

function structFields(spec: MessageSpec, field: SpecField): SpecField[] | undefined {
  const name = field.type.replace('[]', '');
  return field.fields ?? spec.commonStructs?.find((struct) => struct.name === name)?.fields;
}

function specDefault(field: SpecField, struct: boolean): unknown {
  const given = field.default === undefined ? undefined : String(field.default);
  if (given === 'null') return null;
  if (struct || field.type.startsWith('[]')) return 'empty';
  switch (field.type) {
    case 'string':
      return given ?? '';
    case 'bytes':
    case 'records':
      return Buffer.alloc(0);
    case 'bool':
      return given === 'true';
    case 'uuid':
      return 'AAAAAAAAAAAAAAAAAAAAAA';
    default:
      return BigInt(given ?? 0);
  }
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
