import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareLooks, type TopSample } from '../../../src/ensemble/top.js';
import { pressKey, sortTop, type TopState, topColumns, viewTop } from '../../../src/ensemble/top-view.js';
import { fitScreen } from '../../../src/render/screen.js';

const connection = (port: number, packetsReceived: number, sessionId?: string) => ({
  remoteSocketAddress: `10.0.0.1:${port}`,
  interestOps: 1,
  outstandingRequests: 0,
  packetsReceived,
  packetsSent: 0,
  ...(sessionId && { sessionId, avgLatencyMs: port, maxLatencyMs: 9 }),
});

function sample(atMs: number, packetsReceived: number, packets: number[]): TopSample {
  const report = { server: 'zk1:2181', host: 'zk1', state: 'leader', packetsReceived, refusedWords: [] };
  const connections = packets.map((count, index) => connection(index + 1, count, `0x${index + 1}`));
  const look = { report: report as TopSample['servers'][number]['report'], watches: new Map(), asked: 3 };
  return { atMs, timestamp: atMs, servers: [{ ...look, connections: [...connections, connection(9, 1)] }] };
}

test('rates are of the time between two looks, without what kctl asked itself', () => {
  const { clients, servers } = compareLooks(sample(3000, 143, [50, 0]), sample(1000, 100, [10, 90]));
  assert.equal(servers[0]?.requestsPerSec, 20);
  // The second session's counter has begun anew; who asks words has none.
  assert.deepEqual(
    clients.map(({ requestsPerSec, sessionId }) => [sessionId, requestsPerSec]),
    [
      ['0x1', 20],
      ['0x2', null],
    ],
  );
  assert.equal(compareLooks(sample(0, 1, []), undefined).servers[0]?.requestsPerSec, null);
});

test('the largest comes first, what is not known last, in either direction', () => {
  const top = compareLooks(sample(2000, 9, [30, 20, 40, 1]), sample(1000, 9, [0, 0, 0, 5]));
  const order = (reversed: boolean, sort: TopState['sort'] = 'requests') =>
    sortTop(top, { sort, reversed }).clients.map(({ sessionId }) => sessionId);
  assert.deepEqual(order(false), ['0x3', '0x1', '0x2', '0x4']);
  assert.deepEqual(order(true), ['0x2', '0x1', '0x3', '0x4']);
  assert.deepEqual(order(true, 'latency'), ['0x1', '0x2', '0x3', '0x4']);
  assert.deepEqual(order(true, 'name'), ['0x4', '0x3', '0x2', '0x1']);
  const [, , clients, more] = viewTop(top, { sort: 'name', reversed: false }, 1).sections;
  assert.ok(clients?.type === 'table' && clients.rows.length === 1);
  assert.deepEqual(more, { type: 'text', text: '3 more' });
});

test('keys sort, invert, pause and quit; others do nothing', () => {
  const state: TopState = { sort: 'requests', reversed: false, paused: false };
  for (const column of topColumns) assert.equal(pressKey(state, column.charAt(0))?.sort, column);
  assert.equal(pressKey(state, 'i')?.reversed, true);
  assert.equal(pressKey(state, ' ')?.paused, true);
  assert.equal(pressKey(state, 'q'), undefined);
  assert.equal(pressKey(state, 'z'), state);
});

test('a screen holds what fits; colours take no room and end where a line is cut', () => {
  const size = { rows: 2, columns: 4 };
  assert.deepEqual(fitScreen('abcdef\n\x1b[31mabcdef\x1b[39m\nlost\n', size), [
    'abcd',
    '\x1b[31mabcd\x1b[0m',
  ]);
  assert.deepEqual(fitScreen('\x1b[31mabcd\x1b[39m', size), ['\x1b[31mabcd\x1b[39m']);
  assert.deepEqual(fitScreen('äöü€x', size), ['äöü€']);
});
