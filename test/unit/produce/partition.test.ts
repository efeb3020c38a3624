import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LineNumbers } from '../../../src/client/line-numbers.js';
import { type Batch, halves, subset } from '../../../src/client/producer-batch.js';
import { PartitionQueue } from '../../../src/client/producer-partition.js';
import { BATCH } from '../../../src/protocol/records/batch.js';
import { NO_HEADERS, RecordBatchBuilder } from '../../../src/protocol/records/builder.js';
import { RecordCursor } from '../../../src/protocol/records/cursor.js';

/** A batch whose records' values are their lines. */
function batchOf(numbers: number[]): Batch {
  const lines = new LineNumbers();
  const builder = new RecordBatchBuilder({ maxBytes: 1 << 20 });
  for (const line of numbers) {
    lines.add(line);
    const bytes = Buffer.from(String(line));
    const nowhere = { keyStart: -1, keyEnd: -1, timestampMs: 0 };
    builder.append({ bytes, ...nowhere, valueStart: 0, valueEnd: bytes.length }, NO_HEADERS);
  }
  const { sizeBytes: unpackedBytes } = builder;
  return {
    bytes: builder.build(),
    codec: 'none',
    lines,
    unpackedBytes,
    payloadBytes: 0,
    acceptedAtMs: 0,
    sequence: undefined,
  };
}

function linesIn({ bytes }: Batch): number[] {
  const lines: number[] = [];
  const cursor = new RecordCursor(bytes);
  while (cursor.next())
    lines.push(Number(cursor.bytes.toString('latin1', cursor.valueStart, cursor.valueEnd)));
  assert.equal(cursor.error, undefined);
  return lines;
}

/** What a partition's leader does with the batches of one producer (KIP-98), as far as a producer can tell. */
class Leader {
  readonly log: number[] = [];
  #expected = 0;
  #recent: number[] = [];

  constructor(private readonly refusedLines: Set<number>) {}

  answer(batch: Batch): 'written' | 'gap' | number[] {
    const lines = linesIn(batch);
    const indexes = lines.flatMap((line, index) => (this.refusedLines.has(line) ? [index] : []));
    if (indexes.length > 0) return indexes;
    const sequence = batch.bytes.readInt32BE(BATCH.baseSequence);
    if (this.#recent.includes(sequence)) return 'written';
    if (sequence !== this.#expected) return 'gap';
    this.#expected += lines.length;
    this.#recent = [...this.#recent, sequence].slice(-5);
    this.log.push(...lines);
    return 'written';
  }
}

type Step = 'send' | 'answer' | 'notLeader' | 'cut' | 'cutAfterOne' | 'revive';

/** A queue and its leader with a connection between them, which keeps the order. */
class Link {
  readonly queue = new PartitionQueue(0, { idempotent: true });
  readonly leader: Leader;
  readonly acknowledged: number[] = [];
  readonly refused: number[] = [];
  #sent: Batch[] = [];

  constructor(
    refusedLines: Set<number>,
    private readonly namesRecords: boolean,
  ) {
    this.leader = new Leader(refusedLines);
    this.queue.leader = 1;
    this.queue.identify({ producerId: 9n, producerEpoch: 0 });
  }

  step(step: Step): void {
    const [first] = this.#sent;
    switch (step) {
      case 'send': {
        const batch = this.queue.isReady ? this.queue.take() : undefined;
        if (batch) this.#sent.push(batch);
        break;
      }
      case 'answer':
        if (first) this.#deliver(first, this.leader.answer(first));
        break;
      case 'notLeader':
        if (first) {
          this.#sent.shift();
          this.queue.retry(first);
        }
        break;
      case 'cut':
      case 'cutAfterOne':
        if (step === 'cutAfterOne' && first) this.leader.answer(first);
        for (const batch of this.#sent.splice(0)) this.queue.retry(batch);
        break;
      case 'revive':
        if (this.queue.isStuck) this.queue.stalled = false;
    }
  }

  #deliver(batch: Batch, answer: 'written' | 'gap' | number[]): void {
    this.#sent.shift();
    if (answer === 'written') {
      this.acknowledged.push(...batch.lines);
      this.queue.acknowledged(batch);
    } else if (answer === 'gap') {
      assert.equal(this.queue.forgotten(batch), false, 'a gap behind a batch that came back is no loss');
    } else if (this.namesRecords || batch.lines.length === 1) {
      const numbers = [...batch.lines];
      this.refused.push(...answer.map((index) => numbers[index] as number));
      const left = subset(batch, (index) => !answer.includes(index));
      this.queue.refused(batch, left ? [left] : []);
    } else {
      this.queue.refused(batch, halves(batch));
    }
  }
}

const steps = fc.array(
  fc.constantFrom<Step>(
    'send',
    'send',
    'send',
    'answer',
    'answer',
    'notLeader',
    'cut',
    'cutAfterOne',
    'revive',
  ),
  { maxLength: 120 },
);
const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 25 });

test('whatever breaks, each record is written once, in order, and those refused are named', () => {
  fc.assert(
    fc.property(
      sizes,
      steps,
      fc.array(fc.nat(60), { maxLength: 4 }),
      fc.boolean(),
      (counts, todo, bad, names) => {
        const link = new Link(new Set(bad), names);
        let line = 0;
        for (const count of counts) link.queue.add(batchOf(Array.from({ length: count }, () => line++)));
        for (const step of todo) link.step(step);
        for (let turn = 0; !link.queue.isEmpty; turn++) {
          assert.ok(turn < 2000, 'it comes to an end');
          for (const step of ['revive', 'send', 'answer'] as const) link.step(step);
        }
        const all = Array.from({ length: line }, (_, index) => index);
        const wanted = all.filter((each) => !bad.includes(each));
        assert.deepEqual(link.leader.log, wanted);
        // A batch whose first answer was lost may be acknowledged after the one behind it.
        assert.deepEqual(
          [...link.acknowledged].sort((a, b) => a - b),
          wanted,
        );
        assert.deepEqual(
          [...link.refused].sort((a, b) => a - b),
          all.filter((each) => bad.includes(each)),
        );
      },
    ),
    {
      numRuns: 1500,
      examples: [[[1, 1], ['send', 'cutAfterOne', 'revive', 'send', 'send', 'notLeader'], [], false]],
    },
  );
});

test('a leader that forgot the producer is met with another id and sequence numbers from 0', () => {
  const queue = new PartitionQueue(0, { idempotent: true });
  queue.leader = 1;
  queue.identify({ producerId: 9n, producerEpoch: 0 });
  for (const lines of [[0, 1], [2, 3], [4]]) queue.add(batchOf(lines));
  const [first, second] = [queue.take(), queue.take()];
  assert.ok(first && second);
  assert.equal(queue.forgotten(first), true);
  assert.equal(queue.forgotten(second), false);
  assert.ok(queue.isStuck && queue.needsIdentity && !queue.isReady);
  queue.identify({ producerId: 10n, producerEpoch: 0 });
  queue.stalled = false;
  const stamps = [queue.take(), queue.take(), queue.take()].map((batch) => [
    [...(batch?.lines ?? [])],
    batch?.bytes.readBigInt64BE(BATCH.producerId),
    batch?.bytes.readInt32BE(BATCH.baseSequence),
  ]);
  assert.deepEqual(stamps, [
    [[0, 1], 10n, 0],
    [[2, 3], 10n, 2],
    [[4], 10n, 4],
  ]);
});

test('at most five batches are in flight, one where the producer is not idempotent', () => {
  for (const [idempotent, most] of [
    [true, 5],
    [false, 1],
  ] as const) {
    const queue = new PartitionQueue(0, { idempotent });
    queue.leader = 1;
    if (idempotent) queue.identify({ producerId: 1n, producerEpoch: 0 });
    for (let line = 0; line < 8; line++) queue.add(batchOf([line]));
    let sent = 0;
    for (; queue.isReady; sent++) queue.take();
    assert.equal(sent, most);
  }
});
