import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Engine } from '../../../src/cluster/local/engine.js';
import type { LocalState } from '../../../src/cluster/local/state.js';
import { formatStorage, readClusterId, removeData } from '../../../src/cluster/local/storage.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-storage-'));
process.env.KCTL_STATE_DIR = folder;
after(() => rmSync(folder, { recursive: true, force: true }));

function clusterIn(dataDir: string): LocalState {
  return {
    version: 2,
    name: 'a',
    mode: 'kraft',
    kafkaVersion: '4.3.0',
    zookeeperVersion: null,
    phase: 'stopped',
    dataDir,
    ephemeral: false,
    owner: null,
    security: null,
    kafkaHome: null,
    heap: '512m',
    configs: {},
    zookeeperConfigs: {},
    logDirs: 2,
    clusterId: null,
    servers: [
      { role: 'broker', id: 1, port: 9092, portAuto: false, otherPorts: { controller: 9093 }, process: null },
    ],
  };
}

test('of a data folder only what is kctl’s is removed', () => {
  const dataDir = join(folder, 'shared');
  mkdirSync(join(dataDir, 'broker-1', 'bier-bar-0'), { recursive: true });
  writeFileSync(join(dataDir, 'letter.txt'), 'dear reader');
  removeData(clusterIn(dataDir));
  assert.deepEqual(readdirSync(dataDir), ['letter.txt']);
  rmSync(join(dataDir, 'letter.txt'));
  removeData(clusterIn(dataDir));
  assert.ok(!existsSync(dataDir));
});

test('a node is formatted once, from what was prepared, with an id of its own', async () => {
  const preparedFolder = join(folder, 'prepared');
  mkdirSync(preparedFolder);
  writeFileSync(join(preparedFolder, 'bootstrap.checkpoint'), 'records');
  const engine: Engine = {
    product: 'kafka',
    version: '4.3.0',
    mode: 'kraft',
    jars: [],
    preparedFolder,
    kafkaHome: null,
    pinned: true,
  };
  const java = { path: '/nowhere/java', version: '17', id: 'java-17' };
  const state = clusterIn(join(folder, 'data'));
  const [node] = state.servers;
  assert.ok(node);
  await formatStorage(java, engine, state, node);
  const meta = () => readFileSync(join(state.dataDir, 'broker-1', 'meta.properties'), 'utf8');
  const written = meta();
  const second = readFileSync(join(state.dataDir, 'broker-1-dir2', 'meta.properties'), 'utf8');
  assert.notEqual(second, written, 'a directory has an id of its own');
  assert.equal(second.replace(/directory.*/, ''), written.replace(/directory.*/, ''));
  assert.match(written, /^version=1\ncluster\.id=[\w-]{22}\nnode\.id=1\ndirectory\.id=\w[\w-]{21}\n$/);
  assert.equal(readClusterId(state), state.clusterId);
  await formatStorage(java, engine, state, node);
  assert.equal(meta(), written);
});
