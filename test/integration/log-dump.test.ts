import assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { openCluster } from '../../src/cluster/index.js';
import {
  kraftVersion,
  sharedClusters,
  sharedKraftCluster,
  startCluster,
  type TestCluster,
} from '../support/cluster.js';
import { eventually, randomName, runKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import { assertDocument, type JsonDocument } from '../support/schemas.js';
import { makeTopic, numbers, produce } from '../support/topics.js';
import { writeTransaction } from '../support/transactions.js';

const copies = mkdtempSync(join(tmpdir(), 'kctl-log-'));
after(() => rmSync(copies, { recursive: true }));

/** The files of a partition as they are now: the broker goes on. */
function copyOf({ brokers }: TestCluster, partition: string): string {
  const folder = join(copies, randomName('copy'), partition);
  mkdirSync(folder, { recursive: true });
  const from = join(brokers[0]?.dataDir ?? '', partition);
  for (const file of readdirSync(from)) copyFileSync(join(from, file), join(folder, file));
  return folder;
}

/** Documents of `log dump`, each held to its schema. */
async function dump(path: string, flags: string[], expected = 0): Promise<JsonDocument[]> {
  const { code, stdout, stderr } = await runKctl(['log', 'dump', path, '-o', 'json', ...flags]);
  assert.equal(code, expected, stderr);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => assertDocument(line));
}

/** The lines of DumpLogSegments about batches, as its words and their values. */
async function theirs(cluster: TestCluster, file: string, flags: string[] = []): Promise<string[]> {
  const words = ['--files', file, '--max-message-size', '1000000', ...flags];
  const { stdout, stderr } = await runTool('dumpLog', words, '', cluster.kafkaVersion);
  assert.match(stdout.toString(), /^Dumping /m, stderr);
  return stdout.toString().split('\n');
}

const factsOf = (line: string): Record<string, string> =>
  Object.fromEntries([...line.matchAll(/(\w+): (\S+)/g)].map(([, name = '', value = '']) => [name, value]));

function batchFacts(batch: JsonDocument): Record<string, string> {
  const { compression, sizeBytes, timestamp, timestampType, valid, deleteHorizonMs: _, ...rest } = batch;
  for (const name of ['kind', 'version', 'file', 'entry']) delete rest[name];
  const same = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]));
  const codec = { compresscodec: compression, size: String(sizeBytes), isvalid: String(valid) };
  return { ...same, ...codec, [timestampType]: String(timestamp) };
}

for (const [mode, open] of sharedClusters) {
  test(`${mode}: batches, records and indexes are what DumpLogSegments says`, async () => {
    const cluster = await open();
    const [first] = cluster.brokers;
    const topic = await makeTopic(cluster, 1, ['--replica-assignment', String(first?.id ?? 1)]);
    for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd'])
      await produce(cluster, topic, numbers(1, 50), ['--compression', codec, '--batch-size', '200B']);
    const opened = await openCluster({ 'bootstrap-server': cluster.bootstrapServers });
    await writeTransaction(opened.wire, topic, ['a', 'b'], true);
    await writeTransaction(opened.wire, topic, ['c', 'd'], false);
    await opened.close();
    const { dataDir = '' } = first ?? {};
    const aborted = join(dataDir, `${topic}-0`, '00000000000000000000.txnindex');
    await eventually(
      'the marker of the aborted transaction',
      () => existsSync(aborted) && statSync(aborted).size > 0,
    );

    const folder = copyOf(cluster, `${topic}-0`);
    const file = join(folder, '00000000000000000000.log');
    const own = await dump(file, ['--deep']);
    const lines = await theirs(cluster, file, ['--print-data-log']);
    const batches = own.filter(({ entry }) => entry === 'batch');
    assert.deepEqual(new Set(batches.map(({ compression }) => compression)).size, 5);
    const expected = lines.filter((line) => line.startsWith('baseOffset:')).map(factsOf);
    assert.deepEqual(
      batches.map(batchFacts),
      expected.map(({ deleteHorizonMs: _, ...facts }) => facts),
    );
    const records = lines
      .filter((line) => line.startsWith('| offset:') && line.includes('payload: '))
      .map((line) => [Number(factsOf(line).offset), line.replace(/^.* payload: /, '')]);
    assert.deepEqual(
      own.filter(({ kind }) => kind === 'Record').map(({ offset, value }) => [offset, value]),
      records,
    );
    assert.deepEqual(
      own.filter(({ entry }) => entry === 'control').map(({ offset, type }) => [String(offset), type]),
      lines.flatMap((line) => {
        const { offset, endTxnMarker } = factsOf(line);
        return endTxnMarker ? [[offset, endTxnMarker]] : [];
      }),
    );

    for (const [name, entry] of [
      ['00000000000000000000.index', 'offsetIndex'],
      ['00000000000000000000.timeindex', 'timeIndex'],
      ['00000000000000000000.txnindex', 'abortedTransaction'],
    ]) {
      const path = join(folder, name ?? '');
      const shown = (await dump(path, [])).filter((each) => each.entry === entry);
      const said = (await theirs(cluster, path))
        .map(factsOf)
        .filter((facts) => 'offset' in facts || 'producerId' in facts);
      if (entry === 'abortedTransaction') assert.deepEqual(shown.map(abortedFacts), said);
      // DumpLogSegments shows one empty entry of an index without any.
      else
        for (const [index, each] of shown.entries()) assert.equal(said[index]?.offset, String(each.offset));
    }
  });
}

for (const [mode, open] of sharedClusters) {
  test(`${mode}: what a broker knows of producers is what DumpLogSegments says`, async () => {
    const cluster = await open();
    const [first] = cluster.brokers;
    const words = ['--replica-assignment', String(first?.id ?? 1), '--config', 'segment.bytes=1048576'];
    const topic = await makeTopic(cluster, 1, words);
    await produce(cluster, topic, numbers(1, 100));
    const opened = await openCluster({ 'bootstrap-server': cluster.bootstrapServers });
    await writeTransaction(opened.wire, topic, ['a', 'b'], true);
    await opened.close();
    // The state is written down where a new segment begins.
    await produce(cluster, topic, `${'x'.repeat(999)}\n`.repeat(1200), ['--batch-size', '100KB']);
    const namesIn = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.snapshot'));
    const live = join(first?.dataDir ?? '', `${topic}-0`);
    await eventually('the state of producers', () => namesIn(live).length > 0);
    const folder = copyOf(cluster, `${topic}-0`);
    const path = join(folder, namesIn(folder).sort()[0] ?? '');
    const own = (await dump(path, [])).filter(({ entry }) => entry === 'producer');
    const said = (await theirs(cluster, path)).map(factsOf).filter((facts) => 'producerId' in facts);
    assert.equal(said.length, 3);
    const named = [
      'producerId',
      'producerEpoch',
      'coordinatorEpoch',
      'lastSequence',
      'lastOffset',
      'offsetDelta',
    ];
    const chosen = (facts: Record<string, unknown>) => named.map((name) => String(facts[name])).join(' ');
    assert.deepEqual(own.map(chosen).sort(), said.map(chosen).sort());
  });
}

const abortedFacts = ({ producerId, firstOffset, lastOffset, lastStableOffset }: JsonDocument) => ({
  ...{ version: '0', producerId: String(producerId), firstOffset: String(firstOffset) },
  ...{ lastOffset: String(lastOffset), lastStableOffset: String(lastStableOffset) },
});

/** Metadata as DumpLogSegments decodes it. */
async function decodedByApache(cluster: TestCluster, file: string): Promise<JsonDocument[]> {
  const lines = await theirs(cluster, file, ['--cluster-metadata-decoder']);
  return lines.flatMap((line) => {
    const [, offset, json] = /^\| offset: (\d+).* payload: (\{.*\})$/.exec(line) ?? [];
    if (json === undefined) return [];
    const { type, version, data } = JSON.parse(json);
    return [{ offset: Number(offset), type, version, data: withoutSecrets(data) }];
  });
}

/** The same of what `log dump` says. */
function decodedByKctl(entries: JsonDocument[]): JsonDocument[] {
  const snakeOf = (name: string) => name.replace(/(?<!^)([A-Z])/g, '_$1').toUpperCase();
  return entries
    .filter(({ kind }) => kind === 'Record')
    .map(({ offset, value: { name, version, data } }) => ({ offset, type: snakeOf(name), version, data }));
}

test('the metadata of a KRaft cluster is decoded as DumpLogSegments does', async () => {
  const cluster = await sharedKraftCluster();
  const topic = await makeTopic(cluster, 2, ['--config', 'retention.ms=12345']);
  const folder = copyOf(cluster, '__cluster_metadata-0');
  const file = join(
    folder,
    readdirSync(folder)
      .filter((name) => name.endsWith('.log'))
      .sort()[0] ?? '',
  );
  const own = await dump(file, ['--deep']);
  const expected = await decodedByApache(cluster, file);
  assert.ok(expected.length > 20);
  assert.deepEqual(decodedByKctl(own), expected);
  assert.ok(own.some(({ value }) => value?.name === 'TopicRecord' && value.data.name === topic));
});

test('so is a snapshot of it', async () => {
  const often = 'metadata.log.max.record.bytes.between.snapshots=1';
  const cluster = await startCluster(['--kafka', kraftVersion, '--config', often]);
  const topic = await makeTopic(cluster, 1);
  const live = join(cluster.brokers[0]?.dataDir ?? '', '__cluster_metadata-0');
  const newest = () =>
    readdirSync(live)
      .filter((name) => name.endsWith('.checkpoint'))
      .sort()
      .at(-1);
  const seen = newest();
  await makeTopic(cluster, 1);
  await eventually('a snapshot with the topic', () => (newest() ?? '') > (seen ?? ''));
  const file = join(copies, newest() ?? '');
  copyFileSync(join(live, newest() ?? ''), file);
  const own = await dump(file, ['--deep']);
  assert.deepEqual(decodedByKctl(own), await decodedByApache(cluster, file));
  assert.ok(own.some(({ value }) => value?.name === 'TopicRecord' && value.data.name === topic));
});

/** As kctl shows it: other tests have made users. */
function withoutSecrets(data: Record<string, unknown>): Record<string, unknown> {
  const secrets = ['salt', 'serverKey', 'storedKey'].filter((name) => name in data);
  return { ...data, ...Object.fromEntries(secrets.map((name) => [name, '[hidden]'])) };
}

test('records of a file can be written to a topic again', async () => {
  const cluster = await sharedKraftCluster();
  const [from, to] = [await makeTopic(cluster, 1), await makeTopic(cluster, 1)];
  await produce(cluster, from, numbers(1, 100));
  const { stdout } = await runKctl(['log', 'dump', copyOf(cluster, `${from}-0`), '--deep', '-o', 'ndjson']);
  const records = stdout.split('\n').filter((line) => line.includes('"kind":"Record"'));
  await produce(cluster, to, `${records.join('\n')}\n`, ['--input', 'ndjson']);
  const read = await runKctl(['consume', to, '--exit-at-end'], { env: cluster.env });
  assert.equal(read.stdout, numbers(1, 100));
});

test('a damaged segment ends with exit 5 and the place; a file of another kind is refused', async () => {
  const cluster = await sharedKraftCluster();
  const topic = await makeTopic(cluster, 1);
  await produce(cluster, topic, numbers(1, 100));
  const file = join(copyOf(cluster, `${topic}-0`), '00000000000000000000.log');
  const bytes = readFileSync(file);
  bytes[80] = (bytes[80] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  const { code, stdout, stderr } = await runKctl(['log', 'dump', file, '--verify']);
  assert.equal(code, 5);
  assert.match(stderr, /00000000000000000000\.log, byte 0: the batch at offset 0 fails its checksum/);
  assert.match(stdout, /faults: 1/);
  const [line] = (await theirs(cluster, file)).filter((each) => each.startsWith('baseOffset'));
  assert.match(line ?? '', /isvalid: false/);

  const missing = await runKctl(['log', 'dump', join(copies, 'none.log')]);
  assert.equal(missing.code, 4);
  const other = await runKctl(['log', 'dump', import.meta.filename]);
  assert.equal(other.code, 2);
  assert.match(other.stderr, new RegExp(`${basename(import.meta.filename)} is not a file`));
});
