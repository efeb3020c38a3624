import { usageError } from '../base/errors.js';
import { compareNames, findWord } from '../base/names.js';
import {
  type AclOperation,
  aclOperations,
  type PatternType,
  type Permission,
  type ResourceType,
  resourceTypes,
} from '../protocol/acl-codes.js';

/** What a rule is about, or what is asked about. */
export interface AclResource {
  resourceType: ResourceType;
  resourceName: string;
}

/** A pattern of resources: a name, `*` for every one, or what names begin with. */
export interface AclPattern extends AclResource {
  patternType: PatternType;
}

/** One rule: who may, or may not, do what with which resource. */
export interface Acl extends AclPattern {
  /** Such as `User:alice`. */
  principal: string;
  /** An address, or `*`. */
  host: string;
  operation: AclOperation;
  permission: Permission;
}

/** The name that the one resource of the type `cluster` has. */
export const clusterName = 'kafka-cluster';

export const everyone = 'User:*';

/** Parses `topic:orders`, `group:bar`, `transactional-id:x`, `user:User:bob` or `cluster`. */
export function parseResource(text: string): AclResource {
  const [, type = '', resourceName = ''] = /^([A-Za-z_-]+)(?::(.+))?$/.exec(text) ?? [];
  const resourceType = findWord(Object.keys(resourceTypes) as ResourceType[], type);
  if (resourceType === 'cluster') return { resourceType, resourceName: clusterName };
  if (resourceType !== undefined && resourceName !== '') return { resourceType, resourceName };
  throw usageError(
    `"${text}" is not a resource`,
    `Write for example topic:orders; types are ${Object.keys(resourceTypes).join(', ')}.`,
  );
}

export function parseOperation(text: string): AclOperation {
  const known = Object.keys(aclOperations) as AclOperation[];
  const operation = findWord(known, text);
  if (operation !== undefined) return operation;
  throw usageError(`"${text}" is not an operation of ACLs`, `They are ${known.join(', ')}.`);
}

/** Checks that a principal has a type, as `User:alice`. */
export function checkPrincipal(text: string): string {
  if (/^[A-Za-z]+:.+$/s.test(text)) return text;
  throw usageError(`"${text}" is not a principal`, `Write for example User:${text || 'alice'}.`);
}

export function describePattern({ resourceType, resourceName, patternType }: AclPattern): string {
  const name = resourceType === 'cluster' ? '' : ` ${resourceName}${patternType === 'prefixed' ? '…' : ''}`;
  return `${resourceType}${name}`;
}

export function describeAcl(acl: Acl): string {
  const { permission, principal, operation, host } = acl;
  const from = host === '*' ? '' : ` from ${host}`;
  return `${permission} ${principal} to ${operation} ${describePattern(acl)}${from}`;
}

const order = [
  'resourceType',
  'resourceName',
  'patternType',
  'principal',
  'host',
  'permission',
  'operation',
] as const satisfies ReadonlyArray<keyof Acl>;

/** By resource first, then by principal. */
export function compareAcls(a: Acl, b: Acl): number {
  for (const field of order) {
    const compared = compareNames(a[field], b[field]);
    if (compared !== 0) return compared;
  }
  return 0;
}

/** Equal for equal rules. */
export function keyOf(acl: Acl): string {
  return JSON.stringify(order.map((field) => acl[field]));
}

/** Each rule once, in order. */
export function distinctAcls(acls: Iterable<Acl>): Acl[] {
  return [...new Map([...acls].map((acl) => [keyOf(acl), acl])).values()].sort(compareAcls);
}
