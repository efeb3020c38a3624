import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { KctlError } from '../../../src/base/errors.js';
import { listDocument } from '../../../src/base/result.js';
import { readAnswer } from '../../../src/zk/ask.js';
import { viewAnswers } from '../../../src/zk/view.js';
import type { ZkWord } from '../../../src/zk/word.js';
import * as zk from '../../../src/zk/words.js';
import { allWords, recording, recordings } from './golden.js';

const schemas = new URL('../../../schemas/', import.meta.url);
const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
for (const file of readdirSync(schemas))
  ajv.addSchema(JSON.parse(readFileSync(new URL(file, schemas), 'utf8')));

/** JSON numbers hold int64 values in full; for ajv a number near enough will do. */
const plain = (document: object) =>
  JSON.parse(JSON.stringify(document, (_, value) => (typeof value === 'bigint' ? Number(value) : value)));

function assertValid(kind: string, document: object): void {
  assert.ok(ajv.validate(`${kind}.json`, plain(document)), ajv.errorsText());
}

const read = <Data extends object>(word: ZkWord<Data>, text: string | Uint8Array) =>
  readAnswer(word, 'zk1:2181', typeof text === 'string' ? Buffer.from(text) : text);

const isMalformed = (error: unknown) => error instanceof KctlError && error.code === 'MALFORMED_ANSWER';

for (const { bytes, name, word: wordName } of recordings()) {
  if (name.includes('not-serving')) continue;
  const word = allWords.find((one) => one.name === wordName);
  test(`reads ${name} in full`, () => {
    assert.ok(word);
    const document = read(word, bytes);
    assert.equal(document.warnings, undefined);
    assertValid(word.kind, document);
    assertValid(`${word.kind}List`, listDocument(`${word.kind}List`, 1, [document]));
    assert.deepEqual(viewAnswers(word, document).names, ['zk1:2181']);
  });
}

test('reads srvr of a leader', () => {
  assert.deepEqual(read(zk.srvr, recording('3.8.4/leader/srvr')), {
    kind: 'ZkSrvr',
    version: 1,
    server: 'zk1:2181',
    zookeeperVersion: '3.8.4',
    revision: '9316c2a7a97e1666d8f4593f34dd6fc36ecc436c',
    builtOn: '2024-02-12 22:16 UTC',
    mode: 'leader',
    zxid: '0x100000191',
    znodeCount: 405,
    connectionCount: 1,
    packetsReceived: 2,
    packetsSent: 1,
    outstandingRequests: 0,
    latencyMs: { min: 0, avg: 0, max: 0 },
    proposalSizes: { last: 90, min: 48, max: 90 },
  });
});

for (const [version, role, avg] of [
  ['3.4.14', 'standalone', 2],
  ['3.4.14', 'follower'],
  ['3.5.10', 'standalone', 2],
  ['3.6.4', 'standalone'],
  ['3.8.4', 'standalone', 4.1429],
  ['3.8.4', 'observer', 0],
  ['3.9.3', 'standalone', 4.7143],
] as const) {
  test(`reads stat of ${version}, ${role}`, () => {
    const document = read(zk.stat, recording(`${version}/${role}/stat`));
    assert.equal(document.zookeeperVersion, version);
    assert.equal(document.mode, role);
    assert.equal(document.connections?.length, document.connectionCount);
    if (avg !== undefined) assert.equal(document.latencyMs?.avg, avg);
  });
}

test('reads versions with hyphens, and without a revision', () => {
  const lines = recording('3.8.4/standalone/srvr').toString().split('\n').slice(1).join('\n');
  const version = (text: string) => read(zk.srvr, `Zookeeper version: ${text}\n${lines}`);
  const beta = version('3.5.4-beta-7f51e5b68cf2f80176ff944a9ebd2abbc65e7327, built on 05/11/2018 16:27 GMT');
  assert.deepEqual(
    [beta.zookeeperVersion, beta.revision],
    ['3.5.4-beta', '7f51e5b68cf2f80176ff944a9ebd2abbc65e7327'],
  );
  assert.deepEqual([version('3.9.0').zookeeperVersion, version('3.9.0').builtOn], ['3.9.0', undefined]);
});

test('reads cons with a session, without one, and over IPv6', () => {
  const { connections } = read(zk.cons, recording('3.9.3/standalone/cons'));
  assert.deepEqual(connections, [
    {
      remoteSocketAddress: '127.0.0.1:33668',
      interestOps: 1,
      outstandingRequests: 0,
      packetsReceived: 7,
      packetsSent: 7,
      sessionId: '0x100001648770000',
      sessionTimeoutMs: 6000,
      established: 1795364711844,
      lastOperation: 'EXIS',
      lastCxid: '0x5',
      lastZxid: '0x4',
      lastResponseTimeMs: 1461032,
      lastLatencyMs: 3,
      minLatencyMs: 0,
      avgLatencyMs: 4,
      maxLatencyMs: 12,
    },
    {
      remoteSocketAddress: '127.0.0.1:34438',
      interestOps: 0,
      outstandingRequests: 0,
      packetsReceived: 1,
      packetsSent: 0,
    },
  ]);
  const overIpv6 = read(zk.cons, ' /0:0:0:0:0:0:0:1:57288[1](queued=0,recved=1,sent=0)\n\n');
  assert.equal(overIpv6.connections[0]?.remoteSocketAddress, '0:0:0:0:0:0:0:1:57288');
});

test('reads dump of a server that leads', () => {
  const { connections, ephemerals, sessions } = read(zk.dump, recording('3.9.3/standalone/dump'));
  assert.deepEqual(sessions, [{ sessionId: '0x100001648770000', expires: 'Sun Nov 22 16:25:18 UTC 2026' }]);
  assert.deepEqual(ephemerals, [{ sessionId: '0x100001648770000', paths: ['/brokers/ids/1'] }]);
  assert.deepEqual(connections, [
    {
      remoteSocketAddress: '127.0.0.1:33668',
      sessionId: '0x100001648770000',
      expires: 'Sun Nov 22 16:25:20 UTC 2026',
    },
    { remoteSocketAddress: '127.0.0.1:34442', sessionId: '0x0', expires: 'Sun Nov 22 16:25:30 UTC 2026' },
  ]);
});

test('reads dump of a server that follows', () => {
  const { connections, ephemerals, sessions } = read(zk.dump, recording('3.8.4/follower/dump'));
  assert.deepEqual(sessions, [{ sessionId: '0x1000015c9a00000', timeoutMs: 6000 }]);
  assert.deepEqual(ephemerals, []);
  assert.equal(connections?.length, 2);
});

test('reads watches, both ways round and counted', () => {
  assert.deepEqual(read(zk.wchc, recording('3.8.4/standalone/wchc')).sessions, [
    { sessionId: '0x10000150b1f0000', paths: ['/brokers/ids/1', '/controller'] },
  ]);
  assert.deepEqual(read(zk.wchp, recording('3.8.4/standalone/wchp')).paths, [
    { path: '/brokers/ids/1', sessionIds: ['0x10000150b1f0000'] },
    { path: '/controller', sessionIds: ['0x10000150b1f0000'] },
  ]);
  const { connectionCount, pathCount, watchCount } = read(zk.wchs, recording('3.8.4/standalone/wchs'));
  assert.deepEqual([connectionCount, pathCount, watchCount], [1, 2, 2]);
  assert.deepEqual(read(zk.wchc, '\n').sessions, []);
});

test('reads mntr, numbers as numbers', () => {
  const { metrics } = read(zk.mntr, recording('3.9.3/standalone/mntr'));
  assert.equal(metrics.zk_server_state, 'standalone');
  assert.equal(metrics.zk_znode_count, 8);
  assert.equal(metrics.zk_avg_latency, 4.7143);
  assert.deepEqual(Object.keys(metrics), Object.keys(metrics).sort());
  const hostile = read(
    zk.mntr,
    'zk_big\t9223372036854775807\n__proto__\t1\nzk_nan\tNaN\nzk_long\t99999999999999999999\n',
  );
  assert.deepEqual(Object.entries(hostile.metrics), [
    ['__proto__', 1],
    ['zk_big', 9223372036854775807n],
    ['zk_long', '99999999999999999999'],
    ['zk_nan', 'NaN'],
  ]);
});

test('reads conf of one server and of an ensemble', () => {
  const standalone = read(zk.conf, recording('3.9.3/standalone/conf'));
  assert.equal(standalone.settings.clientPort, 21806);
  assert.equal(standalone.settings.dataDir, '/var/lib/zookeeper/version-2');
  assert.equal(standalone.membership, undefined);
  const { membership } = read(zk.conf, recording('3.8.4/observer/conf'));
  assert.deepEqual(membership, {
    servers: [
      { id: 1, definition: '127.0.0.1:21911:21921:participant' },
      { id: 2, definition: '127.0.0.1:21912:21922:participant' },
      { id: 3, definition: '127.0.0.1:21913:21923:observer' },
    ],
    version: '0',
  });
});

test('reads envi, whose values hold equals signs and commas', () => {
  const { environment } = read(
    zk.envi,
    'Environment:\nzookeeper.version=3.8.4, built on x\njava.opts=-Da=b\n',
  );
  assert.deepEqual(environment, { 'java.opts': '-Da=b', 'zookeeper.version': '3.8.4, built on x' });
});

test('reads the short answers', () => {
  assert.equal(read(zk.ruok, 'imok').ok, true);
  assert.equal(read(zk.isro, 'rw').readOnly, false);
  assert.equal(read(zk.isro, 'ro').readOnly, true);
  assert.deepEqual(read(zk.gtmk, '306').traces, ['clientRequest', 'serverPacket', 'session', 'warning']);
  assert.equal(read(zk.stmk, '1002').traceMask, 1002);
  assert.deepEqual(read(zk.stmk, '-1').traces.length, 9);
  assert.equal(read(zk.crst, recording('3.8.4/standalone/crst')).message, 'Connection stats reset.');
  assert.equal(read(zk.srst, recording('3.8.4/standalone/srst')).message, 'Server stats reset.');
  const { datadirSizeBytes, logdirSizeBytes } = read(zk.dirs, recording('3.8.4/standalone/dirs'));
  assert.deepEqual([datadirSizeBytes, logdirSizeBytes], [67109337, 67109337]);
});

test('reads hash, in the order of transactions, and none', () => {
  const { digests } = read(zk.hash, '100000080: 261557103246\nff: -9223372036854775808\n');
  assert.deepEqual(digests, [
    { zxid: '0xff', digest: -9223372036854775808n },
    { zxid: '0x100000080', digest: 261557103246 },
  ]);
  assert.deepEqual(read(zk.hash, '').digests, []);
});

test('says how much of an answer it did not understand', () => {
  const answer = `${recording('3.8.4/standalone/wchp')}a line of the future\n`;
  assert.match(read(zk.wchp, answer).warnings?.[0] ?? '', /^1 line of what zk1:2181 says/);
  assert.throws(() => read(zk.wchp, 'a line of the future\n'), isMalformed);
});

for (const word of allWords) {
  test(`${word.name}: any bytes give a document that its schema allows, or MALFORMED_ANSWER`, () => {
    const real = recordings()
      .filter((one) => one.word === word.name)
      .map(({ bytes }) => bytes);
    const cut = fc
      .record({ bytes: fc.constantFrom(...real), at: fc.nat(), noise: fc.uint8Array({ maxLength: 8 }) })
      .map(({ at, bytes, noise }) => {
        const place = at % (bytes.length + 1);
        return Buffer.concat([bytes.subarray(0, place), noise, bytes.subarray(place + noise.length)]);
      });
    const anything = fc.oneof(fc.uint8Array({ maxLength: 300 }), cut);
    fc.assert(
      fc.property(anything, (bytes) => {
        try {
          const document = read(word, bytes);
          viewAnswers(word, document);
          assertValid(word.kind, document);
        } catch (error) {
          if (!isMalformed(error)) throw error;
        }
      }),
      { numRuns: 10_000 },
    );
  });
}
