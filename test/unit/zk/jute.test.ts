import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KctlError } from '../../../src/base/errors.js';
import { answerDigestChallenge } from '../../../src/cluster/zookeeper/sasl-digest.js';
import { Reader } from '../../../src/protocol/reader.js';
import { Writer } from '../../../src/protocol/writer.js';
import { juteCodec } from '../../../src/protocol/zookeeper/jute.js';
import { multi } from '../../../src/protocol/zookeeper/multi.js';
import * as ops from '../../../src/protocol/zookeeper/operations.js';
import { parseDynamicConfig } from '../../../src/zk/members.js';
import { parseTransactionOp } from '../../../src/znodes/transaction.js';
import { parseExported } from '../../../src/znodes/transfer.js';

type Decoder = (reader: Reader) => unknown;
const operations = Object.values<unknown>(ops).filter(
  (each): each is ops.Operation => typeof each === 'object' && each !== null && 'decode' in each,
);
const decoders: Array<[name: string, decode: Decoder]> = [
  ...operations.map(({ decode, name }): [string, Decoder] => [name, decode]),
  ['multi', multi.decode],
  ['ConnectResponse', (reader) => juteCodec(ops.connectResponse).read(reader)],
  ['ReplyHeader', (reader) => juteCodec(ops.replyHeader).read(reader)],
  ['WatcherEvent', (reader) => juteCodec(ops.watcherEvent).read(reader)],
];

for (const [name, decode] of decoders) {
  test(`${name}: 10,000 random answers end in a value or in an error that is expected`, () => {
    const startedAt = performance.now();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decode(new Reader(Buffer.from(bytes), name));
        } catch (error) {
          assert.ok(error instanceof KctlError, String(error));
        }
      }),
      { numRuns: 10_000 },
    );
    assert.ok(performance.now() - startedAt < 60_000);
  });
}

for (const [name, parse] of [
  ['an export', parseExported],
  ['a transaction', parseTransactionOp],
] as const) {
  test(`random lines of ${name} are usage errors`, () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        assert.throws(() => parse(line, 1), KctlError);
      }),
      { numRuns: 2000 },
    );
  });
}

test('a random dynamic configuration is read as far as it is one', () => {
  fc.assert(fc.property(fc.string({ maxLength: 500 }), (text) => void parseDynamicConfig(text)));
});

test('what is written is read, null and empty data apart', () => {
  const shape = { path: ops.watcherEvent.path };
  for (const path of [null, '', '/ü']) {
    const writer = new Writer();
    juteCodec(shape).write(writer, { path });
    assert.deepEqual(juteCodec(shape).read(new Reader(writer.finish(), 'it')), { path });
  }
});

test('SASL DIGEST-MD5 answers as RFC 2831 has it', () => {
  const challenge = Buffer.from(
    'realm="zk-sasl-md5",nonce="OA6MG9tEQGm2hh",qop="auth",charset=utf-8,algorithm=md5-sess',
  );
  const { expected, response } = answerDigestChallenge(
    challenge,
    { username: 'ann', password: 'pw"x' },
    'cnonce',
  );
  assert.match(
    response.toString(),
    /^charset=utf-8,username="ann",realm="zk-sasl-md5",.*response=[0-9a-f]{32},qop=auth$/,
  );
  assert.match(expected, /^rspauth=[0-9a-f]{32}$/);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      assert.throws(
        () => answerDigestChallenge(Buffer.from(bytes), { username: 'a', password: 'b' }),
        KctlError,
      );
    }),
  );
});
