import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Address } from '../../../src/base/address.js';
import { Deadline } from '../../../src/base/deadline.js';
import type { KctlError } from '../../../src/base/errors.js';
import { type SessionOptions, ZookeeperSession } from '../../../src/cluster/zookeeper/session.js';
import { exists, remove } from '../../../src/protocol/zookeeper/operations.js';
import { serve } from '../../support/serve.js';

/** Frames as ZooKeeper's protocol has them: an int32 of their size, and then the record. */
function frame(...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([int32(body.length), body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

const hello = (timeoutMs = 10_000) =>
  frame(int32(0), int32(timeoutMs), Buffer.alloc(8, 1), int32(16), Buffer.alloc(16), Buffer.alloc(1));
const reply = (xid: number, error: number, ...body: Buffer[]) =>
  frame(int32(xid), Buffer.alloc(8), int32(error), ...body);
const stat = Buffer.alloc(68);

type Answer = (xid: number, socket: Socket, type: number) => void;

/** Greets each connection, and answers each later frame as `answer` says. */
function serveSessions(t: TestContext, greeting: Buffer | undefined, answer: Answer = () => {}) {
  return serve(t, (socket) => {
    let pending = Buffer.alloc(0);
    let greeted = false;
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 4 && pending.length >= 4 + pending.readInt32BE(0)) {
        const size = 4 + pending.readInt32BE(0);
        if (greeted) answer(pending.readInt32BE(4), socket, pending.readInt32BE(8));
        else if (greeting) socket.write(greeting);
        greeted = true;
        pending = pending.subarray(size);
      }
    });
  });
}

async function open(t: TestContext, servers: Address[], timeoutMs = 5000, options: SessionOptions = {}) {
  const session = await ZookeeperSession.open({ servers, chroot: '' }, new Deadline(timeoutMs), options);
  t.after(() => session.close());
  return session;
}

const look = (session: ZookeeperSession, path = '/a', timeoutMs = 5000) =>
  session.call(exists, { path, watch: false }, path, new Deadline(timeoutMs));

const refusal = (promise: Promise<unknown>): Promise<KctlError> =>
  promise.then(
    () => assert.fail('it succeeded'),
    (error) => error,
  );

for (const [errorCode, code, exitCode] of [
  [-101, 'NONODE', 4],
  [-102, 'NOAUTH', 1],
  [-118, 'SESSIONMOVED', 1],
  [-125, 'QUOTAEXCEEDED', 1],
  [-127, 'THROTTLEDOP', 1],
  [-9999, 'UNKNOWN', 1],
] as const) {
  test(`gives the error ${errorCode} its name and survives it`, async (t) => {
    const session = await open(t, [
      await serveSessions(t, hello(), (xid, socket) => socket.write(reply(xid, errorCode))),
    ]);
    for (const path of ['/a', '/b']) {
      const error = await refusal(look(session, path));
      assert.deepEqual([error.code, error.exitCode], [code, exitCode]);
      assert.match(error.message, new RegExp(path));
    }
  });
}

test('survives an event of a type that is not known', async (t) => {
  const event = frame(int32(-1), Buffer.alloc(8), int32(0), int32(77), int32(3), int32(2), Buffer.from('/a'));
  const session = await open(t, [
    await serveSessions(t, hello(), (xid, socket) =>
      socket.write(Buffer.concat([event, reply(xid, 0, stat)])),
    ),
  ]);
  assert.equal((await look(session)).stat.version, 0);
});

test('goes on to the next server when one accepts and says nothing', async (t) => {
  const silent = await serveSessions(t, undefined);
  const alive = await serveSessions(t, hello(), (xid, socket) => socket.write(reply(xid, 0, stat)));
  const session = await open(t, [silent, alive], 8000);
  assert.deepEqual((await session.state()).server, alive);
});

test('a server that accepts and says nothing ends with exit 3 at the deadline', async (t) => {
  const startedAt = performance.now();
  const error = await refusal(open(t, [await serveSessions(t, undefined)], 400));
  assert.deepEqual([error.code, error.exitCode], ['ETIMEDOUT', 3]);
  assert.ok(performance.now() - startedAt < 3000);
});

test('each call keeps its deadline', async (t) => {
  const session = await open(t, [await serveSessions(t, hello())]);
  const { code, exitCode } = await refusal(look(session, '/a', 200));
  assert.deepEqual([code, exitCode], ['ETIMEDOUT', 6]);
});

test('asks again at another server for what is read, but not for a change', async (t) => {
  const dropping = await serveSessions(t, hello(), (_, socket, type) => type > 0 && socket.destroy());
  const alive = await serveSessions(t, hello(), (xid, socket) => socket.write(reply(xid, 0, stat)));
  const reader = await open(t, [dropping, alive]);
  assert.equal((await look(reader)).stat.version, 0);
  const writer = await open(t, [dropping, alive]);
  const error = await refusal(writer.call(remove, { path: '/a', version: -1 }, '/a'));
  assert.deepEqual([error.code, error.exitCode], ['ANSWER_LOST', 3]);
});

test('notices a server that has fallen silent', async (t) => {
  const silent = await serveSessions(t, hello(300));
  const session = await open(t, [silent], 1000, { sessionTimeoutMs: 300 });
  const error = await refusal(look(session, '/a', 2000));
  assert.match(`${error.code} ${error.message}`, /ETIMEDOUT/);
});

for (const [name, greeting] of [
  ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['TLS', Buffer.from('\x15\x03\x03\x00\x02\x02\x50', 'latin1')],
  ['half a record', frame(Buffer.alloc(3))],
] as const) {
  test(`gives no session on ${name}`, async (t) => {
    const error = await refusal(open(t, [await serveSessions(t, greeting)], 2000));
    assert.deepEqual([error.code, error.exitCode], ['NOT_ZOOKEEPER', 3]);
  });
}

test('ends a call when the server sends what cannot be read', async (t) => {
  const address = await serveSessions(t, hello(), (xid, socket) =>
    socket.write(reply(xid, 0, Buffer.alloc(3))),
  );
  const error = await refusal(look(await open(t, [address]), '/a', 1000));
  assert.ok(['NOT_ZOOKEEPER', 'ETIMEDOUT'].includes(error.code), error.code);
});

test('refuses a path that is none, and calls on a closed session', async (t) => {
  const session = await open(t, [await serveSessions(t, hello())]);
  for (const path of ['brokers', '/a/', '/a//b', '/a/../b', '/a\u0000']) {
    assert.throws(
      () => session.absolute(path),
      (error: KctlError) => error.exitCode === 2,
    );
  }
  await session.close();
  assert.match((await refusal(look(session))).message, /closed/);
});

test('puts paths below the chroot, and back', async (t) => {
  const servers = [await serveSessions(t, hello())];
  const session = await ZookeeperSession.open({ servers, chroot: '/kafka' }, new Deadline(5000));
  t.after(() => session.close());
  assert.deepEqual([session.absolute('/'), session.absolute('/a')], ['/kafka', '/kafka/a']);
  assert.deepEqual(
    ['/kafka', '/kafka/a', '/kafkas'].map((path) => session.relative(path)),
    ['/', '/a', '/kafkas'],
  );
});

test('says why no server gives a session', async (t) => {
  const error = await refusal(open(t, [{ host: '127.0.0.1', port: 1 }]));
  assert.deepEqual([error.code, error.exitCode], ['ECONNREFUSED', 3]);
  assert.match(error.message, /127\.0\.0\.1:1/);
});
