import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sharedCluster } from '../support/cluster.js';
import { type Run, randomName, runKctl } from '../support/kctl.js';
import { assertDocument, type JsonDocument } from '../support/schemas.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-formats-'));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function ask(words: string[], input: string | Buffer = '', code = 0): Promise<Run> {
  const { env } = await sharedCluster();
  const run = await runKctl(words, { env, input });
  assert.equal(run.code, code, run.stderr);
  return run;
}

async function makeTopic(partitions = 1): Promise<string> {
  const topic = randomName('formats');
  await ask(['topics', 'create', topic, '--partitions', String(partitions)]);
  return topic;
}

/** Every record of a topic as JSON, in the order of partitions and offsets. */
async function records(topic: string, flags: string[] = []): Promise<JsonDocument[]> {
  const { stdout } = await ask(['consume', topic, '--exit-at-end', '-o', 'json', ...flags]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => assertDocument(line, 'Record'))
    .sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}

const text = (lines: object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

test('ndjson out and in again is the identity: nulls, bytes, headers, times and partitions', async () => {
  const [first, second] = [await makeTopic(3), await makeTopic(3)];
  const base = { timestamp: 1_600_000_000_000, partition: 0 };
  const lines: Array<Record<string, unknown>> = [
    { ...base, key: null, value: null },
    { ...base, key: '', value: '', partition: 1 },
    { ...base, key: 'k\u0000"\\', value: 'é\u2028\n\ud83c\udf7a', partition: 2, timestamp: 1 },
    { ...base, key: '/w==', keyEncoding: 'base64', value: 'AP8=', valueEncoding: 'base64' },
    {
      ...base,
      value: 'x',
      headers: [
        ['b', '1'],
        ['a', null],
        ['b', ''],
        ['c', '/w==', 'base64'],
        ['/g==', 'v', null, 'base64'],
      ],
    },
  ];
  const keep = ['--input', 'ndjson', '--keep-partition', '--keep-timestamp'];
  await ask(['produce', first, ...keep], text(lines));
  const written = await records(first);
  assert.deepEqual(
    written.map(({ partition, timestamp, key, value }) => ({ partition, timestamp, key, value })),
    [0, 3, 4, 1, 2].map((index) => {
      const { partition, timestamp, key = null, value = null } = lines[index] ?? {};
      return { partition, timestamp, key, value };
    }),
  );
  const { stdout } = await ask(['consume', first, '--exit-at-end', '-o', 'json']);
  await ask(['produce', second, ...keep], stdout);
  const without = (all: JsonDocument[]) => all.map((record) => ({ ...record, topic: '' }));
  assert.deepEqual(without(await records(second)), without(written));
});

test('avro and json go in as text, lie there as bytes, and come out as text, templates and JSON', async () => {
  const topic = await makeTopic();
  const schema = file(
    'beer.avsc',
    '{"type":"record","name":"Beer","fields":[{"name":"name","type":"string"},{"name":"id","type":"long"}]}',
  );
  const flags = ['--key-format', 'int32', '--value-format', 'avro', '--value-schema', schema];
  await ask(['produce', topic, '-K', ':', ...flags], '7:{"name":"Pils","id":9007199254740993}\n');
  const [bare] = await records(topic);
  assert.deepEqual([bare.key, bare.value], ['\u0000\u0000\u0000\u0007', 'CFBpbHOCgICAgICAIA==']);
  const read = ['consume', topic, '--exit-at-end', ...flags];
  assert.equal((await ask(read)).stdout, '{"name":"Pils","id":9007199254740993}\n');
  assert.equal(
    (await ask([...read, '--format', '{key}={value}'])).stdout,
    '7={"name":"Pils","id":9007199254740993}\n',
  );
  const json = (await ask([...read, '-o', 'json'])).stdout;
  assert.match(
    json,
    /"key":7,"keyEncoding":"int32","value":{"name":"Pils","id":9007199254740993},"valueEncoding":"avro"/,
  );

  // What does not decode is shown as its bytes, and goes back unchanged.
  await ask(['produce', topic, '-K', ':'], 'abcd:not avro\n');
  const partly = await ask([...read, '-o', 'json']);
  assert.match(partly.stdout, /"value":"bm90IGF2cm8=","valueEncoding":"base64"/);
  assert.match(partly.stderr, new RegExp(`warning: ${topic}-0, offset 1: .*not avro.*shown as its bytes`));
  const copy = await makeTopic();
  await ask(['produce', copy, '--input', 'ndjson', ...flags], partly.stdout);
  const bytesOf = (all: JsonDocument[]) => all.map(({ key, value }) => [key, value]);
  assert.deepEqual(bytesOf(await records(copy)), bytesOf(await records(topic)));
});

test('a value that does not encode is refused by its line, and the others go on', async () => {
  const topic = await makeTopic();
  const flags = ['--value-format', 'int64', '--on-error', 'continue', '-o', 'json'];
  const { stdout } = await ask(['produce', topic, ...flags], '1\ntwo\n3\n', 1);
  const summary = assertDocument(stdout, 'ProduceSummary');
  assert.deepEqual([summary.records, summary.refused], [2, 1]);
  assert.match(summary.errors[0].message, /cannot be written as int64/);
  assert.equal(summary.errors[0].subject, 'line 2');
});

test('lines of ndjson that are no records are refused with the reason', async () => {
  const topic = await makeTopic();
  const wrong: Array<[line: string, reason: RegExp]> = [
    ['[]', /not a JSON object/],
    ['{"value":', /not JSON/],
    ['{"valeu":"x"}', /field that no record has, "valeu"/],
    ['{"kind":"TopicList"}', /no Record/],
    ['{"value":"x","valueEncoding":"rot13"}', /not known, "rot13"/],
    ['{"value":{},"valueEncoding":"avro"}', /--value-format avro/],
    ['{"value":"x","headers":{"a":"b"}}', /headers/],
    ['{"value":"x","partition":7,"timestamp":1}', /partition 7, and the topic has 1/],
    ['{"value":"x","partition":0}', /no timestamp/],
  ];
  const input = wrong.map(([line]) => `${line.replace(/^{"(value|valeu|kind)/, '{"partition":0,"$1')}\n`);
  const keep = ['--input', 'ndjson', '--keep-partition', '--keep-timestamp'];
  const { stdout } = await ask(
    ['produce', topic, ...keep, '--on-error', 'continue', '-o', 'json'],
    input.join(''),
    1,
  );
  const { errors } = assertDocument(stdout, 'ProduceSummary');
  wrong.forEach(([line, reason], index) => {
    const told = errors.find(({ subject }: { subject: string }) => subject === `line ${index + 1}`);
    assert.match(told?.message ?? '', reason, line);
  });
  assert.deepEqual(await records(topic), []);
});

test('files, delimiters, raw values, tombstones, times and repeats', async () => {
  const topic = await makeTopic();
  const [a, b] = [file('a', 'one\r\ntwo'), file('b', Buffer.from('three\n'))];
  await ask(['produce', topic, a, b, '--repeat', '2']);
  await ask(
    ['produce', topic, '-D', '\\0', '-K', '=', '-Z', 'NULL', '--timestamp', '2020-09-13T12:26:40Z'],
    'k=v\0k=NULL\0',
  );
  await ask(['produce', '--topic', topic, a, '--input', 'raw']);
  const all = await records(topic);
  const ones = ['one\r', 'two', 'three'].map((value) => [null, value]);
  assert.deepEqual(
    all.map(({ key, value }) => [key, value]),
    [...ones, ...ones, ['k', 'v'], ['k', null], [null, 'one\r\ntwo']],
  );
  assert.equal(all[6].timestamp, 1_600_000_000_000);

  await ask(['produce', topic, '--repeat', '2'], '', 2);
  await ask(['produce', topic, '--keep-partition'], '', 2);
  await ask(['produce', topic, '--input', 'ndjson', '-Z', 'x'], '', 2);
  const { stderr } = await ask(['produce', topic, a, join(folder, 'none')], '', 1);
  assert.match(stderr, /none.*no such file/s);
});
