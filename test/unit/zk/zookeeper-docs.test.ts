import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fourLetterWords } from '../../../src/cluster/zookeeper/four-letter.js';
import { root } from '../../support/kctl.js';

test('docs/zookeeper.md tells of every word', () => {
  const text = readFileSync(join(root, 'docs', 'zookeeper.md'), 'utf8');
  const [words = ''] = text.split('## Health');
  const told = [...words.matchAll(/^\| ([a-z]{4})\*? \|/gm)]
    .map(([, word]) => word)
    .filter((word) => word !== 'word');
  assert.deepEqual(told, [...fourLetterWords]);
});

test('docs/zookeeper.md tells of every finding', () => {
  const text = readFileSync(join(root, 'docs', 'zookeeper.md'), 'utf8');
  const source = readFileSync(join(root, 'src', 'ensemble', 'assess.ts'), 'utf8');
  const codes = new Set([...source.matchAll(/'([A-Z]{3,}(?:_[A-Z]+)*)'/g)].map(([, code]) => code ?? ''));
  for (const known of ['ETIMEDOUT']) codes.delete(known);
  codes.delete('NOT_ZOOKEEPER');
  for (const code of codes) assert.ok(text.includes(code), code);
});
