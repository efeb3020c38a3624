import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Deadline } from '../../../src/base/deadline.js';
import type { KctlError } from '../../../src/base/errors.js';
import { ZookeeperSession } from '../../../src/cluster/zookeeper/session.js';

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

const connectResponse = frame(int32(0), int32(10_000), Buffer.alloc(8, 1), int32(16), Buffer.alloc(16));
const reply = (xid: number, error: number, ...body: Buffer[]) =>
  frame(int32(xid), Buffer.alloc(8), int32(error), ...body);

/** Answers the first frame of a connection with `hello`, and each one after it as `answer` says. */
async function serve(
  t: TestContext,
  hello: Buffer | undefined,
  answer?: (xid: number, socket: Socket) => void,
) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let greeted = false;
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      if (!greeted && hello) socket.write(hello);
      else if (greeted) answer?.(chunk.readInt32BE(4), socket);
      greeted = true;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

async function open(t: TestContext, servers: Array<{ host: string; port: number }>, timeoutMs = 5000) {
  const session = await ZookeeperSession.open({ servers, chroot: '' }, new Deadline(timeoutMs));
  t.after(() => session.close());
  return session;
}

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
      await serve(t, connectResponse, (xid, socket) => socket.write(reply(xid, errorCode))),
    ]);
    for (const path of ['/a', '/b']) {
      const error = await refusal(session.get(path, new Deadline(5000)));
      assert.deepEqual([error.code, error.exitCode], [code, exitCode]);
      assert.match(error.message, new RegExp(path));
    }
  });
}

test('survives an event of a type that is not known', async (t) => {
  const event = frame(int32(-1), Buffer.alloc(8), int32(0), int32(7), int32(3), int32(2), Buffer.from('/a'));
  const session = await open(t, [
    await serve(t, connectResponse, (xid, socket) => socket.write(Buffer.concat([event, reply(xid, -101)]))),
  ]);
  assert.equal((await refusal(session.get('/a', new Deadline(5000)))).code, 'NONODE');
});

test('goes on to the next server when one accepts and says nothing', async (t) => {
  const silent = await serve(t, undefined);
  const alive = await serve(t, connectResponse, (xid, socket) => socket.write(reply(xid, -101)));
  const session = await open(t, [silent, alive], 2000);
  assert.equal((await refusal(session.get('/a', new Deadline(2000)))).code, 'NONODE');
});

test('each call keeps its deadline', async (t) => {
  const session = await open(t, [await serve(t, connectResponse, () => {})]);
  const { code, exitCode } = await refusal(session.get('/a', new Deadline(200)));
  assert.deepEqual([code, exitCode], ['ETIMEDOUT', 6]);
});

test('ends every call when the server sends what cannot be read', async (t) => {
  const address = await serve(t, connectResponse, (_, socket) => socket.write(Buffer.alloc(64, 0x7f)));
  const session = await open(t, [address]);
  const errors = await Promise.all(
    ['/a', '/b'].map((path) => refusal(session.get(path, new Deadline(5000)))),
  );
  assert.deepEqual(
    errors.map(({ code, exitCode }) => [code, exitCode]),
    [
      ['CONNECTION_LOSS', 3],
      ['CONNECTION_LOSS', 3],
    ],
  );
});

test('refuses a path that is none, and calls on a closed session', async (t) => {
  const session = await open(t, [await serve(t, connectResponse)]);
  assert.equal((await refusal(session.get('brokers', new Deadline(5000)))).exitCode, 2);
  await session.close();
  assert.match((await refusal(session.get('/a', new Deadline(5000)))).message, /closed/);
});

for (const [name, hello, code] of [
  ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), 'CONNECTION_LOSS'],
  ['half a record', frame(Buffer.alloc(3)), 'CONNECTION_LOSS'],
] as const) {
  test(`gives no session on ${name}`, async (t) => {
    const error = await refusal(open(t, [await serve(t, hello)]));
    assert.deepEqual([error.code, error.exitCode], [code, 3]);
  });
}

test('says why no server gives a session', async () => {
  const unreachable = { servers: [{ host: '127.0.0.1', port: 1 }], chroot: '' };
  const error = await refusal(ZookeeperSession.open(unreachable, new Deadline(5000)));
  assert.deepEqual([error.code, error.exitCode], ['ECONNREFUSED', 3]);
  assert.match(error.message, /127\.0\.0\.1:1/);
});
