import * as Flags from '@oclif/core/flags';
import { usageError } from '../base/errors.js';
import {
  type AclOperation,
  aclOperations,
  type Permission,
  type ResourceType,
} from '../protocol/acl-codes.js';
import {
  type Acl,
  type AclPattern,
  type AclResource,
  checkPrincipal,
  clusterName,
  parseOperation,
} from './acl.js';
import type { AclFilter } from './list.js';

const several = { multiple: true, multipleNonGreedy: true } as const;
const principals = { ...several, helpValue: '<User:name>' } as const;
const addresses = { ...several, helpValue: '<address>' } as const;

/** Which resources, as kafka-acls names them. */
const resourceFlags = {
  topic: Flags.string({ ...several, description: 'a topic; * for every one', helpValue: '<name>' }),
  group: Flags.string({ ...several, description: 'a group', helpValue: '<name>' }),
  cluster: Flags.boolean({ description: 'the cluster itself' }),
  'transactional-id': Flags.string({ ...several, description: 'a transactional id', helpValue: '<id>' }),
  'delegation-token': Flags.string({ ...several, description: 'a delegation token', helpValue: '<id>' }),
  'user-principal': Flags.string({ ...principals, description: 'a user whose tokens others may make' }),
};

const operation = Flags.string({
  ...several,
  description: `${(Object.keys(aclOperations) as AclOperation[]).join(', ')} (default all)`,
  helpValue: '<operation>',
});

const shorthandFlags = {
  producer: Flags.boolean({ description: 'what a producer needs: write, describe and create its topics' }),
  consumer: Flags.boolean({
    description: 'what a consumer needs: read and describe its topics, read its groups',
  }),
  idempotent: Flags.boolean({
    description: 'what an idempotent producer needs beside, before Kafka 3.0',
    dependsOn: ['producer'],
  }),
};

/** Flags that make rules. */
export const ruleFlags = {
  ...resourceFlags,
  ...shorthandFlags,
  operation,
  'allow-principal': Flags.string({ ...principals, description: 'who may; User:* is everybody' }),
  'deny-principal': Flags.string({ ...principals, description: 'who may not; it wins over every allowance' }),
  'allow-host': Flags.string({ ...addresses, description: 'from where they may (default every host)' }),
  'deny-host': Flags.string({ ...addresses, description: 'from where they may not (default every host)' }),
  'resource-pattern-type': Flags.option({
    options: ['literal', 'prefixed'] as const,
    default: 'literal' as const,
    description: 'whether names are whole, or what names begin with',
  })(),
};

/** Flags that choose among rules. */
export const selectFlags = {
  ...resourceFlags,
  operation,
  principal: Flags.string({ ...principals, description: 'only rules for them' }),
  host: Flags.string({ ...addresses, description: 'only rules for these hosts' }),
  permission: Flags.option({
    options: ['allow', 'deny'] as const satisfies Permission[],
    description: 'only these',
  })(),
  'resource-pattern-type': Flags.option({
    options: ['any', 'match', 'literal', 'prefixed'] as const,
    default: 'any' as const,
    description: 'any: rules of this very name; match: all that hold for a resource of this name',
  })(),
};

/** The default that answers from ACLs may assume. */
export const questionFlags = {
  host: Flags.string({ description: 'from this address only', helpValue: '<address>' }),
  'assume-default': Flags.option({
    options: ['allow', 'deny'] as const,
    description:
      "what the brokers do where no rule is about a resource (theirs is 'deny' unless they were told)",
  })(),
};

interface ResourceFlagValues {
  topic?: string[] | undefined;
  group?: string[] | undefined;
  cluster: boolean;
  'transactional-id'?: string[] | undefined;
  'delegation-token'?: string[] | undefined;
  'user-principal'?: string[] | undefined;
}

function resourcesOf(flags: ResourceFlagValues): AclResource[] {
  const named = (resourceType: ResourceType, names: string[] = []) =>
    names.map((resourceName) => ({ resourceType, resourceName }));
  return [
    ...named('topic', flags.topic),
    ...named('group', flags.group),
    ...named('cluster', flags.cluster ? [clusterName] : []),
    ...named('transactional-id', flags['transactional-id']),
    ...named('delegation-token', flags['delegation-token']),
    ...named('user', flags['user-principal']?.map(checkPrincipal)),
  ];
}

interface RuleFlagValues extends ResourceFlagValues {
  producer: boolean;
  consumer: boolean;
  idempotent: boolean;
  operation?: string[] | undefined;
  'allow-principal'?: string[] | undefined;
  'deny-principal'?: string[] | undefined;
  'allow-host'?: string[] | undefined;
  'deny-host'?: string[] | undefined;
  'resource-pattern-type': 'literal' | 'prefixed';
}

/** The rules that flags ask for: each operation on each resource for each principal from each host. */
export function rulesOf(flags: RuleFlagValues): Acl[] {
  const patterns = resourcesOf(flags).map((resource): AclPattern => {
    const isOne = resource.resourceType === 'cluster';
    return { ...resource, patternType: isOne ? 'literal' : flags['resource-pattern-type'] };
  });
  const subjects = [
    ...subjectsOf('allow', flags['allow-principal'], flags['allow-host']),
    ...subjectsOf('deny', flags['deny-principal'], flags['deny-host']),
  ];
  if (subjects.length === 0)
    throw usageError('rules for whom?', 'Name --allow-principal or --deny-principal.');
  const { producer, consumer, idempotent } = flags;
  const isShort = producer || consumer;
  if (isShort && (flags.operation || flags['deny-principal']))
    throw usageError(
      '--producer and --consumer say what is allowed',
      'Leave --operation and --deny-principal out.',
    );
  if (idempotent && !patterns.some(({ resourceType }) => resourceType === 'cluster'))
    patterns.push({ resourceType: 'cluster', resourceName: clusterName, patternType: 'literal' });
  const asked: AclOperation[] = flags.operation?.map(parseOperation) ?? ['all'];
  const rules = patterns.flatMap((pattern) => {
    const operations = isShort
      ? shortOperations(pattern.resourceType, { producer, consumer, idempotent })
      : asked;
    return operations.flatMap((each) =>
      subjects.map((subject) => ({ ...pattern, operation: each, ...subject })),
    );
  });
  const types = new Set(rules.map(({ resourceType }) => resourceType));
  if (patterns.length === 0 || (isShort && !types.has('topic')))
    throw usageError('rules about what?', 'Name resources, for example --topic orders.');
  if (consumer && !types.has('group')) throw usageError('a consumer needs a group', 'Name it: --group bar');
  return rules;
}

function subjectsOf(permission: Permission, names: string[] = [], hosts: string[] = ['*']) {
  return names.flatMap((name) =>
    hosts.map((host) => ({ principal: checkPrincipal(name), host, permission })),
  );
}

/** What producers and consumers need of each type (kafka.admin.AclCommand). */
function shortOperations(
  type: ResourceType,
  { producer, consumer, idempotent }: Pick<RuleFlagValues, 'producer' | 'consumer' | 'idempotent'>,
): AclOperation[] {
  const needed: Partial<Record<ResourceType, AclOperation[]>>[] = [
    producer ? { topic: ['write', 'describe', 'create'], 'transactional-id': ['write', 'describe'] } : {},
    consumer ? { topic: ['read', 'describe'], group: ['read'] } : {},
    idempotent ? { cluster: ['idempotent-write'] } : {},
  ];
  return [...new Set(needed.flatMap((each) => each[type] ?? []))];
}

interface SelectFlagValues extends ResourceFlagValues {
  operation?: string[] | undefined;
  principal?: string[] | undefined;
  host?: string[] | undefined;
  permission?: Permission | undefined;
  'resource-pattern-type': 'any' | 'match' | 'literal' | 'prefixed';
}

/** The filters that flags make: rules pass that pass one of them. */
export function filtersOf(flags: SelectFlagValues): AclFilter[] {
  const pattern = flags['resource-pattern-type'];
  const base: AclFilter = {
    ...(pattern === 'any' ? {} : { patternType: pattern }),
    ...(flags.permission ? { permission: flags.permission } : {}),
  };
  const resources: AclFilter[] = resourcesOf(flags);
  const times = (filters: AclFilter[], others: AclFilter[]) =>
    others.length === 0 ? filters : filters.flatMap((one) => others.map((other) => ({ ...one, ...other })));
  return [
    resources,
    (flags.principal ?? []).map((principal) => ({ principal: checkPrincipal(principal) })),
    (flags.host ?? []).map((host) => ({ host })),
    (flags.operation ?? []).map((each) => ({ operation: parseOperation(each) })),
  ].reduce(times, [base]);
}
