import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  brokerProperties,
  checkBrokerConfigs,
  formatProperties,
  javaArguments,
  propertyOf,
  zookeeperProperties,
} from '../../../src/cluster/local/files.js';
import type { LocalState, ServerState } from '../../../src/cluster/local/state.js';

function clusterOf(
  count: number,
  mode: LocalState['mode'],
  configs: Record<string, string> = {},
): LocalState {
  const broker = (index: number): ServerState => ({
    role: 'broker',
    id: index + 1,
    port: 9092 + index,
    portAuto: false,
    process: null,
    ...(mode === 'kraft' && index === 0 ? { controllerPort: 9090 } : {}),
  });
  return {
    version: 1,
    name: 'a',
    mode,
    kafkaVersion: '3.9.2',
    phase: 'starting',
    dataDir: '/data of mine',
    ephemeral: false,
    owner: null,
    kafkaHome: null,
    heap: '1g',
    configs,
    clusterId: null,
    zookeeper:
      mode === 'zookeeper' ? { role: 'zookeeper', id: 1, port: 2181, portAuto: false, process: null } : null,
    brokers: Array.from({ length: count }, (_, index) => broker(index)),
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
    const last = state.brokers.at(-1);
    assert.ok(last);
    const settings = read(brokerProperties(state, last));
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
  const [first, second] = state.brokers.map((broker) => read(brokerProperties(state, broker)));
  assert.equal(first?.['process.roles'], 'broker,controller');
  assert.equal(first?.listeners, 'PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9090');
  assert.equal(second?.['process.roles'], 'broker');
  assert.equal(second?.['controller.quorum.voters'], '1@127.0.0.1:9090');
  assert.equal(second?.['zookeeper.connect'], undefined);
});

test('the last word is the one of --config, but not about what makes it a cluster', () => {
  const state = clusterOf(1, 'zookeeper', { 'group.initial.rebalance.delay.ms': '3000' });
  const [broker] = state.brokers;
  assert.ok(broker);
  const settings = read(brokerProperties(state, broker));
  assert.equal(settings['group.initial.rebalance.delay.ms'], '3000');
  assert.throws(() => checkBrokerConfigs({ 'broker.id': '7' }), { code: 'USAGE' });
  assert.throws(() => checkBrokerConfigs({ 'a\nb': '7' }), { code: 'USAGE' });
});

test('ZooKeeper listens on loopback only, with every four-letter word and without its web server', () => {
  const state = clusterOf(1, 'zookeeper');
  assert.ok(state.zookeeper);
  const settings = read(zookeeperProperties(state, state.zookeeper));
  assert.equal(settings.clientPortAddress, '127.0.0.1');
  assert.equal(settings['4lw.commands.whitelist'], '*');
  assert.equal(settings.extendedTypesEnabled, 'true');
  assert.equal(settings['admin.enableServer'], 'false');
  assert.equal(settings.dataDir, '/data of mine/zookeeper');
});

test('values are written so that Java reads them back', () => {
  const text = formatProperties({ a: ' x\\y\nz=ü', b: 'plain' });
  assert.equal(text, 'a=\\ x\\\\y\\nz=\\u00fc\nb=plain\n');
  assert.equal(propertyOf('version=1\ncluster.id=abc\n', 'cluster.id'), 'abc');
  assert.equal(propertyOf('version=1\n', 'cluster.id'), undefined);
});

test('every argument of Java is one, whatever its path holds', () => {
  const state = clusterOf(1, 'zookeeper');
  const [broker] = state.brokers;
  assert.ok(broker);
  const text = javaArguments(state, broker, { jars: ['/a b/x.jar', '/c"d\\e.jar'] });
  assert.ok(text.includes('"/a b/x.jar:/c\\"d\\\\e.jar"\n'));
  assert.ok(text.startsWith('"-Xmx1g"\n'));
  assert.ok(text.split('\n').includes('"kafka.Kafka"'));
});
