import { Kafka } from 'kafkajs';
import { startLocalCluster } from 'kctl/testing';
import { test as base, expect } from 'vitest';

// One cluster a worker: it starts with the first test that asks for it, and ends with the worker.
const test = base.extend({
  cluster: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads what a fixture needs from its first parameter.
    async ({}, use) => {
      const cluster = await startLocalCluster({ kafkaVersion: '4.3.0' });
      await use(cluster);
      await cluster.stop();
    },
    { scope: 'worker' },
  ],
});

test('a topic is made', { timeout: 120_000 }, async ({ cluster }) => {
  const admin = new Kafka({ brokers: cluster.bootstrapServers.split(',') }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'orders' }] });
  expect(await admin.listTopics()).toContain('orders');
  await admin.disconnect();
});
