import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharedCluster } from '../support/cluster.js';
import { runKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import { makeTopic, numbers, produce } from '../support/topics.js';

const cluster = await sharedCluster();
const { env } = cluster;

async function read(topic: string, ...flags: string[]) {
  return runKctl(['consume', topic, ...flags], { env });
}

/** What is printed, one field a record, in order. */
async function values(topic: string, ...flags: string[]): Promise<string> {
  const { code, stdout, stderr } = await read(topic, ...flags);
  assert.equal(code, 0, stderr);
  return stdout.trimEnd().replaceAll('\n', ' ');
}

/** A record as NDJSON gives it. */
const record = (more: object) =>
  `${JSON.stringify({ kind: 'Record', version: 1, topic: 't', partition: 0, offset: 0, timestamp: 1, timestampType: 'CreateTime', key: null, value: null, headers: [], ...more })}\n`;

/** The broker would delete records with times of long ago. */
const keepOld = ['--config', 'retention.ms=-1'];
const asWritten = ['--input', 'ndjson', '--keep-partition', '--keep-timestamp'];

test('starts of single partitions; the others are not read', async () => {
  const topic = await makeTopic(cluster, 3);
  for (const partition of [0, 1, 2])
    await produce(cluster, topic, numbers(0, 9), ['--partition', String(partition)]);
  const format = ['--exit-at-end', '--format', '{partition}:{value}'];
  const read = async (offset: string) =>
    (await values(topic, '--offset', offset, ...format)).split(' ').sort().join(' ');
  assert.equal(await read('0:8,2:-1'), '0:8 0:9 2:9');
  assert.equal(await read('1:+8,0:end'), '1:8 1:9');
  const { code } = await runKctl(['consume', topic, '--offset', '0:1,0:2'], { env });
  assert.equal(code, 2);
});

test('times: since and until are the offsets that Kafka gives for them; the last ones go by time', async () => {
  const topic = await makeTopic(cluster, 2, keepOld);
  const base = Date.parse('2026-01-01T00:00:00Z');
  const lines = Array.from({ length: 20 }, (_, n) =>
    record({ partition: n % 2, timestamp: base + n * 1000, value: `v${n}` }),
  );
  await produce(cluster, topic, lines.join(''), asWritten);
  const sorted = async (...flags: string[]) =>
    (await values(topic, ...flags))
      .split(' ')
      .map((value) => Number(value.slice(1)))
      .sort((a, b) => a - b);
  const since = ['--since', '2026-01-01T00:00:05Z', '--exit-at-end'];
  assert.deepEqual(
    await sorted(...since),
    Array.from({ length: 15 }, (_, n) => n + 5),
  );
  assert.deepEqual(await sorted('--since', `${base + 5000}`, '--until', `${base + 8000}`), [5, 6, 7]);
  assert.deepEqual(await sorted('--until', '2026-01-01T02:00:02+02:00'), [0, 1]);
  assert.equal(await values(topic, '--since', '1s', '--exit-at-end'), '');
  assert.equal(await values(topic, '--tail', '3'), 'v17 v18 v19');
  const asked = await runTool('offsets', [
    ...['--bootstrap-server', cluster.bootstrapServers, '--topic', topic, '--time', `${base + 5000}`],
  ]);
  assert.deepEqual(asked.stdout.toString().trim().split('\n').sort(), [`${topic}:0:3`, `${topic}:1:2`]);
});

test('what is expected: 0 when it comes, 5 when the end comes first, 6 when the time does', async () => {
  const topic = await makeTopic(cluster, 1);
  await produce(cluster, topic, numbers(1, 3));
  const met = await read(topic, '--expect', '3', '--from-beginning', '--for', '60s');
  assert.deepEqual([met.code, met.stdout], [0, '1\n2\n3\n'], met.stderr);
  const tooFew = await read(topic, '--expect', '4', '--exit-at-end');
  assert.equal(tooFew.code, 5);
  assert.match(tooFew.stderr, /3 of 4 expected records came before the end/);
  const late = await read(topic, '--expect', '4', '--from-beginning', '--for', '1s');
  assert.deepEqual([late.code, late.stdout], [6, '1\n2\n3\n']);
  assert.match(late.stderr, /3 of 4 expected records came in time/);
  assert.equal((await read(topic, '--for', '500ms')).code, 0);
});

test('searching: by text, expression, key; the closing lines say what was found and covered', async () => {
  const topic = await makeTopic(cluster, 1, keepOld);
  const lines = Array.from({ length: 200 }, (_, n) =>
    record({
      key: `k${n % 10}`,
      value: JSON.stringify({ user: { id: n }, text: `beer ${n}` }),
      headers: [['trace', `t${n % 3}`]],
    }),
  );
  await produce(cluster, topic, lines.join(''), asWritten);
  const offsets = (...flags: string[]) => values(topic, '--exit-at-end', '--format', '{offset}', ...flags);
  assert.equal(await offsets('--grep', 'beer 19[0-2]"'), '190 191 192');
  assert.equal(await offsets('--grep', '"id":42}'), '42');
  assert.equal(
    await offsets('--where', 'value.user.id >= 42 && value.user.id < 48 && headers.trace ~ "2$"'),
    '44 47',
  );
  assert.equal(await offsets('--key', 'k7', '--where', 'offset < 30'), '7 17 27');
  assert.equal(await offsets('--key', 'k7', '--grep', '"id":1', '--first'), '17');
  const { code, stdout, stderr } = await read(topic, '--exit-at-end', '--grep', 'no beer');
  assert.deepEqual([code, stdout], [0, '']);
  assert.match(stderr, new RegExp(`searched: ${topic}-0 0 to 199\n0 matches in 200 records`));
  for (const flags of [
    ['--grep', '(a'],
    ['--grep', '(a)\\1'],
    ['--where', 'value.x()'],
    ['--where', 'vale == 1'],
  ])
    assert.equal((await read(topic, ...flags)).code, 2, flags.join(' '));
});

test('NDJSON there and back is the identity', async () => {
  const [from, to] = [await makeTopic(cluster, 2, keepOld), await makeTopic(cluster, 2, keepOld)];
  const lines = [
    record({ partition: 1, timestamp: 1_700_000_000_123, key: '', value: '' }),
    record({ partition: 0, timestamp: 1_700_000_000_001, key: null, value: null }),
    record({ partition: 1, timestamp: 1_700_000_000_122, key: 'ü🍺', value: 'a"\\\n\u0000\u007f' }),
    record({
      partition: 0,
      timestamp: 1_700_000_000_002,
      value: '/w==',
      valueEncoding: 'base64',
      headers: [
        ['a', '1'],
        ['a', null],
        ['a', ''],
        ['b', '/w==', 'base64'],
        ['/w==', null, null, 'base64'],
      ],
    }),
  ];
  await produce(cluster, from, lines.join(''), asWritten);
  const first = await read(from, '--exit-at-end', '-o', 'ndjson');
  await produce(cluster, to, first.bytes, asWritten);
  const second = await read(to, '--exit-at-end', '-o', 'ndjson');
  const sorted = (text: string) => text.trimEnd().split('\n').sort();
  assert.deepEqual(sorted(second.stdout.replaceAll(to, from)), sorted(first.stdout));
  const [one, , three] = sorted(first.stdout).map((line) => JSON.parse(line));
  assert.deepEqual([one.value, one.headers], [null, []]);
  assert.deepEqual([three.key, three.value, three.timestamp], ['', '', 1_700_000_000_123]);
});

test('a delimiter stands in for the line feed; what does not decode is shown, or ends it', async () => {
  const topic = await makeTopic(cluster, 1);
  await produce(cluster, topic, '{"a":1}\nbroken\n{"a":2}\n');
  assert.equal(
    (await read(topic, '--exit-at-end', '-D', '%{\\0')).stdout,
    '{"a":1}%{\0broken%{\0{"a":2}%{\0',
  );
  const shown = await read(topic, '--exit-at-end', '--value-format', 'json');
  assert.deepEqual([shown.code, shown.stdout], [0, '{"a":1}\nbroken\n{"a":2}\n']);
  assert.match(shown.stderr, /offset 1: .*shown as its bytes/);
  const failed = await read(topic, '--exit-at-end', '--value-format', 'json', '--on-error', 'fail');
  assert.deepEqual([failed.code, failed.stdout], [1, '{"a":1}\n']);
  assert.match(failed.stderr, /-0, offset 1: /);
});

test('a rate holds the reading back', async () => {
  const topic = await makeTopic(cluster, 1);
  // A batch comes whole, whatever the rate: small ones show it.
  await produce(cluster, topic, `${'x'.repeat(999)}\n`.repeat(600), ['--batch-size', '16384']);
  const startedAtMs = performance.now();
  const { code, stdout } = await read(topic, '--exit-at-end', '--max-rate', '400KB/s', '--partition', '0');
  assert.deepEqual([code, stdout.length], [0, 600_000]);
  assert.ok(performance.now() - startedAtMs > 500);
});
