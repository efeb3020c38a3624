import assert from 'node:assert/strict';
import type { TestCluster } from './cluster.js';
import { type RunningKctl, startKctl } from './kctl.js';
import { runTool } from './oracle/oracle.js';

/** Starts a member of a group. */
export function join(cluster: TestCluster, topic: string, group: string, flags: string[] = []): RunningKctl {
  return startKctl(['consume', topic, '--group', group, ...flags], { env: cluster.env, timeoutMs: 120_000 });
}

/** Waits until the newest assignment of the consumer gives it so many partitions. */
export function holds(consumer: RunningKctl, partitions: number, timeoutMs?: number): Promise<void> {
  const has = () => partitionsOf(consumer)?.length === partitions;
  return consumer.waitFor(has, `${partitions} partitions`, timeoutMs);
}

/** The names of the partitions of the newest assignment; undefined before the first. */
export function partitionsOf(consumer: RunningKctl): string[] | undefined {
  const last = [...consumer.stderr().matchAll(/^group .*, (?:generation|member epoch) \d+: ([^(\n]*)/gm)].at(
    -1,
  )?.[1];
  return last === undefined ? undefined : (last.match(/\S+-\d+/g) ?? []);
}

/** Ctrl-C. @returns the milliseconds until it ended */
export async function interrupt(consumer: RunningKctl): Promise<number> {
  const startMs = Date.now();
  consumer.process.kill('SIGINT');
  const { code, stderr } = await consumer.finished;
  assert.equal(code, 130, stderr);
  return Date.now() - startMs;
}

/** What ConsumerGroupCommand says of a group: partition to committed offset, and how many members there are. */
export async function describe(
  cluster: TestCluster,
  group: string,
): Promise<{ offsets: string[]; members: number }> {
  const { stdout } = await runTool('consumerGroups', [
    ...['--bootstrap-server', cluster.bootstrapServers, '--describe', '--group', group],
  ]);
  const rows = stdout
    .toString()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([name]) => name === group);
  const members = new Set(rows.map((row) => row[6]).filter((id) => id !== '-'));
  return { offsets: rows.map((row) => `${row[2]}:${row[3]}`).sort(), members: members.size };
}
