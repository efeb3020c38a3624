import { randomBytes } from 'node:crypto';
import { parseAddress } from '../../base/address.js';
import type { Deadline } from '../../base/deadline.js';
import { errorOf } from '../../protocol/errors.js';
import { createTopics } from '../../protocol/messages/create-topics.js';
import { deleteTopics } from '../../protocol/messages/delete-topics.js';
import { metadata } from '../../protocol/messages/metadata.js';
import { batchOfOne, readsRecord, writeBatch } from '../one-record.js';
import type { Security } from '../settings/security.js';
import { kafkaTransport } from '../transport.js';
import { Wire } from '../wire.js';
import { poll } from './poll.js';

/** The record that brokers are to take and give back. */
export interface Probe {
  topic: string;
  value: Buffer;
  batch: Buffer;
}

/** Best made while the servers boot: what makes it has to be loaded. */
export function newProbe(): Probe {
  const value = randomBytes(16);
  return { topic: `__kctl_ready_${randomBytes(6).toString('hex')}`, value, batch: batchOfOne(value) };
}

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
  probe = newProbe(),
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
    await passRecords(first, wires, brokerIds, probe, deadline);
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
  { topic, value, batch }: Probe,
  deadline: Deadline,
): Promise<void> {
  await poll(`topic ${topic} is created`, deadline, () => createProbeTopic(wire, topic, brokerIds, deadline));
  try {
    const passes = (broker: number, partition: number) =>
      poll(`broker ${broker} takes a record`, deadline, () =>
        writeBatch(wire, broker, topic, partition, batch).then(({ errorCode }) => errorCode === 0),
      ).then(() =>
        poll(`broker ${broker} gives the record back`, deadline, () =>
          readsRecord(wire, broker, topic, partition, 0n, value),
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
