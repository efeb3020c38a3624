import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { clockEnvironment } from '../../src/cluster/local/clock.js';
import { kraftVersion, sharedCluster } from './cluster.js';
import { eventually, randomName, root, runKctl, startKctl } from './kctl.js';
import { commands } from './manifest.js';
import { aloneReassigning } from './reassignments.js';
import { type SecuredCluster, startSecuredCluster } from './secured-cluster.js';

/**
 * Every example of every command's help, run as it stands by a shell, with `kctl` on its path and the files that
 * examples name in its folder. Topics named bier-… on the shared cluster are these tests' own.
 */
const folder = mkdtempSync(join(tmpdir(), 'kctl-examples-'));
const cluster = await sharedCluster();
const { env } = cluster;
const localEnv = { KCTL_STATE_DIR: join(folder, 'state') };
const faultsEnv = { KCTL_STATE_DIR: join(folder, 'faults') };
symlinkSync(join(root, 'bin', 'run.js'), join(folder, 'kctl'));
writeFileSync(join(folder, 'orders.txt'), 'ann:one\nben:two\n');
provideReassignments();
writeFileSync(join(folder, 'data.bin'), Buffer.from([0, 255]));
const exported = { kind: 'ExportedZnode', version: 1, path: '/', type: 'persistent', data: '1' };
const acl = [{ scheme: 'world', id: 'anyone', permissions: 'cdrwa' }];
writeFileSync(join(folder, 'export.ndjson'), JSON.stringify({ ...exported, acl }));
writeFileSync(join(folder, 'transaction.ndjson'), '{"op":"create","path":"/bier-transaction"}\n');
writeFileSync(
  join(folder, 'topics.yaml'),
  '- {name: listed, partitions: 2, configs: {retention.ms: 60000}}\n',
);
provideSegment();
const localNames = new Set<string>();
after(async () => {
  await kctl(['local', 'reset', '--yes'], faultsEnv);
  for (const name of localNames) await kctl(['local', 'reset', '--name', name, '--yes'], localEnv);
  rmSync(folder, { recursive: true });
});

/** Commands that carry out reassignments, or go on with one that was left. */
const runs = new Set([
  ...['adopt', 'apply', 'cancel', 'resume', 'rollback', 'status', 'throttle', 'watch'].map(
    (verb) => `reassign:${verb}`,
  ),
  'throttle:clear',
]);

/** Commands that move replicas of all topics, unless they are told not to. */
const intents = new Set(['rebalance', 'brokers:drain', 'brokers:fill', 'brokers:replace']);

/** Makes a test of every example of these commands. */
export function playExamples(isOf: (id: string) => boolean): void {
  for (const { id, examples } of commands().filter((command) => isOf(command.id))) {
    for (const example of examples) {
      test(example, async () => {
        await playerOf(id)(example, id);
      });
    }
  }
}

type Player = (example: string, id: string) => Promise<void>;

function playerOf(id: string): Player {
  const players: Array<[of: RegExp | ReadonlySet<string>, play: Player]> = [
    [/^transactions:abort$/, playAbort],
    [/^(acls|users|tokens):/, playSecured],
    [/^local:exec$/, playExec],
    [/^local:snapshot:/, playSnapshot],
    [/^local:(fill-disk|partition|skew)$/, playFault],
    [/^local:/, playLocal],
    [/^console-/, playStream],
    [/^zk:/, playZk],
    [runs, playRun],
    [/^reassign:log-dirs$/, playLogDirs],
    [intents, playIntent],
  ];
  const found = players.find(([of]) => (of instanceof RegExp ? of.test(id) : of.has(id)));
  return found?.[1] ?? playOnce;
}

/** A folder of a broker's, with a segment that Kafka's own classes wrote. */
function provideSegment(): void {
  const golden = readFileSync(join(root, 'test', 'golden', 'records', 'magic2-gzip.json'), 'utf8');
  mkdirSync(join(folder, 'bier-bar-0'));
  const file = join(folder, 'bier-bar-0', '00000000000000000000.log');
  writeFileSync(file, Buffer.from(JSON.parse(golden).bytes, 'hex'));
}

/** The files that examples of reassignments read: a cluster, a plan for it, and one as Kafka's tool has it. */
function provideReassignments(): void {
  const partitions = [
    [1, 2],
    [1, 2],
    [1, 3],
    [1, 2],
  ].map((replicas, partition) => ({
    partition,
    replicas,
    sizeBytes: 1_000_000,
  }));
  const move = { topic: 'bier-a', partition: 0, replicas: [3, 2] };
  const files = {
    'cluster.json': {
      kind: 'ClusterSnapshot',
      version: 1,
      brokers: [1, 2, 3, 4].map((id) => ({ id, rack: `r${id}` })),
      topics: [{ name: 'bier-a', partitions }],
    },
    'kafka.json': { version: 1, partitions: [move] },
    'plan.json': {
      kind: 'ReassignmentPlan',
      version: 1,
      clusterId: null,
      intent: 'an example',
      moves: [{ topic: 'bier-a', partition: 0, from: [1, 2], to: [3, 2], sizeBytes: 1_000_000 }],
      ...{ brokers: [], racks: [], balance: [], remains: [], warnings: [] },
    },
  };
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), JSON.stringify(content));
}

/** An example that ends by itself, or goes on with --watch until it is interrupted. */
async function playOnce(example: string, id: string): Promise<void> {
  await provideTopics(example, id !== 'topics:create');
  if (id.startsWith('groups:')) await provideGroups(example);
  const running = shell(example, id.startsWith('context:') ? provideContexts() : env);
  const isEndless = example.includes('--watch');
  if (isEndless) {
    await eventually('a line', () => running.stdout() !== '');
    running.interrupt();
  }
  await running.ended(isEndless ? 130 : 0);
}

/** An example of carrying out the plan of `plan.json`; some find it carried out, others left half-way. */
async function playRun(example: string, id: string): Promise<void> {
  await aloneReassigning(cluster, async () => {
    // Another example may have written its own plan there.
    provideReassignments();
    await runKctl(['topics', 'delete', 'bier-a', '--yes'], { env });
    await kctl(['topics', 'create', 'bier-a', '--replica-assignment', '1:2']);
    const journal = /--journal (\S+)/.exec(example)?.[1];
    const place = journal === undefined ? [] : ['--journal', join(folder, journal)];
    const apply = ['reassign', 'apply', join(folder, 'plan.json'), '--yes', ...place];
    if (id === 'reassign:rollback') await kctl(apply);
    else if (id === 'reassign:adopt') {
      // The journal is somewhere else, and the copying takes a few seconds.
      const record = `${'x'.repeat(100_000)}\n`;
      const words = ['produce', 'bier-a', '--batch-size', '100KB'];
      await runKctl(words, { env, input: record.repeat(40) });
      const elsewhere = { ...env, KCTL_STATE_DIR: join(folder, 'elsewhere') };
      await leave([...apply, '--throttle', '1MB/s'], elsewhere, 'submitted');
    } else if (id !== 'reassign:apply') await leave(apply, env, 'throttled');
    await shell(example, env).ended(0);
    if (/:(status|throttle|watch|clear)$/.test(id)) await kctl(['reassign', 'cancel']);
  });
}

/** An example of log directories: the brokers have one each, so nothing has to move. */
async function playLogDirs(example: string, id: string): Promise<void> {
  const [broker] = cluster.brokers;
  await playOnce(example.replace(/\/data[12]/g, broker?.dataDir ?? ''), id);
}

/** Begins to carry out a plan, and leaves it after an event. */
async function leave(words: string[], environment: Record<string, string>, event: string): Promise<void> {
  const left = startKctl([...words, '-o', 'ndjson'], { env: environment });
  await left.waitFor((stdout) => stdout.includes(`"${event}"`), event);
  left.process.kill('SIGKILL');
  await left.finished;
}

/** An example that finds an open transaction at the beginning of the topic that it names. */
async function playAbort(example: string): Promise<void> {
  const [topic = ''] = topicsOf(example);
  await runKctl(['topics', 'delete', topic, '--yes'], { env });
  await kctl(['topics', 'create', topic, '--partitions', '1']);
  const words = ['produce', topic, '--transactional-id', topic, '--commit-every', '1000', '--linger', '1'];
  const producer = startKctl(words, { env });
  producer.process.stdin.write('open\n');
  await eventually('an open transaction', async () => {
    const { stdout } = await runKctl(['producers', 'describe', topic, '-o', 'json'], { env });
    return /"currentTransactionStartOffset": 0/.test(stdout);
  });
  await shell(example, env).ended(0);
  producer.process.kill('SIGINT');
  await producer.finished;
}

let secured: Promise<SecuredCluster> | undefined;

/** An example of ACLs, users or tokens: where there is an authorizer, with what it names there already. */
async function playSecured(example: string, id: string): Promise<void> {
  const options = ['--kafka', kraftVersion, '--config', 'delegation.token.secret.key=not-a-secret-of-anyone'];
  secured ??= startSecuredCluster([], options);
  const { env: own } = await secured;
  const environment = { ...own, ALICE_PASSWORD: 'of-alice' };
  writeFileSync(join(folder, 'alice.password'), 'of-alice', { mode: 0o600 });
  if (id === 'users:create') await runKctl(['users', 'delete', 'alice', '--yes'], { env: own });
  else if (id.startsWith('users:'))
    await kctl(['users', 'create', 'alice', '--password-file', join(folder, 'alice.password'), '--yes'], own);
  if (example.includes('acls.yaml')) await shell('kctl acls list --export > acls.yaml', own).ended(0);
  if (example.includes('token.hmac')) {
    const { stdout } = await runKctl(['tokens', 'create', '-o', 'json'], { env: own });
    writeFileSync(join(folder, 'token.hmac'), JSON.parse(stdout).hmac);
  }
  await shell(example, environment).ended(0);
}

/** An example that moves replicas, on three brokers: it finds a topic that can be moved, and looks at no other. */
async function playIntent(example: string): Promise<void> {
  const assignment = ['--replica-assignment', '1:2,1:2,1:2,1:2', '--if-not-exists'];
  await kctl(['topics', 'create', 'intent-a', ...assignment]);
  const line = example.replace(/ --topics 'bier-\*'/, '');
  await shell(`${line} --topics intent-a`, env).ended(0);
}

/** Makes the groups that an example names, each with offsets of a topic of its own. */
async function provideGroups(example: string): Promise<void> {
  for (const group of new Set(example.match(/\bbar-[a-z]+/g))) {
    await provideTopics('bier-groups', true);
    await kctl(['consume', 'bier-groups', '--group', group, '--exit-at-end']);
  }
}

/** An example of ZooKeeper: it finds the znode /bier and no other that it names, and is interrupted if it waits. */
async function playZk(example: string, id: string): Promise<void> {
  for (const path of new Set(example.match(/\/bier[a-z-]*/g))) {
    const { code } = await runKctl(['zk', 'delete', path, '-r', '--yes'], { env });
    assert.ok(code === 0 || code === 4, `${path} is not there`);
    if (path === '/bier' && (id !== 'zk:create' || /\/bier\//.test(example)))
      await kctl(['zk', 'create', path]);
  }
  // Three servers of a name are the one that there is, and the AdminServer is off: its port refuses.
  const line = example
    .replace(/-z zk1\S+/, '')
    .replace(/(?<!--count )\b(2|zk2:2181)(?= |$)/, env.KCTL_ZOOKEEPER ?? '');
  const running = shell(line, env);
  const isEndless = /zk watch|--ephemeral|--wait/.test(example);
  const checks = /zk (can-restart|rolling-check)/.test(example);
  if (isEndless) {
    await eventually('a line', async () => {
      // A tree is silent until something below it changes.
      if (/--recursive/.test(example)) await kctl(['topics', 'create', randomName('watched')]);
      return running.stdout() !== '';
    });
    running.interrupt();
  }
  // One server alone can never be restarted safely.
  await running.ended(isEndless ? 130 : id === 'zk:admin' ? 3 : checks ? 5 : 0);
}

/** An example that writes or reads, maybe without end: then it is interrupted when records have gone through. */
async function playStream(example: string): Promise<void> {
  await provideTopics(example, true);
  if (example.includes('__consumer_offsets')) await provideGroups('bar-flies');
  const reads = /\bconsume\b|console-consumer/.test(example);
  const isEndless = reads
    ? !/--exit-at-end|--max-messages|--tail/.test(example)
    : /--template(?!.*--count)/.test(example);
  const [topic = ''] = topicsOf(example);
  const other = reads
    ? startKctl(['produce', topic, '--template', '{n}', '--rate', '20/s'], { env })
    : startKctl(['consume', topic], { env });
  const running = shell(example, env);
  if (isEndless) {
    await eventually('a record', () => (reads ? running : other).stdout() !== '');
    running.interrupt();
  }
  await running.ended(isEndless ? 130 : 0);
  other.process.kill('SIGINT');
  await other.finished;
}

/** An example of a local cluster: it finds one of the name that it uses, unless it starts one, on ports of its own. */
async function playLocal(example: string, id: string): Promise<void> {
  const name = /--name (\S+)/.exec(example)?.[1] ?? 'default';
  localNames.add(name);
  const ports = ['--port', 'auto', '--zk-port', 'auto'];
  // Only the default cluster's brokers have numbers in examples.
  const brokers = name === 'default' ? ['--brokers', '3'] : [];
  const startsAll = id === 'local:start' && !/ broker /.test(example);
  if (startsAll) await kctl(['local', 'reset', '--name', name, '--yes'], localEnv);
  else await kctl(['local', 'start', '--name', name, ...brokers, ...ports], localEnv);
  // Engines of the user's own are not these tests' to remove: in a cache of their own there is none.
  const removes = id === 'local:engine:remove';
  const own = removes ? { KCTL_CACHE_DIR: join(folder, 'cache') } : {};
  const running = shell(startsAll ? `${example} ${ports.join(' ')}` : example, { ...localEnv, ...own });
  const isEndless = /--follow/.test(example);
  if (isEndless) {
    await eventually('a line', () => running.stdout() !== '');
    running.interrupt();
  }
  await running.ended(isEndless ? 130 : removes ? 4 : 0);
}

/** An example of a fault: the default cluster is one that was started for it, where this machine can have such a one. */
async function playFault(example: string, id: string): Promise<void> {
  const disks = process.getuid?.() === 0 ? ['--disk-size', '64MB'] : [];
  const words = ['--kafka', kraftVersion, '--brokers', '2', '--port', 'auto', '--partitionable', ...disks];
  await kctl(['local', 'start', ...words], faultsEnv);
  const misses = { 'local:fill-disk': disks.length === 0, 'local:skew': !hasFaketime() }[id] ?? false;
  await shell(example, faultsEnv).ended(misses ? 1 : 0);
}

function hasFaketime(): boolean {
  try {
    return clockEnvironment({ clockSkewMs: 1 }) !== undefined;
  } catch {
    return false;
  }
}

/** An example of snapshots: the default cluster has data and is stopped, and there is one of it unless it is made. */
async function playSnapshot(example: string, id: string): Promise<void> {
  localNames.add('default');
  const { stdout } = await runKctl(['local', 'status', '-o', 'json'], { env: localEnv });
  if (JSON.parse(stdout).state === 'absent')
    await kctl(['local', 'start', '--port', 'auto', '--zk-port', 'auto'], localEnv);
  await kctl(['local', 'stop'], localEnv);
  if (id !== 'local:snapshot:save') await kctl(['local', 'snapshot', 'save', 'seeded'], localEnv);
  await shell(example, localEnv).ended(0);
}

/** An example with a cluster of its own. */
async function playExec(example: string): Promise<void> {
  await shell(example, localEnv).ended(0);
}

/** A file of contexts with the one that examples name, and no other word of a cluster. */
function provideContexts(): Record<string, string> {
  const file = join(folder, 'contexts.yaml');
  const { KCTL_BOOTSTRAP_SERVERS: bootstrapServers, KCTL_COMMAND_CONFIG: commandConfig } = env;
  writeFileSync(
    file,
    JSON.stringify({ current: 'dev', contexts: { dev: { bootstrapServers, commandConfig } } }),
  );
  writeFileSync(join(folder, 'client.properties'), 'bootstrap.servers=broker:9092\n');
  writeFileSync(join(folder, 'kcat.conf'), 'metadata.broker.list=broker:9092\n');
  return { ...env, KCTL_CONFIG_FILE: file, KCTL_BOOTSTRAP_SERVERS: '', KCTL_COMMAND_CONFIG: '' };
}

/** Makes the topics that an example names, with a record in each, or sees to it that there are none. */
async function provideTopics(example: string, present: boolean): Promise<void> {
  const topics = topicsOf(example);
  for (const topic of topics) {
    if (present) {
      await kctl(['topics', 'create', topic, '--partitions', '3', '--if-not-exists']);
      await kctl(['produce', topic, '--template', 'beer {n}', '--count', '5']);
    } else {
      const { code } = await runKctl(['topics', 'delete', topic, '--yes'], { env });
      assert.ok(code === 0 || code === 4, `${topic} is not there`);
    }
  }
}

function topicsOf(example: string): string[] {
  return [...new Set(example.match(/\bbier-[a-z]+/g))];
}

async function kctl(args: string[], environment = env): Promise<void> {
  const { code, stderr } = await runKctl(args, { env: environment });
  assert.equal(code, 0, `kctl ${args.join(' ')}: ${stderr}`);
}

/** Runs a line by bash in a process group of its own, so that an interrupt reaches all of it, as on a terminal. */
function shell(line: string, env: Record<string, string>) {
  const path = `${folder}${delimiter}${process.env.PATH}`;
  const child = spawn('bash', ['-c', line], {
    cwd: folder,
    env: { ...process.env, ...env, PATH: path },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    timeout: 60_000,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return {
    stdout: () => stdout,
    interrupt: () => process.kill(-(child.pid ?? 0), 'SIGINT'),
    /** Fails when it ends with another exit code. */
    async ended(expected: number): Promise<void> {
      const [code] = await once(child, 'close');
      assert.equal(code, expected, `${line}: ${stderr}`);
    },
  };
}
