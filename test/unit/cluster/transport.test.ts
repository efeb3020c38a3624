import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { Address } from '../../../src/base/address.js';
import { ExitCode, KctlError } from '../../../src/base/errors.js';
import { BrokerLink } from '../../../src/cluster/broker-link.js';
import { kafkaTransport } from '../../../src/cluster/transport.js';
import { apiVersions } from '../../../src/protocol/messages/api-versions.js';
import { metadata } from '../../../src/protocol/messages/metadata.js';
import { serve } from '../../support/serve.js';
import { failureOf, metadataBody, responseFrame, versionsBody, wireOver } from './support.js';

const everyTopic = { topics: null, allowAutoTopicCreation: false };
const metadataVersion = 9;

function framed(frame: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeInt32BE(frame.length);
  return Buffer.concat([size, frame]);
}

const hello = framed(responseFrame(apiVersions, 3, 0, versionsBody({ 18: [0, 3], 3: [0, metadataVersion] })));
const answer = (correlationId: number) =>
  framed(responseFrame(metadata, metadataVersion, correlationId, metadataBody(['1@a:1'], 1)));

function open(t: TestContext, address: Address, timeoutMs = 1000): Promise<BrokerLink> {
  const transport = kafkaTransport({ clientId: 'test', security: {} });
  t.after(() => transport.close());
  return BrokerLink.open(transport, address, { clientId: 'test', timeoutMs });
}

/** Gives one piece after another to each request that comes in. */
function answering(...pieces: Buffer[][]) {
  return (socket: Socket) => {
    let request = 0;
    socket.setNoDelay(true);
    socket.on('data', async () => {
      for (const piece of pieces[request++] ?? []) {
        socket.write(piece);
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
  };
}

test('an answer may come in pieces, cut anywhere', async (t) => {
  const whole = answer(1);
  for (let at = 1; at < whole.length; at++) {
    const address = await serve(t, answering([hello], [whole.subarray(0, at), whole.subarray(at)]));
    const link = await open(t, address);
    assert.equal((await link.send(metadata, everyTopic, 1000)).clusterId, 'fake');
    link.close();
  }
});

test('an answer may come byte by byte, and two may come at once', async (t) => {
  const bytes = [...answer(1)].map((byte) => Buffer.from([byte]));
  const address = await serve(t, answering([hello], bytes, [], [Buffer.concat([answer(2), answer(3)])]));
  const link = await open(t, address);
  await link.send(metadata, everyTopic, 1000);
  const second = link.send(metadata, everyTopic, 1000);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const answers = await Promise.all([second, link.send(metadata, everyTopic, 1000)]);
  assert.deepEqual(
    answers.map(({ clusterId }) => clusterId),
    ['fake', 'fake'],
  );
});

test('a large answer is put together once, from however many pieces', async (t) => {
  const topic = {
    errorCode: 0,
    name: 'x'.repeat(200),
    topicId: undefined,
    isInternal: false,
    partitions: [],
  };
  const body = { ...metadataBody(['1@a:1'], 1), topics: Array.from({ length: 50_000 }, () => topic) };
  const whole = framed(responseFrame(metadata, metadataVersion, 1, body));
  const address = await serve(t, answering([hello], [whole]));
  const link = await open(t, address);
  assert.equal((await link.send(metadata, everyTopic, 5000)).topics.length, 50_000);
});

const int32 = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeInt32BE(value);
  return bytes;
};
const tlsAlert = Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x46]);
const echo = (socket: Socket) => void socket.pipe(socket);

const foreign: Array<[what: string, onSocket: (socket: Socket) => void, code: string, says: RegExp]> = [
  ['a negative size', (s) => s.write(int32(-1)), 'NOT_KAFKA', /not as a Kafka broker/],
  ['a size of 0', (s) => s.write(int32(0)), 'NOT_KAFKA', /not as a Kafka broker/],
  ['a size of 3', (s) => s.write(int32(3)), 'NOT_KAFKA', /not as a Kafka broker/],
  ['a size of 2 GB', (s) => s.write(int32(2 ** 31 - 1)), 'NOT_KAFKA', /not as a Kafka broker/],
  ['a size of 256 MiB and a byte', (s) => s.write(int32(2 ** 28 + 1)), 'NOT_KAFKA', /not as a Kafka broker/],
  ['HTTP', (s) => s.write('HTTP/1.1 400 Bad Request\r\n\r\n'), 'NOT_KAFKA', /is an HTTP server/],
  ['a TLS alert', (s) => s.write(tlsAlert), 'TLS_EXPECTED', /expects TLS/],
  ['what it was told', echo, 'NOT_KAFKA', /not as a Kafka broker/],
  [
    'an answer to what was not asked',
    (s) => s.write(framed(responseFrame(apiVersions, 3, 77, versionsBody({ 18: [0, 3] })))),
    'NOT_KAFKA',
    /not as a Kafka broker/,
  ],
  ['an end at once', (s) => s.end(), 'CONNECTION_CLOSED', /closed the connection/],
  ['a reset', (s) => s.resetAndDestroy(), 'ECONNRESET', /cut the connection/],
  [
    'half an answer and the end',
    (s) => s.on('data', () => s.end(hello.subarray(0, 20))),
    'CONNECTION_CLOSED',
    /closed the connection/,
  ],
];
for (const [what, onSocket, code, says] of foreign) {
  test(`${what} in place of a broker is told as what it is, with exit 3`, async (t) => {
    const address = await serve(t, onSocket);
    const transport = kafkaTransport({ clientId: 'test', security: {} });
    const wire = wireOver(transport, [`127.0.0.1:${address.port}`], { timeoutMs: 3000 });
    t.after(() => wire.close());
    const error = await failureOf(wire.nodes());
    assert.deepEqual([error.code, error.exitCode], [code, ExitCode.unreachable]);
    assert.match(error.message, says);
    assert.ok(error.message.includes(`127.0.0.1:${address.port}`));
    assert.ok(error.hint);
  });
}

test('a ZooKeeper in place of a broker is told as what it is', async (t) => {
  const address = await serve(t, (socket) =>
    socket.once('data', (chunk) =>
      socket.end(chunk.toString('latin1') === 'srvr' ? 'Zookeeper version: 3.8.4-x, built on x\n' : ''),
    ),
  );
  const transport = kafkaTransport({ clientId: 'test', security: {} });
  const wire = wireOver(transport, [`127.0.0.1:${address.port}`]);
  t.after(() => wire.close());
  const error = await failureOf(wire.nodes());
  assert.match(error.message, /is a ZooKeeper server/);
});

const silent: Array<[what: string, onSocket: (socket: Socket) => void]> = [
  ['says nothing', () => {}],
  ['begins an answer', (socket) => socket.write(hello.subarray(0, 10))],
];
for (const [what, onSocket] of silent) {
  test(`a server that accepts and ${what} is told by the deadline, with exit 6`, async (t) => {
    const address = await serve(t, onSocket);
    const startedAt = performance.now();
    const error = await failureOf(open(t, address, 300));
    assert.deepEqual([error.code, error.exitCode], ['REQUEST_TIMED_OUT', ExitCode.timedOut]);
    assert.ok(performance.now() - startedAt < 600);
  });
}

test('an answer that does not come in time makes the connection useless', async (t) => {
  const link = await open(t, await serve(t, answering([hello])));
  const waiting = failureOf(link.send(metadata, everyTopic, 5000));
  const error = await failureOf(link.send(metadata, everyTopic, 50));
  assert.equal(error.exitCode, ExitCode.timedOut);
  assert.match(error.message, /did not answer Metadata within 50 ms/);
  assert.equal((await waiting).exitCode, ExitCode.timedOut);
  assert.equal(link.isOpen, false);
});

test('an answer that is not what was declared is told, and breaks nothing', async (t) => {
  const body = Buffer.concat([Buffer.from([0, 0, 0, 1, 0]), Buffer.alloc(30, 0xff)]);
  const link = await open(t, await serve(t, answering([hello], [framed(body)], [answer(2)])));
  const error = await failureOf(link.send(metadata, everyTopic, 1000));
  assert.equal(error.code, 'MALFORMED_RESPONSE');
  assert.equal((await link.send(metadata, everyTopic, 1000)).clusterId, 'fake');
});

test('any bytes at all end in an expected error within the deadline', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), fc.boolean(), async (bytes, ends) => {
      const address = await serve(t, (socket) => (ends ? socket.end(bytes) : socket.write(bytes)));
      const startedAt = performance.now();
      const error = await failureOf(open(t, address, 100));
      assert.ok(error instanceof KctlError);
      assert.ok(performance.now() - startedAt < 500);
    }),
    { numRuns: 50 },
  );
});
