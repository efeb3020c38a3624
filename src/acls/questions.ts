import { usageError } from '../base/errors.js';
import type { ListDocument } from '../base/result.js';
import { listDocument } from '../base/result.js';
import type { Cluster } from '../cluster/index.js';
import { type AclOperation, operationsOf } from '../protocol/acl-codes.js';
import { type Acl, type AclResource, everyone } from './acl.js';
import {
  type Access,
  includesHost,
  type PatternAccess,
  type PrincipalAccess,
  rulesAboutPattern,
  whatCan,
  whoCan,
} from './evaluate.js';
import { askAcls, listAcls } from './list.js';

/** What is taken for the brokers' `allow.everyone.if.no.acl.found`, which no request tells; null: nothing is. */
export type AssumedDefault = 'allow' | 'deny' | null;

/** What ACLs do not tell, and an answer from ACLs therefore leaves out. */
interface Untold {
  assumedDefault: AssumedDefault;
  /** Nobody can read `super.users` of the brokers; they may do everything. */
  superUsersKnown: false;
}

export interface WhoCanList extends ListDocument<PrincipalAccess>, AclResource, Untold {
  operation: AclOperation;
  host: string | null;
  /** No rule is about the resource, so the brokers' default decides. */
  decidedByDefault: boolean;
}

export interface WhatCanList extends ListDocument<PatternAccess>, Untold {
  principal: string;
  host: string | null;
}

interface WhoCanOptions {
  operation: AclOperation;
  resource: AclResource;
  host: string | null;
  assumedDefault: AssumedDefault;
}

/** Who may do something with a resource, by the ACLs that there are. */
export async function askWhoCan(
  cluster: Cluster,
  { operation, resource, host, assumedDefault }: WhoCanOptions,
): Promise<WhoCanList> {
  const known = operationsOf[resource.resourceType];
  if (!known.includes(operation))
    throw usageError(
      `nobody can ${operation} a ${resource.resourceType}`,
      `With it one can ${known.join(', ')}.`,
    );
  const { items: acls, errors } = await listAcls(cluster, [{ resourceType: resource.resourceType }]);
  const rules = rulesAboutPattern(acls, { ...resource, patternType: 'literal' });
  const decidedByDefault = rules.length === 0;
  const items =
    decidedByDefault && assumedDefault === 'allow'
      ? [{ principal: everyone, hosts: ['*'], exceptHosts: [], rules: [] }]
      : whoCan(rules, operation).map((each) => ({ ...each, ...narrowed(each, host) }));
  const undecided = decidedByDefault && assumedDefault === null;
  return {
    ...listDocument('WhoCanList', 1, items, errors, undecided ? [unknownDefault] : []),
    ...{ operation, ...resource, host, decidedByDefault, assumedDefault, superUsersKnown: false },
  };
}

interface WhatCanOptions {
  principal: string;
  host: string | null;
  assumedDefault: AssumedDefault;
}

/** What a principal may do with the resources of each pattern that rules are about. */
export async function askWhatCan(
  cluster: Cluster,
  { principal, host, assumedDefault }: WhatCanOptions,
): Promise<WhatCanList> {
  const errors: WhatCanList['errors'] = [];
  const acls: Acl[] = await askAcls(cluster, {}, {}, errors);
  const items = whatCan(acls, principal, assumedDefault === 'allow').map((pattern) => ({
    ...pattern,
    operations: pattern.operations.map((each) => ({ ...each, ...narrowed(each, host) })),
  }));
  return {
    ...listDocument('WhatCanList', 1, items, errors),
    ...{ principal, host, assumedDefault, superUsersKnown: false },
  };
}

const unknownDefault =
  'no rule is about it, so the default of the brokers decides (allow.everyone.if.no.acl.found), which cannot be read: say --assume-default allow or deny';

/** An access as it is for one host, or for all. */
function narrowed(access: Access, host: string | null): Access {
  if (host === null) return { hosts: access.hosts, exceptHosts: access.exceptHosts };
  return { hosts: includesHost(access, host) ? [host] : [], exceptHosts: [] };
}
