import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import type { LocalEngineList } from '../../src/local/engines.js';
import type { LocalCluster } from '../../src/local/types.js';
import { eventually, type Run, randomName, runKctl } from '../support/kctl.js';
import { assertDocument } from '../support/schemas.js';
import { fourLetters } from '../support/zookeeper.js';

const stateDir = mkdtempSync(join(tmpdir(), 'kctl-kinds-'));
const env = { KCTL_STATE_DIR: stateDir, KCTL_BOOTSTRAP_SERVERS: '', KCTL_ZOOKEEPER: '' };
after(() => rmSync(stateDir, { recursive: true, force: true }));

function newName(t: TestContext): string {
  const name = randomName('kind');
  t.after(() => local(['reset', '--name', name, '--yes']));
  return name;
}

function local(words: string[]): Promise<Run> {
  return runKctl(['local', ...words], { env, timeoutMs: 200_000 });
}

async function cluster(words: string[]): Promise<LocalCluster> {
  const { code, stdout, stderr } = await local([...words, '-o', 'json']);
  assert.equal(code, 0, stderr);
  const document = JSON.parse(stdout);
  assertDocument(stdout, 'LocalCluster');
  return document as LocalCluster;
}

async function modesOf({ zookeepers }: LocalCluster): Promise<string[]> {
  const answers = await Promise.all(zookeepers.map(({ port }) => fourLetters(port, 'srvr').catch(() => '')));
  return answers.map((answer) => /^Mode: (.*)$/m.exec(answer)?.[1] ?? 'none');
}

test('an ensemble elects a leader, keeps on without one member, and takes it back', async (t) => {
  const name = newName(t);
  const words = ['--zookeepers', '3', '--observers', '1', '--zk-config', 'tickTime=1000', '--brokers', '0'];
  const started = await cluster(['start', '--name', name, ...words]);
  assert.deepEqual((await modesOf(started)).toSorted(), ['follower', 'follower', 'leader', 'observer']);
  assert.equal((await modesOf(started))[3], 'observer');
  assert.equal(started.bootstrapServers, null);
  const answer = await fourLetters(started.zookeepers[0]?.port ?? 0, 'conf');
  assert.match(answer, /^tickTime=1000$/m);

  const leader = (await modesOf(started)).indexOf('leader') + 1;
  const killed = await cluster(['kill', 'zookeeper', String(leader), '--name', name]);
  assert.equal(killed.state, 'partial');
  await eventually('the others have a leader', async () => (await modesOf(killed)).includes('leader'));
  const back = await cluster(['start', 'zookeeper', String(leader), '--name', name]);
  assert.equal(back.state, 'running');
  assert.deepEqual((await modesOf(back)).toSorted(), ['follower', 'follower', 'leader', 'observer']);
  const other = await local(['start', '--name', name, '--zookeepers', '5']);
  assert.equal(other.code, 1);
  assert.match(other.stderr, /its number of ZooKeepers is another/);
});

test('brokers in racks with several log directories are paused, resumed and restarted', async (t) => {
  const name = newName(t);
  const words = ['--brokers', '3', '--racks', 'north,south', '--log-dirs', '2', '--ephemeral'];
  const started = await cluster(['start', '--name', name, ...words]);
  assert.deepEqual(
    started.brokers.map(({ rack }) => rack),
    ['north', 'south', 'north'],
  );
  const toIt = { ...env, KCTL_BOOTSTRAP_SERVERS: started.bootstrapServers ?? '' };
  const made = await runKctl(['topics', 'create', 'kegs', '--partitions', '6'], { env: toIt });
  assert.equal(made.code, 0, made.stderr);
  for (const broker of started.brokers) {
    assert.equal(broker.logDirs.length, 2);
    for (const folder of broker.logDirs)
      assert.ok(
        readdirSync(folder).some((entry) => entry.startsWith('kegs-')),
        folder,
      );
  }

  const paused = await cluster(['pause', 'broker', '2', '--name', name]);
  assert.equal(paused.brokers[1]?.state, 'paused');
  const again = await local(['pause', 'broker', '2', '--name', name]);
  assert.match(again.stderr, /is paused already/);
  assert.equal((await cluster(['resume', 'broker', '2', '--name', name])).brokers[1]?.state, 'running');
  const restarted = await cluster(['restart', 'broker', '3', '--name', name]);
  assert.equal(restarted.state, 'running');
  assert.notEqual(restarted.brokers[2]?.pid, started.brokers[2]?.pid);
  const stopped = await cluster(['stop', 'broker', '1', '--name', name]);
  assert.deepEqual([stopped.state, stopped.brokers[0]?.state], ['partial', 'stopped']);
  await cluster(['pause', 'broker', '3', '--name', name]);
  assert.equal((await cluster(['stop', '--name', name])).state, 'stopped', 'a paused server ends too');
  const none = await local(['kill', 'broker', '9', '--name', name]);
  assert.equal(none.code, 4);
});

test('controllers of their own: a majority of them carries the cluster', async (t) => {
  const name = newName(t);
  const started = await cluster(['start', '--name', name, '--kafka', '4.3.0', '--controllers', '3']);
  assert.deepEqual(
    started.controllers.map(({ id, state }) => [id, state]),
    [
      [101, 'running'],
      [102, 'running'],
      [103, 'running'],
    ],
  );
  await cluster(['kill', 'controller', '101', '--name', name]);
  const toIt = { ...env, KCTL_BOOTSTRAP_SERVERS: started.bootstrapServers ?? '' };
  const made = await runKctl(['topics', 'create', 'kegs', '--timeout', '40s'], { env: toIt });
  assert.equal(made.code, 0, made.stderr);
  assert.equal((await cluster(['start', 'controller', '101', '--name', name])).state, 'running');
});

test('a heap that is too small is named as the cause, with the place in the log', async (t) => {
  const run = await local(['start', '--name', newName(t), '--heap', '20m', '-o', 'json']);
  assert.equal(run.code, 1);
  const error = JSON.parse(run.stderr.slice(run.stderr.indexOf('{')));
  assert.equal(error.code, 'OUT_OF_MEMORY', run.stderr);
  assert.match(error.hint, /--heap 1g\. Its log is \S+broker-1\.(log|out):\d+$/);
});

test('topics that a heap cannot hold are warned of, and the broker that ends by them says why', async (t) => {
  const name = newName(t);
  const started = await cluster(['start', '--name', name, '--heap', '72m', '--ephemeral']);
  const toIt = { ...env, KCTL_BOOTSTRAP_SERVERS: started.bootstrapServers ?? '' };
  const words = ['topics', 'create', 'kegs', '--partitions', '10000', '--timeout', '30s'];
  const made = await runKctl(words, { env: toIt });
  assert.match(
    made.stderr,
    /^warning: 10000 replicas take about 1\.5 GiB of a broker's heap, which is 72m: .* --heap 2g$/m,
  );
  const ended = async () => (await cluster(['status', '--name', name])).state === 'partial';
  await eventually('the broker has run out of memory', ended, 150_000);
  const { stderr } = await local(['status', '--name', name]);
  assert.match(
    stderr,
    /broker-1 ended without kctl's doing: .*OutOfMemoryError.* --heap 1g\. Its log is \S+:\d+/,
  );
});

test('a full disk is named as the cause', async (t) => {
  const name = newName(t);
  const dataDir = join(stateDir, 'small');
  mkdirSync(dataDir);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=20k', 'kctl-small', dataDir]);
  if (mounted.status !== 0) return t.skip('no file system can be mounted here');
  t.after(() => spawnSync('umount', [dataDir]));
  const run = await local(['start', '--name', name, '--data-dir', dataDir]);
  assert.equal(run.code, 1);
  assert.match(run.stderr, /No space left on device[\s\S]*Make room in/);
});

test('engines are listed and verified', async () => {
  const run = await local(['engine', 'list', '-o', 'json']);
  const list = JSON.parse(run.stdout) as LocalEngineList;
  assertDocument(run.stdout, 'LocalEngineList');
  const used = list.items.find(({ product, version }) => product === 'kafka' && version === '3.9.2');
  assert.deepEqual([used?.pinned, used?.installed], [true, true]);
  const verified = await local(['engine', 'verify', '--kafka', '3.9.2', '-o', 'name']);
  assert.deepEqual([verified.code, verified.stdout], [0, 'kafka-3.9.2\n']);
  assert.equal((await local(['engine', 'verify', '--kafka', '2.4.0'])).code, 4);
  assert.equal((await local(['engine', 'remove', '--kafka', '3.9.2'])).code, 2, 'it asks first');
});
