import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GrowthLog } from '../../../src/ensemble/growth.js';

const minuteMs = 60_000;
const gib = 1024 ** 3;
const report = (bytes: number) => [
  { server: 'zk1:2181', host: 'zk1', refusedWords: [], dataDirBytes: 0, logDirBytes: bytes },
];

test('growth is told when it has lasted, and forgotten when a purge came between', () => {
  const log = new GrowthLog();
  assert.deepEqual(log.assess(report(gib), 0, gib), []);
  assert.deepEqual(log.assess(report(2 * gib), minuteMs, gib), [], 'a minute is no time');
  const [found] = log.assess(report(2 * gib), 20 * minuteMs, gib);
  assert.deepEqual([found?.code, found?.server], ['DISK_GROWTH', 'zk1:2181']);
  assert.match(found?.message ?? '', /3072 MiB an hour/);
  assert.deepEqual(log.assess(report(2 * gib), 20 * minuteMs, 4 * gib), []);
  assert.deepEqual(log.assess(report(0), 21 * minuteMs, gib), []);
  assert.deepEqual(log.assess(report(gib / 100), 40 * minuteMs, gib), []);
  assert.deepEqual(new GrowthLog().assess([{ server: 'a', host: 'a', refusedWords: [] }], 0, 0), []);
});
