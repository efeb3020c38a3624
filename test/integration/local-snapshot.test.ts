import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { randomName, runKctl } from '../support/kctl.js';
import { assertDocument } from '../support/schemas.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-snapshot-'));
const env = { KCTL_STATE_DIR: folder, KCTL_BOOTSTRAP_SERVERS: '', KCTL_ZOOKEEPER: '' };
after(() => rmSync(folder, { recursive: true, force: true }));

const kctl = (words: string[], more = {}) => runKctl(words, { env: { ...env, ...more }, timeoutMs: 120_000 });

async function done(words: string[], more = {}): Promise<string> {
  const { code, stdout, stderr } = await kctl(words, more);
  assert.equal(code, 0, stderr);
  return stdout;
}

test('a seeded state is kept, put back after changes, and given to another cluster', async (t) => {
  const [name, other] = [randomName('snap'), randomName('snap')];
  t.after(async () => {
    for (const each of [name, other]) await kctl(['local', 'reset', '--name', each, '--yes']);
  });
  const on = (cluster: string) => ['--name', cluster];
  await done(['local', 'start', ...on(name), '--kafka', '4.3.0']);
  await done(['topics', 'create', 'beer']);
  await done(['produce', 'beer', '--template', 'stout {n}', '--count', '3']);
  assert.equal((await kctl(['local', 'snapshot', 'save', 'seeded', ...on(name)])).code, 1, 'while it runs');
  await done(['local', 'stop', ...on(name)]);
  const saved = await done(['local', 'snapshot', 'save', 'seeded', ...on(name), '-o', 'json']);
  assert.equal(assertDocument(saved, 'LocalSnapshotList').items[0].cluster, name);

  await done(['local', 'start', ...on(name)]);
  await done(['topics', 'delete', 'beer', '--yes']);
  await done(['local', 'stop', ...on(name)]);
  assert.equal((await kctl(['local', 'snapshot', 'restore', 'seeded', ...on(name)])).code, 2, 'it asks');
  for (const cluster of [name, other]) {
    await done(['local', 'snapshot', 'restore', 'seeded', ...on(cluster), '--yes']);
    const { bootstrapServers } = assertDocument(await done(['local', 'start', ...on(cluster), '-o', 'json']));
    const at = { KCTL_BOOTSTRAP_SERVERS: bootstrapServers };
    const read = await done(['consume', 'beer', '--from-beginning', '--max-messages', '3'], at);
    assert.equal(read, 'stout 1\nstout 2\nstout 3\n');
  }
  assert.equal(await done(['local', 'snapshot', 'list', '-o', 'name']), 'seeded\n');
  await done(['local', 'snapshot', 'remove', 'seeded', '--yes']);
  assert.equal((await kctl(['local', 'snapshot', 'restore', 'seeded', '--yes'])).code, 4);
});
