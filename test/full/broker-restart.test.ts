import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCluster } from '../support/cluster.js';
import { eventually, randomName, runKctl, startKctl } from '../support/kctl.js';

const recordCount = 2_000_000;
const perSec = 250_000;

test('a broker killed and restarted under two million records: each is there once, in order', async () => {
  const { env, name } = await startCluster([]);
  const topic = randomName('restart');
  const created = await runKctl(['topics', 'create', topic, '--partitions', '3'], { env });
  assert.equal(created.code, 0, created.stderr);
  const words = ['produce', topic, '--rate', `${perSec}/s`, '-o', 'json'];
  const producing = startKctl(words, { env, timeoutMs: 240_000 });
  producing.process.stdin.end(
    Array.from({ length: recordCount }, (_, index) => `${index}\n`.padStart(100, '0')).join(''),
  );
  const consume = ['consume', topic, '--exit-at-end', '--max-messages', '1'];
  await eventually('the first record', async () => (await runKctl(consume, { env })).stdout !== '');
  const killed = await runKctl(['local', 'kill', 'broker', '1', '--name', name], { env });
  assert.equal(killed.code, 0, killed.stderr);
  assert.equal(producing.process.exitCode, null, 'the producer had ended before the broker was killed');
  const back = await runKctl(['local', 'start', 'broker', '1', '--name', name], { env });
  assert.equal(back.code, 0, back.stderr);
  const { code, stdout, stderr } = await producing.finished;
  assert.equal(code, 0, stderr);
  assert.equal(JSON.parse(stdout).records, recordCount);

  const reading = ['consume', topic, '--exit-at-end', '--format', '{partition} {value}'];
  const read = await runKctl(reading, { env, timeoutMs: 120_000 });
  assert.equal(read.code, 0, read.stderr);
  const seen = new Uint8Array(recordCount);
  const last = new Map<string, number>();
  for (const line of read.stdout.split('\n').slice(0, -1)) {
    const [partition = '', value] = line.split(' ');
    const number = Number(value);
    assert.ok(number > (last.get(partition) ?? -1), `partition ${partition}: ${number} is out of order`);
    last.set(partition, number);
    seen[number] = (seen[number] ?? 0) + 1;
  }
  assert.ok(seen.every((times) => times === 1));
});
