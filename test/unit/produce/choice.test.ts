import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PartitionChoice } from '../../../src/client/producer-choice.js';
import { PartitionQueue } from '../../../src/client/producer-partition.js';

const recordBytes = 1024;
const withoutKey = {
  ...{ bytes: Buffer.alloc(0), keyStart: -1, keyEnd: -1, valueStart: -1, valueEnd: -1, timestampMs: 0 },
};

function queuesOf(count: number): PartitionQueue[] {
  return Array.from({ length: count }, (_, partition) => {
    const queue = new PartitionQueue(partition, { idempotent: false });
    queue.leader = 1;
    return queue;
  });
}

/** Chooses for so many records, which nobody sends. @returns the runs of the same partition: which, and how many */
function runsOf(choice: PartitionChoice, records: number): Array<[partition: number, records: number]> {
  const runs: Array<[number, number]> = [];
  for (let record = 0; record < records; record++) {
    const partition = choice.of(withoutKey);
    choice.took(recordBytes);
    const last = runs.at(-1);
    if (last?.[0] === partition) last[1] += 1;
    else runs.push([partition, 1]);
  }
  return runs;
}

test('records without keys go in pieces that grow up to a limit, to one partition after the other', () => {
  const runs = runsOf(new PartitionChoice(queuesOf(3), {}), 16 + 32 + 64 + 128 + 256 * 4);
  assert.deepEqual(
    runs.map(([, records]) => records),
    [16, 32, 64, 128, 256, 256, 256, 256],
  );
  const [first = 0] = runs[0] ?? [];
  assert.deepEqual(
    runs.map(([partition]) => partition),
    runs.map((_, index) => (first + index) % 3),
  );
});

test('a long input becomes even', () => {
  const records = 60_000;
  const counts = [0, 0, 0];
  for (const [partition, count] of runsOf(new PartitionChoice(queuesOf(3), {}), records))
    counts[partition] = (counts[partition] ?? 0) + count;
  for (const count of counts) assert.ok(Math.abs(count - records / 3) <= 512, counts.join());
});

test('a partition without a leader is passed over, and so is one with more to send', () => {
  const queues = queuesOf(4);
  const [away, stalled, busy, free] = queues as [
    PartitionQueue,
    PartitionQueue,
    PartitionQueue,
    PartitionQueue,
  ];
  away.leader = -1;
  stalled.stalled = true;
  busy.add({ bytes: Buffer.alloc(1) } as Parameters<PartitionQueue['add']>[0]);
  for (const [partition] of runsOf(new PartitionChoice(queues, {}), 200))
    assert.equal(partition, free.partition);
});

test('a batch that is on its way ends the piece, and only its own', () => {
  const choice = new PartitionChoice(queuesOf(3), {});
  const first = choice.of(withoutKey);
  choice.sealed((first + 1) % 3);
  assert.equal(choice.of(withoutKey), first);
  choice.sealed(first);
  assert.equal(choice.of(withoutKey), (first + 1) % 3);
});
