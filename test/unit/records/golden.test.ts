import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { RecordBatchBuilder } from '../../../src/protocol/records/builder.js';
import { RecordCursor } from '../../../src/protocol/records/cursor.js';
import { murmur2, partitionForKey } from '../../../src/protocol/records/partitioner.js';
import { type PlainRecord, walk } from './support.js';

/** Written by Kafka's own classes: test/golden/records/Golden.java. */
const folder = join(import.meta.dirname, '../../golden/records');

interface Golden {
  bytes: string;
  records: Array<PlainRecord & { control: boolean }>;
}

function golden(name: string): Golden {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as Golden;
}

const names = readdirSync(folder).filter((name) => name.startsWith('magic'));

test('there is a file for every format and codec', () => {
  assert.equal(names.length, 17);
});

for (const name of names) {
  test(`${name}: what Kafka wrote is read as Kafka reads it`, () => {
    const { bytes, records } = golden(name);
    const { records: walked, cursor } = walk(Buffer.from(bytes, 'hex'), { all: true });
    assert.equal(cursor.error, undefined);
    assert.deepEqual(
      walked,
      records.map(({ control, ...record }) => record),
    );
    assert.equal(cursor.nextOffset, (records.at(-1)?.offset ?? -1) + 1);
  });
}

test('control records are passed over, and the position moves behind them', () => {
  const { bytes, records } = golden('magic2-transactions.json');
  const { records: walked, cursor } = walk(Buffer.from(bytes, 'hex'));
  assert.deepEqual(
    walked.map(({ offset }) => offset),
    records.filter(({ control }) => !control).map(({ offset }) => offset),
  );
  assert.equal(cursor.nextOffset, (records.at(-1)?.offset ?? -1) + 1);
});

const abortedTransactions = [{ producerId: 1n, firstOffset: 0n }];
const value = (hex: string | null) => Buffer.from(hex ?? '', 'hex').toString();

test('records of an aborted transaction are passed over, the same producer’s later ones are not', () => {
  const { bytes } = golden('magic2-transactions.json');
  const { records } = walk(Buffer.from(bytes, 'hex'), { abortedTransactions });
  assert.deepEqual(
    records.map((record) => value(record.value)),
    ['p2-r0-a', 'p2-r0-b', 'p2-r1-a', 'p2-r1-b', 'p1-later'],
  );
});

test('with all, aborted and control records are flagged', () => {
  const { bytes } = golden('magic2-transactions.json');
  const cursor = new RecordCursor(Buffer.from(bytes, 'hex'), { abortedTransactions, all: true });
  const flags: string[] = [];
  while (cursor.next()) flags.push(cursor.isControl ? 'control' : cursor.isAborted ? 'aborted' : 'record');
  assert.equal(flags.filter((flag) => flag === 'control').length, 3);
  assert.equal(flags.filter((flag) => flag === 'aborted').length, 4);
  assert.equal(flags.filter((flag) => flag === 'record').length, 5);
});

for (const name of names.filter((each) => each.startsWith('magic2-') && !each.includes('transactions'))) {
  test(`${name}: records copied by cursor and builder stay what they are`, () => {
    const { bytes } = golden(name);
    const source = new RecordCursor(Buffer.from(bytes, 'hex'));
    const builder = new RecordBatchBuilder({ maxBytes: 1 << 20 });
    const walkedBefore = walk(Buffer.from(bytes, 'hex')).records;
    while (source.next()) assert.ok(builder.append(source, source.headerSection()));
    const copied = walk(builder.build());
    assert.equal(copied.cursor.error, undefined);
    assert.deepEqual(
      copied.records,
      walkedBefore.map((record, offset) => ({ ...record, offset })),
    );
  });
}

test('murmur2 and the partition of a key are those of Kafka', () => {
  const rows = JSON.parse(readFileSync(join(folder, 'murmur2.json'), 'utf8')) as Array<
    [string, number, number]
  >;
  assert.equal(rows.length, 40);
  for (const [hex, hash, partitionOf7] of rows) {
    const key = Buffer.from(hex, 'hex');
    assert.equal(murmur2(key), hash, hex);
    assert.equal(
      partitionForKey(Buffer.concat([Buffer.from('ab'), key]), 2, 2 + key.length, 7),
      partitionOf7,
    );
  }
});
