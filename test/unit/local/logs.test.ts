import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { lastCause } from '../../../src/cluster/local/death.js';
import { follow, tailOf } from '../../../src/cluster/local/logs.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-logs-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('the cause is the innermost exception under the last error', () => {
  const log = [
    '[2026-01-01 00:00:00,000] ERROR Earlier trouble (kafka.Other)',
    'java.lang.IllegalStateException: not this',
    '[2026-01-01 00:00:01,000] ERROR Exiting Kafka due to fatal exception (kafka.Kafka$)',
    'org.apache.kafka.common.KafkaException: Socket server failed to bind to 127.0.0.1:9092',
    '\tat kafka.network.Acceptor.openServerSocket(SocketServer.scala:769)',
    'Caused by: java.net.BindException: Address already in use',
    '\tat java.base/sun.nio.ch.Net.bind0(Native Method)',
    '[2026-01-01 00:00:02,000] INFO shutting down (kafka.server.KafkaServer)',
  ];
  assert.deepEqual(lastCause(log)?.text, 'java.net.BindException: Address already in use');
  assert.equal(lastCause(log.slice(0, 1))?.text, 'Earlier trouble (kafka.Other)');
  assert.equal(
    lastCause(['Exception in thread "main" java.lang.Error: gone'])?.text,
    'java.lang.Error: gone',
  );
  assert.equal(lastCause(['[2026-01-01 00:00:00,000] INFO all is well (kafka.Kafka)']), undefined);
  assert.equal(lastCause([]), undefined);
});

test('the tail is the last lines, without an empty one after them', () => {
  const file = join(folder, 'tail.log');
  writeFileSync(file, 'one\ntwo\nthree\n');
  assert.deepEqual(tailOf(file, 2), ['two', 'three']);
  assert.deepEqual(tailOf(file, 9), ['one', 'two', 'three']);
  assert.deepEqual(tailOf(file, 0), []);
  assert.deepEqual(tailOf(join(folder, 'none.log'), 2), []);
});

test('a followed log gives whole lines only, also after it was rolled over', async () => {
  const file = join(folder, 'follow.log');
  writeFileSync(file, 'before it was followed\n');
  const ended = new AbortController();
  const lines = follow(file, ended.signal);
  const next = async () => (await lines.next()).value;
  const first = next();
  appendFileSync(file, 'one\ntwo, ha');
  assert.equal(await first, 'one');
  const second = next();
  appendFileSync(file, 'lf\n');
  assert.equal(await second, 'two, half');
  const third = next();
  renameSync(file, `${file}.1`);
  writeFileSync(file, 'new\n');
  assert.equal(await third, 'new');
  ended.abort();
  assert.equal((await lines.next()).done, true);
});
