import assert from 'node:assert/strict';
import { test } from 'node:test';
import { javaArguments } from '../../../src/cluster/local/files.js';
import { formatProperties, propertyOf } from '../../../src/cluster/local/java-properties.js';
import { checkBrokerConfigs, serverProperties } from '../../../src/cluster/local/properties.js';
import { type LocalState, type ServerState, serversOf } from '../../../src/cluster/local/state.js';

function clusterOf(
  count: number,
  mode: LocalState['mode'],
  configs: Record<string, string> = {},
): LocalState {
  const server = (role: ServerState['role'], id: number, port: number): ServerState => ({
    ...{ role, id, port, portAuto: false, otherPorts: {}, process: null },
    ...(role === 'broker' ? { rack: `r${id}` } : {}),
  });
  const brokers = Array.from({ length: count }, (_, index) => server('broker', index + 1, 9092 + index));
  if (mode === 'kraft' && brokers[0]) brokers[0].otherPorts.controller = 9090;
  return {
    version: 2,
    name: 'a',
    mode,
    kafkaVersion: mode === 'kraft' ? '4.3.0' : '3.9.2',
    zookeeperVersion: null,
    phase: 'starting',
    dataDir: '/data of mine',
    ephemeral: false,
    owner: null,
    security: null,
    kafkaHome: null,
    heap: '1g',
    configs,
    zookeeperConfigs: {},
    logDirs: 1,
    clusterId: null,
    servers: mode === 'zookeeper' ? [server('zookeeper', 1, 2181), ...brokers] : brokers,
  };
}

function read(text: string): Record<string, string> {
  const rows = text.trimEnd().split('\n');
  return Object.fromEntries(
    rows.map((row) => [row.slice(0, row.indexOf('=')), row.slice(row.indexOf('=') + 1)]),
  );
}

for (const [count, replicas, minIsr] of [
  [1, '1', '1'],
  [2, '2', '2'],
  [3, '3', '2'],
  [9, '3', '2'],
] as const) {
  test(`${count} brokers keep internal topics ${replicas} times`, () => {
    const state = clusterOf(count, 'zookeeper');
    const last = state.servers.at(-1);
    assert.ok(last);
    const settings = read(serverProperties(state, last));
    assert.equal(settings['offsets.topic.replication.factor'], replicas);
    assert.equal(settings['transaction.state.log.replication.factor'], replicas);
    assert.equal(settings['transaction.state.log.min.isr'], minIsr);
    assert.equal(settings['broker.rack'], `r${count}`);
    assert.equal(settings['zookeeper.connect'], '127.0.0.1:2181');
    assert.equal(settings.listeners, `PLAINTEXT://127.0.0.1:${9091 + count}`);
  });
}

test('in KRaft node 1 is the controller and the others are brokers that know it', () => {
  const state = clusterOf(2, 'kraft');
  const [first, second] = state.servers.map((broker) => read(serverProperties(state, broker)));
  assert.equal(first?.['process.roles'], 'broker,controller');
  assert.equal(first?.listeners, 'PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9090');
  assert.equal(second?.['process.roles'], 'broker');
  assert.equal(second?.['controller.quorum.voters'], '1@127.0.0.1:9090');
  assert.equal(second?.['zookeeper.connect'], undefined);
});

test('the last word is the one of --config, but not about what makes it a cluster', () => {
  const state = clusterOf(1, 'zookeeper', { 'group.initial.rebalance.delay.ms': '3000' });
  const [broker] = serversOf(state, 'broker');
  assert.ok(broker);
  const settings = read(serverProperties(state, broker));
  assert.equal(settings['group.initial.rebalance.delay.ms'], '3000');
  assert.throws(() => checkBrokerConfigs({ 'broker.id': '7' }), { code: 'USAGE' });
  assert.throws(() => checkBrokerConfigs({ 'a\nb': '7' }), { code: 'USAGE' });
});

test('ZooKeeper listens on loopback only, with every four-letter word and without its web server', () => {
  const state = clusterOf(1, 'zookeeper');
  const [zookeeper] = state.servers;
  assert.ok(zookeeper);
  const settings = read(serverProperties(state, zookeeper));
  assert.equal(settings.clientPortAddress, '127.0.0.1');
  assert.equal(settings['4lw.commands.whitelist'], '*');
  assert.equal(settings.extendedTypesEnabled, 'true');
  assert.equal(settings['admin.enableServer'], 'false');
  assert.equal(settings.dataDir, '/data of mine/zookeeper-1');
});

test('a member of an ensemble knows the others, and an observer what it is', () => {
  const state = clusterOf(1, 'zookeeper', {});
  const member = (id: number, observer: boolean): ServerState => ({
    ...{ role: 'zookeeper', id, port: 2180 + id, portAuto: true, observer, process: null },
    otherPorts: { quorum: 3000 + id, election: 4000 + id },
  });
  state.servers = [member(1, false), member(2, true)];
  state.zookeeperConfigs = { tickTime: '500' };
  const [first, second] = state.servers.map((server) => read(serverProperties(state, server)));
  assert.equal(first?.['server.1'], '127.0.0.1:3001:4001');
  assert.equal(first?.['server.2'], '127.0.0.1:3002:4002:observer');
  assert.equal(first?.tickTime, '500');
  assert.equal(first?.peerType, undefined);
  assert.equal(second?.peerType, 'observer');
});

test('values are written so that Java reads them back', () => {
  const text = formatProperties({ a: ' x\\y\nz=ü', b: 'plain' });
  assert.equal(text, 'a=\\ x\\\\y\\nz=\\u00fc\nb=plain\n');
  assert.equal(propertyOf('version=1\ncluster.id=abc\n', 'cluster.id'), 'abc');
  assert.equal(propertyOf('version=1\n', 'cluster.id'), undefined);
});

test('every argument of Java is one, whatever its path holds', () => {
  const state = clusterOf(1, 'zookeeper');
  const [broker] = serversOf(state, 'broker');
  assert.ok(broker);
  const text = javaArguments(state, broker, { jars: ['/a b/x.jar', '/c"d\\e.jar'] });
  assert.ok(text.includes('"/a b/x.jar:/c\\"d\\\\e.jar"\n'));
  assert.ok(text.startsWith('"-Xmx1g"\n'));
  assert.ok(text.split('\n').includes('"kafka.Kafka"'));
});
