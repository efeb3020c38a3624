import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KctlError } from '../../../src/base/errors.js';
import { formatConnectString, parseConnectString } from '../../../src/cluster/zookeeper/connect-string.js';

const host = (name: string, port = 2181) => ({ host: name, port });

for (const [text, servers, chroot] of [
  ['zk1', [host('zk1')], ''],
  ['zk1:2182', [host('zk1', 2182)], ''],
  ['zk1,zk2:2182/kafka', [host('zk1'), host('zk2', 2182)], '/kafka'],
  ['zk1/', [host('zk1')], ''],
  ['zk1/a/b', [host('zk1')], '/a/b'],
  ['[::1]:2182,[fe80::1]', [host('::1', 2182), host('fe80::1')], ''],
  [' zk1 , zk2 ', [host('zk1'), host('zk2')], ''],
] as const) {
  test(`reads the connect string "${text}"`, () => {
    assert.deepEqual(parseConnectString(text), { servers, chroot });
  });
}

for (const text of [
  '',
  ',',
  '/kafka',
  'zk1:0',
  'zk1:65536',
  'zk1:x',
  '::1',
  'zk1/kafka,zk2/kafka//',
  'zk1//a',
  'zk1/a/../b',
  'zk1/a\u0000',
  'http://zk1',
]) {
  test(`refuses the connect string ${JSON.stringify(text)}`, () => {
    assert.throws(
      () => parseConnectString(text),
      (error) => error instanceof KctlError && error.code === 'USAGE' && error.exitCode === 2,
    );
  });
}

test('writes a connect string as it is read', () => {
  const text = 'zk1:2181,[::1]:2182/kafka';
  assert.equal(formatConnectString(parseConnectString(text)), text);
});
