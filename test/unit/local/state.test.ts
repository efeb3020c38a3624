import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { identify } from '../../../src/cluster/local/identity.js';
import {
  findRunningLocal,
  type LocalState,
  parseState,
  readState,
  type ServerState,
  stateFile,
  writeState,
} from '../../../src/cluster/local/state.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-state-'));
after(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  process.env.KCTL_STATE_DIR = mkdtempSync(join(folder, 'each-'));
});

function stateOf(name: string, process: ServerState['process'] = null): LocalState {
  return {
    version: 2,
    name,
    mode: 'zookeeper',
    kafkaVersion: '3.9.2',
    zookeeperVersion: null,
    phase: 'running',
    dataDir: '/data',
    ephemeral: false,
    owner: null,
    security: null,
    kafkaHome: null,
    heap: '512m',
    configs: { 'min.insync.replicas': '1' },
    zookeeperConfigs: {},
    logDirs: 1,
    clusterId: null,
    servers: [
      { role: 'zookeeper', id: 1, port: 2181, portAuto: false, otherPorts: {}, process },
      { role: 'broker', id: 1, port: 9092, portAuto: false, otherPorts: {}, rack: 'r1', process },
    ],
  };
}

function aServer() {
  return stateOf('a').servers[0];
}

const thisProcess = () => identify(process.pid) ?? null;

test('what is written is read again', () => {
  writeState(stateOf('a', { pid: 4711, startedAt: 'then' }));
  assert.deepEqual(readState('a'), stateOf('a', { pid: 4711, startedAt: 'then' }));
  assert.equal(readState('b'), undefined);
});

const wrong: Array<[what: string, change: Record<string, unknown>, says: RegExp]> = [
  ['an older version', { version: 1 }, /version is 1, and this kctl reads version 2/],
  ['a name that leads out of the folder', { name: '../../etc' }, /its name/],
  ['a relative data folder', { dataDir: 'data' }, /its dataDir/],
  ['a data folder with a NUL', { dataDir: '/a\0b' }, /its dataDir/],
  ['no servers', { servers: [] }, /its servers/],
  ['ids out of order', { servers: [{ ...aServer(), id: 2 }] }, /its servers/],
  ['roles out of order', { servers: stateOf('a').servers.toReversed() }, /its servers/],
  ['a port that is none', { servers: [{ ...aServer(), port: 70_000 }] }, /its servers/],
  ['a port for nothing', { servers: [{ ...aServer(), otherPorts: { tea: 9 } }] }, /its servers/],
  ['a rack of two lines', { servers: [{ ...aServer(), rack: 'a\nb' }] }, /its servers/],
  ['configurations that are no text', { configs: { a: 1 } }, /its configs/],
  ['an unknown phase', { phase: 'exploding' }, /its phase/],
  ['a heap that is another option', { heap: '1m -version' }, /its heap/],
];
for (const pid of [0, 1, -1, 1.5, '7', null]) {
  const process = { pid, startedAt: 'then' };
  wrong.push([`pid ${pid}`, { servers: [{ ...aServer(), process }] }, /its servers/]);
}
for (const [what, change, says] of wrong) {
  test(`a state with ${what} is refused`, () => {
    const answer = parseState(JSON.stringify({ ...stateOf('a'), ...change }));
    assert.match(String(answer), says);
  });
}

test('no text makes the parser throw, and none but a whole state is taken', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => typeof parseState(text) === 'string'));
});

test('a file that is too large, broken or of another cluster is named in the error', () => {
  for (const content of [`"${'x'.repeat(300_000)}"`, '{', JSON.stringify(stateOf('other'))]) {
    mkdirSync(join(stateFile('a'), '..'), { recursive: true });
    writeFileSync(stateFile('a'), content);
    assert.throws(() => readState('a'), { code: 'LOCAL_STATE' });
  }
});

test('the running cluster that is found is default, else the only one', () => {
  assert.equal(findRunningLocal(), undefined);
  writeState(stateOf('one', thisProcess()));
  assert.deepEqual(findRunningLocal(), {
    name: 'one',
    bootstrapServers: '127.0.0.1:9092',
    commandConfig: null,
    zookeeperConnect: '127.0.0.1:2181',
  });
  writeState(stateOf('two', thisProcess()));
  assert.equal(findRunningLocal(), undefined, 'two are not guessed between');
  writeState(stateOf('default', thisProcess()));
  assert.equal(findRunningLocal()?.name, 'default');
});

test('a process that has the id of an earlier one is not mistaken for it', () => {
  writeState(stateOf('default', { pid: process.pid, startedAt: 'earlier' }));
  assert.equal(findRunningLocal(), undefined);
});

test('a state that cannot be read stops nobody who only looks around', () => {
  mkdirSync(join(stateFile('default'), '..'), { recursive: true });
  writeFileSync(stateFile('default'), '{');
  assert.equal(findRunningLocal(), undefined);
});
