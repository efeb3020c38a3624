import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deadline } from '../../src/base/deadline.js';
import { Fetcher } from '../../src/client/fetch.js';
import { LeaderTable } from '../../src/client/fetch-leaders.js';
import { openCluster } from '../../src/cluster/index.js';
import { RecordCursor } from '../../src/protocol/records/cursor.js';
import { startCluster } from '../support/cluster.js';
import { runKctl } from '../support/kctl.js';
import { makeTopic, numbers, produce } from '../support/topics.js';

test('--client-rack: the replica of that rack serves, and the leader again when it is gone', async () => {
  const selector = 'org.apache.kafka.common.replica.RackAwareReplicaSelector';
  const cluster = await startCluster([
    ...['--brokers', '3', '--racks', 'hall,bar,cellar', '--config', `replica.selector.class=${selector}`],
  ]);
  const topic = await makeTopic(cluster, 1, ['--replica-assignment', '1:2:3']);
  await produce(cluster, topic, numbers(1, 1000));
  const { wire, close } = await openCluster({ 'bootstrap-server': cluster.bootstrapServers }, {});
  const asked: number[] = [];
  const link = wire.link.bind(wire);
  wire.link = (broker, purpose, deadline) => {
    asked.push(broker);
    return link(broker, purpose, deadline);
  };
  const leaders = new LeaderTable(wire, [topic]);
  await leaders.refresh(new Deadline(20_000));
  const fetcher = new Fetcher(wire, leaders, [{ topic, partition: 0, from: 0 }], {
    ...{ isolation: 'read_uncommitted', giveUpAfterMs: 60_000, rack: 'cellar', note: () => {} },
    signal: AbortSignal.timeout(90_000),
  });
  const values: string[] = [];
  let servedBy = -1;
  let killed = false;
  for await (const fetched of fetcher.answers()) {
    for (const { records, startOffset } of fetched) {
      // While an answer is worked on the next fetch is under way: to whom, is the last that was asked.
      servedBy = asked.at(-1) ?? -1;
      const cursor = new RecordCursor(records, { startOffset });
      while (cursor.next()) values.push(cursor.bytes.toString('utf8', cursor.valueStart, cursor.valueEnd));
    }
    if (values.length === 1000 && !killed) {
      assert.deepEqual([asked[0], servedBy], [1, 3], 'the leader names the replica, which is read then');
      killed = true;
      const kill = await runKctl(['local', 'kill', 'broker', '3', '--name', cluster.name]);
      assert.equal(kill.code, 0, kill.stderr);
      await produce(cluster, topic, numbers(1001, 2000));
    }
    if (values.length === 2000) break;
  }
  await close();
  assert.equal(servedBy, 1, 'the leader is read when the replica is gone');
  assert.equal(values.join('\n'), numbers(1, 2000).trimEnd());

  const words = ['consume', topic, '--exit-at-end', '--client-rack', 'bar'];
  const { code, stdout, stderr } = await runKctl(words, { env: cluster.env });
  assert.deepEqual([code, stdout], [0, numbers(1, 2000)], stderr);
});
