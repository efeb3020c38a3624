import { randomBytes } from 'node:crypto';
import { parseAddress } from '../../base/address.js';
import { type Deadline, pause } from '../../base/deadline.js';
import { ExitCode, KctlError } from '../../base/errors.js';
import { errorOf } from '../../protocol/errors.js';
import { createTopics } from '../../protocol/messages/create-topics.js';
import { deleteTopics } from '../../protocol/messages/delete-topics.js';
import { metadata } from '../../protocol/messages/metadata.js';
import { readsRecord, writeRecord } from '../one-record.js';
import type { Security } from '../settings/security.js';
import { kafkaTransport } from '../transport.js';
import { Wire } from '../wire.js';

const pollMs = 5;

/**
 * Waits until a local cluster can be used: every broker knows every other, and took a record and gave it back.
 * The topic that is made for it is gone again afterwards.
 * @param bootstrapServers one `host:port` a broker, in the order of `brokerIds`
 * @throws KctlError exit 6 that says which of it did not come about before the deadline
 */
export async function awaitReadiness(
  bootstrapServers: string[],
  brokerIds: number[],
  deadline: Deadline,
  security: Security = {},
): Promise<void> {
  const transport = kafkaTransport({ clientId: 'kctl-local', security });
  const open = (server: string) =>
    new Wire(transport, [parseAddress(server, 0)], {
      clientId: 'kctl-local',
      sasl: security.sasl,
      deadline,
    });
  const wires = bootstrapServers.map(open);
  const [first] = wires;
  if (!first) return;
  try {
    await Promise.all(
      wires.map((wire, index) => awaitMembership(wire, brokerIds[index], brokerIds, deadline)),
    );
    await passRecords(first, wires, brokerIds, deadline);
  } finally {
    await Promise.all(wires.map((wire) => wire.close()));
  }
}

/** One broker's own metadata names all brokers and a controller. */
async function awaitMembership(
  wire: Wire,
  id: number | undefined,
  brokerIds: number[],
  deadline: Deadline,
): Promise<void> {
  const knowsAll = async () => {
    wire.refreshNodes();
    const { brokers, controllerId } = await wire.nodes(deadline);
    return (
      controllerId >= 0 && brokerIds.every((expected) => brokers.some((broker) => broker.id === expected))
    );
  };
  await poll(`broker ${id} knows of brokers ${brokerIds.join(', ')}`, deadline, knowsAll);
}

async function passRecords(
  wire: Wire,
  wires: Wire[],
  brokerIds: number[],
  deadline: Deadline,
): Promise<void> {
  const topic = `__kctl_ready_${randomBytes(6).toString('hex')}`;
  const sent = randomBytes(16);
  await poll(`topic ${topic} is created`, deadline, () => createProbeTopic(wire, topic, brokerIds, deadline));
  try {
    const passes = (broker: number, partition: number) =>
      poll(`broker ${broker} takes a record`, deadline, () =>
        writeRecord(wire, broker, topic, partition, sent).then(({ errorCode }) => errorCode === 0),
      ).then(() =>
        poll(`broker ${broker} gives the record back`, deadline, () =>
          readsRecord(wire, broker, topic, partition, 0n, sent),
        ),
      );
    await Promise.all(brokerIds.map(passes));
  } finally {
    await removeProbeTopic(wire, wires, topic, deadline);
  }
}

/** One partition a broker, led by it. */
async function createProbeTopic(
  wire: Wire,
  topic: string,
  brokerIds: number[],
  deadline: Deadline,
): Promise<boolean> {
  const assignments = brokerIds.map((id, partitionIndex) => ({ partitionIndex, brokerIds: [id] }));
  const topics = [{ name: topic, numPartitions: -1, replicationFactor: -1, assignments, configs: [] }];
  const answer = await wire.request(
    createTopics,
    { topics, timeoutMs: wire.brokerTimeoutMs() },
    'controller',
    { deadline },
  );
  const code = errorOf(answer.topics[0]?.errorCode ?? -1).name;
  return code === 'NONE' || code === 'TOPIC_ALREADY_EXISTS';
}

async function removeProbeTopic(wire: Wire, wires: Wire[], topic: string, deadline: Deadline): Promise<void> {
  const body = (version: number) => {
    const timeoutMs = wire.brokerTimeoutMs();
    return version < 6 ? { topicNames: [topic], timeoutMs } : { topics: [{ name: topic }], timeoutMs };
  };
  await wire.request(deleteTopics, body, 'controller', { deadline });
  const isGone = async (each: Wire) => {
    const answer = await each.request(
      metadata,
      { topics: [{ name: topic }], allowAutoTopicCreation: false },
      'any',
      { deadline },
    );
    return answer.topics[0]?.errorCode !== 0;
  };
  await Promise.all(wires.map((each) => poll(`topic ${topic} is gone again`, deadline, () => isGone(each))));
}

/** Tries until it holds; a broker that cannot be reached yet is one that is still starting. */
export async function poll(what: string, deadline: Deadline, holds: () => Promise<boolean>): Promise<void> {
  let last: unknown;
  while (!deadline.passed) {
    try {
      if (await holds()) return;
    } catch (error) {
      if (!(error instanceof KctlError)) throw error;
      last = error;
    }
    await pause(pollMs);
  }
  throw new KctlError(
    `the cluster is not ready after ${Math.round(deadline.timeoutMs / 1000)} s: ${what} did not come about`,
    {
      code: 'NOT_READY',
      exitCode: ExitCode.timedOut,
      ...(last instanceof KctlError ? { words: last.message } : {}),
      cause: last,
    },
  );
}
