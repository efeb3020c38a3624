import { ExitCode, KctlError } from '../base/errors.js';
import { type ErrorName, errorOf } from '../protocol/errors.js';
import type { produce } from '../protocol/messages/produce.js';
import type { ResponseOf } from '../protocol/schema.js';

export type PartitionAnswer = ResponseOf<typeof produce>['responses'][number]['partitionResponses'][number];

/** What became of one batch, as Kafka's own producer judges it (org.apache.kafka.clients.producer.internals.Sender). */
export type Outcome =
  /** Written; the offset is unknown (-1) where the broker had seen the batch before, and with acks=0. */
  | { kind: 'acknowledged'; baseOffset: number }
  /** Not known to be written: the same batch goes again, to whoever leads then. */
  | { kind: 'retry'; error: KctlError }
  /** The broker does not know this producer's earlier batches: it begins anew with another producer id. */
  | { kind: 'forgotten'; error: KctlError }
  /** Not written for what is in it: `indexes` are the offending records, where the broker named any. */
  | { kind: 'refused'; error: KctlError; indexes: number[] }
  /** Nothing can be written here. */
  | { kind: 'fatal'; error: KctlError };

const refusals: readonly string[] = [
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
] satisfies ErrorName[];

const forgetting: readonly string[] = [
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
] satisfies ErrorName[];

export function outcomeOf(subject: string, answer: PartitionAnswer): Outcome {
  if (answer.errorCode === 0) return { kind: 'acknowledged', baseOffset: Number(answer.baseOffset) };
  const { name, retriable, message } = errorOf(answer.errorCode);
  if (name === 'DUPLICATE_SEQUENCE_NUMBER') return { kind: 'acknowledged', baseOffset: -1 };
  const [first] = answer.recordErrors;
  const error = new KctlError(`${subject} did not take a batch of records`, {
    code: name,
    words: first?.batchIndexErrorMessage ?? answer.errorMessage ?? message,
    exitCode: exitCodes[name] ?? ExitCode.failed,
    ...(hints[name] ? { hint: hints[name] } : {}),
  });
  if (refusals.includes(name)) {
    return { kind: 'refused', error, indexes: answer.recordErrors.map(({ batchIndex }) => batchIndex) };
  }
  if (forgetting.includes(name)) return { kind: 'forgotten', error };
  return { kind: retriable ? 'retry' : 'fatal', error };
}

/** What a batch fails with in the end when the broker went on answering so. */
const exitCodes: Record<string, ExitCode> = {
  UNKNOWN_TOPIC_OR_PARTITION: ExitCode.notFound,
  UNKNOWN_TOPIC_ID: ExitCode.notFound,
  LEADER_NOT_AVAILABLE: ExitCode.unreachable,
  NOT_LEADER_OR_FOLLOWER: ExitCode.unreachable,
  REQUEST_TIMED_OUT: ExitCode.timedOut,
};

const hints: Record<string, string> = {
  MESSAGE_TOO_LARGE:
    "The topic's max.message.bytes is the limit (the broker's is message.max.bytes, 1048588 by default).",
  NOT_ENOUGH_REPLICAS: 'Fewer replicas are in sync than the topic’s min.insync.replicas asks for.',
  TOPIC_AUTHORIZATION_FAILED: 'The user needs the operation Write on the topic.',
  CLUSTER_AUTHORIZATION_FAILED:
    'Idempotence needs the operation IdempotentWrite here; --acks 1 goes without it.',
};

/** What ends a producer that is not to wait any longer. */
export function aborted(): KctlError {
  return new KctlError('records were given up before they were acknowledged', {
    code: 'INTERRUPTED',
    exitCode: ExitCode.interrupted,
  });
}
