import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Engine } from '../../../src/cluster/local/engine.js';
import { planCluster, type StartOptions } from '../../../src/cluster/local/plan.js';
import { assignPorts, choosePorts } from '../../../src/cluster/local/ports.js';
import { type LocalState, serversOf, writeState } from '../../../src/cluster/local/state.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-plan-'));
process.env.KCTL_STATE_DIR = folder;
after(() => rmSync(folder, { recursive: true, force: true }));

const zookeeperEngine: Engine = {
  product: 'kafka',
  version: '3.9.2',
  mode: 'zookeeper',
  jars: [],
  preparedFolder: null,
  kafkaHome: null,
  pinned: true,
};
const kraftEngine: Engine = { ...zookeeperEngine, version: '4.3.0', mode: 'kraft' };

function plan(options: Partial<StartOptions>, previous?: LocalState, engine = zookeeperEngine): LocalState {
  return planCluster({ name: 'a', ...options }, previous, { kafka: engine, zookeeper: null });
}
const portsOf = (state: LocalState) => state.servers.map(({ port }) => port);

test('the default cluster has the ports everyone expects, any other has free ones', () => {
  assert.deepEqual(portsOf(plan({ name: 'default', brokers: 3 })), [2181, 9092, 9093, 9094]);
  assert.deepEqual(portsOf(plan({ brokers: 2 })), [0, 0, 0]);
  assert.deepEqual(
    portsOf(plan({ brokers: 2, port: 19_092, zookeeperPort: 12_181 })),
    [12_181, 19_092, 19_093],
  );
  assert.deepEqual(portsOf(plan({ name: 'default', port: 'auto' })), [2181, 0]);
});

test('what is not given stays as it was', () => {
  const first = plan({ brokers: 2, port: 19_092, heap: '1g', configs: { 'num.partitions': '3' } });
  assert.deepEqual(plan({}, first), first);
  assert.deepEqual(portsOf(plan({ brokers: 3 }, first)), [0, 19_092, 19_093, 19_094]);
  assert.equal(plan({ heap: '2g' }, first).heap, '2g');
});

test('data is not used for fewer brokers or another mode', () => {
  const first = plan({ brokers: 3 });
  assert.throws(() => plan({ brokers: 2 }, first), { code: 'LOCAL_CONFLICT', hint: /local reset --name a/ });
  assert.throws(() => plan({}, first, kraftEngine), { code: 'LOCAL_CONFLICT' });
});

test('an ensemble has its observers last, ports of its own, and data that keeps its members', () => {
  const first = plan({ zookeepers: 3, observers: 1, brokers: 2 });
  assert.deepEqual(
    first.servers.map(({ role, id, observer = false }) => [role, id, observer]),
    [
      ['zookeeper', 1, false],
      ['zookeeper', 2, false],
      ['zookeeper', 3, false],
      ['zookeeper', 4, true],
      ['broker', 1, false],
      ['broker', 2, false],
    ],
  );
  assert.deepEqual(first.servers[0]?.otherPorts, { quorum: 0, election: 0 });
  assert.deepEqual(first.servers[4]?.otherPorts, {});
  assert.deepEqual(plan({}, first), first);
  assert.throws(() => plan({ zookeepers: 5 }, first), {
    code: 'LOCAL_CONFLICT',
    message: /data of 3 zookeepers, not 5/,
  });
});

test('controllers of their own take the part from the first broker', () => {
  const both = plan({ brokers: 2 }, undefined, kraftEngine);
  assert.deepEqual(
    both.servers.map(({ otherPorts }) => otherPorts),
    [{ controller: 0 }, {}],
  );
  const apart = plan({ brokers: 1, controllers: 3 }, undefined, kraftEngine);
  assert.deepEqual(
    apart.servers.map(({ role, id, otherPorts }) => [role, id, otherPorts]),
    [
      ['controller', 101, {}],
      ['controller', 102, {}],
      ['controller', 103, {}],
      ['broker', 1, {}],
    ],
  );
  assert.throws(() => plan({ brokers: 2 }, apart), { code: 'LOCAL_CONFLICT' }, 'nor another mode');
});

test('racks are given in turn and stay', () => {
  const racksOf = (state: LocalState) => serversOf(state, 'broker').map(({ rack }) => rack);
  const first = plan({ brokers: 3, racks: ['a', 'b'] });
  assert.deepEqual(racksOf(first), ['a', 'b', 'a']);
  assert.deepEqual(racksOf(plan({ brokers: 4 }, first)), ['a', 'b', 'a', 'r4']);
  assert.deepEqual(racksOf(plan({ brokers: 2 })), ['r1', 'r2']);
});

const refused: Array<[what: string, options: Partial<StartOptions>, engine: Engine, says: RegExp]> = [
  ['two ZooKeepers', { zookeepers: 2 }, zookeeperEngine, /2 is not a number of ZooKeepers/],
  ['observers of one ZooKeeper', { observers: 1 }, zookeeperEngine, /alone has no observers/],
  ['controllers beside ZooKeeper', { controllers: 3 }, zookeeperEngine, /no controllers of their own/],
  ['ZooKeepers in KRaft mode', { zookeepers: 3 }, kraftEngine, /no ZooKeeper in KRaft mode/],
  ['KRaft without a broker', { brokers: 0 }, kraftEngine, /at least one broker/],
  ['no log directory', { logDirs: 0 }, zookeeperEngine, /0 is not a number of log directories/],
  ['a rack of two words', { racks: ['a b'] }, zookeeperEngine, /not the name of a rack/],
  ['a member given by hand', { zookeeperConfigs: { 'server.1': 'x' } }, zookeeperEngine, /set by kctl/],
];
for (const [what, options, engine, says] of refused) {
  test(`${what}: refused`, () => {
    assert.throws(() => plan(options, undefined, engine), { code: 'USAGE', message: says });
  });
}

test('data of a newer Kafka is not given to an older one', () => {
  const newer = plan({}, undefined, kraftEngine);
  const older: Engine = { ...kraftEngine, version: '4.0.1' };
  assert.throws(() => plan({}, newer, older), { code: 'LOCAL_CONFLICT', message: /4\.0\.1 cannot use/ });
  assert.equal(plan({}, plan({}, undefined, older), kraftEngine).kafkaVersion, '4.3.0');
});

test('ports that are left to kctl are free, in a row, and no other cluster’s', async () => {
  const state = plan({ brokers: 3 }, undefined, kraftEngine);
  await assignPorts(state, state.servers);
  const ports = state.servers.flatMap(({ port, otherPorts }) => [port, ...Object.values(otherPorts)]);
  assert.equal(new Set(ports).size, 4);
  assert.ok(
    ports.every((port, index) => port === (ports[0] ?? 0) + index && port >= 20_000 && port < 30_000),
  );
  writeState(state);
  const more = await Promise.all(Array.from({ length: 20 }, () => choosePorts(9)));
  assert.ok(!more.flat().some((port) => ports.includes(port)));
});

test('a port that was chosen by kctl gives way, one that was asked for does not', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  try {
    const asked = plan({ port });
    await assert.rejects(assignPorts(asked, serversOf(asked, 'broker')), {
      code: 'PORT_IN_USE',
      hint: /--port auto/,
    });
    const chosen = plan({ port: 'auto' });
    const [broker] = serversOf(chosen, 'broker');
    assert.ok(broker);
    broker.port = port;
    await assignPorts(chosen, chosen.servers);
    assert.notEqual(broker.port, port);
  } finally {
    server.close();
  }
});
