import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { identify } from '../../src/cluster/local/identity.js';
import type { LocalCluster } from '../../src/local/types.js';
import { eventually, type Run, randomName, runKctl, startKctl } from '../support/kctl.js';

const stateDir = mkdtempSync(join(tmpdir(), 'kctl-local-'));
const schema = new URL('../../schemas/LocalCluster.json', import.meta.url);
const isLocalCluster = new Ajv2020({ allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(schema, 'utf8')),
);
const env = { KCTL_STATE_DIR: stateDir, KCTL_BOOTSTRAP_SERVERS: '', KCTL_ZOOKEEPER: '' };
after(() => rmSync(stateDir, { recursive: true, force: true }));

/** The name of a cluster that is gone when the test is over. */
function newName(t: TestContext): string {
  const name = randomName('local');
  t.after(() => local(['reset', '--name', name, '--yes']));
  return name;
}

function local(words: string[], more: Record<string, string> = {}): Promise<Run> {
  return runKctl(['local', ...words], { env: { ...env, ...more }, timeoutMs: 120_000 });
}

async function cluster(words: string[]): Promise<LocalCluster> {
  const { code, stdout, stderr } = await local([...words, '-o', 'json']);
  assert.equal(code, 0, stderr);
  const document = JSON.parse(stdout) as LocalCluster;
  assert.ok(isLocalCluster(document), JSON.stringify(isLocalCluster.errors));
  return document;
}

/** The processes of the servers that run. */
function pidsOf({ brokers, zookeepers }: LocalCluster): number[] {
  return [...zookeepers, ...brokers].map(({ pid }) => pid).filter((pid) => pid !== null);
}

/** A zombie that nobody has waited for yet is gone. */
function isThere(pid: number): boolean {
  return identify(pid) !== undefined;
}

test('a cluster is started, found by other commands, stopped and started again with its data', async (t) => {
  const name = newName(t);
  const started = await cluster(['start', '--name', name, '--port', 'auto']);
  assert.equal(started.state, 'running');
  assert.equal(started.mode, 'zookeeper');
  assert.equal(started.brokers[0]?.rack, 'r1');
  assert.match(started.clusterId ?? '', /^[\w-]{22}$/);
  assert.equal(pidsOf(started).filter(isThere).length, 2);
  assert.equal(statSync(join(stateDir, 'clusters', name)).mode & 0o777, 0o700);
  assert.equal(statSync(join(stateDir, 'clusters', name, 'state.json')).mode & 0o777, 0o600);

  const listed = await runKctl(['topics', 'list', '--internal', '-o', 'name'], { env });
  assert.deepEqual([listed.code, listed.stdout], [0, ''], 'nothing is left of the check for readiness');
  const created = await runKctl(['topics', 'create', 'bier-bar', '--partitions', '3'], { env });
  assert.equal(created.code, 0, created.stderr);

  const again = await local(['start', '--name', name, '-o', 'json']);
  assert.equal(again.code, 0);
  assert.match(again.stderr, /runs already/);
  assert.deepEqual(pidsOf(JSON.parse(again.stdout)), pidsOf(started));
  const others: Array<[words: string[], what: string]> = [
    [['--config', 'log.retention.hours=1'], 'setting log.retention.hours'],
    [['--racks', 'a,b'], 'list of racks'],
    [['--data-dir', stateDir], 'data folder'],
  ];
  for (const [words, what] of others) {
    const other = await local(['start', '--name', name, ...words]);
    assert.equal(other.code, 1, words.join(' '));
    assert.match(other.stderr, new RegExp(`runs already, and its ${what} is another`));
  }
  assert.deepEqual(await cluster(['status', '--name', name]), started);

  const stopped = await cluster(['stop', '--name', name]);
  assert.equal(stopped.state, 'stopped');
  assert.ok(!pidsOf(started).some(isThere));
  const brokerLog = readFileSync(started.brokers[0]?.logFile ?? '', 'utf8');
  assert.match(brokerLog, /Session: 0x\w+ closed[\s\S]*shut down completed/, 'ZooKeeper outlives the broker');
  const twice = await local(['stop', '--name', name]);
  assert.equal(twice.code, 0);
  assert.match(twice.stderr, /was not running/);

  const restarted = await cluster(['start', '--name', name]);
  assert.equal(restarted.clusterId, started.clusterId);
  assert.equal(restarted.bootstrapServers, started.bootstrapServers);
  const kept = await runKctl(['topics', 'list', '-o', 'name'], { env });
  assert.equal(kept.stdout.trim(), 'bier-bar');
});

test('logs are shown server by server, and followed', async (t) => {
  const name = newName(t);
  await cluster(['start', '--name', name]);
  const all = await local(['logs', '--name', name, '--lines', '2']);
  assert.equal(all.code, 0);
  assert.match(all.stdout, /^(zookeeper-1 \| .*\n){2}(broker-1 \| .*\n){2}$/);
  const following = startKctl(['local', 'logs', 'broker', '1', '--name', name, '-n', '0', '-f'], { env });
  assert.equal((await runKctl(['topics', 'create', 'bier-log'], { env: await envOf(name) })).code, 0);
  await following.waitFor((stdout) => stdout.includes('bier-log-0'), 'the log of the new topic');
  following.process.kill('SIGINT');
  assert.equal((await following.finished).code, 130);
  const missing = await local(['logs', 'broker', '9', '--name', name]);
  assert.equal(missing.code, 4);
  assert.match(missing.stderr, /has no broker 9/);
});

async function envOf(name: string): Promise<Record<string, string>> {
  const { bootstrapServers } = await cluster(['status', '--name', name]);
  return { ...env, KCTL_BOOTSTRAP_SERVERS: bootstrapServers ?? '' };
}

test('of three brokers one is killed, and started again within its old session', async (t) => {
  const name = newName(t);
  const started = await cluster(['start', '--name', name, '--brokers', '3', '--ephemeral']);
  assert.deepEqual(
    started.brokers.map(({ id, rack, state }) => [id, rack, state]),
    [
      [1, 'r1', 'running'],
      [2, 'r2', 'running'],
      [3, 'r3', 'running'],
    ],
  );
  const killed = await cluster(['kill', 'broker', '3', '--name', name]);
  assert.equal(killed.state, 'partial');
  assert.equal(killed.brokers[2]?.pid, null);
  assert.equal((await cluster(['start', 'broker', '3', '--name', name])).state, 'running');

  const pid = started.brokers[1]?.pid;
  assert.ok(pid);
  process.kill(pid, 'SIGKILL');
  await eventually('broker 2 is gone', () => !isThere(pid));
  const died = await cluster(['status', '--name', name]);
  assert.equal(died.brokers[1]?.state, 'died');
  assert.deepEqual(died.warnings, ["broker-2 ended without kctl's doing"]);
  const mended = await cluster(['start', '--name', name]);
  assert.equal(mended.state, 'running');
  assert.equal(mended.brokers[0]?.pid, started.brokers[0]?.pid);

  await cluster(['stop', '--name', name]);
  assert.equal((await cluster(['status', '--name', name])).state, 'absent');
  assert.ok(!existsSync(started.dataDir ?? ''), 'an ephemeral cluster leaves no data');
});

test('a port in use is named with who holds it, and nothing is left', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await eventually('a port', () => server.listening);
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  try {
    const name = newName(t);
    const run = await local(['start', '--name', name, '--port', String(port)]);
    assert.equal(run.code, 1);
    assert.match(run.stderr, new RegExp(`error: port ${port}, wanted by broker-1, is in use`));
    if (process.platform === 'linux') assert.match(run.stderr, new RegExp(`\\(pid ${process.pid}\\)`));
    assert.match(run.stderr, /--port auto/);
    assert.equal((await cluster(['status', '--name', name])).state, 'absent');
  } finally {
    server.close();
  }
});

test('two starts at once give one cluster', async (t) => {
  const name = newName(t);
  const [first, second] = await Promise.all([
    local(['start', '--name', name, '-o', 'json']),
    local(['start', '--name', name, '-o', 'json']),
  ]);
  assert.deepEqual([first.code, second.code], [0, 0], first.stderr + second.stderr);
  assert.deepEqual(pidsOf(JSON.parse(first.stdout)), pidsOf(JSON.parse(second.stdout)));
  assert.match(first.stderr + second.stderr, /Waiting for another kctl \(pid \d+\)[\s\S]*runs already/);
});

test('what a killed start left behind is ended by the next one', async (t) => {
  const name = newName(t);
  const config = join(stateDir, 'clusters', name, 'config');
  const start = startKctl(['local', 'start', '--name', name], { env });
  await eventually('the broker is being started', () => existsSync(join(config, 'broker-1.args')));
  start.process.kill('SIGKILL');
  await start.finished;
  assert.notEqual((await cluster(['status', '--name', name])).state, 'running');
  const started = await cluster(['start', '--name', name]);
  assert.equal(started.state, 'running');
  assert.deepEqual(
    processesOf(config).sort(),
    pidsOf(started).sort(),
    'no server of the first start is left',
  );
  await cluster(['stop', '--name', name]);
  assert.deepEqual(processesOf(config), []);
});

function processesOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`@${folder}`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

test('brokers of another ZooKeeper are refused with the cure, which helps', async (t) => {
  const name = newName(t);
  const { dataDir } = await cluster(['start', '--name', name]);
  await cluster(['stop', '--name', name]);
  rmSync(join(dataDir ?? '', 'zookeeper-1'), { recursive: true });
  const run = await local(['start', '--name', name]);
  assert.equal(run.code, 1);
  assert.match(run.stderr, /Invalid cluster\.id|InconsistentClusterIdException/);
  assert.match(run.stderr, /not of one cluster[\s\S]*local reset --name \S+ --yes/);
  assert.equal((await cluster(['status', '--name', name])).state, 'stopped');
  assert.equal((await cluster(['reset', '--name', name, '--yes'])).state, 'absent');
  assert.equal((await cluster(['start', '--name', name])).state, 'running');
});

test("a broker that cannot start says why in Kafka's words, and nothing runs on", async (t) => {
  const name = newName(t);
  const run = await local(['start', '--name', name, '--config', 'log.segment.bytes=3']);
  assert.equal(run.code, 1);
  assert.match(run.stderr, /ConfigException: Invalid value 3 for configuration log\.segment\.bytes/);
  assert.match(run.stderr, /--config[\s\S]*Its log is \S+broker-1\.log/);
  assert.deepEqual(pidsOf(await cluster(['status', '--name', name])), []);
});

test('a ZooKeeper that cannot start is the one that is named, not the broker that waits for it', async (t) => {
  const name = newName(t);
  const run = await local(['start', '--name', name, '--zk-config', 'tickTime=soon']);
  assert.equal(run.code, 1);
  assert.match(run.stderr, /error: zookeeper-1 .* ended while it started\n.*For input string: "soon"/);
  assert.match(run.stderr, /--zk-config[\s\S]*Its log is \S+zookeeper-1\.log/);
  assert.deepEqual(processesOf(join(stateDir, 'clusters', name, 'config')), []);
});

test('ZooKeepers that allow no more words than their own default can be started', async (t) => {
  const name = newName(t);
  const started = await cluster(['start', '--name', name, '--zk-config', '4lw.commands.whitelist=srvr']);
  assert.equal(started.state, 'running');
});

test('an interrupted start ends what it had started', async (t) => {
  const name = newName(t);
  const start = startKctl(['local', 'start', '--name', name], { env });
  const config = join(stateDir, 'clusters', name, 'config');
  await eventually('ZooKeeper is being started', () => processesOf(config).length > 0);
  start.process.kill('SIGINT');
  assert.equal((await start.finished).code, 130);
  assert.deepEqual(processesOf(config), []);
  assert.equal((await cluster(['status', '--name', name])).state, 'stopped');
});

const usageFaults: Array<[what: string, words: string[], says: RegExp]> = [
  ['too many brokers', ['--brokers', '10'], /10 is not a number of brokers/],
  ['a port that is none', ['--port', 'http'], /"http" is not a port/],
  ['a port too high', ['--port', '65530'], /65530 is not a port/],
  ['a key that is kctl’s', ['--config', 'listeners=PLAINTEXT://:1'], /listeners is set by kctl/],
  ['no key and value', ['--config', 'retention'], /"retention" is not key=value/],
  [
    'an unknown version',
    ['--kafka', '1.0.0'],
    /Kafka 1\.0\.0 cannot be run by kctl[\s\S]*2\.4\.0 is the oldest/,
  ],
  ['no Kafka in a folder', ['--kafka-home', '/nowhere'], /\/nowhere is no unpacked Apache Kafka/],
  ['a name that is no folder', ['--name', '../x'], /"\.\.\/x" is not a name/],
  ['a broker without id', ['broker'], /which broker/],
  ['a heap that is none', ['--heap', 'big'], /"big" is not the size of a heap/],
];
for (const [what, words, says] of usageFaults) {
  test(`local start refuses ${what}`, async () => {
    const run = await local([
      'start',
      ...(words.includes('--name') ? [] : ['--name', randomName('never')]),
      ...words,
    ]);
    assert.equal(run.code, 2, run.stderr);
    assert.match(run.stderr, says);
  });
}
