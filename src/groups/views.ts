import type { Cell, Column, FactsSection, TableSection, View } from '../render/view.js';
import { toned } from '../render/view.js';
import type { LagLevel, LagList } from './lag.js';
import type { GroupDescription, GroupDescriptionList, GroupList, StreamsTasks } from './types.js';

const number = (header: string): Column => ({ header, align: 'right' });

export function viewGroupList({ items }: GroupList): View {
  const rows = items.map(({ group, type, state, protocolType, coordinator }) => [
    group,
    type,
    state === null ? null : stateCell(state),
    protocolType,
    coordinator,
  ]);
  const columns: Column[] = [
    { header: 'group' },
    { header: 'type' },
    { header: 'state' },
    { header: 'protocol type', wide: true },
    { ...number('coordinator') },
  ];
  return {
    sections: [{ type: 'table', columns, rows, whenEmpty: 'No groups.' }],
    names: items.map(({ group }) => group),
  };
}

export function viewGroupDescriptions({ items }: GroupDescriptionList): View {
  const sections = items.flatMap((group) => [factsOf(group), partitionsOf(group), membersOf(group)]);
  return { sections, names: items.map(({ group }) => group) };
}

function factsOf(group: GroupDescription): FactsSection {
  return {
    type: 'facts',
    title: group.group,
    forPeople: true,
    facts: [
      ['type', group.type],
      ['state', stateCell(group.state)],
      ['assignor', group.protocol],
      ...(group.epoch === null
        ? []
        : [
            ['epoch', group.epoch] as [string, Cell],
            ['epoch of the assignment', group.assignmentEpoch] as [string, Cell],
          ]),
      ['coordinator', group.coordinator],
      ['members', group.members.length],
      ['lag', group.lag],
    ],
  };
}

function partitionsOf({ group, partitions }: GroupDescription): TableSection {
  return {
    type: 'table',
    columns: [
      { header: 'group', wide: true },
      { header: 'topic' },
      number('partition'),
      number('committed'),
      number('end'),
      number('lag'),
      { header: 'client' },
      { header: 'host' },
      { header: 'member', wide: true },
    ],
    rows: partitions.map((at) => [
      group,
      at.topic,
      at.partition,
      at.committedOffset,
      at.logEndOffset ?? toned('unknown', 'bad'),
      lagCell(at.lag),
      at.clientId,
      at.host,
      at.memberId,
    ]),
    whenEmpty: 'Nothing is committed or assigned.',
  };
}

function membersOf({ group, type, members }: GroupDescription): TableSection {
  const isStreams = type === 'streams';
  return {
    type: 'table',
    columns: [
      { header: 'group', wide: true },
      { header: 'member' },
      { header: 'instance' },
      { header: 'client' },
      { header: 'host' },
      number('epoch'),
      number('partitions'),
      ...(isStreams ? streamsColumns : []),
    ],
    rows: members.map((member) => [
      group,
      member.memberId,
      member.instanceId,
      member.clientId,
      member.host,
      member.epoch,
      member.assignment.length,
      ...(isStreams
        ? [
            tasksCell(member.streams?.assignment.activeTasks),
            tasksCell(member.streams?.assignment.standbyTasks),
            tasksCell(member.streams?.assignment.warmupTasks),
            member.streams?.processId ?? null,
          ]
        : []),
    ]),
    whenEmpty: 'No members.',
  };
}

const streamsColumns: Column[] = [
  { header: 'active tasks' },
  { header: 'standby tasks' },
  { header: 'warmup tasks' },
  { header: 'process', wide: true },
];

/** As Kafka Streams writes them: 0_0 is partition 0 of subtopology 0. */
function tasksCell(tasks: readonly StreamsTasks[] = []): Cell {
  const names = tasks.flatMap(({ subtopologyId, partitions }) =>
    partitions.map((partition) => `${subtopologyId}_${partition}`),
  );
  return names.length > 0 ? names.join(' ') : null;
}

export function viewLag({ items }: LagList, by: LagLevel): View {
  const hasTime = items.some(({ lagMs }) => lagMs !== undefined);
  const columns: Column[] = [
    { header: 'group' },
    ...(by === 'topic' || by === 'partition' ? [{ header: 'topic' }] : []),
    ...(by === 'partition' ? [number('partition')] : [number('partitions')]),
    ...(by === 'member' ? [{ header: 'client' }, { header: 'member' }] : []),
    number('lag'),
    ...(hasTime ? [number('behind')] : []),
    number('unknown'),
  ];
  const rows = items.map((item): Cell[] => [
    item.group,
    ...(by === 'topic' || by === 'partition' ? [item.topic ?? null] : []),
    ...(by === 'partition' ? [item.partition ?? null] : [item.partitions]),
    ...(by === 'member' ? [item.clientId ?? null, item.memberId ?? null] : []),
    lagCell(item.lag),
    ...(hasTime ? [durationCell(item.lagMs)] : []),
    item.unknown > 0 ? toned(item.unknown, 'warn') : 0,
  ]);
  return {
    sections: [{ type: 'table', columns, rows, whenEmpty: 'No lag.' }],
    names: items.map(({ group }) => group),
  };
}

export function stateCell(state: string): Cell {
  if (state === 'Stable') return toned(state, 'good');
  return state === 'Empty' || state === 'Dead' ? toned(state, 'dim') : toned(state, 'warn');
}

function lagCell(lag: number | null): Cell {
  return lag === null || lag === 0 ? lag : toned(lag, 'warn');
}

/** How long ago, in the largest unit that leaves something to say. */
function durationCell(ms: number | null | undefined): Cell {
  if (ms === null || ms === undefined) return null;
  const units: Array<[string, number]> = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ];
  const [unit, size] = units.find(([, limit]) => ms >= 2 * limit) ?? ['ms', 1];
  return `${Math.floor(ms / size)}${unit}`;
}
