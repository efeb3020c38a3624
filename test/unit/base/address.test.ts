import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatAddress, parseAddress, parseAddresses } from '../../../src/base/address.js';
import { ExitCode, KctlError } from '../../../src/base/errors.js';

const port = fc.integer({ min: 1, max: 65535 });
const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
const anAddress = fc.record({ host, port }, { noNullPrototype: true });

test('an address that was written is read back', () => {
  fc.assert(
    fc.property(anAddress, (address) => {
      assert.deepEqual(parseAddress(formatAddress(address), 9092), address);
    }),
  );
});

test('a list is read back in order, whatever blanks and empty parts are in it', () => {
  fc.assert(
    fc.property(fc.array(anAddress, { minLength: 1 }), (addresses) => {
      const text = addresses.map((address) => ` ${formatAddress(address)} `).join(',,');
      assert.deepEqual(parseAddresses(`${text},`, 9092), addresses);
    }),
  );
});

test('the default port stands in for one that is missing', () => {
  assert.deepEqual(parseAddress('broker', 9092), { host: 'broker', port: 9092 });
  assert.deepEqual(parseAddress('[::1]', 2181), { host: '::1', port: 2181 });
  assert.deepEqual(parseAddress('[fe80::1%eth0]:9093', 1), { host: 'fe80::1%eth0', port: 9093 });
});

const refused = [
  '',
  ' ',
  ',',
  ':9092',
  'host:',
  'host:0',
  'host:65536',
  'host:99999999999',
  'host:-1',
  'host:9092x',
  'host:9092:9093',
  '::1',
  '[::1',
  '[]:9092',
  'a b:9092',
  'PLAINTEXT://host:9092',
  'host/path:9092',
];
for (const text of refused) {
  test(`"${text}" is refused as usage, and quoted`, () => {
    assert.throws(
      () => parseAddresses(text, 9092),
      (error) =>
        error instanceof KctlError &&
        error.exitCode === ExitCode.usage &&
        error.message.includes(text.trim()) &&
        error.hint !== undefined,
    );
  });
}

test('any text at all is an address or a usage error', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        assert.ok(parseAddress(text, 9092).port <= 65535);
      } catch (error) {
        assert.ok(error instanceof KctlError && error.exitCode === ExitCode.usage);
      }
    }),
  );
});
