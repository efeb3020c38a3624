/** The words of ACLs and their codes, as in org.apache.kafka.common.resource and org.apache.kafka.common.acl. */

export const resourceTypes = {
  topic: 2,
  group: 3,
  cluster: 4,
  'transactional-id': 5,
  'delegation-token': 6,
  user: 7,
} as const;

export const patternTypes = { literal: 3, prefixed: 4 } as const;

export const aclOperations = {
  all: 2,
  read: 3,
  write: 4,
  create: 5,
  delete: 6,
  alter: 7,
  describe: 8,
  'cluster-action': 9,
  'describe-configs': 10,
  'alter-configs': 11,
  'idempotent-write': 12,
  'create-tokens': 13,
  'describe-tokens': 14,
  'two-phase-commit': 15,
} as const;

export const permissions = { deny: 2, allow: 3 } as const;

export type ResourceType = keyof typeof resourceTypes;
export type PatternType = keyof typeof patternTypes;
export type AclOperation = keyof typeof aclOperations;
export type Permission = keyof typeof permissions;

/** What a filter says where it means every one; `match` are the patterns that hold for a name. */
export const anyCode = 1;
export const matchingPatternsCode = 2;

type Supported = Record<ResourceType, readonly AclOperation[]>;

/** What may be done with each type of resource (org.apache.kafka.security.authorizer.AclEntry of Kafka 4.3). */
export const operationsOf: Supported = {
  topic: ['read', 'write', 'create', 'delete', 'alter', 'describe', 'describe-configs', 'alter-configs'],
  group: ['read', 'delete', 'describe', 'describe-configs', 'alter-configs'],
  cluster: [
    ...(['create', 'alter', 'describe', 'cluster-action', 'describe-configs'] as const),
    ...(['alter-configs', 'idempotent-write'] as const),
  ],
  'transactional-id': ['write', 'describe', 'two-phase-commit'],
  'delegation-token': ['describe'],
  user: ['create-tokens', 'describe-tokens'],
};

/** The word of a code; undefined for one that this version of kctl does not know. */
export function wordOf<Word extends string>(words: Record<Word, number>, code: number): Word | undefined {
  return (Object.keys(words) as Word[]).find((word) => words[word] === code);
}
