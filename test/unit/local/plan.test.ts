import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Engine } from '../../../src/cluster/local/engine.js';
import { assignPorts, planCluster, type StartOptions } from '../../../src/cluster/local/plan.js';
import { choosePorts } from '../../../src/cluster/local/ports.js';
import { type LocalState, serversOf, writeState } from '../../../src/cluster/local/state.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-plan-'));
process.env.KCTL_STATE_DIR = folder;
after(() => rmSync(folder, { recursive: true, force: true }));

const zookeeperEngine: Engine = {
  kafkaVersion: '3.9.2',
  mode: 'zookeeper',
  jars: [],
  preparedFolder: null,
  kafkaHome: null,
};
const kraftEngine: Engine = { ...zookeeperEngine, kafkaVersion: '4.3.0', mode: 'kraft' };

function plan(options: Partial<StartOptions>, previous?: LocalState, engine = zookeeperEngine): LocalState {
  return planCluster({ name: 'a', ...options }, previous, engine);
}
const portsOf = (state: LocalState) => serversOf(state).map(({ port }) => port);

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

test('ports that are left to kctl are free, in a row, and no other cluster’s', async () => {
  const state = plan({ brokers: 3 }, undefined, kraftEngine);
  await assignPorts(state, serversOf(state));
  const ports = [...portsOf(state), state.brokers[0]?.controllerPort ?? 0];
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
    await assert.rejects(assignPorts(asked, asked.brokers), { code: 'PORT_IN_USE', hint: /--port auto/ });
    const chosen = plan({ port: 'auto' });
    const [broker] = chosen.brokers;
    assert.ok(broker);
    broker.port = port;
    await assignPorts(chosen, chosen.brokers);
    assert.notEqual(broker.port, port);
  } finally {
    server.close();
  }
});
