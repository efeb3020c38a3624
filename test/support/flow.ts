import assert from 'node:assert/strict';
import type { TestCluster } from './cluster.js';
import { startKctl } from './kctl.js';
import { assertDocument } from './schemas.js';

/**
 * An idempotent producer that writes 1,000 numbers a second to a topic, for 400 seconds at most, and a consumer that reads
 * along.
 */
export function startFlow(topic: string, { env }: TestCluster) {
  const words = ['produce', topic, '--rate', '1000/s', '--delivery-timeout', '120s', '-o', 'json'];
  const producer = startKctl(words, { env, timeoutMs: 600_000 });
  const reading = ['consume', topic, '--from-beginning', '--format', '{partition} {value}'];
  const consumer = startKctl(reading, { env, timeoutMs: 600_000 });
  const count = 400_000;
  producer.process.stdin.on('error', () => {});
  producer.process.stdin.write(Array.from({ length: count }, (_, index) => `n${index}\n`).join(''));
  return {
    /** Ends both: each record that was acknowledged was read once, in order. @returns how many these are */
    async assertAllThere(): Promise<number> {
      producer.process.kill('SIGINT');
      const { stdout, stderr } = await producer.finished;
      const { records } = assertDocument(stdout, 'ProduceSummary');
      assert.ok(records > 0, stderr);
      await consumer.waitFor((read) => read.split('\n').length > records, 'the last record');
      consumer.process.kill('SIGINT');
      const read = await consumer.finished;
      assert.ok([0, 130].includes(read.code ?? -1), read.stderr);
      const last = new Map<string, number>();
      const seen = new Set<number>();
      for (const line of read.stdout.split('\n')) {
        const [partition = '', value = ''] = line.split(' ');
        if (!value.startsWith('n')) continue;
        const number = Number(value.slice(1));
        assert.ok(number > (last.get(partition) ?? -1), `partition ${partition}: ${number} is out of order`);
        last.set(partition, number);
        seen.add(number);
      }
      assert.ok(seen.size >= records, `${records} were acknowledged, ${seen.size} are there`);
      return records;
    },
  };
}
