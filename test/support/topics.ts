import assert from 'node:assert/strict';
import type { TestCluster } from './cluster.js';
import { randomName, runKctl } from './kctl.js';

/** Makes a topic of the test's own. */
export async function makeTopic(
  cluster: TestCluster,
  partitions: number,
  flags: string[] = [],
): Promise<string> {
  const topic = randomName('test');
  const size = flags.includes('--replica-assignment') ? [] : ['--partitions', String(partitions)];
  const { code, stderr } = await runKctl(['topics', 'create', topic, ...size, ...flags], {
    env: cluster.env,
  });
  assert.equal(code, 0, stderr);
  return topic;
}

/** Writes lines to a topic through console-producer. */
export async function produce(
  cluster: TestCluster,
  topic: string,
  input: string | Buffer,
  flags: string[] = [],
): Promise<void> {
  const { code, stderr } = await runKctl(['produce', topic, ...flags], { env: cluster.env, input });
  assert.equal(code, 0, stderr);
}

/** Numbers in order, a line each. */
export function numbers(from: number, to: number): string {
  return Array.from({ length: to - from + 1 }, (_, index) => `${from + index}\n`).join('');
}
