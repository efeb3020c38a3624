import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Deadline } from '../../src/base/deadline.js';
import { withLock } from '../../src/cluster/local/lock.js';
import type { TestCluster } from './cluster.js';
import { runKctl } from './kctl.js';
import { assertDocument } from './schemas.js';

/**
 * Does the work while no other test file reassigns on the cluster: kctl refuses to beside others. What work that fails has
 * left would fail those that follow, so it is cleared away.
 */
export function aloneReassigning<T>(cluster: TestCluster, work: () => Promise<T>): Promise<T> {
  const name = createHash('sha256').update(cluster.bootstrapServers).digest('hex').slice(0, 16);
  const options = { deadline: new Deadline(240_000) };
  return withLock(join(tmpdir(), `kctl-test-reassign-${name}`), options, () =>
    work().catch(async (error) => {
      await clearAway(cluster);
      throw error;
    }),
  );
}

/** Ends every reassignment, whoever began it, and takes all throttles away. */
async function clearAway({ env }: TestCluster): Promise<void> {
  const endings = [
    ['reassign', 'cancel'],
    ['reassign', 'adopt', '--throttle', 'none', '--yes'],
    ['throttle', 'clear', '--all', '--yes'],
  ];
  for (const words of endings) await runKctl(words, { env });
}

export interface TestMove {
  topic: string;
  partition: number;
  from: number[];
  to: number[];
}

/** The text of a plan, as --plan-out writes it, for moves of a test's own. */
export function planText(moves: TestMove[], clusterId: string | null = null): string {
  return JSON.stringify({
    ...{ kind: 'ReassignmentPlan', version: 1, clusterId, intent: 'a test', bytesToMove: null },
    moves: moves.map((move) => ({ ...move, sizeBytes: 1_000_000 })),
    ...{ brokers: [], racks: [], balance: [], remains: [], warnings: [] },
  });
}

/** The same in the other direction. */
export function inverse(moves: TestMove[]): TestMove[] {
  return moves.map(({ from, to, ...move }) => ({ ...move, from: to, to: from }));
}

/** What Kafka's own tool reads. */
export function kafkaJson(moves: TestMove[]): string {
  const partitions = moves.map(({ topic, partition, to }) => ({ topic, partition, replicas: to }));
  return JSON.stringify({ version: 1, partitions });
}

/** The replicas of a topic's partitions, in order. */
export async function replicasOf(cluster: TestCluster, topic: string): Promise<number[][]> {
  const { stdout, stderr } = await runKctl(['topics', 'describe', topic, '-o', 'json'], { env: cluster.env });
  const { items } = assertDocument(stdout, 'TopicDescriptionList');
  assert.ok(items[0], stderr);
  return items[0].partitions.map(({ replicas }: { replicas: number[] }) => replicas);
}

/** Throttles of a topic and of all brokers, `of key=value` a line, in order. */
export async function throttlesOf(cluster: TestCluster, topic: string): Promise<string[]> {
  const { code, stdout, stderr } = await runKctl(['throttle', 'list', '-o', 'json'], { env: cluster.env });
  assert.equal(code, 0, stderr);
  const { items } = assertDocument(stdout, 'ThrottleList');
  return items
    .filter(({ type, name }: { type: string; name: string }) => type === 'broker' || name === topic)
    .map(({ type, name, key, value }: Record<string, string>) => `${type} ${name} ${key}=${value}`)
    .sort();
}
