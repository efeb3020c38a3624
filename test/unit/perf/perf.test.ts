import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advisePartitions } from '../../../src/perf/advise.js';
import { Histogram } from '../../../src/perf/histogram.js';
import { countingPayloads, randomPayloads } from '../../../src/perf/payloads.js';
import { ReadyRecords } from '../../../src/perf/ready-records.js';
import { CODECS } from '../../../src/protocol/compression.js';
import { stampProducer } from '../../../src/protocol/records/builder.js';
import { RecordCursor } from '../../../src/protocol/records/cursor.js';

test('quantiles are those of the sorted values, to 1.1 percent', () => {
  const histogram = new Histogram();
  const values = Array.from({ length: 10_000 }, (_, index) => ((index * 7919) % 10_007) / 13 + 0.01);
  for (const value of values) histogram.add(value);
  values.sort((a, b) => a - b);
  for (const share of [0.01, 0.5, 0.95, 0.99, 0.999, 1]) {
    const exact = values[Math.ceil(share * values.length) - 1] ?? Number.NaN;
    const shown = histogram.quantile(share);
    assert.ok(shown >= exact * 0.9999 && shown <= exact * 1.012, `${share}: ${shown}, and it is ${exact}`);
  }
  const average = values.reduce((sum, value) => sum + value, 0) / values.length;
  assert.ok(Math.abs((histogram.percentiles()?.averageMs ?? 0) - average) < 0.01);
});

test('the bars of a histogram hold every value, and nothing is said of none', () => {
  const histogram = new Histogram();
  assert.equal(histogram.percentiles(), null);
  assert.deepEqual(histogram.bars(), []);
  histogram.add(0);
  histogram.add(1, 10);
  histogram.add(10 ** 12, 2);
  assert.equal(
    histogram.bars().reduce((sum, { count }) => sum + count, 0),
    13,
  );
  assert.equal(histogram.percentiles()?.maxMs, 10 ** 12);
});

for (const codec of CODECS) {
  test(`ready records are whole batches of any count, ${codec}`, () => {
    const payloads = randomPayloads(100);
    const ready = new ReadyRecords(payloads, 20_000, { codec, transactional: false });
    for (const count of [1, 2, 17, ready.most]) {
      const batch = ready.batch(count, 1_700_000_000_000);
      stampProducer(batch.bytes, { producerId: 7n, producerEpoch: 0, baseSequence: 3 });
      const cursor = new RecordCursor(batch.bytes);
      let records = 0;
      while (cursor.next()) {
        const value = cursor.bytes.subarray(cursor.valueStart, cursor.valueEnd);
        assert.deepEqual(value, payloads[records % payloads.length]);
        assert.equal(cursor.timestampMs, 1_700_000_000_000);
        records += 1;
      }
      assert.equal(cursor.error, undefined);
      assert.equal(records, count);
      assert.equal(batch.payloadBytes, count * 100);
    }
  });
}

test('a record that is larger than a batch stands alone', () => {
  const ready = new ReadyRecords(randomPayloads(5000), 1000, { codec: 'none', transactional: false });
  assert.equal(ready.most, 1);
  assert.equal(countingPayloads(3)[2]?.toString(), '2');
});

test('advice from given rates asks no cluster, and shows what it took', async () => {
  const advice = await advisePartitions(
    () => assert.fail('nothing is to be measured'),
    {
      ...{ targetBytesPerSec: 100, producerBytesPerSec: 9, consumerBytesPerSec: 20 },
      ...{ records: 1, recordBytes: 1 },
    },
    { interrupted: new AbortController().signal, report: () => {}, reportEveryMs: 1000 },
  );
  assert.equal(advice.partitions, 12);
  assert.deepEqual(advice.producer, { bytesPerSec: 9, source: 'given', partitions: 12 });
  assert.deepEqual(advice.consumer, { bytesPerSec: 20, source: 'given', partitions: 5 });
});
