import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionForKeyByCrc32 } from '../../src/protocol/records/partitioner.js';
import { sharedCluster, sharedKraftCluster } from '../support/cluster.js';
import { eventually, randomName, runKctl, startKctl } from '../support/kctl.js';
import { assertDocument } from '../support/schemas.js';

const clusters = { ZooKeeper: sharedCluster, KRaft: sharedKraftCluster };

for (const [mode, open] of Object.entries(clusters)) {
  test(`${mode}: transactions are committed every so many records; one that fails is aborted`, async () => {
    const { env } = await open();
    const topic = randomName('transactions');
    await runKctl(['topics', 'create', topic, '--partitions', '3'], { env });
    const write = async (input: string, flags: string[]) =>
      runKctl(['produce', topic, '--transactional-id', topic, '-o', 'json', ...flags], { env, input });
    const committed = async () => {
      const flags = ['--exit-at-end', '--isolation-level', 'read_committed'];
      const { stdout } = await runKctl(['consume', topic, ...flags], { env });
      return stdout
        .split('\n')
        .filter(Boolean)
        .map(Number)
        .sort((a, b) => a - b);
    };
    const numbers = Array.from({ length: 10 }, (_, index) => index);
    const whole = await write(numbers.join('\n'), ['--commit-every', '4', '--partitioner', 'roundrobin']);
    assert.equal(whole.code, 0, whole.stderr);
    assert.deepEqual(assertDocument(whole.stdout).transactions, { committed: 3, aborted: 0 });
    assert.deepEqual(await committed(), numbers);

    const broken = await write('100=1\n101=2\nno key\n', ['-K', '=']);
    assert.equal(broken.code, 1);
    assert.deepEqual(assertDocument(broken.stdout).transactions, { committed: 0, aborted: 1 });
    assert.deepEqual(await committed(), numbers);
  });
}

test('a second producer with the same transactional id ends the first one', async () => {
  const { env } = await sharedCluster();
  const topic = randomName('fenced');
  await runKctl(['topics', 'create', topic], { env });
  const words = ['produce', topic, '--transactional-id', topic];
  const first = startKctl([...words, '--template', '{n}', '--rate', '50', '--commit-every', '1', '-v'], {
    env,
  });
  await eventually('the first producer writes', async () => {
    const { stdout } = await runKctl(['consume', topic, '--exit-at-end'], { env });
    return stdout !== '';
  });
  assert.equal((await runKctl(words, { env, input: 'last\n' })).code, 0);
  const { code, stderr } = await first.finished;
  assert.equal(code, 1, stderr);
  assert.match(stderr, /INVALID_PRODUCER_EPOCH|PRODUCER_FENCED|epoch/i);
});

test('a topic that is deleted ends its producer with the cause', async () => {
  const { env } = await sharedCluster();
  const topic = randomName('deleted');
  await runKctl(['topics', 'create', topic], { env });
  const producer = startKctl(['produce', topic, '--template', '{n}', '--rate', '20'], { env });
  await eventually('the producer writes', async () => {
    const { stdout } = await runKctl(['consume', topic, '--exit-at-end'], { env });
    return stdout !== '';
  });
  await runKctl(['topics', 'delete', topic, '--yes'], { env });
  const { code, stderr } = await producer.finished;
  assert.match(stderr, new RegExp(`${topic} was deleted`));
  assert.equal(code, 4);
});

test('crc32 places keys as librdkafka does', () => {
  // The check value of CRC-32 (IEEE 802.3), of which the partition is the remainder.
  const check = Buffer.from('123456789');
  for (const count of [1, 3, 7, 1000]) {
    assert.equal(partitionForKeyByCrc32(check, 0, check.length, count), 0xcbf43926 % count);
  }
});
