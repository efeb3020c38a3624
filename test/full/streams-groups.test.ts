import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kraftVersion, sharedKraftCluster } from '../support/cluster.js';
import { eventually, randomName } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import type { JsonDocument } from '../support/schemas.js';
import { type Session, sessionOf } from '../support/session.js';
import { makeTopic, numbers, produce } from '../support/topics.js';

/** A member of a streams group, made of single heartbeats: kctl itself joins none. */
const memberId = 'AAAAAAAAAAAAAAAAAAAAAQ';
const processId = 'process-1';

test('a streams group is as StreamsGroupCommand shows it, and changed as it changes it', async () => {
  const cluster = await sharedKraftCluster();
  const { done, kctl } = sessionOf(() => cluster);
  const run = async (...words: string[]): Promise<string> => {
    const server = ['--bootstrap-server', cluster.bootstrapServers];
    const { code, stdout, stderr } = await runTool('streamsGroups', [...server, ...words], '', kraftVersion);
    assert.equal(code, 0, stderr);
    return stdout.toString();
  };
  /** The rows of the tool, by the names of their columns. */
  const apache = async (...words: string[]): Promise<Record<string, string>[]> => {
    const lines = (await run(...words)).split('\n');
    const header = lines.findIndex((line) => line.startsWith('GROUP '));
    const columns = [...(lines[header] ?? '').matchAll(/(\S+(?: \(ID\))?)\s*/g)];
    return lines.slice(header + 1).flatMap((line) => {
      const cells = columns.map(({ index, 0: cell, 1: name = '' }, at): [string, string] => {
        const end = at === columns.length - 1 ? line.length : index + cell.length;
        return [name, line.slice(index, end).trim()];
      });
      return line.trim() === '' ? [] : [Object.fromEntries(cells)];
    });
  };
  const source = await makeTopic(cluster, 2);
  const app = randomName('streams');
  const [repartition, changelog] = [`${app}-agg-repartition`, `${app}-agg-changelog`];
  for (const partition of ['0', '1'])
    await produce(cluster, source, numbers(1, 10), ['--partition', partition]);

  const internal = { replicationFactor: 1, topicConfigs: [] };
  const topology = {
    epoch: 0,
    subtopologies: [
      { ...part, subtopologyId: '0', sourceTopics: [source], repartitionSinkTopics: [repartition] },
      {
        ...{ ...part, subtopologyId: '1', sourceTopics: [] },
        stateChangelogTopics: [{ ...internal, name: changelog, partitions: 0 }],
        repartitionSourceTopics: [{ ...internal, name: repartition, partitions: 2 }],
      },
    ],
  };
  const member = await joinStreams(done, app, topology);
  const at = { name: source, partitions: [{ partitionIndex: 0, committedOffset: 4, committedMetadata: '' }] };
  const commit = { groupId: app, memberId, generationIdOrMemberEpoch: member.epoch(), topics: [at] };
  await done('wire', 'OffsetCommit', '--api-version', '9', '--body', JSON.stringify(commit), '--yes');

  const [listed] = (await done('groups', 'list', app, '--type', 'streams')).items;
  const [said] = (await apache('--list', '--state')).filter(({ GROUP }) => GROUP === app);
  assert.deepEqual([listed.state, listed.protocolType], [said?.STATE, 'streams']);
  const [described] = (await done('groups', 'describe', app)).items;
  const [state] = await apache('--describe', '--group', app, '--state', '--verbose');
  assert.deepEqual(
    [described.state, described.epoch, described.assignmentEpoch, described.members.length].map(String),
    [state?.STATE, state?.['GROUP-EPOCH'], state?.['TARGET-ASSIGNMENT-EPOCH'], state?.['#MEMBERS']],
  );
  const [row] = await apache('--describe', '--group', app, '--members', '--verbose');
  const [only] = described.members;
  const { streams } = only;
  assert.deepEqual(
    [only.memberId, streams.topologyEpoch, only.epoch, streams.processId, only.clientId].map(String),
    ['MEMBER', 'TOPOLOGY-EPOCH', 'MEMBER-EPOCH', 'PROCESS', 'CLIENT-ID'].map((name) => row?.[name]),
  );
  assert.equal(row?.['MEMBER-PROTOCOL'], streams.isClassic ? 'classic' : 'streams');
  const [own, target] = [streams.assignment, streams.targetAssignment].map(({ activeTasks }) =>
    written(activeTasks),
  );
  assert.equal(row?.ASSIGNMENTS, `ACTIVE: ${own} TARGET-ACTIVE: ${target}`);
  assert.equal(own, '0:[0,1]; 1:[0,1];');

  const offsets = async () =>
    (await apache('--describe', '--group', app, '--offsets', '--verbose'))
      .map((cells) =>
        ['TOPIC', 'PARTITION', 'CURRENT-OFFSET', 'LOG-END-OFFSET'].map((name) => cells[name]).join(' '),
      )
      .sort();
  const offsetsOf = ({ partitions }: JsonDocument) =>
    partitions
      .map(({ topic, partition, committedOffset, logEndOffset }: JsonDocument) =>
        [topic, partition, committedOffset ?? '-', logEndOffset].join(' '),
      )
      .sort();
  assert.deepEqual(offsetsOf(described), await offsets());
  assert.equal(described.lag, 6);
  assert.ok(offsetsOf(described).includes(`${source} 1 - 10`), 'what nobody has committed has an end');
  const reset = ['groups', 'reset', app, '--topic', source, '--to-offset', '7'];
  assert.match((await kctl(...reset, '--yes')).stderr, /NON_EMPTY_GROUP/);
  assert.match(
    (await kctl('groups', 'remove-members', app, '--all', '--yes')).stderr,
    /no members out of streams/,
  );

  await member.leave();
  const undone = await kctl(...reset, '--yes');
  assert.deepEqual([undone.code, /1 partition had no offset before/.test(undone.stderr)], [0, true]);
  const committed = async () =>
    (await done('groups', 'describe', app)).items[0].partitions.map(
      (each: JsonDocument) => each.committedOffset,
    );
  // Of a group without members the tool describes no offsets, but resets them to where they are.
  const kept = async () => {
    const words = ['--reset-offsets', '--group', app, '--all-input-topics', '--to-current', '--dry-run'];
    return (await run(...words, '--export')).split(/\s+/).filter((line) => line.startsWith(source));
  };
  assert.deepEqual((await kept()).sort(), [`${source},0,7`, `${source},1,7`]);
  await run('--reset-offsets', '--group', app, '--input-topic', source, '--to-earliest', '--execute');
  assert.deepEqual(await committed(), [0, 0]);
  await done('groups', 'delete-offsets', app, `${source}:0`, '--yes');
  assert.deepEqual(await kept(), [`${source},1,0`]);
  await run('--delete-offsets', '--group', app, '--input-topic', source);
  assert.deepEqual(await committed(), []);
  await done('groups', 'delete', app, '--yes');
  assert.ok(!(await apache('--list', '--state')).some(({ GROUP }) => GROUP === app));
});

test('a task of topics with different numbers of partitions reads those that there are', async () => {
  const cluster = await sharedKraftCluster();
  const { done } = sessionOf(() => cluster);
  const [wide, narrow] = [await makeTopic(cluster, 2), await makeTopic(cluster, 1)];
  const app = randomName('streams');
  const subtopologies = [{ ...part, subtopologyId: '0', sourceTopics: [wide, narrow] }];
  const member = await joinStreams(done, app, { epoch: 0, subtopologies });
  const [{ partitions }] = (await done('groups', 'describe', app)).items;
  assert.deepEqual(
    partitions.map(({ topic, partition }: JsonDocument) => `${topic}-${partition}`).sort(),
    [`${wide}-0`, `${wide}-1`, `${narrow}-0`].sort(),
  );
  await member.leave();
});

const part = {
  ...{ sourceTopicRegex: [], stateChangelogTopics: [], repartitionSinkTopics: [] },
  ...{ repartitionSourceTopics: [], copartitionGroups: [] },
};
const noTasks = { activeTasks: [], standbyTasks: [], warmupTasks: [] };

/** Joins a streams group, and waits until the member has tasks of every part of the topology. */
async function joinStreams(
  done: Session['done'],
  groupId: string,
  topology: { epoch: number; subtopologies: object[] },
) {
  let [epoch, tasks]: [number, JsonDocument[]] = [0, []];
  const beat = async (more: JsonDocument) => {
    const body = { groupId, memberId, memberEpoch: epoch, endpointInformationEpoch: 0, ...more };
    const { answer } = await done('wire', 'StreamsGroupHeartbeat', '--body', JSON.stringify(body), '--yes');
    epoch = answer.memberEpoch;
    tasks = answer.activeTasks ?? tasks;
  };
  await beat({ rebalanceTimeoutMs: 60_000, processId, clientTags: [], ...noTasks, topology });
  const goOn = () => beat({ ...noTasks, activeTasks: tasks });
  await eventually('all tasks', async () => {
    await goOn();
    return tasks.length === topology.subtopologies.length;
  });
  await goOn();
  return { epoch: () => epoch, leave: () => beat({ memberEpoch: -1 }) };
}

function written(tasks: JsonDocument[]): string {
  return tasks.map(({ subtopologyId, partitions }) => `${subtopologyId}:[${partitions.join()}];`).join(' ');
}
