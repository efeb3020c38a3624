import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { sharedCluster, type TestCluster } from '../support/cluster.js';
import { randomName, root, runKctl } from '../support/kctl.js';
import { assertDocument } from '../support/schemas.js';

const bin = join(root, 'bin', 'run.js');
const prefix = randomName('contract');
let cluster: TestCluster;
before(async () => {
  cluster = await sharedCluster();
  // More than a pipe holds (64 KiB) when they are described.
  const names = Array.from({ length: 40 }, (_, index) => `${prefix}-${index}`);
  // Making 480 partitions takes a busy machine longer than the default allows.
  const words = ['topics', 'create', ...names, '--partitions', '12', '--timeout', '1m'];
  const { code, stderr } = await runKctl(words, { env: cluster.env, timeoutMs: 60_000 });
  assert.equal(code, 0, stderr);
});

for (const format of ['table', 'json', 'ndjson', 'yaml', 'tsv']) {
  test(`a reader that closes ${format} early is no error`, async () => {
    const child = spawn(process.execPath, [bin, 'topics', 'describe', `${prefix}*`, '-o', format], {
      env: { ...process.env, ...cluster.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [code, signal] = await once(child, 'close');
    assert.deepEqual([code, signal, stderr], [0, null, '']);
  });
}

test('all of it arrives at a reader that is slow', async () => {
  const child = spawn(process.execPath, [bin, 'topics', 'describe', `${prefix}*`, '-o', 'json'], {
    env: { ...process.env, ...cluster.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) {
    chunks.push(chunk as Buffer);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.equal(assertDocument(Buffer.concat(chunks).toString()).items.length, 40);
});

test('a disk that is full is told in one line, with exit 1', () => {
  const { status, stderr } = spawnSync(process.execPath, [bin, 'topics', 'list'], {
    env: { ...process.env, ...cluster.env },
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    encoding: 'utf8',
  });
  assert.equal(status, 1);
  assert.match(stderr, /^error: cannot write to stdout: ENOSPC.*\n$/);
});

test('no colour where there is no terminal', async () => {
  const { stdout } = await runKctl(['topics', 'describe', `${prefix}-1`], {
    env: { ...cluster.env, NO_COLOR: undefined, FORCE_COLOR: '1' },
  });
  assert.ok(stdout.includes('ok') && !stdout.includes('\u001b'));
});

test('an error of one item does not hide the others, in any format', async () => {
  for (const format of ['table', 'wide', 'json', 'ndjson', 'yaml', 'tsv', 'name']) {
    const words = ['topics', 'describe', `${prefix}-1`, `${prefix}-none`, '-o', format];
    const { code, stdout, stderr } = await runKctl(words, { env: cluster.env });
    assert.equal(code, 1, format);
    assert.ok(stdout.includes(`${prefix}-1`), format);
    assert.ok(stderr.includes(`there is no topic ${prefix}-none`), format);
  }
});
