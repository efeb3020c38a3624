import { readFile, stat } from 'node:fs/promises';
import type { Acl } from '../acls/create.js';
import { messageOf, usageError } from '../base/errors.js';
import { aclOperations, patternTypes, permissions, resourceTypes } from '../protocol/acl-codes.js';

/** What a cluster begins with. */
export interface Seed {
  topics: SeedTopic[];
  users: SeedUser[];
  acls: Acl[];
  records: SeedRecord[];
}

export interface SeedTopic {
  name: string;
  partitions?: number | undefined;
  replicationFactor?: number | undefined;
  configs: Record<string, string>;
}

export interface SeedUser {
  name: string;
  password: string;
}

export interface SeedRecord {
  topic: string;
  key: string | null;
  value: string | null;
  headers: Record<string, string>;
  partition?: number | undefined;
}

const maxSeedBytes = 64 * 1024 * 1024;

/**
 * Reads a seed, which is YAML or JSON.
 * @throws a usage error that says where in the file something is wrong
 */
export async function readSeed(file: string): Promise<Seed> {
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > maxSeedBytes) throw new Error(`it has ${size} bytes, and may have ${maxSeedBytes}`);
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw usageError(`the seed ${file} cannot be read: ${messageOf(error)}`);
  }
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    throw usageError(`the seed ${file} is not YAML: ${messageOf(error).split('\n')[0]}`);
  }
  return parseSeed(value);
}

/** @throws a usage error that names the place */
export function parseSeed(value: unknown): Seed {
  const seed = new Node(value ?? {}, 'the seed');
  seed.only('topics', 'users', 'acls', 'records');
  return {
    topics: seed.list('topics').map(topicOf),
    users: seed.list('users').map(userOf),
    acls: seed.list('acls').flatMap(aclsOf),
    records: seed.list('records').map(recordOf),
  };
}

function topicOf(node: Node): SeedTopic {
  node.only('name', 'partitions', 'replicationFactor', 'configs');
  return {
    name: node.text('name'),
    partitions: node.count('partitions', 1),
    replicationFactor: node.count('replicationFactor', 1),
    configs: node.texts('configs'),
  };
}

function userOf(node: Node): SeedUser {
  node.only('name', 'password');
  return { name: node.text('name'), password: node.text('password') };
}

/** A rule for each of its operations. */
function aclsOf(node: Node): Acl[] {
  node.only('principal', 'host', 'resource', 'operations', 'permission');
  const resource = node.child('resource');
  resource.only('type', 'name', 'pattern');
  const resourceType = resource.word('type', resourceTypes);
  const base = {
    principal: node.text('principal'),
    host: node.text('host', '*'),
    resourceType,
    resourceName: resource.text('name', resourceType === 'cluster' ? 'kafka-cluster' : undefined),
    patternType: resource.word('pattern', patternTypes, 'literal'),
    permission: node.word('permission', permissions, 'allow'),
  };
  return node.words('operations', aclOperations).map((operation) => ({ ...base, operation }));
}

/** A key or value that is no text is written as JSON. */
function recordOf(node: Node): SeedRecord {
  node.only('topic', 'key', 'value', 'headers', 'partition');
  return {
    topic: node.text('topic'),
    key: node.data('key'),
    value: node.data('value'),
    headers: node.texts('headers'),
    partition: node.count('partition', 0),
  };
}

/** A value of the file together with its place, which errors name. */
class Node {
  readonly #fields: Record<string, unknown>;

  constructor(
    value: unknown,
    private readonly place: string,
  ) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw usageError(`${place} is not a mapping of names to values`);
    this.#fields = value as Record<string, unknown>;
  }

  only(...names: string[]): void {
    const unknown = Object.keys(this.#fields).find((name) => !names.includes(name));
    if (unknown !== undefined)
      throw usageError(`${this.place} has no "${unknown}"`, `It may have ${names.join(', ')}.`);
  }

  list(name: string): Node[] {
    const value = this.#fields[name] ?? [];
    if (!Array.isArray(value)) throw this.#wrong(name, 'is not a list');
    return value.map((item, index) => new Node(item, `${name}[${index}]`));
  }

  child(name: string): Node {
    return new Node(this.#fields[name], `${this.place}.${name}`);
  }

  text(name: string, otherwise?: string): string {
    const value = this.#fields[name] ?? otherwise;
    if (typeof value === 'number') return String(value);
    if (typeof value !== 'string' || value === '') throw this.#wrong(name, 'is not a text');
    return value;
  }

  texts(name: string): Record<string, string> {
    const node = new Node(this.#fields[name] ?? {}, `${this.place}.${name}`);
    return Object.fromEntries(
      Object.entries(node.#fields).map(([key, value]) => {
        if (!['string', 'number', 'boolean'].includes(typeof value)) throw node.#wrong(key, 'is not a text');
        return [key, String(value)];
      }),
    );
  }

  count(name: string, least: number): number | undefined {
    const value = this.#fields[name];
    if (value === undefined) return undefined;
    if (!Number.isSafeInteger(value) || Number(value) < least)
      throw this.#wrong(name, `is not a number from ${least} on`);
    return Number(value);
  }

  data(name: string): string | null {
    const value = this.#fields[name] ?? null;
    return value === null || typeof value === 'string' ? value : JSON.stringify(value);
  }

  word<Word extends string>(name: string, words: Record<Word, number>, otherwise?: Word): Word {
    return this.#known(name, this.text(name, otherwise), words);
  }

  words<Word extends string>(name: string, words: Record<Word, number>): Word[] {
    const value = this.#fields[name];
    if (!Array.isArray(value) || value.length === 0) throw this.#wrong(name, 'is not a list');
    return value.map((word) => this.#known(name, String(word), words));
  }

  #known<Word extends string>(name: string, text: string, words: Record<Word, number>): Word {
    const known = Object.keys(words) as Word[];
    const found = known.find((word) => word === text.toLowerCase());
    if (found === undefined) throw this.#wrong(name, `is "${text}", and can be ${known.join(', ')}`);
    return found;
  }

  #wrong(name: string, what: string): Error {
    return usageError(`${this.place}.${name} ${what}`);
  }
}
