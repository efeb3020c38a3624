import type { Cell, FactsSection, View } from '../render/view.js';
import { toned } from '../render/view.js';
import type {
  RegisteredAclList,
  RegisteredBrokerList,
  RegisteredConfigList,
  RegisteredController,
  RegisteredElection,
  RegisteredFeatures,
  RegisteredTopicList,
  RegisteredUserList,
  RegistryCheck,
} from './types.js';

export function viewBrokers({ items }: RegisteredBrokerList): View {
  return tableView(
    ['broker', 'endpoints', 'rack', 'registered', 'session'],
    items.map(({ endpoints, id, rack, registeredAt, sessionId }) => [
      id,
      endpoints.join(', '),
      rack,
      timeOf(registeredAt),
      sessionId,
    ]),
    items.map(({ id }) => String(id)),
    'No brokers are registered.',
  );
}

export function viewController(controller: RegisteredController): View {
  const { brokerId, controllerEpoch, electedAt, kraftControllerEpoch, sessionId } = controller;
  return factsView(
    [
      ['controller', brokerId ?? toned('none', 'bad')],
      ['epoch', controllerEpoch],
      ['elected', timeOf(electedAt)],
      ['session', sessionId],
      ['KRaft controller epoch', kraftControllerEpoch],
    ],
    brokerId === null ? [] : [String(brokerId)],
  );
}

export function viewTopics({ items }: RegisteredTopicList): View {
  const rows = items.flatMap(({ name, partitions, topicId }) =>
    partitions.map(({ isr, leader, leaderEpoch, partition, replicas }): Cell[] => [
      name,
      partition,
      leader === null || leader < 0 ? toned(leader ?? 'none', 'bad') : leader,
      leaderEpoch,
      replicas.join(','),
      isr.length < replicas.length ? toned(isr.join(','), 'warn') : isr.join(','),
      topicId,
    ]),
  );
  const headers = ['topic', 'partition', 'leader', 'leader epoch', 'replicas', 'isr', 'id'];
  return tableView(
    headers,
    rows,
    items.map(({ name }) => name),
    'No topics.',
  );
}

export function viewConfigs({ items }: RegisteredConfigList): View {
  const rows = items.flatMap(({ configs, entity, entityType }) =>
    Object.entries(configs).map(([name, value]): Cell[] => [
      entityType,
      entity,
      name,
      value ?? toned('hidden', 'dim'),
    ]),
  );
  const names = items.map(({ entity, entityType }) => `${entityType}/${entity}`);
  return tableView(['type', 'entity', 'config', 'value'], rows, names, 'Nothing is set.');
}

export function viewAcls({ items }: RegisteredAclList): View {
  const rows = items.map((acl) => [
    acl.resourceType,
    acl.patternType,
    acl.resource,
    acl.principal,
    acl.host,
    acl.operation,
    acl.permissionType,
  ]);
  const headers = ['resource type', 'pattern', 'resource', 'principal', 'host', 'operation', 'permission'];
  return tableView(
    headers,
    rows,
    items.map(({ resource }) => resource),
    'No ACLs.',
  );
}

export function viewUsers({ items }: RegisteredUserList): View {
  const rows = items.flatMap(({ mechanisms, user }) =>
    mechanisms.map(({ iterations, mechanism }) => [user, mechanism, iterations]),
  );
  return tableView(
    ['user', 'mechanism', 'iterations'],
    rows,
    items.map(({ user }) => user),
    'No SCRAM users.',
  );
}

export function viewFeatures({ features, status }: RegisteredFeatures): View {
  const names = Object.keys(features);
  return factsView([['status', status], ...Object.entries(features)], names);
}

export function viewElection(election: RegisteredElection): View {
  return factsView(
    [
      ['controller', election.controllerId],
      ['epoch', election.controllerEpoch],
      ['preferred leaders being elected', election.preferredLeaderElections.join(', ') || null],
      ['being reassigned', election.reassignments.join(', ') || null],
      ['waiting to be deleted', election.topicDeletions.join(', ') || null],
      ['migration', election.migration && JSON.stringify(election.migration)],
    ],
    [],
  );
}

export function viewCheck({ brokers, findings, topics }: RegistryCheck): View {
  const rows = findings.map(({ code, message, severity, subject }) => [
    toned(severity, severity === 'failure' ? 'bad' : 'warn'),
    code,
    subject,
    message,
  ]);
  const empty = `ZooKeeper and the brokers say the same of ${brokers} brokers and ${topics} topics.`;
  return tableView(
    ['severity', 'finding', 'subject', 'what'],
    rows,
    findings.map(({ subject }) => subject),
    empty,
  );
}

function tableView(headers: string[], rows: Cell[][], names: string[], whenEmpty: string): View {
  const columns = headers.map((header) => ({ header }));
  return { sections: [{ type: 'table', columns, rows, whenEmpty }], names };
}

function factsView(facts: FactsSection['facts'], names: string[]): View {
  return { sections: [{ type: 'facts', facts }], names };
}

function timeOf(epochMs: number | null): string | null {
  const date = new Date(epochMs ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
