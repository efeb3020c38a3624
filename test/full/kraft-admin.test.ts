import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { kraftVersion, startCluster, type TestCluster } from '../support/cluster.js';
import { eventually, runKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import type { JsonDocument } from '../support/schemas.js';
import { sessionOf } from '../support/session.js';

/** What changes a cluster of Kafka 4.3 for good: each change made by kctl is seen by Kafka's own tools, and theirs by kctl. */
describe('administering brokers with three controllers of their own', () => {
  let cluster: TestCluster;
  let controllers = '';
  before(async () => {
    cluster = await startCluster(['--kafka', kraftVersion, '--brokers', '2', '--controllers', '3']);
    const { replicas } = await done('cluster', 'quorum');
    controllers = voters(replicas)
      .map(({ endpoints }) => endpoints[0].replace(/^.*:\/\//, ''))
      .join();
  });
  const { kctl, done } = sessionOf(() => cluster);

  const voters = (replicas: JsonDocument[]) => replicas.filter(({ role }) => role !== 'observer');
  const roleOf = async (id: number) =>
    (await done('cluster', 'quorum')).replicas.find((replica: JsonDocument) => replica.id === id)?.role;
  async function apache(
    tool: 'cluster' | 'features' | 'metadataQuorum',
    ...words: string[]
  ): Promise<string> {
    const run = await runTool(tool, words, '', kraftVersion);
    assert.equal(run.code, 0, run.stderr + run.stdout);
    return run.stdout.toString();
  }
  const server = () => ['--bootstrap-server', cluster.bootstrapServers];
  const controller = () => ['--bootstrap-controller', controllers];
  const levelByApache = async (feature: string) => {
    const text = await apache('features', ...server(), 'describe');
    return new RegExp(`Feature: ${feature}\\s.*FinalizedVersionLevel: (\\S+)`).exec(text)?.[1];
  };
  const votersByApache = async () => {
    const text = await apache('metadataQuorum', ...server(), 'describe', '--status');
    const list = JSON.parse(/CurrentVoters:\s+(.*)/.exec(text)?.[1] ?? 'null');
    return list.map(({ id }: JsonDocument) => id);
  };

  test('features go down and up, by brokers and by controllers', async () => {
    assert.equal(await levelByApache('group.version'), '1');
    const down = await done('cluster', 'features', 'downgrade', 'group.version=0');
    assert.deepEqual(down.items, [{ name: 'group.version', before: 1, after: 0, result: 'changed' }]);
    assert.equal(await levelByApache('group.version'), '0');
    const dry = await done('cluster', 'features', 'upgrade', 'group.version=1', '--dry-run');
    assert.deepEqual([dry.items[0].result, dry.validatedBy], ['valid', 'broker']);
    assert.equal(await levelByApache('group.version'), '0');
    const up = await runKctl(['cluster', 'features', 'upgrade', 'group.version=1', ...controller()]);
    assert.equal(up.code, 0, up.stderr);
    assert.equal(await levelByApache('group.version'), '1');
    await apache('features', ...server(), 'downgrade', '--feature', 'group.version=0');
    const { items } = await done('cluster', 'features');
    const group = items.find(({ name }: JsonDocument) => name === 'group.version');
    assert.deepEqual([group.finalizedLevel, group.supportedLevels], [0, [0, 1]]);
    await done('cluster', 'features', 'upgrade', 'group.version=1');
    const wrong = await kctl('cluster', 'features', 'upgrade', 'group.version=99');
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /INVALID_UPDATE_VERSION|group\.version/);
  });

  test('voters leave the quorum and come back once kraft.version is 1', async () => {
    const { leaderId, replicas } = await done('cluster', 'quorum');
    const one = voters(replicas).find(({ id }) => id !== leaderId) as JsonDocument;
    const early = await kctl('cluster', 'quorum', 'remove', `${one.id}@${'A'.repeat(22)}`, '--yes');
    assert.equal(early.code, 1, 'not with kraft.version 0');
    await done('cluster', 'features', 'upgrade', 'kraft.version=1');
    assert.equal(await levelByApache('kraft.version'), '1');
    const described = (await done('cluster', 'quorum')).replicas.find(
      ({ id }: JsonDocument) => id === one.id,
    );
    const voter = `${one.id}@${described.directoryId}`;
    const listener = ['--listener', described.endpoints[0]];

    await done('cluster', 'quorum', 'remove', voter, '--dry-run');
    assert.equal((await votersByApache()).length, 3);
    await done('cluster', 'quorum', 'remove', voter, '--yes');
    assert.ok(!(await votersByApache()).includes(one.id));
    await eventually('it follows the quorum', async () => (await roleOf(one.id)) === 'observer');
    await done('cluster', 'quorum', 'add', voter, ...listener);
    assert.ok((await votersByApache()).includes(one.id));
    assert.match((await kctl('cluster', 'quorum', 'add', voter, ...listener)).stderr, /voter already/);

    const ids = ['--controller-id', String(one.id), '--controller-directory-id', described.directoryId];
    await apache('metadataQuorum', ...server(), 'remove-controller', ...ids);
    await eventually('kctl sees it leave', async () => (await roleOf(one.id)) === 'observer');
    const added = await runKctl(['cluster', 'quorum', 'add', voter, ...listener, ...controller()]);
    assert.equal(added.code, 0, added.stderr);
    assert.deepEqual(
      (await votersByApache()).sort(),
      voters(replicas)
        .map(({ id }) => id)
        .sort(),
    );
  });

  test('lists of configurations grow and shrink by way of controllers', async () => {
    const policyOf = async () => {
      const { items } = await done('configs', 'describe', '--broker-defaults', 'log.cleanup.policy');
      return items[0].configs.find(({ name }: JsonDocument) => name === 'log.cleanup.policy')?.value;
    };
    await done('configs', 'set', '--broker-defaults', 'log.cleanup.policy=delete');
    for (const [verb, expected] of [
      ['append', 'delete,compact'],
      ['subtract', 'delete'],
    ] as const) {
      const words = ['configs', verb, '--broker-defaults', 'log.cleanup.policy=compact', ...controller()];
      const { code, stderr } = await runKctl(words);
      assert.equal(code, 0, stderr);
      await eventually(`the list after ${verb}`, async () => (await policyOf()) === expected);
    }
    await done('configs', 'unset', '--broker-defaults', 'log.cleanup.policy');
    const ofTopic = await runKctl([
      'configs',
      'append',
      '--topic',
      'bier',
      'cleanup.policy=compact',
      ...controller(),
    ]);
    assert.equal(ofTopic.code, 2);
    assert.match(ofTopic.stderr, /controllers do not list topics/);
  });

  test('a broker that is away for good is forgotten', async () => {
    const listed = async () => {
      const words = ['list-endpoints', ...server(), '--include-fenced-brokers'];
      return [...(await apache('cluster', ...words)).matchAll(/^(\d+) /gm)].map(([, id]) => Number(id));
    };
    assert.deepEqual((await listed()).sort(), [1, 2]);
    for (const way of [server(), controller()]) {
      const alive = await runKctl(['cluster', 'unregister-broker', '2', '--yes', ...way]);
      assert.equal(alive.code, 1);
      assert.match(alive.stderr, /broker 2 is alive/);
    }
    const local = (...words: string[]) => runKctl(['local', ...words, '--name', cluster.name]);
    for (const way of [server(), controller()]) {
      assert.equal((await local('kill', 'broker', '2')).code, 0);
      const words = ['cluster', 'unregister-broker', '2', ...way];
      await eventually('a broker that is taken for dead', async () => {
        const { code } = await runKctl([...words, '--dry-run']);
        return code === 0;
      });
      assert.ok((await listed()).includes(2), 'a dry run forgets nobody');
      const { code, stderr } = await runKctl([...words, '--yes']);
      assert.equal(code, 0, stderr);
      await eventually('Kafka has forgotten it', async () => !(await listed()).includes(2));
      const again = await runKctl([...words, '--yes']);
      assert.equal(again.code, 1);
      assert.match(again.stderr, /BROKER_ID_NOT_REGISTERED|not.*registered/);
      // Controllers do not tell who is registered: there a dry run cannot know.
      const dry = await runKctl([...words, '--dry-run']);
      assert.equal(dry.code, way[0] === '--bootstrap-server' ? 1 : 0);
      const back = await local('start', 'broker', '2');
      assert.equal(back.code, 0, back.stderr);
      await eventually('it is back', async () => (await listed()).includes(2));
    }
  });

  test('a quorum without a majority is no controller to the check', async () => {
    const { leaderId, replicas } = await done('cluster', 'quorum');
    const others = voters(replicas).filter(({ id }) => id !== leaderId);
    for (const { id } of others) {
      const { code, stderr } = await runKctl([
        'local',
        'kill',
        'controller',
        String(id),
        '--name',
        cluster.name,
      ]);
      assert.equal(code, 0, stderr);
    }
    await eventually(
      'nobody leads',
      async () => /no-controller +controller/.test((await kctl('cluster', 'check')).stdout),
      60_000,
    );
    assert.equal((await kctl('cluster', 'check')).code, 5);
    const quorum = await kctl('cluster', 'quorum');
    assert.equal(quorum.code, 6);
    assert.match(quorum.stderr, /^error: no controller answers\n/);
    assert.match((await kctl('cluster', 'describe')).stdout, /controller:? +(none|-)/);
  });
});
