import { compareNames } from '../base/names.js';
import { type AclOperation, operationsOf } from '../protocol/acl-codes.js';
import { type Acl, type AclPattern, type AclResource, compareAcls, everyone } from './acl.js';

/**
 * What ACLs come to, as Kafka's authorizers decide (kafka.security.authorizer.AclAuthorizer with ZooKeeper,
 * org.apache.kafka.metadata.authorizer.StandardAuthorizer in KRaft mode): a denial that matches wins; an allowance that
 * matches comes next; a resource that any rule is about is closed to everybody else; a resource that no rule is
 * about falls to the brokers' default. Super users pass before all of this.
 */

/** From where something is allowed. */
export interface Access {
  /** Addresses; `*` is every one but those excepted. Empty: from nowhere. */
  hosts: string[];
  exceptHosts: string[];
}

/** What an allowance of the second lets one do of the first, beside itself. */
const impliedBy: Partial<Record<AclOperation, readonly AclOperation[]>> = {
  describe: ['read', 'write', 'delete', 'alter'],
  'describe-configs': ['alter-configs'],
};

/** Whether a rule's pattern takes a resource in. */
function isAbout({ resourceType, resourceName, patternType }: AclPattern, resource: AclResource): boolean {
  if (resourceType !== resource.resourceType) return false;
  if (patternType === 'prefixed') return resource.resourceName.startsWith(resourceName);
  return resourceName === resource.resourceName || resourceName === '*';
}

/** Whether a rule bears upon an operation: allowances imply others, denials only `all`. */
function bearsUpon({ operation, permission }: Acl, asked: AclOperation): boolean {
  if (operation === asked || operation === 'all') return true;
  return permission === 'allow' && (impliedBy[asked]?.includes(operation) ?? false);
}

/** The rules that are about a resource, whoever they are for. */
export function rulesAbout(acls: readonly Acl[], resource: AclResource): Acl[] {
  return acls.filter((acl) => isAbout(acl, resource));
}

/** The rules that are about whatever a pattern takes in and no narrower pattern does. */
export function rulesAboutPattern(acls: readonly Acl[], pattern: AclPattern): Acl[] {
  const rules = rulesAbout(acls, pattern);
  if (pattern.resourceName === '*' && pattern.patternType === 'literal')
    return rules.filter(({ patternType }) => patternType === 'literal');
  if (pattern.patternType === 'literal') return rules;
  // A literal rule about just the prefix itself is narrower than the prefix.
  return rules.filter(({ patternType, resourceName }) => patternType === 'prefixed' || resourceName === '*');
}

/** From where rules, all about one resource, let a principal do something. */
export function accessOf(rules: readonly Acl[], principal: string, operation: AclOperation): Access {
  const matching = rules.filter(
    (rule) => (rule.principal === principal || rule.principal === everyone) && bearsUpon(rule, operation),
  );
  const hostsOf = (permission: Acl['permission']) =>
    [...new Set(matching.filter((rule) => rule.permission === permission).map(({ host }) => host))].sort(
      compareNames,
    );
  const [allowed, denied] = [hostsOf('allow'), hostsOf('deny')];
  if (denied.includes('*')) return { hosts: [], exceptHosts: [] };
  if (allowed.includes('*')) return { hosts: ['*'], exceptHosts: denied };
  return { hosts: allowed.filter((host) => !denied.includes(host)), exceptHosts: [] };
}

/** Whether an access holds for a host. */
export function includesHost({ hosts, exceptHosts }: Access, host: string): boolean {
  return hosts.includes(host) || (hosts.includes('*') && !exceptHosts.includes(host));
}

export interface PrincipalAccess extends Access {
  principal: string;
  /** What decides: allowances and denials that bear upon it. */
  rules: Acl[];
}

/**
 * Everybody whom rules name about something, and `User:*` for all whom none names, if any rule is for everybody.
 * @param rules all about one resource
 */
export function whoCan(rules: readonly Acl[], operation: AclOperation): PrincipalAccess[] {
  const bearing = rules.filter((rule) => bearsUpon(rule, operation));
  const principals = [...new Set(bearing.map(({ principal }) => principal))].sort(compareNames);
  return principals.map((principal) => ({
    principal,
    ...accessOf(rules, principal, operation),
    rules: bearing
      .filter((rule) => rule.principal === principal || rule.principal === everyone)
      .sort(compareAcls),
  }));
}

export interface OperationAccess extends Access {
  operation: AclOperation;
  /** A rule forbids it, somewhere at least. */
  denied: boolean;
}

export interface PatternAccess extends AclPattern {
  operations: OperationAccess[];
}

/**
 * What a principal may do with the resources of each pattern: all that the pattern takes in, but for those that a
 * longer prefix or their own name in the list says otherwise about.
 * @param others also patterns of rules for other principals only, which close them to this one
 */
export function whatCan(acls: readonly Acl[], principal: string, others: boolean): PatternAccess[] {
  const patterns = new Map<string, AclPattern>();
  for (const acl of [...acls].sort(compareAcls)) {
    const { resourceType, resourceName, patternType } = acl;
    if (others || acl.principal === principal || acl.principal === everyone)
      patterns.set(JSON.stringify([resourceType, patternType, resourceName]), {
        resourceType,
        resourceName,
        patternType,
      });
  }
  return [...patterns.values()].map((pattern) => {
    const rules = rulesAboutPattern(acls, pattern);
    return {
      ...pattern,
      operations: operationsOf[pattern.resourceType].map((each) => operationAccess(rules, principal, each)),
    };
  });
}

function operationAccess(rules: Acl[], principal: string, operation: AclOperation): OperationAccess {
  const denied = rules.some(
    (rule) =>
      rule.permission === 'deny' &&
      (rule.principal === principal || rule.principal === everyone) &&
      bearsUpon(rule, operation),
  );
  return { operation, ...accessOf(rules, principal, operation), denied };
}
