import { type ItemError, itemError } from '../base/result.js';
import type { Wire } from '../cluster/index.js';
import { aclOperations, patternTypes, permissions, resourceTypes } from '../protocol/acl-codes.js';
import { errorOf } from '../protocol/errors.js';
import { createAcls as createAclsApi } from '../protocol/messages/create-acls.js';
import { deleteAcls as deleteAclsApi } from '../protocol/messages/delete-acls.js';
import { type Acl, describeAcl } from './acl.js';

/** Rules in one request: a controller with ZooKeeper writes a znode for each resource while it holds everything else. */
const atOnce = 500;

/** Creates rules; one that is there already is created again without harm. */
export async function createAcls(wire: Wire, acls: Acl[]): Promise<ItemError[]> {
  return inPortions(acls, async (portion) => {
    const creations = portion.map((acl) => ({
      resourceType: resourceTypes[acl.resourceType],
      resourceName: acl.resourceName,
      resourcePatternType: patternTypes[acl.patternType],
      principal: acl.principal,
      host: acl.host,
      operation: aclOperations[acl.operation],
      permissionType: permissions[acl.permission],
    }));
    return (await wire.request(createAclsApi, { creations }, 'controller')).results;
  });
}

/** Deletes just these rules; one that is not there is no error. */
export async function deleteAcls(wire: Wire, acls: Acl[]): Promise<ItemError[]> {
  return inPortions(acls, async (portion) => {
    const filters = portion.map((acl) => ({
      resourceTypeFilter: resourceTypes[acl.resourceType],
      resourceNameFilter: acl.resourceName,
      patternTypeFilter: patternTypes[acl.patternType],
      principalFilter: acl.principal,
      hostFilter: acl.host,
      operation: aclOperations[acl.operation],
      permissionType: permissions[acl.permission],
    }));
    const { filterResults } = await wire.request(deleteAclsApi, { filters }, 'controller');
    return filterResults.map(
      (result) => result.matchingAcls.find(({ errorCode }) => errorCode !== 0) ?? result,
    );
  });
}

interface AclResult {
  errorCode: number;
  errorMessage: string | null;
}

/** What failed, rule by rule; of a portion that was not answered, every one. */
async function inPortions(acls: Acl[], send: (portion: Acl[]) => Promise<AclResult[]>): Promise<ItemError[]> {
  const errors: ItemError[] = [];
  for (let start = 0; start < acls.length; start += atOnce) {
    const portion = acls.slice(start, start + atOnce);
    try {
      const results = await send(portion);
      errors.push(...portion.flatMap((acl, index) => errorIn(acl, results[index])));
    } catch (error) {
      errors.push(...portion.map((acl) => itemError(describeAcl(acl), error)));
    }
  }
  return errors;
}

function errorIn(acl: Acl, result: AclResult | undefined): ItemError[] {
  if (result?.errorCode === 0) return [];
  const { name, message } = errorOf(result?.errorCode ?? -1);
  return [{ subject: describeAcl(acl), code: name, message: result?.errorMessage ?? message }];
}
