import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startCluster, type TestCluster } from '../support/cluster.js';
import { eventually, randomName, runKctl } from '../support/kctl.js';
import { holdReadings, prepareDegraded } from '../support/reading.js';
import { assertDocument, type JsonDocument } from '../support/schemas.js';

/** A cluster of three brokers of its own: its brokers are stopped and killed here, in this order. */
describe('topics and cluster while brokers are away', () => {
  let cluster: TestCluster;
  const [lonely, shared, group] = [randomName('lonely'), randomName('shared'), randomName('group')];
  const kctl = (...words: string[]) => runKctl(words, { env: cluster.env, timeoutMs: 60_000 });
  const local = async (...words: string[]) => {
    const { code, stderr } = await kctl('local', ...words, '--name', cluster.name);
    assert.equal(code, 0, stderr);
  };
  const clusterSays = async (): Promise<JsonDocument> =>
    JSON.parse((await kctl('cluster', 'describe', '-o', 'json')).stdout || '{"brokers":[]}');
  const brokersAre = (ids: number[]) =>
    eventually(`brokers ${ids}`, async () => {
      const { brokers } = await clusterSays();
      return brokers.map(({ id }: { id: number }) => id).join() === ids.join();
    });
  const stopped: number[] = [];

  before(async () => {
    cluster = await startCluster(['--brokers', '3']);
    await prepareDegraded({ cluster, lonely, shared, group });
  });
  after(() => {
    for (const pid of stopped) process.kill(pid, 'SIGCONT');
  });

  test('a broker that hangs is named as behind, and what was created is told', async () => {
    const { controllerId } = await clusterSays();
    const hanging = cluster.brokers.find(({ id }) => id !== controllerId && id !== 1);
    assert.ok(hanging?.pid);
    process.kill(hanging.pid, 'SIGSTOP');
    stopped.push(hanging.pid);
    const name = randomName('hanging');
    const startedAt = performance.now();
    const { code, stdout, stderr } = await kctl(
      'topics',
      'create',
      name,
      '--replica-assignment',
      '1',
      '-o',
      'json',
    );
    assert.ok(performance.now() - startedAt < 12_000);
    process.kill(hanging.pid, 'SIGCONT');
    stopped.pop();
    assert.equal(code, 0, stderr);
    const { items, warnings } = assertDocument(stdout, 'TopicChangeList');
    assert.deepEqual(warnings, [`broker ${hanging.id} does not know of every topic yet`]);
    assert.deepEqual([items[0].name, items[0].result], [name, 'created']);
    await brokersAre([1, 2, 3]);
  });

  test('a partition without a leader is marked, and everything else is told', async () => {
    await local('kill', 'broker', '3');
    await brokersAre([1, 2]);
    await eventually('the partition without a leader', async () => {
      const { stdout } = await kctl('topics', 'describe', lonely, '-o', 'json');
      return stdout !== '' && JSON.parse(stdout).items[0]?.offlinePartitions === 1;
    });
    const described = await kctl('topics', 'describe', lonely, shared, '-o', 'json');
    assert.deepEqual([described.code, described.stderr], [0, '']);
    const { items } = assertDocument(described.stdout, 'TopicDescriptionList');
    const [first, second] = items.sort((a: JsonDocument, b: JsonDocument) => (a.name < b.name ? -1 : 1));
    assert.deepEqual(
      first.partitions.map(({ leader, offline }: JsonDocument) => [leader, offline]),
      [
        [-1, [3]],
        [1, []],
      ],
    );
    assert.deepEqual([second.offlinePartitions, second.underReplicatedPartitions], [0, 2]);
    const table = await kctl('topics', 'describe', lonely);
    assert.equal(table.code, 0);
    assert.match(table.stdout, /\n +0 +none +3 +.*offline\n +1 +1 +1 +1 +- +ok\n/);
  });

  test('listing answers, and marks the topic', async () => {
    const { code, stdout, stderr } = await kctl('topics', 'list', '-o', 'json');
    assert.deepEqual([code, stderr], [0, '']);
    const { items } = assertDocument(stdout, 'TopicList');
    const byName = Object.fromEntries(items.map((item: JsonDocument) => [item.name, item]));
    assert.deepEqual([byName[lonely].offlinePartitions, byName[shared].offlinePartitions], [1, 0]);
  });

  test('sizes that only the dead broker knows are missing, and are an error of that broker', async () => {
    const { code, stdout, stderr } = await kctl('topics', 'describe', shared, '--sizes', '-o', 'json');
    assert.equal(code, 1, stderr);
    const { errors, items } = assertDocument(stdout, 'TopicDescriptionList');
    assert.deepEqual([errors.map(({ subject }: JsonDocument) => subject), items.length], [['broker 3'], 1]);
    assert.equal(items[0].partitions[0].sizeBytes, 0);
  });

  test('every command that reads answers in time, with what is wrong marked', () =>
    holdReadings({ cluster, lonely, shared, group }));

  test('a topic that is deleted with a replica away is gone', async () => {
    const { code, stderr } = await kctl('topics', 'delete', shared, '--yes');
    assert.equal(code, 0, stderr);
    assert.equal((await kctl('topics', 'describe', shared)).code, 4);
  });

  test('its name is free when that replica is deleted too, and creating it waits for that', async () => {
    const create = ['topics', 'create', shared, '--partitions', '2', '--if-not-exists', '-o', 'json'];
    const tooEarly = await kctl(...create, '--timeout', '2s');
    assert.equal(tooEarly.code, 6, tooEarly.stderr);
    const { errors } = assertDocument(tooEarly.stdout, 'TopicChangeList');
    assert.deepEqual(
      errors.map(({ code, subject }: JsonDocument) => [code, subject]),
      [['TOPIC_BEING_DELETED', `topic ${shared}`]],
    );
    const [created] = await Promise.all([kctl(...create, '--timeout', '50s'), local('start', 'broker', '3')]);
    assert.equal(created.code, 0, created.stderr);
    assert.equal(assertDocument(created.stdout, 'TopicChangeList').items[0].result, 'created');
    await brokersAre([1, 2, 3]);
  });

  test('a change finds the next controller when the old one has just been killed', async () => {
    const { controllerId } = await clusterSays();
    await local('kill', 'broker', String(controllerId));
    const name = randomName('elected');
    const alive = cluster.brokers.filter(({ id }) => id !== controllerId);
    const { code, stdout, stderr } = await kctl(
      ...[
        'topics',
        'create',
        name,
        '--partitions',
        '2',
        '--replication-factor',
        '1',
        '--timeout',
        '30s',
        '-o',
        'json',
      ],
      ...['-b', alive.map(({ host, port }) => `${host}:${port}`).join(',')],
    );
    assert.equal(code, 0, stderr);
    assert.equal(assertDocument(stdout, 'TopicChangeList').items[0].result, 'created');
  });
});
