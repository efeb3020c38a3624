import type { ItemError } from '../base/result.js';
import type { Wire } from '../cluster/index.js';
import {
  type AclOperation,
  aclOperations,
  type PatternType,
  type Permission,
  patternTypes,
  permissions,
  type ResourceType,
  resourceTypes,
} from '../protocol/acl-codes.js';
import { errorOf } from '../protocol/errors.js';
import { createAcls as createAclsApi } from '../protocol/messages/create-acls.js';

/** One rule: who may, or may not, do what with which resource. */
export interface Acl {
  /** Such as `User:alice`. */
  principal: string;
  host: string;
  resourceType: ResourceType;
  resourceName: string;
  patternType: PatternType;
  operation: AclOperation;
  permission: Permission;
}

/** Creates rules; one that is there already is created again without harm. */
export async function createAcls(wire: Wire, acls: Acl[]): Promise<ItemError[]> {
  const creations = acls.map((acl) => ({
    resourceType: resourceTypes[acl.resourceType],
    resourceName: acl.resourceName,
    resourcePatternType: patternTypes[acl.patternType],
    principal: acl.principal,
    host: acl.host,
    operation: aclOperations[acl.operation],
    permissionType: permissions[acl.permission],
  }));
  const { results } = await wire.request(createAclsApi, { creations }, 'controller');
  return results.flatMap(({ errorCode, errorMessage }, index) => {
    if (errorCode === 0) return [];
    const { name, message } = errorOf(errorCode);
    return [{ subject: subjectOf(acls[index]), code: name, message: errorMessage ?? message }];
  });
}

function subjectOf(acl: Acl | undefined): string {
  return acl ? `${acl.operation} on ${acl.resourceType} ${acl.resourceName} for ${acl.principal}` : 'an ACL';
}
