import { ExitCode, KctlError } from '../../base/errors.js';
import { isCount, isObject, isReplicas, parseObject } from './document.js';
import type { PlannedMove } from './types.js';

/** A partition's replicas as Kafka's own file of a reassignment has them. */
export interface KafkaAssignment {
  topic: string;
  partition: number;
  replicas: number[];
  /** A directory for each replica; `any` leaves it to the broker. Null: none is named. */
  logDirs: string[] | null;
}

/** Kafka's file for kafka-reassign-partitions: `to` is what is to be, `from` what takes it back. */
export function exportKafkaJson(moves: PlannedMove[], side: 'to' | 'from'): string {
  const partitions = moves.map(({ topic, partition, [side]: replicas }) => ({
    topic,
    partition,
    replicas,
    log_dirs: replicas.map(() => 'any'),
  }));
  return `${JSON.stringify({ version: 1, partitions })}\n`;
}

/**
 * Reads Kafka's file (ReassignPartitionsCommand.parsePartitionReassignmentData). A missing version is 1 there, and a
 * field that is not known may be a word mistyped: here both are refused by name, because the file moves data.
 * @throws KctlError INVALID_KAFKA_JSON
 */
export function parseKafkaJson(text: string): KafkaAssignment[] {
  const { version, partitions, ...others } = parseObject(text, "a file of Kafka's reassignments");
  if (version === undefined) throw invalid('it has no version', 'Add "version": 1.');
  if (version !== 1) throw invalid(`its version is ${JSON.stringify(version)}, not 1`);
  refuseOthers(others, 'the file');
  if (!Array.isArray(partitions)) throw invalid('"partitions" is not a list');
  const seen = new Set<string>();
  return partitions.map((item, at) => {
    const assignment = readAssignment(item, `partitions[${at}]`);
    const name = `${assignment.topic}-${assignment.partition}`;
    if (seen.has(name)) throw invalid(`${name} is there twice`);
    seen.add(name);
    return assignment;
  });
}

function readAssignment(item: unknown, at: string): KafkaAssignment {
  if (!isObject(item)) throw invalid(`${at} is not an object`);
  const { topic, partition, replicas, log_dirs: logDirs, ...others } = item;
  refuseOthers(others, at);
  if (typeof topic !== 'string' || topic === '') throw invalid(`${at}: "topic" is not a name`);
  if (!isCount(partition)) throw invalid(`${at}: "partition" is not a number of a partition`);
  if (!isReplicas(replicas)) throw invalid(`${at}: "replicas" is not a list of broker ids, each once`);
  if (logDirs === undefined) return { topic, partition, replicas, logDirs: null };
  if (!Array.isArray(logDirs) || !logDirs.every((dir) => typeof dir === 'string')) {
    throw invalid(`${at}: "log_dirs" is not a list of directories`);
  }
  if (logDirs.length !== replicas.length) {
    throw invalid(`${at}: ${logDirs.length} directories for ${replicas.length} replicas`);
  }
  return { topic, partition, replicas, logDirs: logDirs.every((dir) => dir === 'any') ? null : logDirs };
}

function refuseOthers(others: Record<string, unknown>, where: string): void {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw invalid(`${where} has a field ${JSON.stringify(unknown)} that is not known`);
}

function invalid(why: string, hint?: string): KctlError {
  return new KctlError(`this is not a file of Kafka's reassignments: ${why}`, {
    code: 'INVALID_KAFKA_JSON',
    exitCode: ExitCode.usage,
    ...(hint ? { hint } : {}),
  });
}
