import { type Deadline, pause } from '../base/deadline.js';
import { ExitCode, KctlError } from '../base/errors.js';
import type { Wire } from '../cluster/index.js';
import { errorOf } from '../protocol/errors.js';
import { metadata } from '../protocol/messages/metadata.js';

/** Where a topic's partitions are to be written. */
export interface TopicLeaders {
  topicId: string;
  /** The leader's broker id by partition; -1 where there is none now. */
  leaders: number[];
}

const creationPollMs = 50;
/** Kafka's code of UNKNOWN_TOPIC_OR_PARTITION. */
const unknownTopic = 3;
/** More partitions than any cluster carries: a bound for what a broker may make kctl allocate. */
const maxPartitions = 1_000_000;

/**
 * The topic's leaders as any broker knows them. With `create` the broker may make the topic
 * (auto.create.topics.enable), and its leaders are waited for.
 * @throws KctlError exit 4 when there is no such topic, exit 2 for a name that Kafka does not allow
 */
export async function askLeaders(
  wire: Wire,
  topic: string,
  options: { create: boolean; deadline: Deadline },
): Promise<TopicLeaders> {
  const { create, deadline } = options;
  for (;;) {
    const { topics } = await wire.request(
      metadata,
      { topics: [{ name: topic }], allowAutoTopicCreation: create },
      'any',
      { deadline },
    );
    const [answer] = topics;
    const { name: code, message } = errorOf(answer?.errorCode ?? unknownTopic);
    if (answer && code === 'NONE') return { topicId: answer.topicId, leaders: leadersOf(answer.partitions) };
    const coming = code === 'LEADER_NOT_AVAILABLE' || (create && code === 'UNKNOWN_TOPIC_OR_PARTITION');
    if (!coming || deadline.remainingMs() < creationPollMs) throw topicError(topic, code, message, create);
    await pause(creationPollMs);
  }
}

function leadersOf(partitions: Array<{ partitionIndex: number; leaderId: number }>): number[] {
  const count = partitions.reduce((most, { partitionIndex }) => Math.max(most, partitionIndex + 1), 0);
  if (count > maxPartitions) {
    throw new KctlError(`the broker counts ${count} partitions`, { code: 'MALFORMED_RESPONSE' });
  }
  const leaders = Array.from({ length: count }, () => -1);
  for (const { partitionIndex, leaderId } of partitions) leaders[partitionIndex] = leaderId;
  return leaders;
}

function topicError(topic: string, code: string, words: string, create: boolean): KctlError {
  if (code === 'UNKNOWN_TOPIC_OR_PARTITION') {
    return new KctlError(`there is no topic ${topic}`, {
      code,
      exitCode: ExitCode.notFound,
      hint: create
        ? 'The brokers do not make topics by themselves (auto.create.topics.enable): kctl topics create'
        : `Make it with: kctl topics create ${topic}`,
    });
  }
  if (code === 'INVALID_TOPIC_EXCEPTION') {
    return new KctlError(`"${topic}" cannot be the name of a topic`, {
      code,
      exitCode: ExitCode.usage,
      hint: 'Letters, digits, ".", "_" and "-" are allowed, 249 at most; not "." nor "..".',
    });
  }
  return new KctlError(`cannot write to topic ${topic}`, {
    code,
    words,
    exitCode: code === 'LEADER_NOT_AVAILABLE' ? ExitCode.unreachable : ExitCode.failed,
    ...(code === 'TOPIC_AUTHORIZATION_FAILED' ? { hint: 'The user needs Describe and Write on it.' } : {}),
  });
}
