import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { KctlError } from '../../../src/base/errors.js';
import { dumpFiles } from '../../../src/logs/dump.js';
import { logFiles } from '../../../src/logs/files.js';
import { printJson } from '../../../src/logs/lines.js';
import { formatJsonLine } from '../../../src/records/format-json.js';
import { assertDocument, type JsonDocument } from '../../support/schemas.js';
import { batchOf } from '../consume/support.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-log-'));
after(() => rmSync(folder, { recursive: true }));

/** What a file of these bytes is shown as, each document held to its schema, and the error that it ends with. */
async function dump(name: string, bytes: Buffer): Promise<{ entries: JsonDocument[]; error: unknown }> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const chunks: Uint8Array[] = [];
  const sink = {
    write: async (chunk: Uint8Array) => void chunks.push(Buffer.from(chunk)),
    closed: new AbortController().signal,
  };
  const request = {
    ...{ deep: true, verify: false, asJson: true, print: printJson, format: formatJsonLine },
    files: await logFiles([path]),
    codecsOf: async () => ({ key: undefined, value: undefined }),
  };
  const error = await dumpFiles(request, sink, new AbortController().signal).catch((thrown) => thrown);
  const lines = Buffer.concat(chunks).toString().split('\n').slice(0, -1);
  return { entries: lines.map((line) => assertDocument(line)), error };
}

const ofKind = (entries: JsonDocument[], entry: string) => entries.filter((each) => each.entry === entry);
const segment = '00000000000000000000.log';
const healthy = Buffer.concat([batchOf(['one', 'two']), batchOf(['three'], 2), batchOf(['four'], 3)]);

test('batches and records of a segment', async () => {
  const { entries, error } = await dump(segment, healthy);
  assert.equal(error, undefined);
  assert.deepEqual(
    ofKind(entries, 'batch').map(({ baseOffset, lastOffset, count, valid }) => [
      baseOffset,
      lastOffset,
      count,
      valid,
    ]),
    [
      [0, 1, 2, true],
      [2, 2, 1, true],
      [3, 3, 1, true],
    ],
  );
  assert.deepEqual(
    entries.filter(({ kind }) => kind === 'Record').map(({ value }) => value),
    ['one', 'two', 'three', 'four'],
  );
});

test('a flipped bit is found and named, and the rest is shown', async () => {
  const second = batchOf(['one', 'two']).length;
  const bytes = Buffer.from(healthy);
  bytes[second + 70] = (bytes[second + 70] ?? 0) ^ 1;
  const { entries, error } = await dump(segment, bytes);
  assert.ok(error instanceof KctlError);
  assert.equal(error.exitCode, 5);
  assert.match(error.message, new RegExp(`byte ${second}: the batch at offset 2 fails its checksum`));
  assert.deepEqual(
    ofKind(entries, 'batch').map(({ valid }) => valid),
    [true, false, true],
  );
});

test('a segment that is cut off, and one that ends in zeros', async () => {
  const cut = await dump(segment, healthy.subarray(0, healthy.length - 5));
  assert.match(String(cut.error), /needs \d+ bytes, and the file ends after \d+/);
  assert.equal(ofKind(cut.entries, 'batch').length, 2);
  const zeros = await dump(segment, Buffer.concat([healthy, Buffer.alloc(4096)]));
  assert.match(String(zeros.error), /zeros from here on, 4096 bytes/);
});

for (const name of ['magic0-gzip', 'magic1-snappy', 'magic1-none', 'magic2-zstd', 'magic2-transactions']) {
  test(`what Kafka's own classes wrote: ${name}`, async () => {
    const { bytes, records } = JSON.parse(
      readFileSync(join(import.meta.dirname, `../../golden/records/${name}.json`), 'utf8'),
    );
    const { entries, error } = await dump(segment, Buffer.from(bytes, 'hex'));
    assert.equal(error, undefined);
    const shown = entries.filter(({ kind, entry }) => kind === 'Record' || entry === 'control');
    assert.deepEqual(
      shown.map(({ offset }) => offset),
      records.map(({ offset }: { offset: number }) => offset),
    );
  });
}

test('indexes and the state of producers', async () => {
  const index = Buffer.alloc(24);
  index.writeInt32BE(5, 0);
  index.writeInt32BE(100, 4);
  const offsets = await dump('00000000000000000100.index', index);
  assert.deepEqual(
    ofKind(offsets.entries, 'offsetIndex').map(({ offset, position }) => [offset, position]),
    [[105, 100]],
  );
  const times = Buffer.alloc(24);
  times.writeBigInt64BE(1_700_000_000_000n, 0);
  times.writeInt32BE(7, 8);
  times.writeBigInt64BE(1_600_000_000_000n, 12);
  times.writeInt32BE(8, 20);
  const { error } = await dump('00000000000000000000.timeindex', times);
  assert.match(String(error), /byte 12: time 1600000000000, offset 8 come behind/);
  const state = Buffer.from('000100000000ffffffff', 'hex');
  assert.match(String((await dump('00000000000000000007.snapshot', state)).error), /counts -1 producers/);
});

test('whatever the bytes are, reading ends, and says so in documents', async () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed % below;
  };
  const names = [segment, '1.index', '1.timeindex', '1.txnindex', '1.snapshot', '1.checkpoint'];
  for (let round = 0; round < 300; round++) {
    const bytes = Buffer.from(healthy);
    for (let flips = 1 + random(6); flips > 0; flips--) bytes[random(bytes.length)] = random(256);
    const { entries } = await dump(
      names[round % names.length] ?? segment,
      bytes.subarray(0, random(bytes.length) + 1),
    );
    assert.equal(ofKind(entries, 'summary').length, 1);
  }
});
