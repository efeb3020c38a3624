import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Kafka } from 'kafkajs';
import { startLocalCluster } from 'kctl/testing';

let cluster;
let kafka;
before(async () => {
  cluster = await startLocalCluster({ seed: { topics: [{ name: 'orders', partitions: 2 }] } });
  kafka = new Kafka({ brokers: cluster.bootstrapServers.split(',') });
});
after(() => cluster?.stop());

test('an order is written', async () => {
  const producer = kafka.producer();
  await producer.connect();
  const [written] = await producer.send({ topic: 'orders', messages: [{ key: 'ann', value: 'stout' }] });
  await producer.disconnect();
  assert.equal(written.baseOffset, '0');
});
