import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { kraftVersion, startCluster, type TestCluster } from '../support/cluster.js';
import { eventually, randomName, runKctl } from '../support/kctl.js';
import { electByBoth } from '../support/leaders.js';
import { type Degraded, holdReadings, prepareDegraded } from '../support/reading.js';

/** What test/integration shows of three brokers with ZooKeeper, of three in KRaft mode. */
describe('three brokers in KRaft mode', () => {
  let cluster: TestCluster;
  before(async () => {
    cluster = await startCluster(['--kafka', kraftVersion, '--brokers', '3', '--controllers', '1']);
  });

  test('leaders are elected as LeaderElectionCommand elects them', () => electByBoth(cluster));

  test('every command that reads answers in time with a broker that is dead', async () => {
    const degraded: Degraded = {
      cluster,
      lonely: randomName('lonely'),
      shared: randomName('shared'),
      group: randomName('group'),
    };
    await prepareDegraded(degraded);
    const { code, stderr } = await runKctl(['local', 'kill', 'broker', '3', '--name', cluster.name], cluster);
    assert.equal(code, 0, stderr);
    await eventually('a partition without a leader', async () => {
      const { stdout } = await runKctl(['topics', 'describe', degraded.lonely, '-o', 'json'], cluster);
      return stdout !== '' && JSON.parse(stdout).items[0]?.offlinePartitions === 1;
    });
    await holdReadings(degraded);
  });
});
