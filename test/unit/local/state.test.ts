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
  stateFile,
  writeState,
} from '../../../src/cluster/local/state.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-state-'));
after(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  process.env.KCTL_STATE_DIR = mkdtempSync(join(folder, 'each-'));
});

function stateOf(name: string, process: LocalState['brokers'][number]['process'] = null): LocalState {
  return {
    version: 1,
    name,
    mode: 'zookeeper',
    kafkaVersion: '3.9.2',
    phase: 'running',
    dataDir: '/data',
    ephemeral: false,
    owner: null,
    kafkaHome: null,
    heap: '512m',
    configs: { 'min.insync.replicas': '1' },
    clusterId: null,
    zookeeper: { role: 'zookeeper', id: 1, port: 2181, portAuto: false, process },
    brokers: [{ role: 'broker', id: 1, port: 9092, portAuto: false, process }],
  };
}

const thisProcess = () => identify(process.pid) ?? null;

test('what is written is read again', () => {
  writeState(stateOf('a', { pid: 4711, startedAt: 'then' }));
  assert.deepEqual(readState('a'), stateOf('a', { pid: 4711, startedAt: 'then' }));
  assert.equal(readState('b'), undefined);
});

const wrong: Array<[what: string, change: Record<string, unknown>, says: RegExp]> = [
  ['another version', { version: 2 }, /version is 2/],
  ['a name that leads out of the folder', { name: '../../etc' }, /its name/],
  ['a relative data folder', { dataDir: 'data' }, /its dataDir/],
  ['a data folder with a NUL', { dataDir: '/a\0b' }, /its dataDir/],
  ['no brokers', { brokers: [] }, /its brokers/],
  ['brokers out of order', { brokers: [{ ...stateOf('a').brokers[0], id: 2 }] }, /its brokers/],
  ['a port that is none', { brokers: [{ ...stateOf('a').brokers[0], port: 70_000 }] }, /its brokers/],
  ['configurations that are no text', { configs: { a: 1 } }, /its configs/],
  ['an unknown phase', { phase: 'exploding' }, /its phase/],
  ['a heap that is another option', { heap: '1m -version' }, /its heap/],
];
for (const pid of [0, 1, -1, 1.5, '7', null]) {
  const process = { pid, startedAt: 'then' };
  wrong.push([`pid ${pid}`, { brokers: [{ ...stateOf('a').brokers[0], process }] }, /its brokers/]);
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
