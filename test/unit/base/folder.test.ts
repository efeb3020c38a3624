import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeFolder } from '../../../src/base/folder.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-folder-'));
after(() => rmSync(folder, { recursive: true }));

test('a folder is made with those above it, for its owner alone, and may be there already', () => {
  const path = join(folder, 'a', 'b', 'c');
  makeFolder(path);
  makeFolder(path);
  for (const made of [path, join(folder, 'a')]) assert.equal(statSync(made).mode & 0o777, 0o700);
});

test('what cannot be made is said at once', { skip: process.platform !== 'linux' && 'no /proc here' }, () => {
  assert.throws(() => makeFolder('/proc/kctl/a/b'), { code: 'ENOENT' });
  writeFileSync(join(folder, 'file'), '');
  assert.throws(() => makeFolder(join(folder, 'file')), { code: 'EEXIST' });
  assert.throws(() => makeFolder(join(folder, 'file', 'below')), { code: 'ENOTDIR' });
});
