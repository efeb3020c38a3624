/* global beforeAll, afterAll, test, expect */
const { readFileSync } = require('node:fs');
const { Kafka } = require('kafkajs');
const { startLocalCluster } = require('kctl/testing');

let cluster;
beforeAll(async () => {
  cluster = await startLocalCluster({ kafkaVersion: '4.3.0', security: 'sasl_ssl', users: ['alice'] });
}, 120_000);
afterAll(() => cluster?.stop(), 60_000);

test('alice logs in over TLS', async () => {
  const alice = cluster.users.find(({ name }) => name === 'alice');
  const admin = new Kafka({
    brokers: cluster.bootstrapServers.split(','),
    ssl: { ca: [readFileSync(cluster.caFile, 'utf8')] },
    sasl: { mechanism: 'plain', username: alice.name, password: alice.password },
  }).admin();
  await admin.connect();
  expect((await admin.describeCluster()).brokers).toHaveLength(1);
  await admin.disconnect();
}, 30_000);
