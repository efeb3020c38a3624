import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Deadline } from '../../../src/base/deadline.js';
import { identify } from '../../../src/cluster/local/identity.js';
import { lockHolder, withLock } from '../../../src/cluster/local/lock.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-lock-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('a lock is held while the work is done, and given back when it fails', async () => {
  const file = join(folder, 'held');
  const options = { deadline: new Deadline(1000) };
  const work = withLock(file, options, async () => {
    assert.equal(lockHolder(file)?.pid, process.pid);
    throw new Error('no');
  });
  await assert.rejects(work, /no/);
  assert.ok(!existsSync(file));
});

test('a live holder is waited for, named, and not waited for longer than the deadline', async () => {
  const file = join(folder, 'live');
  writeFileSync(file, JSON.stringify(identify(process.ppid)));
  const told: number[] = [];
  const options = { deadline: new Deadline(150), onWait: ({ pid }: { pid: number }) => told.push(pid) };
  await assert.rejects(
    withLock(file, options, async () => {}),
    { code: 'LOCKED', message: new RegExp(`pid ${process.ppid}`) },
  );
  assert.deepEqual(told, [process.ppid]);
});

for (const [what, content] of [
  ['of a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, startedAt: 'then' })],
  ['of a process whose id was given anew', JSON.stringify({ pid: process.ppid, startedAt: 'then' })],
  ['that is empty', ''],
  ['that is nonsense', '{"pid": "x"'],
] as const) {
  test(`a lock ${what} is taken over`, async () => {
    const file = join(folder, 'stale');
    writeFileSync(file, content);
    const done = await withLock(file, { deadline: new Deadline(1000) }, async () => lockHolder(file)?.pid);
    assert.equal(done, process.pid);
  });
}
