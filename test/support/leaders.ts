import assert from 'node:assert/strict';
import type { TestCluster } from './cluster.js';
import { eventually, runKctl } from './kctl.js';
import type { JsonDocument } from './schemas.js';
import { sessionOf } from './session.js';
import { makeTopic } from './topics.js';

/** Lets kctl and LeaderElectionCommand elect the preferred leaders of two partitions in turn, and see what the other did. */
export async function electByBoth(cluster: TestCluster): Promise<void> {
  const { apache, done } = sessionOf(() => cluster);
  const topic = await makeTopic(cluster, 2, ['--replica-assignment', '1:2,1:2']);
  const leaders = async (): Promise<number[]> =>
    (await done('topics', 'describe', topic)).items[0].partitions.map(({ leader }: JsonDocument) => leader);
  /** The other replica becomes the preferred one; who leads stays. */
  const prefer = async (replicas: number[]) => {
    const partitions = [0, 1].map((partitionIndex) => ({ partitionIndex, replicas }));
    const body = JSON.stringify({ timeoutMs: 10_000, topics: [{ name: topic, partitions }] });
    const words = ['wire', 'AlterPartitionReassignments', '--body', body, '--yes'];
    const { code, stderr } = await runKctl(words, { env: cluster.env });
    assert.equal(code, 0, stderr);
    await eventually('the replicas in their new order', async () => {
      const { partitions: now } = (await done('topics', 'describe', topic)).items[0];
      return now.every(({ replicas: own, isr }: JsonDocument) => own[0] === replicas[0] && isr.length === 2);
    });
  };
  assert.deepEqual(await leaders(), [1, 1]);
  await prefer([2, 1]);
  assert.deepEqual(await leaders(), [1, 1]);
  const text = await apache(
    'leaderElection',
    '--election-type',
    'preferred',
    '--topic',
    topic,
    '--partition',
    '0',
  );
  assert.match(text, /Successfully completed leader election/);
  await eventually('the election by Apache', async () => (await leaders()).join() === '2,1');
  const { items } = await done('leaders', 'elect', topic);
  assert.deepEqual(
    items.map(({ partition, before, after, result }: JsonDocument) => [partition, before, after, result]),
    [
      [0, 2, 2, 'not-needed'],
      [1, 1, 2, 'elected'],
    ],
    'only what Apache left',
  );
  assert.deepEqual(await leaders(), [2, 2]);
  const words = ['--election-type', 'preferred', '--topic', topic, '--partition', '1'];
  assert.match(await apache('leaderElection', ...words), /already|Valid replica already elected/i);
  await prefer([1, 2]);
  await done('leaders', 'elect', `${topic}:0-1`);
  assert.deepEqual(await leaders(), [1, 1]);
}
