import type { FileNode } from '../base/file-node.js';
import type { ResultDocument } from '../base/result.js';
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
import { type Acl, clusterName, distinctAcls } from './acl.js';

/** Rules in a file, those that differ in nothing but the operation as one. */
export interface AclEntry {
  principal: string;
  host: string;
  resource: { type: ResourceType; name: string; pattern: PatternType };
  operations: AclOperation[];
  permission: Permission;
}

/** Rules as they stand in a file that people review: the same rules give the same bytes. */
export interface AclFile extends ResultDocument {
  kind: 'AclFile';
  version: 1;
  acls: AclEntry[];
}

export function aclFile(acls: Acl[]): AclFile {
  const entries = new Map<string, AclEntry>();
  for (const acl of distinctAcls(acls)) {
    const { principal, host, resourceType, resourceName, patternType, operation, permission } = acl;
    const key = JSON.stringify({ ...acl, operation: '' });
    const entry = entries.get(key);
    if (entry) entry.operations.push(operation);
    else {
      const resource = { type: resourceType, name: resourceName, pattern: patternType };
      entries.set(key, { principal, host, resource, operations: [operation], permission });
    }
  }
  return { kind: 'AclFile', version: 1, acls: [...entries.values()] };
}

/** The rules of an entry, one for each of its operations. @throws a usage error that names the place */
export function aclsOf(node: FileNode): Acl[] {
  node.only('principal', 'host', 'resource', 'operations', 'permission');
  const resource = node.child('resource');
  resource.only('type', 'name', 'pattern');
  const resourceType = resource.word('type', resourceTypes);
  const base = {
    principal: node.text('principal'),
    host: node.text('host', '*'),
    resourceType,
    resourceName: resource.text('name', resourceType === 'cluster' ? clusterName : undefined),
    patternType: resource.word('pattern', patternTypes, 'literal'),
    permission: node.word('permission', permissions, 'allow'),
  };
  return node.words('operations', aclOperations).map((operation) => ({ ...base, operation }));
}

/** Reads what `aclFile` makes, in YAML or JSON. @throws a usage error that names the place */
export async function parseAclFile(text: string, name: string): Promise<Acl[]> {
  const [{ parse }, { FileNode: Root }, { messageOf, usageError }] = await Promise.all([
    import('yaml'),
    import('../base/file-node.js'),
    import('../base/errors.js'),
  ]);
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    throw usageError(`${name} is not YAML: ${messageOf(error).split('\n')[0]}`);
  }
  const root = new Root(value ?? {}, name);
  root.only('kind', 'version', 'acls');
  return distinctAcls(root.list('acls').flatMap(aclsOf));
}
