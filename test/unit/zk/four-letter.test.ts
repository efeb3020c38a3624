import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Deadline } from '../../../src/base/deadline.js';
import type { KctlError } from '../../../src/base/errors.js';
import { askFourLetterWord, type FourLetterWord } from '../../../src/cluster/zookeeper/four-letter.js';

/** A server that gives every connection the bytes it has for the word it reads, and then closes. */
async function serve(t: TestContext, answer: (word: string, socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => answer(chunk.toString('latin1'), socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

const ask = (
  address: { host: string; port: number },
  word: FourLetterWord,
  timeoutMs = 5000,
  mask?: bigint,
) => askFourLetterWord(address, word, new Deadline(timeoutMs), { mask });

const refusal = async (answer: Promise<Buffer>): Promise<KctlError> =>
  answer.then(
    () => assert.fail('it was answered'),
    (error) => error,
  );

test('collects an answer that comes in pieces', async (t) => {
  const address = await serve(t, (_, socket) => {
    socket.write('im');
    setImmediate(() => socket.end('ok'));
  });
  assert.equal((await ask(address, 'ruok')).toString(), 'imok');
});

test('sends the trace mask as an int64 behind stmk', async (t) => {
  const address = await serve(t, (bytes, socket) => socket.end(Buffer.from(bytes, 'latin1').toString('hex')));
  assert.equal((await ask(address, 'stmk', 5000, 306n)).toString(), '73746d6b0000000000000132');
});

for (const [name, bytes, code, exitCode, message] of [
  [
    'the whitelist',
    'stat is not executed because it is not in the whitelist.\n',
    'NOT_IN_WHITELIST',
    1,
    /does not allow stat/,
  ],
  [
    'a lost quorum',
    'This ZooKeeper instance is not currently serving requests\n',
    'NOT_SERVING',
    1,
    /not serving/,
  ],
  ['HTTP', 'HTTP/1.1 400 Bad Request\r\nServer: Jetty\r\n\r\n', 'NOT_ZOOKEEPER', 3, /speaks HTTP/],
  ['TLS', '\x15\x03\x03\x00\x02\x02\x50', 'NOT_ZOOKEEPER', 3, /speaks TLS/],
  ['a Kafka broker', '', 'NOT_ZOOKEEPER', 3, /closed without an answer: is this a Kafka broker/],
] as const) {
  test(`explains ${name}`, async (t) => {
    const address = await serve(t, (_, socket) => socket.end(bytes, 'latin1'));
    const error = await refusal(ask(address, 'stat'));
    assert.match(error.message, message);
    assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${address.port}`));
    assert.deepEqual([error.code, error.exitCode], [code, exitCode]);
    assert.ok(error.hint);
  });
}

test('names the line that lets a word through', async (t) => {
  const address = await serve(t, (_, socket) =>
    socket.end('mntr is not executed because it is not in the whitelist.'),
  );
  const { hint, words } = await refusal(ask(address, 'mntr'));
  assert.match(
    hint ?? '',
    /4lw\.commands\.whitelist=srvr,mntr .*-Dzookeeper\.4lw\.commands\.whitelist=srvr,mntr/,
  );
  assert.equal(words, 'mntr is not executed because it is not in the whitelist.');
});

test('takes a reset without a word for a closed connection', async (t) => {
  const address = await serve(t, (_, socket) => socket.resetAndDestroy());
  assert.equal((await refusal(ask(address, 'srvr'))).code, 'NOT_ZOOKEEPER');
});

test('does not take half an answer for an answer', async (t) => {
  const address = await serve(t, (_, socket) => socket.write('Zookeeper version: 3.8.4'));
  const { code, exitCode, message } = await refusal(ask(address, 'srvr', 300));
  assert.deepEqual([code, exitCode], ['ETIMEDOUT', 3]);
  assert.match(message, /answer not complete after 300 ms/);
});

const version = (number: string) => `Zookeeper version: ${number}-abc, built on 2024-02-12 22:16 UTC\n`;

test('tells a word that an old server does not know from a broker', async (t) => {
  const address = await serve(t, (word, socket) => socket.end(word === 'srvr' ? version('3.4.14') : ''));
  for (const word of ['dirs', 'hash'] as const) {
    const { code, message } = await refusal(ask(address, word));
    assert.equal(code, 'UNKNOWN_COMMAND');
    assert.match(message, new RegExp(`does not know ${word}`));
  }
});

test('takes an empty hash of a new server as its answer', async (t) => {
  const address = await serve(t, (word, socket) => socket.end(word === 'srvr' ? version('3.8.4') : ''));
  assert.equal((await ask(address, 'hash')).length, 0);
});

test('stops waiting at the deadline', async (t) => {
  const address = await serve(t, () => {});
  const started = performance.now();
  const error = await refusal(ask(address, 'srvr', 200));
  assert.ok(performance.now() - started < 2000);
  assert.deepEqual([error.code, error.exitCode], ['ETIMEDOUT', 3]);
  assert.match(error.message, /no answer after 200 ms/);
});

test('recognises HTTP on a connection that stays open', async (t) => {
  const address = await serve(t, (_, socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
  assert.match((await refusal(ask(address, 'srvr', 300))).message, /speaks HTTP/);
});

test('names host, port and cause where nothing listens', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const { code, exitCode, message } = await refusal(ask({ host: '127.0.0.1', port }, 'ruok'));
  assert.deepEqual([code, exitCode], ['ECONNREFUSED', 3]);
  assert.match(message, new RegExp(`127\\.0\\.0\\.1:${port}: .*ECONNREFUSED`));
});

test('names a host that is not known', async () => {
  const { code, exitCode, message } = await refusal(
    ask({ host: 'no-such-host.invalid', port: 2181 }, 'ruok'),
  );
  assert.match(code, /^(ENOTFOUND|EAI_AGAIN)$/);
  assert.equal(exitCode, 3);
  assert.match(message, /no-such-host\.invalid:2181/);
});
