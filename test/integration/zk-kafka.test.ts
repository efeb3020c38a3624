import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { sharedCluster, type TestCluster } from '../support/cluster.js';
import { eventually, randomName, runKctl } from '../support/kctl.js';
import { assertDocument } from '../support/schemas.js';

let cluster: TestCluster;
const topic = randomName('registry');
before(async () => {
  cluster = await sharedCluster();
  const { code, stderr } = await runKctl(
    ['topics', 'create', topic, '--partitions', '2', '--config', 'retention.ms=60000'],
    {
      env: cluster.env,
    },
  );
  assert.equal(code, 0, stderr);
});

async function registry(word: string, kind: string) {
  const { code, stdout, stderr } = await runKctl(['zk', 'kafka', word, '-o', 'json'], { env: cluster.env });
  assert.equal(code, 0, stderr);
  return assertDocument(stdout, kind);
}

test('brokers and controller are those that run', async () => {
  const { items } = await registry('brokers', 'RegisteredBrokerList');
  assert.deepEqual(
    items.map(({ id }: { id: number }) => id),
    cluster.brokers.map(({ id }) => id),
  );
  const { brokerId, controllerEpoch } = await registry('controller', 'RegisteredController');
  const described = await runKctl(['cluster', 'describe', '-o', 'json'], { env: cluster.env });
  assert.equal(brokerId, assertDocument(described.stdout, 'Cluster').controllerId);
  assert.ok(controllerEpoch >= 1);
});

test('a topic with its id, its partitions and its configuration is what the brokers say', async () => {
  const { items } = await registry('topics', 'RegisteredTopicList');
  const mine = items.find(({ name }: { name: string }) => name === topic);
  const described = await runKctl(['topics', 'describe', topic, '-o', 'json'], { env: cluster.env });
  const [live] = assertDocument(described.stdout, 'TopicDescriptionList').items;
  assert.equal(mine.topicId, live.topicId);
  assert.deepEqual(
    mine.partitions.map(({ leader, replicas }: { leader: number; replicas: number[] }) => ({
      leader,
      replicas,
    })),
    live.partitions.map(({ leader, replicas }: { leader: number; replicas: number[] }) => ({
      leader,
      replicas,
    })),
  );
  const configs = (await registry('configs', 'RegisteredConfigList')).items;
  const own = configs.find(({ entity }: { entity: string }) => entity === topic);
  assert.deepEqual(own, { entityType: 'topics', entity: topic, configs: { 'retention.ms': '60000' } });
});

test('the rest of the registry has its documents', async () => {
  await registry('acls', 'RegisteredAclList');
  await registry('users', 'RegisteredUserList');
  assert.equal((await registry('features', 'RegisteredFeatures')).status, 'enabled');
  const { controllerId } = await registry('election', 'RegisteredElection');
  assert.ok(controllerId > 0);
});

test('a sound cluster and its registry say the same', async () => {
  // Other tests make and delete topics meanwhile.
  await eventually('exit 0', async () => {
    const { code, stdout } = await runKctl(['zk', 'kafka', 'check', '-o', 'json'], { env: cluster.env });
    const { brokers, findings } = assertDocument(stdout, 'RegistryCheck');
    assert.equal(brokers, cluster.brokers.length);
    return code === 0 && findings.length === 0;
  });
});

test('check finds other ids, replicas, leaders and partitions, and what was begun and is not done', async () => {
  const root = `/${randomName('kafka')}`;
  const env = { ...cluster.env, KCTL_ZOOKEEPER: `${cluster.zookeeperConnect}${root}` };
  const described = await runKctl(['topics', 'describe', topic, '-o', 'json'], { env: cluster.env });
  const [live] = assertDocument(described.stdout, 'TopicDescriptionList').items;
  const [first] = live.partitions;
  const partitions = { 0: first.replicas, 1: [91, 92], 2: [1] };
  const path = `/brokers/topics/${topic}`;
  const state = JSON.stringify({
    leader: 93,
    version: 1,
    leader_epoch: 0,
    isr: first.replicas,
    controller_epoch: 1,
  });
  const pending = JSON.stringify({ version: 1, partitions: [{ topic, partition: 0, replicas: [1] }] });
  const znodes: Array<[path: string, data: string]> = [
    [path, JSON.stringify({ version: 3, topic_id: 'AAAAAAAAAAAAAAAAAAAAAQ', partitions })],
    [`${path}/partitions/0/state`, state],
    ['/controller', JSON.stringify({ version: 2, brokerid: 94, timestamp: '1', kraftControllerEpoch: -1 })],
    ['/admin/reassign_partitions', pending],
    ['/admin/preferred_replica_election', pending],
    ['/migration', JSON.stringify({ version: 0, kraft_controller_id: 3000 })],
  ];
  const zk = (...words: string[]) =>
    runKctl(['zk', ...words, '--force-kafka-metadata'], { env: cluster.env });
  for (const [at, data] of znodes) assert.equal((await zk('create', `${root}${at}`, data, '-p')).code, 0, at);
  try {
    const { code, stdout } = await runKctl(['zk', 'kafka', 'check', '-o', 'json'], { env });
    assert.equal(code, 5);
    const found = assertDocument(stdout, 'RegistryCheck').findings.map(
      (each: { code: string; subject: string }) => `${each.code} ${each.subject}`,
    );
    for (const each of [
      `TOPIC_ID_DIFFERS topic ${topic}`,
      `LEADER_DIFFERS ${topic}-0`,
      `REPLICAS_DIFFER ${topic}-1`,
      `PARTITION_NOT_IN_METADATA ${topic}-2`,
      `BROKER_NOT_REGISTERED broker ${cluster.brokers[0]?.id}`,
      'CONTROLLER_DIFFERS controller',
      `REASSIGNMENT_PENDING ${topic}-0`,
      `ELECTION_PENDING ${topic}-0`,
      'MIGRATION /migration',
    ])
      assert.ok(found.includes(each), `${each}: ${stdout}`);
  } finally {
    assert.equal((await zk('delete', root, '-r', '--yes')).code, 0);
  }
});

test('check finds a topic that only ZooKeeper knows, and one that waits for its deletion', async () => {
  const orphan = randomName('orphan');
  const zk = (...words: string[]) =>
    runKctl(['zk', ...words, '--force-kafka-metadata'], { env: cluster.env });
  // Nothing watches the chroot of this: another cluster's registry, made by hand, compared with these brokers.
  const root = `/${randomName('kafka')}`;
  const env = { ...cluster.env, KCTL_ZOOKEEPER: `${cluster.zookeeperConnect}${root}` };
  const data = JSON.stringify({ version: 3, topic_id: 'AAAAAAAAAAAAAAAAAAAAAQ', partitions: { 0: [1] } });
  for (const [path, text] of [
    [`${root}/brokers/ids/77`, '{"endpoints":[],"version":5}'],
    [`${root}/brokers/topics/${orphan}`, data],
    [`${root}/admin/delete_topics/${orphan}`, ''],
  ] as const) {
    assert.equal((await zk('create', path, text, '-p')).code, 0);
  }
  try {
    const { code, stdout } = await runKctl(['zk', 'kafka', 'check', '-o', 'json'], { env });
    assert.equal(code, 5);
    const { findings } = assertDocument(stdout, 'RegistryCheck');
    const found = (name: string) =>
      findings
        .map(({ code: each, subject }: { code: string; subject: string }) => `${each} ${subject}`)
        .includes(name);
    assert.ok(found('BROKER_NOT_IN_METADATA broker 77'), stdout);
    assert.ok(found(`TOPIC_NOT_IN_METADATA topic ${orphan}`));
    assert.ok(found(`TOPIC_NOT_REGISTERED topic ${topic}`));
    assert.ok(found(`TOPIC_DELETION_PENDING topic ${orphan}`));
  } finally {
    assert.equal((await zk('delete', root, '-r', '--yes')).code, 0);
  }
});
