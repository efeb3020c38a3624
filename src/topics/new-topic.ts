import { readFile } from 'node:fs/promises';
import { messageOf, usageError } from '../base/errors.js';

/** A topic as it is asked for. */
export interface NewTopic {
  name: string;
  /** The broker's own default when absent. */
  partitions?: number | undefined;
  replicationFactor?: number | undefined;
  /** The replicas of each partition, the preferred leader first; excludes the two above. */
  assignment?: number[][] | undefined;
  configs: Array<[key: string, value: string]>;
}

/** What a KRaft controller takes in one request; a ZooKeeper controller takes any number, and drowns in it. */
export const maxPartitionsAtOnce = 10_000;

/** @throws usage errors for what no broker would take */
export function checkNewTopic({ partitions = 1, replicationFactor, assignment }: NewTopic): void {
  if (partitions < 1) throw usageError(`a topic cannot have ${partitions} partitions`, 'The least is 1.');
  if (replicationFactor !== undefined && replicationFactor < 1) {
    throw usageError(`a replication factor cannot be ${replicationFactor}`, 'The least is 1.');
  }
  const total = assignment?.length ?? partitions;
  if (total > maxPartitionsAtOnce) {
    throw usageError(
      `${total} partitions at once are more than a controller should be given`,
      `The most is ${maxPartitionsAtOnce} a topic, which is what KRaft's controllers take.`,
    );
  }
}

/** Records that one request makes in KRaft's metadata: of each topic, its partitions and its configurations. */
const recordsAtOnce = 5_000;

/** The topics in portions that one request each may hold. */
export function inPortions(topics: readonly NewTopic[]): NewTopic[][] {
  const portions: NewTopic[][] = [];
  let room = 0;
  for (const topic of topics) {
    const size = 1 + (topic.assignment?.length ?? topic.partitions ?? 1) + topic.configs.length;
    if (size > room) {
      portions.push([]);
      room = recordsAtOnce;
    }
    portions.at(-1)?.push(topic);
    room -= size;
  }
  return portions;
}

const form = 'Write a list of {name, partitions, replicationFactor, assignment, configs}, in YAML or JSON.';

/**
 * Reads topics from YAML or JSON: a list, or an object with the list as `topics`.
 * @param path `-` is standard input
 */
export async function readTopicsFile(path: string): Promise<NewTopic[]> {
  const { parse } = await import('yaml');
  const text = await readFile(path === '-' ? '/dev/stdin' : path, 'utf8').catch((error) => {
    throw usageError(`--file cannot be read: ${messageOf(error)}`);
  });
  try {
    const document = parse(text, { maxAliasCount: 100 });
    const list = Array.isArray(document) ? document : document?.topics;
    if (!Array.isArray(list)) throw new Error('it has no list of topics');
    return list.map(parseTopic);
  } catch (error) {
    throw usageError(`${path} does not list topics: ${messageOf(error)}`, form);
  }
}

const keys = ['name', 'partitions', 'replicationFactor', 'assignment', 'configs'];

function parseTopic(entry: Record<string, unknown>): NewTopic {
  if (typeof entry !== 'object' || entry === null || typeof entry.name !== 'string')
    throw new Error(`${JSON.stringify(entry)} has no name`);
  const { name, partitions, replicationFactor, assignment, configs } = entry;
  const wrong = Object.keys(entry).find((key) => !keys.includes(key));
  if (wrong) throw new Error(`${name} has a field ${wrong}, which means nothing`);
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value);
  for (const [key, value] of Object.entries({ partitions, replicationFactor })) {
    if (value !== undefined && !isCount(value)) throw new Error(`${key} of ${name} is not a number`);
  }
  const isIds = (value: unknown): value is number[] => Array.isArray(value) && value.every(isCount);
  if (assignment !== undefined && !(Array.isArray(assignment) && assignment.every(isIds)))
    throw new Error(`assignment of ${name} is not a list of brokers for each partition`);
  return {
    name,
    ...(isCount(partitions) ? { partitions } : {}),
    ...(isCount(replicationFactor) ? { replicationFactor } : {}),
    ...(assignment ? { assignment } : {}),
    configs: Object.entries(configs ?? {}).map(([key, value]) => [key, String(value)]),
  };
}
