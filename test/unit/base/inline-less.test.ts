import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { Script } from 'node:vm';
import { inlineLess } from '../../../src/base/inline-less.js';

/** Whether a fresh Node takes a code cache that this one makes now, with the flags that it has. */
function isTakenElsewhere(): boolean {
  const source = `globalThis.answer = (a) => a + ${Math.random()};`;
  const cachedData = new Script(source).createCachedData().toString('base64');
  const take = `const cachedData = Buffer.from('${cachedData}', 'base64');
    console.log(new (require('node:vm').Script)('${source}', { cachedData }).cachedDataRejected)`;
  return execFileSync(process.execPath, ['-e', take], { encoding: 'utf8' }) === 'false\n';
}

test('when the code cache is written at the end, the flags of V8 are its own again: it will be read', async () => {
  assert.equal(isTakenElsewhere(), true);
  const before = new Set(process.listeners('exit'));
  await inlineLess();
  assert.equal(isTakenElsewhere(), false);
  const [atExit, ...more] = process.listeners('exit').filter((listener) => !before.has(listener));
  assert.ok(atExit && more.length === 0);
  process.off('exit', atExit);
  atExit(0);
  assert.equal(isTakenElsewhere(), true);
});
