import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { installKafka } from '../../src/cluster/local/engine.js';

/** A field as Kafka's message specifications write it. */
export interface SpecField {
  name: string;
  /** `int32`, `[]string`, or the name of a struct, given by `fields` or among the common ones. */
  type: string;
  versions: string;
  nullableVersions?: string;
  taggedVersions?: string;
  tag?: number;
  default?: string | number | boolean;
  ignorable?: boolean;
  fields?: SpecField[];
}

/** One file of `common/message/` or `common/metadata/` in one of Kafka's jars. */
export interface MessageSpec {
  name: string;
  type: string;
  apiKey?: number;
  validVersions: string;
  flexibleVersions: string;
  fields: SpecField[];
  commonStructs?: { name: string; fields: SpecField[] }[];
}

/** The last Kafka with ZooKeeper and the newest: what is declared must fit both. */
const specVersions = ['3.9.2', '4.3.0'];

/** Whose jars specify messages, and what is kept in Kafka's own topics. */
const specifying = /^kafka-(clients|metadata|(group|share|transaction)-coordinator)-[\d.]+\.jar$/;

/** The specifying jars of two versions, oldest first: the tests compare with what they hold. */
export async function kafkaJars(): Promise<string[][]> {
  const engines = await Promise.all(specVersions.map((version) => installKafka(version)));
  return engines.map(({ jars }) => jars.filter((path) => specifying.test(basename(path))));
}

/** Every specification in these jars, by its name, such as `MetadataRequest`. */
export function readSpecs(jars: readonly string[]): Map<string, MessageSpec> {
  const files = jars.flatMap((jar) =>
    Object.values(
      unzipSync(readFileSync(jar), {
        filter: ({ name }) => /^common\/(message|metadata)\/\w+\.json$/.test(name),
      }),
    ),
  );
  const specs = files.map(
    (content) => JSON.parse(withoutComments(strFromU8(content)), withVersions) as MessageSpec,
  );
  return new Map(specs.map((spec) => [spec.name, spec]));
}

/** A tagged field that names no versions has those in which it is tagged. */
function withVersions(_: string, value: unknown): unknown {
  const field = value as Partial<SpecField> | null;
  return field?.taggedVersions ? { versions: field.taggedVersions, ...field } : value;
}

/** Cuts line comments, but not what looks like one inside a string. */
function withoutComments(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*")|\/\/.*/g, '$1');
}

/** Parses `0-3`, `4`, `2+` or `none`. */
export function parseVersions(text: string | undefined): [min: number, max: number] {
  const match = /^(\d+)(?:-(\d+)|(\+))?$/.exec(text ?? 'none');
  if (!match) return [0, -1];
  const min = Number(match[1]);
  return [min, match[3] ? Number.POSITIVE_INFINITY : Number(match[2] ?? min)];
}

export function includesVersion(versions: string | undefined, version: number): boolean {
  const [min, max] = parseVersions(versions);
  return version >= min && version <= max;
}
