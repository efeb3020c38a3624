import { KctlError } from '../base/errors.js';
import { type ItemError, type ListDocument, listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import {
  type AclOperation,
  aclOperations,
  anyCode,
  matchingPatternsCode,
  type PatternType,
  type Permission,
  patternTypes,
  permissions,
  type ResourceType,
  resourceTypes,
  wordOf,
} from '../protocol/acl-codes.js';
import { errorOf } from '../protocol/errors.js';
import { describeAcls } from '../protocol/messages/describe-acls.js';
import { type Acl, distinctAcls } from './acl.js';

export type AclList = ListDocument<Acl>;

/** Which rules; what is absent lets all through. */
export interface AclFilter {
  resourceType?: ResourceType;
  resourceName?: string;
  /** `match`: all that hold for the name, whatever their pattern. */
  patternType?: PatternType | 'match';
  principal?: string;
  host?: string;
  operation?: AclOperation;
  permission?: Permission;
}

/** Lists the rules that pass any of some filters. */
export async function listAcls(cluster: Cluster, filters: AclFilter[]): Promise<AclList> {
  const errors: ItemError[] = [];
  const lists = await Promise.all(filters.map((filter) => askAcls(cluster, filter, {}, errors)));
  return listDocument('AclList', 1, distinctAcls(lists.flat()), errors);
}

/**
 * @param at the broker to ask; any one unless given
 * @param errors takes rules that this version of kctl has no words for
 */
export async function askAcls(
  cluster: Cluster,
  filter: AclFilter,
  { at }: { at?: number },
  errors: ItemError[] = [],
): Promise<Acl[]> {
  const answer = await cluster.wire.request(
    describeAcls,
    filterBody(filter),
    at === undefined ? 'any' : { broker: at },
  );
  if (answer.errorCode !== 0) throw refused(answer.errorCode, answer.errorMessage);
  return answer.resources.flatMap((resource) =>
    resource.acls.flatMap((acl) => {
      const resourceType = wordOf(resourceTypes, resource.resourceType);
      const patternType = wordOf(patternTypes, resource.patternType);
      const operation = wordOf(aclOperations, acl.operation);
      const permission = wordOf(permissions, acl.permissionType);
      if (resourceType && patternType && operation && permission) {
        const { principal, host } = acl;
        const { resourceName } = resource;
        return [{ principal, host, resourceType, resourceName, patternType, operation, permission }];
      }
      const codes = `resource type ${resource.resourceType}, pattern type ${resource.patternType}, operation ${acl.operation}, permission ${acl.permissionType}`;
      errors.push({
        subject: `a rule for ${acl.principal} about ${resource.resourceName}`,
        code: 'UNKNOWN_CODE',
        message: `it has codes that this version of kctl does not know: ${codes}`,
      });
      return [];
    }),
  );
}

function filterBody({ resourceType, patternType, operation, permission, ...filter }: AclFilter) {
  return {
    resourceTypeFilter: resourceType === undefined ? anyCode : resourceTypes[resourceType],
    resourceNameFilter: filter.resourceName ?? null,
    patternTypeFilter:
      patternType === undefined
        ? anyCode
        : patternType === 'match'
          ? matchingPatternsCode
          : patternTypes[patternType],
    principalFilter: filter.principal ?? null,
    hostFilter: filter.host ?? null,
    operation: operation === undefined ? anyCode : aclOperations[operation],
    permissionType: permission === undefined ? anyCode : permissions[permission],
  };
}

function refused(errorCode: number, words: string | null): KctlError {
  const { name, message } = errorOf(errorCode);
  const disabled = name === 'SECURITY_DISABLED';
  return new KctlError(disabled ? 'the brokers keep no ACLs' : 'the ACLs cannot be read', {
    code: name,
    words: words ?? message,
    ...(disabled
      ? { hint: 'They have no authorizer (authorizer.class.name): everybody may do everything.' }
      : {}),
  });
}
