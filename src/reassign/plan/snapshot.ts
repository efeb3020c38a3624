import { ExitCode, KctlError } from '../../base/errors.js';
import { isCount, isObject, isReplicas, parseObject } from './document.js';
import type { ClusterSnapshot, SnapshotBroker, SnapshotLogDir, SnapshotPartition } from './types.js';

/**
 * Reads a snapshot of a cluster from a file: `{"kind": "ClusterSnapshot", "version": 1, "clusterId": …, "brokers": […],
 * "topics": […]}` as schemas/ClusterSnapshot.json has it. Of a broker only its id is needed, of a partition its number
 * and replicas: without a rack, a leader or sizes they are null, the first replica, and unknown.
 * @throws KctlError INVALID_SNAPSHOT that names the field
 */
export function parseSnapshot(text: string): ClusterSnapshot {
  const document = parseObject(text, 'a snapshot of a cluster');
  if (document.kind !== 'ClusterSnapshot') {
    throw invalid(`kind: ${JSON.stringify(document.kind) ?? 'missing'} is not "ClusterSnapshot"`);
  }
  if (document.version !== 1)
    throw invalid(`version: ${JSON.stringify(document.version) ?? 'missing'} is not 1`);
  const { clusterId = null, brokers, topics } = document;
  if (clusterId !== null && typeof clusterId !== 'string') throw invalid('clusterId: not a string');
  return {
    clusterId,
    brokers: listOf(brokers, 'brokers', readBroker),
    topics: listOf(topics, 'topics', (topic, at) => {
      const { name, partitions } = fieldsOf(topic, at);
      if (typeof name !== 'string' || name === '') throw invalid(`${at}.name: not a name`);
      return { name, partitions: listOf(partitions, `${at}.partitions`, readPartition) };
    }),
  };
}

function readBroker(value: unknown, at: string): SnapshotBroker {
  const { id, rack = null, alive = true, cordoned = false, logDirs = [] } = fieldsOf(value, at);
  if (!isCount(id)) throw invalid(`${at}.id: not a broker id`);
  if (rack !== null && typeof rack !== 'string') throw invalid(`${at}.rack: not a string`);
  if (typeof alive !== 'boolean') throw invalid(`${at}.alive: neither true nor false`);
  if (typeof cordoned !== 'boolean') throw invalid(`${at}.cordoned: neither true nor false`);
  return {
    id,
    rack,
    alive,
    ...(cordoned ? { cordoned } : {}),
    logDirs: listOf(logDirs, `${at}.logDirs`, readLogDir),
  };
}

function readLogDir(value: unknown, at: string): SnapshotLogDir {
  const { path = '', totalBytes = null, freeBytes = null } = fieldsOf(value, at);
  if (typeof path !== 'string') throw invalid(`${at}.path: not a string`);
  return {
    path,
    totalBytes: bytesOf(totalBytes, `${at}.totalBytes`),
    freeBytes: bytesOf(freeBytes, `${at}.freeBytes`),
  };
}

function readPartition(value: unknown, at: string): SnapshotPartition {
  const { partition, replicas, leader, sizeBytes = null } = fieldsOf(value, at);
  if (!isCount(partition)) throw invalid(`${at}.partition: not a number of a partition`);
  if (!isReplicas(replicas)) throw invalid(`${at}.replicas: not a list of broker ids, each once`);
  const led = leader ?? replicas[0];
  if (!isCount(led) && led !== -1) throw invalid(`${at}.leader: neither a broker id nor -1`);
  return { partition, replicas, leader: led, sizeBytes: bytesOf(sizeBytes, `${at}.sizeBytes`) };
}

function bytesOf(value: unknown, at: string): number | null {
  if (value === null || isCount(value)) return value;
  throw invalid(`${at}: not a number of bytes below 2^53`);
}

function listOf<Item>(value: unknown, at: string, read: (item: unknown, at: string) => Item): Item[] {
  if (!Array.isArray(value)) throw invalid(`${at}: not a list`);
  return value.map((item, index) => read(item, `${at}[${index}]`));
}

function fieldsOf(value: unknown, at: string): Record<string, unknown> {
  if (isObject(value)) return value;
  throw invalid(`${at}: not an object`);
}

function invalid(why: string): KctlError {
  return new KctlError(`this is not a snapshot of a cluster: ${why}`, {
    code: 'INVALID_SNAPSHOT',
    exitCode: ExitCode.usage,
    hint: 'Its form is in schemas/ClusterSnapshot.json.',
  });
}
