import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { eventually, randomName, root, runKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import { assertDocument, assertErrors } from '../support/schemas.js';
import { startZookeeper, type TestZookeeper } from '../support/zookeeper.js';

/** Why there is no kazoo, or undefined. */
let noKazoo: string | undefined;
let folder: string;
let server: TestZookeeper;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kctl-peers-'));
  server = await startZookeeper(
    { extendedTypesEnabled: 'true', '4lw.commands.whitelist': '*' },
    // Containers and TTL znodes are looked after each minute by default.
    { java: ['-Dznode.container.checkIntervalMs=500'] },
  );
  noKazoo = installKazoo();
});
after(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function installKazoo(): string | undefined {
  const python = join(folder, 'venv', 'bin', 'python');
  const made = spawnSync('python3', ['-m', 'venv', join(folder, 'venv')], { encoding: 'utf8' });
  if (made.status !== 0) return 'python3 cannot make a virtual environment here';
  const words = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'kazoo==2.10.0'];
  const installed = spawnSync(python, words, { encoding: 'utf8', timeout: 120_000 });
  return installed.status === 0 ? undefined : `pip has no kazoo to install: ${installed.stderr}`;
}

// biome-ignore lint/suspicious/noExplicitAny: what the script prints is the test's to look at
function kazoo(t: TestContext, connectString: string, ...words: string[]): any {
  if (noKazoo !== undefined) return t.skip(noKazoo);
  const python = join(folder, 'venv', 'bin', 'python');
  const script = join(root, 'test', 'full', 'kazoo_peer.py');
  const run = spawnSync(python, [script, connectString, ...words], { encoding: 'utf8', timeout: 200_000 });
  assert.equal(run.status, 0, run.stderr);
  return run.stdout === '' ? undefined : JSON.parse(run.stdout);
}

const newPath = () => `/${randomName('peer')}`;
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

function zk(words: string[], input?: string | Buffer, connectString = server.connectString) {
  const env = { KCTL_ZOOKEEPER: connectString };
  return runKctl(['zk', ...words], { env, timeoutMs: 240_000, ...(input !== undefined && { input }) });
}

async function done(words: string[], input?: string | Buffer, connectString?: string) {
  const run = await zk(words, input, connectString);
  assert.equal(run.code, 0, run.stderr);
  return run;
}

async function zkCli(...words: string[]): Promise<string> {
  const { stdout, stderr } = await runTool('zookeeper', ['-server', server.connectString, ...words]);
  return `${stdout}${stderr}`;
}

test('binary data and names: kazoo reads what kctl writes, and the other way round', (t) =>
  exchange(t, [Buffer.alloc(0), Buffer.from([0, 255, 10, 13, 0x80]), randomBytes(70_000)]));

async function exchange(t: TestContext, values: Buffer[]): Promise<void> {
  for (const bytes of values) {
    const path = `${newPath()}-ü€`;
    await done(['create', path, '--file', '-'], bytes);
    const read = kazoo(t, server.connectString, 'read', path);
    if (noKazoo !== undefined) return;
    assert.deepEqual(read, { sha256: sha256(bytes), length: bytes.length, version: 0 });
    kazoo(t, server.connectString, 'write', `${path}/back/deep`, bytes.toString('base64'));
    assert.deepEqual((await done(['get', `${path}/back/deep`])).bytes, bytes);
  }
}

test('a znode as large as a server takes by default, and what one byte more gives', async (t) => {
  const path = newPath();
  // A request to set data is the data, its path and 20 bytes more.
  const limit = 1024 * 1024 - 1 - path.length - 20;
  await done(['create', path]);
  const bytes = randomBytes(limit);
  await done(['set', path, '--file', '-'], bytes);
  assert.deepEqual((await done(['get', path])).bytes, bytes);
  const read = kazoo(t, server.connectString, 'read', path);
  if (read) assert.equal(read.sha256, sha256(bytes));
  const beyond = await zk(['set', path, '--file', '-', '-o', 'json'], randomBytes(limit + 1));
  assert.deepEqual([beyond.code, beyond.stdout], [3, '']);
  const [error] = assertErrors(beyond.stderr);
  assert.equal(error.code, 'ANSWER_LOST');
  assert.match(error.hint, /request had 1048576 bytes: .* jute\.maxbuffer, 1048575 by default/);
  assert.deepEqual((await done(['get', path])).bytes, bytes, 'it was not written');
});

test('several megabytes, where jute.maxbuffer allows them', async (t) => {
  const large = await startZookeeper({}, { java: ['-Djute.maxbuffer=8388608'] });
  t.after(() => large.stop());
  const path = newPath();
  const bytes = randomBytes(3_000_000);
  await done(['create', path, '--file', '-'], bytes, large.connectString);
  const read = kazoo(t, large.connectString, 'read', path);
  if (!read) return;
  assert.deepEqual([read.length, read.sha256], [bytes.length, sha256(bytes)]);
  kazoo(t, large.connectString, 'large', `${path}/back`, '3000000');
  const { bytes: back } = await done(['get', `${path}/back`], undefined, large.connectString);
  assert.equal(back.length, 3_000_000);
  assert.ok(back.every((byte, index) => byte === index % 251));
});

test('100,000 children: imported, listed, counted and deleted', async (t) => {
  const path = newPath();
  const acl = [{ scheme: 'world', id: 'anyone', permissions: 'cdrwa' }];
  const line = (name: string) =>
    JSON.stringify({ kind: 'ExportedZnode', version: 1, path: name, type: 'persistent', data: null, acl });
  const names = Array.from({ length: 100_000 }, (_, index) => `/n${String(index).padStart(5, '0')}`);
  await done(['import', path, '-o', 'name'], ['/', ...names].map(line).join('\n'));
  const listed = await done(['ls', path, '-o', 'name']);
  assert.equal(listed.stdout, `${names.map((name) => path + name).join('\n')}\n`);
  const java = await zkCli('ls', path);
  assert.equal(java.match(/\bn\d{5}\b/g)?.length, 100_000);
  const { items } = assertDocument((await done(['du', path, '-o', 'json'])).stdout, 'ZnodeUsageList');
  assert.equal(items[0].znodes, 100_001);
  const children = kazoo(t, server.connectString, 'children', path);
  if (children) {
    assert.deepEqual(children, { count: 100_000, first: 'n00000', last: 'n99999' });
    kazoo(t, server.connectString, 'many', `${path}-kazoo`, '100000');
    const made = (await done(['ls', `${path}-kazoo`, '-o', 'name'])).stdout;
    assert.equal(made, listed.stdout.replaceAll(path, `${path}-kazoo`));
  }
  await done(['delete', path, '--recursive', '--yes']);
  assert.equal((await zk(['exists', path])).code, 4);
});

test('containers and TTL znodes of either client go when their time has come', async () => {
  const path = newPath();
  await done(['create', path]);
  await done(['create', `${path}/box`, '--container']);
  await zkCli('create', '-c', `${path}/java-box`);
  for (const box of ['box', 'java-box']) await done(['create', `${path}/${box}/child`]);
  await done(['create', `${path}/brief`, 'x', '--ttl', '1s']);
  await done(['create', `${path}/kept`, 'x', '--ttl', '1h']);
  await done(['create', `${path}/seq-`, 'x', '--ttl', '1s', '--sequential']);
  await zkCli('create', '-t', '1000', `${path}/java-brief`);
  assert.match(await zkCli('get', `${path}/kept`), /^x$/m);
  const names = async () => (await done(['ls', path, '-o', 'name'])).stdout.replaceAll(`${path}/`, '');
  await eventually('the short-lived are gone', async () => (await names()) === 'box\njava-box\nkept\n');
  await done(['delete', `${path}/box/child`, '--yes']);
  await zkCli('delete', `${path}/java-box/child`);
  await eventually('empty containers are gone', async () => (await names()) === 'kept\n');
});

test("ZooKeeper's own shell and kctl see the same of a znode", async () => {
  const path = newPath();
  await done(['create', path, 'Bier für alle']);
  await zkCli('set', path, 'geschrieben');
  assert.equal((await done(['get', path])).stdout, 'geschrieben');
  const { stat } = assertDocument((await done(['exists', path, '-o', 'json'])).stdout, 'ZnodeExists');
  const java = await zkCli('stat', path);
  for (const [name, value] of [
    ['cZxid', stat.czxid],
    ['mZxid', stat.mzxid],
    ['dataVersion', stat.version],
    ['dataLength', stat.dataLength],
    ['numChildren', stat.numChildren],
  ] as const)
    assert.match(java, new RegExp(`^${name} = ${value}$`, 'm'));
});
