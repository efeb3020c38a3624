import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nothingLeft, positionBehind } from '../../../src/client/fetch-answer.js';
import { BrokerLanes } from '../../../src/client/fetch-lanes.js';
import { FetchSlot } from '../../../src/client/fetch-slot.js';
import { RecordCursor } from '../../../src/protocol/records/cursor.js';
import { parseStart, placeStart } from '../../../src/records/consume-start.js';
import { batchOf } from './support.js';

test('the position behind batches is where walking them ends', () => {
  const batches = [batchOf(['a', 'b'], 5), batchOf(['c'], 7), batchOf(['d', 'e', 'f'], 20)];
  const bytes = Buffer.concat(batches);
  for (const startOffset of [0, 6, 7, 21, 40]) {
    for (let length = 0; length <= bytes.length; length++) {
      const records = bytes.subarray(0, length);
      const cursor = new RecordCursor(records, { startOffset });
      while (cursor.next());
      assert.equal(cursor.error, undefined);
      assert.equal(positionBehind(records, startOffset), cursor.nextOffset);
    }
  }
});

test('hostile bytes: the position never goes back, never beyond what the cursor takes, and the scan ends', () => {
  const good = batchOf(['a', 'b', 'c'], 10);
  const arbitrary = fc.record({
    at: fc.nat({ max: good.length - 1 }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
    startOffset: fc.nat({ max: 20 }),
  });
  fc.assert(
    fc.property(arbitrary, ({ at, bytes, startOffset }) => {
      const records = Buffer.concat([good, good]);
      Buffer.from(bytes).copy(records, at);
      const next = positionBehind(records, startOffset);
      assert.ok(next >= startOffset && Number.isSafeInteger(next));
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      assert.ok(positionBehind(Buffer.from(bytes), 3) >= 3);
    }),
  );
});

test('nothing is left only when the whole answer was empty, unthrottled, and the log reaches the end', () => {
  const answer = { highWatermark: 10n, lastStableOffset: 8n };
  const empty = { bytes: 0, throttleTimeMs: 0 };
  assert.equal(nothingLeft(answer, empty, { end: 10, committedOnly: false }), true);
  assert.equal(nothingLeft(answer, empty, { end: 11, committedOnly: false }), false);
  assert.equal(nothingLeft(answer, empty, { end: 10, committedOnly: true }), false);
  assert.equal(nothingLeft(answer, empty, { end: 8, committedOnly: true }), true);
  assert.equal(
    nothingLeft(answer, { bytes: 1, throttleTimeMs: 0 }, { end: 10, committedOnly: false }),
    false,
  );
  assert.equal(
    nothingLeft(answer, { bytes: 0, throttleTimeMs: 5 }, { end: 10, committedOnly: false }),
    false,
  );
  const endless = { end: Number.POSITIVE_INFINITY, committedOnly: false };
  assert.equal(nothingLeft(answer, empty, endless), false);
});

test('a partition is done when its position is at its end, an empty one at once', () => {
  const slot = new FetchSlot({ topic: 't', partition: 0, from: 3, end: 9 }, undefined);
  slot.moveTo(8);
  assert.equal(slot.state, 'active');
  slot.moveTo(12);
  assert.equal(slot.state, 'done');
  assert.equal(slot.start, 3);
  assert.equal(new FetchSlot({ topic: 't', partition: 0, from: 9, end: 9 }, undefined).state, 'done');
});

test('trouble is told once, ends with an answer, and gives up after its time', () => {
  const slot = new FetchSlot({ topic: 't', partition: 0, from: 3 }, undefined);
  const error = { subject: 't-0', code: 'ECONNREFUSED', message: 'refused' };
  const now = performance.now();
  slot.troubled(error, now);
  assert.equal(slot.stale, true);
  assert.equal(slot.takeTelling(now + 1000), undefined);
  assert.deepEqual(slot.takeTelling(now + 3000), error);
  assert.equal(slot.takeTelling(now + 4000), undefined);
  assert.equal(slot.overdue(now + 5000, 10_000), undefined);
  const givenUp = slot.overdue(now + 10_001, 10_000);
  assert.deepEqual([givenUp?.exitCode, givenUp?.code], [3, 'ECONNREFUSED']);
  assert.match(givenUp?.message ?? '', /10 s.*offset 3.*refused/);
  assert.equal(slot.recovered(), true);
  assert.equal(slot.overdue(now + 100_000, 10_000), undefined);
});

const starts: Array<[text: string, first: number, end: number, from: number]> = [
  ['earliest', 10, 20, 10],
  ['latest', 10, 20, 20],
  ['15', 10, 20, 15],
  ['+3', 10, 20, 13],
  ['+30', 10, 20, 20],
  ['-3', 10, 20, 17],
  ['-30', 10, 20, 10],
  ['-0', 10, 20, 20],
];
for (const [text, first, end, from] of starts) {
  test(`--offset ${text} of the offsets ${first} to ${end} is ${from}`, () => {
    assert.equal(placeStart(parseStart(text), first, end), from);
  });
}

for (const text of ['', 'begin', '1.5', '--3', '+', '1e3', '9'.repeat(16)]) {
  test(`--offset "${text}" is refused`, () => {
    assert.throws(() => parseStart(text), { exitCode: 2 });
  });
}

test('partitions are shared out to a second connection once answers are as large as can be, each asked for once', () => {
  const lanes = new BrokerLanes(2);
  assert.deepEqual(lanes.take(['a', 'b', 'c']), [{ lane: 0, items: ['a', 'b', 'c'] }]);
  assert.deepEqual(lanes.take(['d']), [], 'its only connection brings an answer');
  for (const bytes of [2, 3]) {
    lanes.answered(0, lanes.bytes, 5);
    assert.equal(lanes.bytes, bytes * 1024 * 1024);
    if (bytes === 2) lanes.take(['a']);
  }
  assert.deepEqual(lanes.take(['a', 'b', 'c']), [
    { lane: 0, items: ['a', 'c'] },
    { lane: 1, items: ['b'] },
  ]);
  lanes.answered(1, 10, 5);
  assert.equal(lanes.bytes, 3 * 1024 * 1024, 'a small answer makes the next ones no smaller');
  assert.deepEqual(lanes.take(['b', 'd']), [{ lane: 1, items: ['b', 'd'] }]);
  lanes.answered(0, lanes.bytes, 5);
  assert.deepEqual(lanes.take(['a']), [{ lane: 0, items: ['a'] }]);
});

test('a further connection that fails is done without, and says nothing of the broker', () => {
  const lanes = new BrokerLanes(2);
  const grow = () => {
    while (lanes.bytes < 3 * 1024 * 1024) {
      assert.deepEqual(lanes.take(['a', 'b']), [{ lane: 0, items: ['a', 'b'] }]);
      lanes.answered(0, lanes.bytes, 5);
    }
  };
  grow();
  lanes.take(['a', 'b']);
  assert.equal(lanes.failed(1), true);
  lanes.answered(0, 1, 5);
  grow();
  assert.deepEqual(lanes.take(['a', 'b']), [{ lane: 0, items: ['a', 'b'] }]);
  assert.equal(lanes.failed(0), false);
});
