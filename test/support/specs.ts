import { readFileSync } from 'node:fs';
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

/** One file of `common/message/` in a kafka-clients or coordinator jar. */
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

/** The clients jars of two versions, oldest first: their message specifications are what the tests compare with. */
export async function clientsJars(): Promise<string[]> {
  const engines = await Promise.all(specVersions.map((version) => installKafka(version)));
  return engines.map(({ jars, version: kafkaVersion }) => {
    const jar = jars.find((path) => path.endsWith(`kafka-clients-${kafkaVersion}.jar`));
    if (!jar) throw new Error(`the engine of Kafka ${kafkaVersion} has no clients jar`);
    return jar;
  });
}

/** Every message specification in a jar, by its name, such as `MetadataRequest`. */
export function readSpecs(jar: string): Map<string, MessageSpec> {
  const files = unzipSync(readFileSync(jar), {
    filter: ({ name }) => /^common\/message\/\w+\.json$/.test(name),
  });
  const specs = Object.values(files).map((content) => JSON.parse(withoutComments(strFromU8(content))));
  return new Map((specs as MessageSpec[]).map((spec) => [spec.name, spec]));
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
