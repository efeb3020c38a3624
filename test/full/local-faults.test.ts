import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { clockEnvironment } from '../../src/cluster/local/clock.js';
import { findByCommandLine } from '../../src/cluster/local/identity.js';
import type { LocalCluster } from '../../src/local/types.js';
import { eventually, type Run, randomName, runKctl, startKctl } from '../support/kctl.js';
import { assertDocument, type JsonDocument } from '../support/schemas.js';
import { fourLetters } from '../support/zookeeper.js';

const stateDir = mkdtempSync(join(tmpdir(), 'kctl-faults-'));
const env = { KCTL_STATE_DIR: stateDir, KCTL_BOOTSTRAP_SERVERS: '', KCTL_ZOOKEEPER: '' };
after(() => rmSync(stateDir, { recursive: true, force: true }));
const hour = 3_600_000;

function newName(t: TestContext): string {
  const name = randomName('fault');
  t.after(() => local(['reset', '--name', name, '--yes']));
  return name;
}

function local(words: string[]): Promise<Run> {
  return runKctl(['local', ...words], { env, timeoutMs: 200_000 });
}

async function cluster(words: string[]): Promise<LocalCluster> {
  const { code, stdout, stderr } = await local([...words, '-o', 'json']);
  assert.equal(code, 0, stderr);
  return assertDocument(stdout, 'LocalCluster') as unknown as LocalCluster;
}

/** kctl with the brokers of a cluster, or with one of them. */
function client({ bootstrapServers, brokers }: LocalCluster, id?: number) {
  const servers = id === undefined ? bootstrapServers : `127.0.0.1:${brokers[id - 1]?.port}`;
  return (words: string[], input?: string) =>
    runKctl(words, {
      env: { ...env, KCTL_BOOTSTRAP_SERVERS: servers ?? '' },
      timeoutMs: 120_000,
      ...(input === undefined ? {} : { input }),
    });
}

async function done(run: Promise<Run>): Promise<JsonDocument> {
  const { code, stdout, stderr } = await run;
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

async function isrOf(kctl: ReturnType<typeof client>, topic: string): Promise<number[]> {
  const document = await done(kctl(['topics', 'describe', topic, '--timeout', '30s', '-o', 'json']));
  return document.items[0].partitions[0].isr.toSorted();
}

/** Asks a broker what it speaks (ApiVersions 0, correlation id 7), and gathers what comes back. */
function askOf(port: number): { socket: Socket; ask: () => void; answered: () => number } {
  const socket = connect({ host: '127.0.0.1', port });
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  socket.on('error', () => {});
  const request = Buffer.from('0000000a001200000000000700000000', 'hex').subarray(0, 14);
  return { socket, ask: () => void socket.write(request), answered: () => bytes };
}

test('a broker that is cut off leaves the ISR, keeps its connections, and comes back', async (t) => {
  const name = newName(t);
  const words = ['--brokers', '3', '--partitionable', '--ephemeral'];
  const started = await cluster(['start', '--name', name, ...words]);
  assert.equal(started.partitionable, true);
  const kctl = client(started, 1);
  await done(kctl(['topics', 'create', 'kegs', '--replication-factor', '3', '-o', 'json']));
  const open = askOf(started.brokers[1]?.port ?? 0);
  t.after(() => open.socket.destroy());
  open.ask();
  await eventually('an answer', () => open.answered() > 0);
  const before = open.answered();

  const cut = await cluster(['partition', 'broker', '2', '--name', name]);
  assert.deepEqual(
    cut.brokers.map(({ state, partitioned }) => [state, partitioned]),
    [
      ['running', false],
      ['running', true],
      ['running', false],
    ],
  );
  open.ask();
  const alone = await client(started, 2)(['topics', 'list', '--timeout', '3s']);
  assert.equal(alone.code, 6, alone.stderr);
  await eventually('the others go on without it', async () => (await isrOf(kctl, 'kegs')).join() === '1,3');
  assert.equal(open.answered(), before, 'nothing came of what was asked meanwhile');
  const produced = await kctl(['produce', 'kegs', '--acks', '1'], 'stout\n');
  assert.equal(produced.code, 0, produced.stderr);
  const refused = await local(['restart', 'broker', '2', '--name', name]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /broker 2 [\s\S]*is cut off[\s\S]*local partition broker 2 --undo/);
  assert.match((await local(['partition', 'broker', '2', '--name', name])).stderr, /is cut off already/);

  const healed = await cluster(['partition', 'broker', '2', '--undo', '--name', name]);
  assert.equal(healed.brokers[1]?.partitioned, false);
  await eventually('what was asked meanwhile is answered', () => open.answered() === 2 * before);
  await eventually('all are in sync', async () => (await isrOf(kctl, 'kegs')).join() === '1,2,3', 60_000);
  await cluster(['stop', '--name', name]);
  assert.deepEqual(findByCommandLine(stateDir), [], 'no relay is left');
});

test('the leader of an ensemble is cut off: the others elect another, which it follows afterwards', async (t) => {
  const name = newName(t);
  const words = ['--brokers', '0', '--zookeepers', '3', '--partitionable', '--ephemeral'];
  const { zookeepers } = await cluster(['start', '--name', name, ...words]);
  const modeOf = async (port: number) =>
    /^Mode: (.*)$/m.exec(await fourLetters(port, 'srvr').catch(() => ''))?.[1] ?? 'none';
  const modes = await Promise.all(zookeepers.map(({ port }) => modeOf(port)));
  const leader = zookeepers[modes.indexOf('leader')];
  assert.ok(leader, modes.join());
  const others = zookeepers.filter(({ id }) => id !== leader.id);
  await cluster(['partition', 'zookeeper', String(leader.id), '--name', name]);
  const otherLeads = async () =>
    (await Promise.all(others.map(({ port }) => modeOf(port)))).includes('leader');
  await eventually('another leader', otherLeads, 60_000);
  await cluster(['partition', 'zookeeper', String(leader.id), '--undo', '--name', name]);
  await eventually('a follower', async () => (await modeOf(leader.port)) === 'follower', 60_000);
});

test('secured servers and controllers are cut off alike', async (t) => {
  const name = newName(t);
  const kind = ['--kafka', '4.3.0', '--controllers', '3', '--brokers', '2', '--security', 'sasl_ssl'];
  const started = await cluster(['start', '--name', name, ...kind, '--partitionable', '--ephemeral']);
  const admin = ['--command-config', started.security?.users[0]?.propertiesFile ?? ''];
  const kctl = (words: string[]) => client(started, 1)([...words, ...admin, '-o', 'json']);
  await cluster(['partition', 'controller', '101', '--name', name]);
  const create = ['topics', 'create', 'kegs', '--replication-factor', '2', '--timeout', '40s'];
  await done(kctl(create));
  await cluster(['partition', 'broker', '2', '--name', name]);
  const isr = async () =>
    (await done(kctl(['topics', 'describe', 'kegs', '--timeout', '30s']))).items[0].partitions[0].isr;
  await eventually('broker 2 is out of sync', async () => (await isr()).join() === '1', 60_000);
  for (const server of [
    ['controller', '101'],
    ['broker', '2'],
  ])
    await cluster(['partition', ...server, '--undo', '--name', name]);
  await eventually('broker 2 is in sync', async () => (await isr()).length === 2, 60_000);
});

test('a relay that is killed is told of and started again; a start that is killed leaves none', async (t) => {
  const name = newName(t);
  const relays = () => findByCommandLine(`relay=${join(stateDir, 'clusters', name)}`);
  const words = ['start', '--name', name, '--kafka', '4.3.0', '--partitionable'];
  const start = startKctl(['local', ...words], { env });
  await eventually('a relay', () => relays().length > 0);
  start.process.kill('SIGKILL');
  await start.finished;
  const { bootstrapServers, brokers } = await cluster(words);
  const [relay, ...more] = relays();
  assert.ok(relay && more.length === 0);
  process.kill(relay.pid, 'SIGKILL');
  await eventually('its end', () => relays().length === 0);
  const { warnings } = await cluster(['status', '--name', name]);
  assert.match(warnings.join(), /the relay between the servers ended/);
  const again = await cluster(['start', '--name', name]);
  assert.deepEqual(
    [again.bootstrapServers, again.brokers[0]?.pid],
    [bootstrapServers, brokers[0]?.pid],
    'the servers go on',
  );
  assert.equal((await client(again)(['topics', 'list'])).code, 0);
  await cluster(['stop', '--name', name]);
  const restarted = await cluster(['start', '--name', name]);
  assert.equal(restarted.partitionable, true, 'it stays so');
  await cluster(['reset', '--name', name, '--yes']);
  assert.deepEqual(relays(), []);
});

test('only what was started for it is cut off or filled', async (t) => {
  const name = newName(t);
  await cluster(['start', '--name', name, '--kafka', '4.3.0', '--ephemeral']);
  const cut = await local(['partition', 'broker', '1', '--name', name]);
  assert.equal(cut.code, 1);
  assert.match(cut.stderr, /was not started to be partitioned[\s\S]*--partitionable/);
  const filled = await local(['fill-disk', 'broker', '1', '--name', name]);
  assert.equal(filled.code, 2);
  assert.match(filled.stderr, /has no limit, and is not filled[\s\S]*--disk-size/);
  const other = await local(['start', '--name', name, '--partitionable']);
  assert.match(other.stderr, /runs already, and its way to be partitioned is another/);
});

test('a broker with a full disk ends, is explained, and comes back with what it had', async (t) => {
  const name = newName(t);
  const words = ['--brokers', '2', '--disk-size', '64MB', '--ephemeral', '-o', 'json'];
  const start = await local(['start', '--name', name, ...words]);
  if (/cannot be mounted here/.test(start.stderr)) return t.skip(start.stderr);
  assert.equal(start.code, 0, start.stderr);
  const started = JSON.parse(start.stdout) as LocalCluster;
  const kctl = client(started);
  await done(kctl(['topics', 'create', 'kegs', '--replica-assignment', '2', '-o', 'json']));
  assert.equal((await kctl(['produce', 'kegs'], 'stout\n')).code, 0);

  const filled = await cluster(['fill-disk', 'broker', '2', '--leave', '1MB', '--name', name]);
  const [untouched, full] = filled.brokers;
  assert.ok((untouched?.freeBytes ?? 0) > 30e6);
  assert.ok((full?.freeBytes ?? 0) > 500e3 && (full?.freeBytes ?? 2e6) <= 1e6, String(full?.freeBytes));
  const lines = `${'x'.repeat(1000)}\n`.repeat(4000);
  const refused = await kctl(['produce', 'kegs', '--delivery-timeout', '5s'], lines);
  assert.notEqual(refused.code, 0);
  const died = async () => (await cluster(['status', '--name', name])).brokers[1]?.state === 'died';
  await eventually('its end', died, 60_000);
  const { warnings } = await cluster(['status', '--name', name]);
  assert.match(
    warnings.join(),
    /broker-2 ended without kctl's doing: \S+IOException: No space left on device\. .*local fill-disk broker 2 --undo .*broker-2\.log:\d+$/,
  );

  const emptied = await cluster(['fill-disk', 'broker', '2', '--undo', '--name', name]);
  assert.ok((emptied.brokers[1]?.freeBytes ?? 0) > 30e6);
  await cluster(['start', 'broker', '2', '--name', name]);
  const read = await kctl(['consume', 'kegs', '--from-beginning', '--max-messages', '1']);
  assert.equal(read.stdout, 'stout\n', read.stderr);
  await cluster(['stop', '--name', name]);
  assert.ok(!readFileSync('/proc/mounts', 'utf8').includes(stateDir), 'no disk is left');
});

test('the disks and the relay of a throwaway cluster go with a kctl that is killed', async (t) => {
  const words = ['--kafka', '4.3.0', '--disk-size', '64MB', '--partitionable'];
  const program = ['sh', '-c', 'echo ready; exec sleep 300'];
  const exec = startKctl(['local', 'exec', ...words, '--', ...program], { env, timeoutMs: 120_000 });
  const hasDisks = () => readFileSync('/proc/mounts', 'utf8').includes(stateDir);
  try {
    await exec.waitFor((stdout) => stdout === 'ready\n', 'its program', 60_000);
  } catch (error) {
    if (/cannot be mounted here/.test(String(error))) return t.skip(String(error));
    throw error;
  }
  assert.ok(hasDisks());
  exec.process.kill('SIGKILL');
  await exec.finished;
  const left = () => [...findByCommandLine(stateDir), ...readdirSync(join(stateDir, 'clusters'))];
  await eventually('nothing is left', () => !hasDisks() && left().length === 0, 10_000);
});

test('a broker and a ZooKeeper with wrong clocks are ready, and have another time', async (t) => {
  const name = newName(t);
  const started = await cluster(['start', '--name', name, '--brokers', '2', '--ephemeral']);
  try {
    clockEnvironment({ clockSkewMs: 1 });
  } catch (error) {
    const refused = await local(['skew', 'broker', '2', '--ahead', '2h', '--name', name]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /libfaketime/);
    return t.skip(String(error));
  }
  const before = readdirSync('/dev/shm');
  const skewed = await cluster(['skew', 'broker', '2', '--ahead', '2h', '--name', name]);
  assert.deepEqual([skewed.state, skewed.brokers[1]?.clockSkewMs], ['running', 2 * hour]);
  await cluster(['skew', 'zookeeper', '1', '--behind', '30m', '--name', name]);
  const kctl = client(started);
  const byBroker = ['--replica-assignment', '2', '--config', 'message.timestamp.type=LogAppendTime'];
  await done(kctl(['topics', 'create', 'kegs', ...byBroker, '--timeout', '40s', '-o', 'json']));
  assert.equal((await kctl(['produce', 'kegs'], 'stout\n')).code, 0);
  const ahead = async () => {
    const { stdout } = await kctl(['consume', 'kegs', '--offset', '-1', '--exit-at-end', '-o', 'ndjson']);
    return JSON.parse(stdout).timestamp - Date.now();
  };
  assert.ok(Math.abs((await ahead()) - 2 * hour) < 120_000, 'records are given its time');

  const right = await cluster(['skew', 'broker', '2', '--undo', '--name', name]);
  assert.equal(right.brokers[1]?.clockSkewMs, 0);
  assert.equal((await kctl(['produce', 'kegs'], 'porter\n')).code, 0);
  assert.ok(Math.abs(await ahead()) < 120_000);
  await cluster(['stop', '--name', name]);
  assert.deepEqual(readdirSync('/dev/shm'), before, 'nothing is left in shared memory');
  assert.ok(!existsSync(join(stateDir, 'clusters', name)));
});

test('one that stays keeps its clock, and its kind, over a stop', async (t) => {
  const name = newName(t);
  const refused = await local(['skew', 'broker', '1', '--name', name]);
  assert.equal(refused.code, 2);
  await cluster(['start', '--name', name, '--kafka', '4.3.0']);
  const skewed = await local(['skew', 'broker', '1', '--ahead', '1h', '--name', name, '-o', 'json']);
  if (/libfaketime/.test(skewed.stderr)) return t.skip(skewed.stderr);
  assert.equal(skewed.code, 0, skewed.stderr);
  await cluster(['stop', '--name', name]);
  const again = await cluster(['start', '--name', name]);
  assert.equal(again.brokers[0]?.clockSkewMs, hour);
});
