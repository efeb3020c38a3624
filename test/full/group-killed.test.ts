import { test } from 'node:test';
import { sharedKraftCluster } from '../support/cluster.js';
import { describe, holds, interrupt, join } from '../support/groups.js';
import { eventually, randomName } from '../support/kctl.js';
import { makeTopic, produce } from '../support/topics.js';

/** Of the brokers: group.consumer.session.timeout.ms. */
const sessionTimeoutMs = 45_000;

for (const flags of [
  ['--assignor', 'cooperative-sticky'],
  ['--group-protocol', 'consumer'],
]) {
  test(`${flags.join(' ')}: the partitions of a killed member go to another`, async () => {
    const cluster = await sharedKraftCluster();
    const topic = await makeTopic(cluster, 2);
    const group = randomName('barflies');
    const [killed, survivor] = [join(cluster, topic, group, flags), join(cluster, topic, group, flags)];
    await Promise.all([holds(killed, 1), holds(survivor, 1)]);
    // Each holds its place with the first answer to a fetch: before that nobody knows where the group was.
    const committed = async () => (await describe(cluster, group)).offsets.join() === '0:0,1:0';
    await eventually('both places', committed);
    killed.process.kill('SIGKILL');
    await killed.finished;
    for (const partition of [0, 1])
      await produce(cluster, topic, `p${partition}\n`, ['--partition', String(partition)]);
    await survivor.waitFor(
      (stdout) => /p0/.test(stdout) && /p1/.test(stdout),
      'the records of both partitions',
      sessionTimeoutMs + 20_000,
    );
    await interrupt(survivor);
  });
}
