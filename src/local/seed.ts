import { createAcls } from '../acls/send.js';
import { KctlError } from '../base/errors.js';
import type { ItemError } from '../base/result.js';
import { Producer } from '../client/producer.js';
import { type Cluster, openCluster } from '../cluster/index.js';
import type { StartOptions } from '../cluster/local/plan.js';
import type { LocalState } from '../cluster/local/state.js';
import { setScramUsers } from '../cluster/scram.js';
import { encodeHeaders } from '../protocol/records/builder.js';
import { createTopics } from '../topics/create.js';
import { describeLocal } from './document.js';
import type { Seed, SeedRecord, SeedTopic } from './seed-file.js';

/** A start, and what a new cluster is given. */
export interface ClusterOptions extends StartOptions {
  seed?: Seed | undefined;
}

const timeoutMs = 60_000;

/**
 * Gives a new cluster its topics, users, ACLs and records, in this order.
 * @throws KctlError `SEED` with the broker's words about the first that it refused
 */
export async function applySeed(state: LocalState, seed: Seed): Promise<void> {
  const { bootstrapServers, security } = describeLocal(state.name, state);
  const config = security?.users[0]?.propertiesFile;
  const flags = {
    ...(config ? { 'command-config': config } : { 'bootstrap-server': bootstrapServers ?? '' }),
    'client-id': 'kctl-seed',
    timeout: timeoutMs,
  };
  // What a person has configured is about other clusters.
  const cluster = await openCluster(flags, { env: {} });
  try {
    for (const topic of seed.topics) await createTopic(cluster, topic);
    if (seed.users.length > 0) check(await setScramUsers(cluster.wire, seed.users));
    if (seed.acls.length > 0) check(await createAcls(cluster.wire, seed.acls));
    for (const [topic, records] of byTopic(seed.records)) await writeRecords(cluster, topic, records);
  } finally {
    cluster.close();
  }
}

function check(errors: ItemError[] | undefined): void {
  const [first] = errors ?? [];
  if (!first) return;
  throw new KctlError(`the seed could not be sown: ${first.subject}`, {
    code: 'SEED',
    words: `${first.message} (${first.code})`,
    ...(first.hint ? { hint: first.hint } : {}),
  });
}

async function createTopic(cluster: Cluster, topic: SeedTopic): Promise<void> {
  const { name, partitions, replicationFactor, configs } = topic;
  const topics = [{ name, partitions, replicationFactor, configs: Object.entries(configs) }];
  const options = { topics, ifNotExists: true, strict: false, dryRun: false };
  check((await createTopics(cluster, options)).errors);
}

function byTopic(records: SeedRecord[]): Map<string, SeedRecord[]> {
  const topics = new Map<string, SeedRecord[]>();
  for (const record of records) {
    const others = topics.get(record.topic);
    if (others) others.push(record);
    else topics.set(record.topic, [record]);
  }
  return topics;
}

async function writeRecords(cluster: Cluster, topic: string, records: SeedRecord[]): Promise<void> {
  const refused: ItemError[] = [];
  const subjectOf = (line: number) => `record ${line} of topic ${topic}`;
  const producer = await Producer.open(
    cluster.wire,
    {
      topic,
      acks: 'all',
      codec: 'none',
      batchBytes: 256 * 1024,
      lingerMs: 5,
      deliveryTimeoutMs: timeoutMs,
      create: false,
      onRefused: ({ lines, error: { code, words, message } }) =>
        refused.push({ subject: subjectOf(lines[0] ?? 0), code, message: words ?? message }),
      onWarning: () => {},
    },
    cluster.wire.deadline,
  );
  for (const [index, record] of records.entries()) {
    if (producer.ended.aborted) break;
    producer.append(viewOf(record), headersOf(record), index + 1, record.partition);
    if (producer.isFull) await producer.room();
  }
  const { failure } = await producer.close();
  if (failure) throw failure;
  check(refused);
}

function viewOf({ key, value }: SeedRecord) {
  const keyBytes = Buffer.from(key ?? '');
  const valueBytes = Buffer.from(value ?? '');
  const bytes = Buffer.concat([keyBytes, valueBytes]);
  return {
    bytes,
    keyStart: key === null ? -1 : 0,
    keyEnd: key === null ? -1 : keyBytes.length,
    valueStart: value === null ? -1 : keyBytes.length,
    valueEnd: value === null ? -1 : bytes.length,
    timestampMs: Date.now(),
  };
}

function headersOf({ headers }: SeedRecord): Buffer {
  return encodeHeaders(
    Object.entries(headers).map(([key, value]) => ({ key: Buffer.from(key), value: Buffer.from(value) })),
  );
}
