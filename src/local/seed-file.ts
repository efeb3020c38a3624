import { readFile, stat } from 'node:fs/promises';
import type { Acl } from '../acls/acl.js';
import { aclsOf } from '../acls/file.js';
import { messageOf, usageError } from '../base/errors.js';
import { FileNode } from '../base/file-node.js';

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
  const seed = new FileNode(value ?? {}, 'the seed');
  seed.only('topics', 'users', 'acls', 'records');
  return {
    topics: seed.list('topics').map(topicOf),
    users: seed.list('users').map(userOf),
    acls: seed.list('acls').flatMap(aclsOf),
    records: seed.list('records').map(recordOf),
  };
}

function topicOf(node: FileNode): SeedTopic {
  node.only('name', 'partitions', 'replicationFactor', 'configs');
  return {
    name: node.text('name'),
    partitions: node.count('partitions', 1),
    replicationFactor: node.count('replicationFactor', 1),
    configs: node.texts('configs'),
  };
}

function userOf(node: FileNode): SeedUser {
  node.only('name', 'password');
  return { name: node.text('name'), password: node.text('password') };
}

/** A key or value that is no text is written as JSON. */
function recordOf(node: FileNode): SeedRecord {
  node.only('topic', 'key', 'value', 'headers', 'partition');
  return {
    topic: node.text('topic'),
    key: node.data('key'),
    value: node.data('value'),
    headers: node.texts('headers'),
    partition: node.count('partition', 0),
  };
}
