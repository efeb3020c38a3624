import assert from 'node:assert/strict';
import { describe as suite, test } from 'node:test';
import {
  isAtLeast,
  sharedCluster,
  sharedClusters,
  sharedKraftCluster,
  type TestCluster,
} from '../support/cluster.js';
import { describe, holds, interrupt, join, partitionsOf } from '../support/groups.js';
import { eventually, type RunningKctl, randomName, runKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import { makeTopic, produce } from '../support/topics.js';

const format = ['--format', '{partition}:{offset} -> {value}'];
const cooperative = ['--assignor', 'cooperative-sticky'];
const consumerProtocol = ['--group-protocol', 'consumer'];

/** Both ways in which members read on while the group rebalances, and how Kafka's own consumer is told. */
const incremental: Array<[string, () => Promise<TestCluster>, flags: string[], property: string]> = [
  [
    'cooperative-sticky',
    sharedCluster,
    cooperative,
    'partition.assignment.strategy=org.apache.kafka.clients.consumer.CooperativeStickyAssignor',
  ],
  ['KIP-848', sharedKraftCluster, consumerProtocol, 'group.protocol=consumer'],
];

/** Brokers before 4.0 refuse it, which the last test of them holds: the others are of those that offer it. */
const offersConsumerProtocol = isAtLeast(await sharedKraftCluster(), '4.0');
const isOffered = ([name]: readonly [string, ...unknown[]]) => name !== 'KIP-848' || offersConsumerProtocol;

/** The partitions of all, none twice. */
function shares(members: RunningKctl[]): string[] {
  return members.flatMap((member) => partitionsOf(member) ?? []).sort();
}

// Members mostly wait for heartbeats: several groups at once.
suite('protocols of groups', { concurrency: 4 }, () => {
  for (const [name, open, flags, property] of incremental.filter(isOffered)) {
    test(`${name}: Kafka's own consumer and kctl share a group, and what stays is not given up`, async () => {
      const cluster = await open();
      const topic = await makeTopic(cluster, 4);
      const group = randomName('barflies');
      const member = join(cluster, topic, group, [...flags, ...format]);
      await holds(member, 4);
      const kafka = runTool('consoleConsumer', [
        ...['--bootstrap-server', cluster.bootstrapServers, '--topic', topic, '--group', group],
        ...['--consumer-property', property, '--consumer-property', 'auto.offset.reset=earliest'],
        ...['--max-messages', '2', '--timeout-ms', '40000'],
      ]);
      await holds(member, 2, 60_000);
      assert.match(member.stderr(), /\(given up: \S+ \S+\)$/m);
      const own = partitionsOf(member) ?? [];
      for (const partition of [0, 1, 2, 3])
        await produce(cluster, topic, `from ${partition}\n`, ['--partition', String(partition)]);
      const theirs = (await kafka).stdout.toString().trim().split('\n').sort();
      await member.waitFor((stdout) => stdout.split('\n').length > 2, 'its own two records');
      await holds(member, 4);
      assert.match(member.stderr(), /\(new: \S+ \S+\)$/m);
      await interrupt(member);
      const ours = own.map((partition) => `from ${partition.slice(-1)}`);
      assert.deepEqual([...ours, ...theirs].sort(), ['from 0', 'from 1', 'from 2', 'from 3']);
      assert.equal(member.stdout().split('\n').length, 3, member.stdout());
      assert.deepEqual(await describe(cluster, group), { offsets: ['0:1', '1:1', '2:1', '3:1'], members: 0 });
    });

    test(`${name}: added partitions are noticed, and read from their beginning`, async () => {
      const cluster = await open();
      const topic = await makeTopic(cluster, 2);
      const group = randomName('barflies');
      const [first, second] = [
        join(cluster, topic, group, [...flags, ...format]),
        join(cluster, topic, group, flags),
      ];
      await Promise.all([holds(first, 1), holds(second, 1)]);
      const grown = await runTool('topics', [
        ...['--bootstrap-server', cluster.bootstrapServers, '--alter', '--topic', topic, '--partitions', '4'],
      ]);
      assert.equal(grown.code, 0, grown.stderr);
      for (const partition of [2, 3])
        await eventually(
          'the new partitions',
          async () =>
            (
              await runKctl(['produce', topic, '--partition', String(partition)], {
                env: cluster.env,
                input: `p${partition}\n`,
              })
            ).code === 0,
        );
      await Promise.all([holds(first, 2), holds(second, 2)]);
      await eventually('both records', () => /p[23]/.test(first.stdout()) && /p[23]/.test(second.stdout()));
      await Promise.all([interrupt(first), interrupt(second)]);
    });
  }

  for (const [name, open, flags] of (
    [
      ['classic', sharedCluster, []],
      ['cooperative-sticky', sharedKraftCluster, cooperative],
      ['KIP-848', sharedKraftCluster, consumerProtocol],
    ] as const
  ).filter(isOffered)) {
    test(`${name}: a static member comes back without a rebalance`, async () => {
      const cluster = await open();
      const topic = await makeTopic(cluster, 2);
      const group = randomName('barflies');
      const stay = join(cluster, topic, group, [...flags]);
      const asStatic = [...flags, ...format, '--group-instance-id', 'bar-1'];
      const gone = join(cluster, topic, group, asStatic);
      await Promise.all([holds(stay, 1), holds(gone, 1)]);
      // Where the group has no place yet, who comes back begins at the end.
      const hasPlaces = async () => (await describe(cluster, group)).offsets.join(' ') === '0:0 1:0';
      await eventually('its places in both partitions', hasPlaces);
      const before = stay.stderr();
      const own = partitionsOf(gone);
      await interrupt(gone);
      for (const partition of [0, 1])
        await produce(cluster, topic, `p${partition}\n`, ['--partition', String(partition)]);
      const back = join(cluster, topic, group, asStatic);
      await back.waitFor((stdout) => stdout !== '', 'the record of the time between');
      assert.deepEqual(partitionsOf(back), own);
      assert.equal(stay.stderr(), before);
      await Promise.all([interrupt(back), interrupt(stay)]);
    });
  }

  const ofNewer = { skip: !offersConsumerProtocol && 'these brokers do not offer the protocol' };
  test(
    'the name of a static member that runs is not taken from it by KIP-848, and is by the classic protocol',
    ofNewer,
    async () => {
      const cluster = await sharedKraftCluster();
      const topic = await makeTopic(cluster, 1);
      const named = ['--group-instance-id', 'bar-1'];
      const [classic, consumer] = [randomName('barflies'), randomName('barflies')];
      const old = join(cluster, topic, classic, named);
      const first = join(cluster, topic, consumer, [...consumerProtocol, ...named]);
      await Promise.all([holds(old, 1), holds(first, 1)]);
      const refused = await join(cluster, topic, consumer, [...consumerProtocol, ...named]).finished;
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /UNRELEASED_INSTANCE_ID[\s\S]*--group-instance-id is in the group/);
      const newer = join(cluster, topic, classic, named);
      await holds(newer, 1);
      const fenced = await old.finished;
      assert.equal(fenced.code, 1);
      assert.match(fenced.stderr, /FENCED_INSTANCE_ID/);
      await Promise.all([interrupt(first), interrupt(newer)]);
    },
  );

  test('assignors of the brokers, and flags of the other protocol', ofNewer, async () => {
    const cluster = await sharedKraftCluster();
    const topic = await makeTopic(cluster, 2);
    const run = (flags: string[]) =>
      runKctl(['consume', topic, '--group', randomName('barflies'), '--exit-at-end', ...flags], {
        env: cluster.env,
      });
    const range = await run([...consumerProtocol, '--group-remote-assignor', 'range']);
    assert.equal(range.code, 0, range.stderr);
    const unknown = await run([...consumerProtocol, '--group-remote-assignor', 'fair']);
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /UNSUPPORTED_ASSIGNOR/);
    for (const flags of [
      [...consumerProtocol, ...cooperative],
      ['--group-remote-assignor', 'range'],
    ]) {
      assert.equal((await run(flags)).code, 2);
    }
  });

  for (const [mode, open] of offersConsumerProtocol ? sharedClusters.slice(0, 1) : sharedClusters) {
    test(`${mode}: brokers without the new protocol: exit 1 that offers the classic one`, async () => {
      const old = await open();
      const topic = await makeTopic(old, 1);
      const run = await runKctl(['consume', topic, '--group', 'g', ...consumerProtocol], { env: old.env });
      assert.equal(run.code, 1);
      assert.match(run.stderr, /UNSUPPORTED_VERSION[\s\S]*--group-protocol classic/);
    });
  }

  for (const [mode, open] of sharedClusters) {
    test(`${mode}: cooperative members come and go, and each record is printed once`, async () => {
      const cluster = await open();
      const topic = await makeTopic(cluster, 6);
      const group = randomName('barflies');
      const all = [0, 1, 2, 3, 4, 5].map((partition) => `${topic}-${partition}`);
      const writing = runKctl(['produce', topic, '--template', '{n}', '--count', '4000', '--rate', '500/s'], {
        env: cluster.env,
      });
      const members = [join(cluster, topic, group, [...cooperative, '--from-beginning'])];
      for (const size of [2, 3]) {
        members.push(join(cluster, topic, group, [...cooperative, '--from-beginning']));
        await eventually(`${size} members`, () => shares(members).join() === all.join());
      }
      const [leaving, ...others] = members;
      assert.ok(leaving);
      await interrupt(leaving);
      await eventually('two members', () => shares(others).join() === all.join());
      assert.equal((await writing).code, 0);
      const printed = () => members.flatMap((member) => member.stdout().trim().split('\n')).filter(Boolean);
      await eventually('all records', () => printed().length >= 4000);
      assert.deepEqual(
        printed()
          .map(Number)
          .sort((a, b) => a - b),
        Array.from({ length: 4000 }, (_, n) => n + 1),
      );
      await Promise.all(others.map(interrupt));
    });
  }
});
