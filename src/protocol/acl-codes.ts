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
} as const;

export const permissions = { deny: 2, allow: 3 } as const;

export type ResourceType = keyof typeof resourceTypes;
export type PatternType = keyof typeof patternTypes;
export type AclOperation = keyof typeof aclOperations;
export type Permission = keyof typeof permissions;
