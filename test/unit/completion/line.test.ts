import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readManifest } from '../../../src/base/manifest.js';
import { type Wanted, wantedAt } from '../../../src/completion/line.js';

const commands = readManifest();
const wanted = (...words: string[]): Wanted => wantedAt(words, commands);
const values = (...words: string[]): string[] => wanted(...words).candidates.map(({ value }) => value);

test('commands, word by word, and other names of them', () => {
  assert.deepEqual(values('topi'), ['topics']);
  assert.ok(['produce', 'consume', 'topics', 'zk'].every((name) => values('').includes(name)));
  assert.deepEqual(values('topics', 'de'), ['delete', 'delete-records', 'describe']);
  assert.deepEqual(values('cluster', 'quorum', 'a'), ['add']);
  assert.deepEqual(values('nonsense', ''), []);
});

test('flags that are not given yet, and their words', () => {
  assert.deepEqual(values('groups', 'lag', '--max'), ['--max-lag']);
  assert.ok(!values('groups', 'lag', '--max-lag', '5', '--').includes('--max-lag'));
  assert.ok(values('configs', 'set', '--topic', 'a', '--').includes('--topic'), 'it can be given again');
  assert.deepEqual(values('topics', 'list', '-o', 'nd'), ['ndjson']);
  assert.deepEqual(values('topics', 'list', '--output=y'), ['--output=yaml']);
});

const live: Array<[words: string[], kind: Wanted['live'], before?: string | undefined, after?: string]> = [
  [['topics', 'describe', ''], 'topic'],
  [['topics', 'delete', 'a', '--yes', 'b'], 'topic'],
  [['consume', 'o'], 'topic'],
  [['groups', 'describe', ''], 'group'],
  [['groups', 'peek', 'bar', ''], 'topic'],
  [['brokers', 'describe', ''], 'broker'],
  [['users', 'delete', 'a'], 'user'],
  [['configs', 'set', '--topic', 'orders', 'ret'], 'config-key', undefined, '='],
  [['configs', 'unset', '--topic', 'orders', 'ret'], 'config-key'],
  [['topics', 'create', 'x', '--config', 'ret'], 'config-key', '', '='],
  [['quotas', 'list', '--user', ''], 'user', ''],
  [['acls', 'create', '--allow-principal', 'User:a'], 'user', 'User:'],
  [['acls', 'list', '--principal=User:a'], 'user', '--principal=User:'],
  [['topics', 'list', '-c', ''], 'context', ''],
  [['topics', 'create', ''], undefined],
];
for (const [words, kind, before, after] of live) {
  test(`kctl ${words.join(' ')}: ${kind ?? 'nothing live'}`, () => {
    const found = wanted(...words);
    assert.deepEqual([found.live, found.before, found.after], [kind, before, after]);
  });
}

test('the connection that stands on the line is the one that is asked', () => {
  const { flags } = wanted('topics', 'describe', '-b', 'x:1', '--context=dev', '');
  assert.deepEqual([flags['bootstrap-server'], flags.context], [['x:1'], ['dev']]);
});

test("names of files are the shell's own affair", () => {
  assert.equal(wanted('acls', 'create', '--file', '').files, true);
  assert.equal(wanted('topics', 'list', '--command-config', '').files, true);
});
