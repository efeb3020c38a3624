import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, type Run, randomName, runKctl, startKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import { assertDocument, assertErrors } from '../support/schemas.js';
import { freePort, startZookeeper, type TestZookeeper } from '../support/zookeeper.js';

let server: TestZookeeper;
let folder: string;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kctl-znodes-'));
  server = await startZookeeper({ extendedTypesEnabled: 'true', '4lw.commands.whitelist': '*' });
});
after(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const newPath = () => `/${randomName('znode')}`;

function zk(words: string[], input?: string | Buffer, connectString = server.connectString): Promise<Run> {
  const env = { KCTL_ZOOKEEPER: connectString };
  return runKctl(['zk', ...words], { env, ...(input !== undefined && { input }) });
}

async function document(words: string[], kind: string, input?: string | Buffer) {
  const { code, stdout, stderr } = await zk([...words, '-o', 'json'], input);
  assert.equal(code, 0, stderr);
  return assertDocument(stdout, kind);
}

async function refused(words: string[], code: string, exitCode: number, input?: string): Promise<void> {
  const run = await zk([...words, '-o', 'json'], input);
  assert.equal(run.stdout, '');
  const [error] = assertErrors(run.stderr);
  assert.deepEqual([error.code, run.code], [code, exitCode], run.stderr);
}

/** ZooKeeper's own shell; what it logs goes to stderr and stdout alike. */
async function zkCli(...words: string[]): Promise<string> {
  const { stdout, stderr } = await runTool('zookeeper', ['-server', server.connectString, ...words]);
  return `${stdout}${stderr}`;
}

test('what is created is read, set by its version, and deleted', async () => {
  const path = newPath();
  const created = await document(['create', path, 'one'], 'ZnodeChangeList');
  assert.deepEqual(created.items, [{ path, result: 'created', version: 0 }]);
  assert.equal((await zk(['get', path])).stdout, 'one');
  assert.equal(
    (await document(['set', path, 'two', '--version', '0'], 'ZnodeChangeList')).items[0].version,
    1,
  );
  await refused(['set', path, 'three', '--version', '0'], 'BADVERSION', 1);
  const { stat } = await document(['exists', path], 'ZnodeExists');
  assert.deepEqual([stat.version, stat.dataLength, stat.type], [1, 3, 'persistent']);
  assert.equal((await document(['get', path], 'Znode')).data, 'two');
  await refused(['delete', path], 'USAGE', 2);
  assert.equal((await document(['delete', path, '--yes'], 'ZnodeChangeList')).items[0].result, 'deleted');
  for (const word of ['get', 'exists', 'ls', 'delete']) await refused([word, path], 'NONODE', 4);
});

test('bytes go in and out as they are', async () => {
  const path = newPath();
  const bytes = randomBytes(5000);
  assert.equal((await zk(['create', path, '--file', '-'], bytes)).code, 0);
  assert.deepEqual((await zk(['get', path])).bytes, bytes);
  const { data, dataEncoding } = await document(['get', path], 'Znode');
  assert.deepEqual([Buffer.from(data, 'base64'), dataEncoding], [bytes, 'base64']);
  await document(['create', `${path}/null`], 'ZnodeChangeList');
  assert.equal((await document(['get', `${path}/null`], 'Znode')).data, null);
  await document(['create', `${path}/empty`, ''], 'ZnodeChangeList');
  assert.equal((await document(['get', `${path}/empty`], 'Znode')).data, '');
});

test("ZooKeeper's own shell reads what kctl writes, and the other way round", async () => {
  const path = newPath();
  await document(['create', path, 'Bier für alle'], 'ZnodeChangeList');
  assert.match(await zkCli('get', path), /Bier für alle/);
  await zkCli('create', `${path}/from-java`, 'written');
  assert.equal((await zk(['get', `${path}/from-java`])).stdout, 'written');
  await zkCli('create', '-c', `${path}/container`);
  await zkCli('create', '-t', '3600000', `${path}/ttl`);
  assert.equal(
    (await zk(['ls', path, '-o', 'name'])).stdout,
    `${path}/container\n${path}/from-java\n${path}/ttl\n`,
  );
  await document(['create', `${path}/mine`, '--ttl', '2h'], 'ZnodeChangeList');
  assert.match(await zkCli('ls', path), /\[container, from-java, mine, ttl\]/);
  await document(['acl', 'set', path, 'world:anyone:r', 'ip:127.0.0.1:cdrwa', '--yes'], 'ZnodeChangeList');
  const acl = await zkCli('getAcl', path);
  assert.match(acl, /'world,'anyone\s*: r\s/);
  assert.match(acl, /'ip,'127\.0\.0\.1\s*: cdrwa/);
});

test('a dry run changes nothing and finds what would fail', async () => {
  const path = newPath();
  const made = await document(['create', path, '--dry-run'], 'ZnodeChangeList');
  assert.deepEqual([made.dryRun, made.validatedBy, made.items[0].result], [true, 'client', 'valid']);
  await refused(['exists', path], 'NONODE', 4);
  await refused(['create', `${path}/a/b`, '--dry-run'], 'NONODE', 4);
  await document(['create', `${path}/a/b`, 'x', '--parents'], 'ZnodeChangeList');
  await refused(['create', path, '--dry-run'], 'NODEEXISTS', 1);
  await refused(['set', path, 'y', '--version', '7', '--dry-run'], 'BADVERSION', 1);
  await document(['set', path, 'y', '--dry-run'], 'ZnodeChangeList');
  await refused(['delete', path, '--dry-run'], 'NOTEMPTY', 1);
  const planned = await document(['delete', path, '--recursive', '--dry-run'], 'ZnodeChangeList');
  assert.deepEqual(planned.items, [{ path, result: 'valid', descendants: 2 }]);
  assert.deepEqual((await document(['tree', path], 'ZnodeList')).items.length, 3);
});

test('--recursive deletes all that is below, and says how many', async () => {
  const path = newPath();
  const names = Array.from({ length: 30 }, (_, index) => `${path}/a/${index}`);
  const lines = [path, `${path}/a`, ...names].map((each) => JSON.stringify({ op: 'create', path: each }));
  await document(['multi'], 'ZnodeChangeList', lines.join('\n'));
  assert.equal((await document(['du', path], 'ZnodeUsageList')).items[0].znodes, 32);
  const asked = await zk(['delete', path, '-r']);
  assert.match(asked.stderr, /32 znodes.*\n.*--yes/);
  const { items } = await document(['delete', path, '-r', '--yes'], 'ZnodeChangeList');
  assert.deepEqual(items, [{ path, result: 'deleted', descendants: 31 }]);
  await refused(['exists', path], 'NONODE', 4);
});

test('a transaction is done whole or not at all', async () => {
  const path = newPath();
  const ops = [
    { op: 'create', path, data: 'AAH/', dataEncoding: 'base64' },
    { op: 'create', path: `${path}/n-`, sequential: true },
    { op: 'set', path, data: 'later', version: 0 },
    { op: 'check', path, version: 1 },
  ];
  const file = join(folder, 'ops.ndjson');
  writeFileSync(file, ops.map((op) => JSON.stringify(op)).join('\n'));
  await document(['multi', '--file', file, '--dry-run'], 'ZnodeChangeList');
  const { items } = await document(['multi', '--file', file], 'ZnodeChangeList');
  assert.deepEqual(
    items.map((item: { result: string }) => item.result),
    ['created', 'created', 'set', 'checked'],
  );
  assert.equal(items[1].path, `${path}/n-0000000000`);
  const bad = [
    { op: 'set', path, data: 'lost' },
    { op: 'check', path, version: 99 },
  ];
  const text = bad.map((op) => JSON.stringify(op)).join('\n');
  await refused(['multi'], 'BADVERSION', 1, text);
  await refused(['multi', '--dry-run'], 'BADVERSION', 1, text);
  assert.equal((await zk(['get', path])).stdout, 'later');
  await refused(['multi'], 'USAGE', 2, '{"op":"steal","path":"/"}');
});

test('an export is imported elsewhere with its data, ACLs and types', async () => {
  const path = newPath();
  await document(['create', path, '--file', '-'], 'ZnodeChangeList', Buffer.from([0, 255, 1]));
  await document(
    ['create', `${path}/ttl`, 'x', '--ttl', '1h', '--acl', 'world:anyone:cwra'],
    'ZnodeChangeList',
  );
  await document(['create', `${path}/box`, '--container'], 'ZnodeChangeList');
  const exported = await zk(['export', path]);
  for (const line of exported.stdout.trimEnd().split('\n')) assertDocument(line, 'ExportedZnode');
  const copy = newPath();
  await document(['import', copy, '--dry-run'], 'ZnodeChangeList', exported.stdout);
  await refused(['exists', copy], 'NONODE', 4);
  await document(['import', copy], 'ZnodeChangeList', exported.stdout);
  assert.equal((await zk(['export', copy])).stdout, exported.stdout);
  assert.equal((await zk(['import', copy], exported.stdout)).code, 1);
  assert.equal((await zk(['import', copy, '--overwrite', '--yes'], exported.stdout)).code, 0);
  await refused(['import', copy], 'USAGE', 2, '{"kind":"ExportedZnode","version":1,"path":"../x"}');
});

test('find chooses by name, type, size and age', async () => {
  const path = newPath();
  await document(['create', `${path}/big`, 'x'.repeat(2000), '-p'], 'ZnodeChangeList');
  await document(['create', `${path}/small`], 'ZnodeChangeList');
  const names = async (...words: string[]) => (await zk(['find', path, ...words, '-o', 'name'])).stdout;
  assert.equal(await names('--name', 'b?g'), `${path}/big\n`);
  assert.equal(await names('--type', 'ephemeral'), '');
  assert.equal(await names('--empty'), `${path}/small\n`);
  assert.equal(await names('--min-size', '2KB'), `${path}/big\n`);
  assert.equal(await names('--older-than', '1h'), '');
});

test('an ephemeral znode lives until the command is interrupted', async () => {
  const path = newPath();
  const holder = startKctl(['zk', 'create', path, 'me', '--ephemeral', '-o', 'json'], {
    env: { KCTL_ZOOKEEPER: server.connectString },
  });
  await holder.waitFor((text) => text.includes('"created"'), 'the znode');
  const { items } = await document(['ephemerals', path], 'ZnodeList');
  assert.match(items[0].stat.ephemeralOwner, /^0x/);
  const { data } = await document(['get', path], 'Znode');
  assert.equal(data, 'me');
  holder.process.kill('SIGINT');
  assert.equal((await holder.finished).code, 130);
  await refused(['exists', path], 'NONODE', 4);
});

test('watch tells each change, and sets its watch again', async () => {
  const path = newPath();
  const watch = startKctl(['zk', 'watch', path, '--max-events', '4'], {
    env: { KCTL_ZOOKEEPER: server.connectString },
  });
  const events = () => watch.stdout().split('\n').slice(0, -1);
  await eventually('the first line', () => events().length === 1);
  const changes = [
    ['create', path, '1'],
    ['set', path, '2'],
    ['create', `${path}/child`],
    ['delete', path, '-r', '--yes'],
  ];
  for (const [index, words] of changes.entries()) {
    await zk(words);
    await eventually(`event ${index + 1}`, () => events().length >= index + 2);
  }
  assert.equal((await watch.finished).code, 0);
  const told = events().map((line) => assertDocument(line, 'ZnodeEvent').event);
  assert.deepEqual(told.slice(0, 4), ['absent', 'created', 'changed', 'children']);
});

test('watch --recursive tells of everything below', async () => {
  const path = newPath();
  await document(['create', path], 'ZnodeChangeList');
  const watch = startKctl(['zk', 'watch', path, '-r', '--max-events', '3'], {
    env: { KCTL_ZOOKEEPER: server.connectString },
  });
  await eventually('the watch', async () => (await document(['wchs'], 'ZkWchs')).watchCount > 0);
  await zk(['create', `${path}/a/b`, 'x', '-p']);
  await zk(['delete', `${path}/a/b`, '--yes']);
  const { code, stdout } = await watch.finished;
  assert.equal(code, 0);
  const told = stdout
    .trimEnd()
    .split('\n')
    .map((line) => assertDocument(line, 'ZnodeEvent'));
  assert.deepEqual(
    told.map(({ event, path: at }) => `${event} ${at}`),
    [`created ${path}/a`, `created ${path}/a/b`, `deleted ${path}/a/b`],
  );
});

test("Kafka's own paths are left alone, also above a chroot and below a recursive delete", async () => {
  const root = newPath();
  for (const path of ['cluster/id', 'brokers/ids', 'config/topics']) {
    await document(['create', `${root}/${path}`, '-p', '--force-kafka-metadata'], 'ZnodeChangeList');
  }
  await refused(['create', `${root}/brokers/ids/7`], 'KAFKA_METADATA', 1);
  await refused(['set', `${root}/cluster/id`, 'x'], 'KAFKA_METADATA', 1);
  await refused(['delete', root, '-r', '--dry-run'], 'KAFKA_METADATA', 1);
  await refused(['acl', 'set', `${root}/config`, 'world:anyone:r', '--yes'], 'KAFKA_METADATA', 1);
  await refused(
    ['multi'],
    'KAFKA_METADATA',
    1,
    JSON.stringify({ op: 'set', path: `${root}/config`, data: '' }),
  );
  const below = await zk(['set', '/topics', 'x'], undefined, `${server.connectString}${root}/config`);
  assert.match(below.stderr, /is Kafka's own/);
  await document(['create', `${root}/mine`], 'ZnodeChangeList');
  await document(['delete', root, '-r', '--yes', '--force-kafka-metadata'], 'ZnodeChangeList');
});

test('identities from a file: digest by addauth, never from two sources', async () => {
  const path = newPath();
  const config = join(folder, 'zookeeper.properties');
  writeFileSync(config, `zookeeper.connect=${server.connectString}\nkctl.auth=digest:ann:secret\n`);
  await document(
    ['create', path, 'x', '--zookeeper-config', config, '-z', server.connectString, '--acl', 'auth::cdrwa'],
    'ZnodeChangeList',
  );
  await refused(['get', path], 'NOAUTH', 1);
  assert.equal((await zk(['get', path, '--zookeeper-config', config])).stdout, 'x');
  const mixed = await runKctl(['zk', 'get', path, '--zookeeper-config', config], {
    env: { KCTL_ZOOKEEPER: server.connectString },
  });
  assert.equal(mixed.code, 0, 'the file brings its own address');
  const { items } = await document(['whoami', '--zookeeper-config', config], 'ZookeeperIdentityList');
  assert.deepEqual(items, [
    { scheme: 'digest', id: 'ann' },
    { scheme: 'ip', id: '127.0.0.1' },
  ]);
  const envOnly = await runKctl(['zk', 'get', path, '-z', server.connectString], {
    env: { KCTL_ZOOKEEPER_CONFIG: config },
  });
  assert.match(envOnly.stderr, /NOAUTH/);
});

test('config and reconfig say what the ensemble is', async () => {
  assert.deepEqual((await document(['config'], 'ZookeeperConfig')).members, []);
  const member = 'server.4=127.0.0.1:2888:3888:observer;2184';
  const planned = await document(['reconfig', '--add', member, '--dry-run'], 'ZookeeperConfig');
  assert.deepEqual(planned.members, [
    {
      id: 4,
      host: '127.0.0.1',
      addresses: '127.0.0.1:2888:3888',
      role: 'observer',
      client: { host: '127.0.0.1', port: 2184 },
    },
  ]);
  await refused(['reconfig', '--add', member, '--yes'], 'RECONFIGDISABLED', 1);
});

test('an ensemble that is down, or silent, ends in ten seconds with exit 3', async () => {
  const nothing = `127.0.0.1:${await freePort()}`;
  for (const words of [['ls', '/'], ['watch', '/'], ['create', '/x'], ['export', '/'], ['config']]) {
    const startedAt = performance.now();
    const { code, stdout } = await zk(words, '', `${nothing},127.0.0.1:1`);
    assert.deepEqual([code, stdout], [3, ''], words.join(' '));
    assert.ok(performance.now() - startedAt < 10_000);
  }
});
