import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { shellLines } from '../../../src/local/environment.js';
import { parseSeed } from '../../../src/local/seed-file.js';

test('a seed has what its file says, and defaults for the rest', () => {
  assert.deepEqual(parseSeed(null), { topics: [], users: [], acls: [], records: [] });
  const { topics, users, acls, records } = parseSeed({
    topics: [{ name: 'orders', partitions: 2, configs: { 'retention.ms': 60000 } }],
    users: [{ name: 'alice', password: 'secret' }],
    acls: [{ principal: 'User:alice', resource: { type: 'cluster' }, operations: ['Create', 'alter'] }],
    records: [
      { topic: 'orders', value: { n: 1 }, headers: { from: 1 } },
      { topic: 'orders', key: 'a' },
    ],
  });
  const configs = { 'retention.ms': '60000' };
  assert.deepEqual(topics, [{ name: 'orders', partitions: 2, replicationFactor: undefined, configs }]);
  assert.deepEqual(users, [{ name: 'alice', password: 'secret' }]);
  assert.deepEqual(
    acls.map(({ operation, host, resourceName, permission }) => [operation, host, resourceName, permission]),
    [
      ['create', '*', 'kafka-cluster', 'allow'],
      ['alter', '*', 'kafka-cluster', 'allow'],
    ],
  );
  assert.deepEqual(
    records.map(({ key, value, headers }) => [key, value, headers]),
    [
      [null, '{"n":1}', { from: '1' }],
      ['a', null, {}],
    ],
  );
});

for (const [seed, says] of [
  [[], /the seed is not a mapping/],
  [{ topic: [] }, /the seed has no "topic"/],
  [{ topics: {} }, /the seed\.topics is not a list/],
  [{ topics: ['orders'] }, /topics\[0\] is not a mapping/],
  [{ topics: [{ name: 'a', partitions: 0 }] }, /topics\[0\]\.partitions is not a number from 1 on/],
  [{ users: [{ name: 'a' }] }, /users\[0\]\.password is not a text/],
  [{ acls: [{ principal: 'User:a', resource: { type: 'table', name: 'a' } }] }, /acls\[0\]\.resource\.type/],
  [{ records: [{ topic: 'a', headers: { b: [] } }] }, /records\[0\]\.headers\.b is not a text/],
] as const) {
  test(`the seed ${JSON.stringify(seed)} is refused with its place`, () => {
    assert.throws(() => parseSeed(seed), { code: 'USAGE', message: says });
  });
}

test('a shell takes back every value unchanged', () => {
  const text = fc.string({ unit: 'binary-ascii' }).filter((value) => !value.includes('\0'));
  const printed = (value: string) => {
    const script = `${shellLines({ A: value, B: null })}printf %s "$A"; printf %s "\${B-unset}"`;
    return execFileSync('sh', ['-c', script], { encoding: 'utf8', env: { B: 'b' } });
  };
  fc.assert(
    fc.property(text, (value) => printed(value) === `${value}unset`),
    { numRuns: 50 },
  );
});
