import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { installKafka } from '../../src/cluster/local/engine.js';
import type { LocalCluster } from '../../src/local/types.js';
import { randomName, runKctl } from '../support/kctl.js';

const stateDir = mkdtempSync(join(tmpdir(), 'kctl-kraft-'));
const env = { KCTL_STATE_DIR: stateDir, KCTL_BOOTSTRAP_SERVERS: '', KCTL_ZOOKEEPER: '' };
const name = randomName('kraft');
const other = randomName('home');
after(async () => {
  for (const each of [name, other]) await runKctl(['local', 'reset', '--name', each, '--yes'], { env });
  rmSync(stateDir, { recursive: true, force: true });
});

async function cluster(words: string[], more: Record<string, string> = {}): Promise<LocalCluster> {
  const options = { env: { ...env, ...more }, timeoutMs: 120_000 };
  const { code, stdout, stderr } = await runKctl(['local', ...words, '-o', 'json'], options);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as LocalCluster;
}

test('a KRaft node starts with the features of its version, and comes back after a crash', async () => {
  const started = await cluster(['start', '--name', name, '--kafka', '4.3.0']);
  assert.equal(started.mode, 'kraft');
  assert.equal(started.zookeeperConnect, null);
  assert.deepEqual(started.zookeepers, []);
  assert.match(started.clusterId ?? '', /^[\w-]{22}$/);
  assert.equal((await runKctl(['topics', 'create', 'bier-bar'], { env })).code, 0);

  await cluster(['kill', 'broker', '1', '--name', name]);
  const again = await cluster(['start', 'broker', '1', '--name', name]);
  assert.equal(again.clusterId, started.clusterId);
  assert.equal((await runKctl(['topics', 'list', '-o', 'name'], { env })).stdout.trim(), 'bier-bar');
  assert.equal((await cluster(['stop', '--name', name])).state, 'stopped');
});

test('data of one mode is not started in the other', async () => {
  const options = { env, timeoutMs: 60_000 };
  const run = await runKctl(['local', 'start', '--name', name, '--kafka', '3.9.2'], options);
  assert.equal(run.code, 1);
  assert.match(
    run.stderr,
    /is of Kafka 4\.3\.0, which 3\.9\.2 in ZooKeeper mode cannot use[\s\S]*local reset/,
  );
});

test('an unpacked Kafka of the user’s own is started from KAFKA_HOME, without kctl’s preparations', async () => {
  const engine = await installKafka('4.3.0');
  const kafkaHome = join(stateDir, 'kafka home');
  mkdirSync(kafkaHome);
  symlinkSync(dirname(engine.jars[0] ?? ''), join(kafkaHome, 'libs'));
  const started = await cluster(['start', '--name', other, '--brokers', '3'], { KAFKA_HOME: kafkaHome });
  assert.deepEqual([started.kafkaVersion, started.mode, started.state], ['4.3.0', 'kraft', 'running']);
  await cluster(['kill', 'broker', '3', '--name', other]);
  const again = await cluster(['start', '--name', other]);
  assert.deepEqual([again.state, again.brokers.length], ['running', 3]);
});
