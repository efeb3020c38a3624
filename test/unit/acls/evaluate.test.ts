import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Acl, AclResource } from '../../../src/acls/acl.js';
import { includesHost, rulesAboutPattern, whatCan, whoCan } from '../../../src/acls/evaluate.js';
import {
  type AclOperation,
  aclOperations,
  operationsOf,
  type ResourceType,
} from '../../../src/protocol/acl-codes.js';

/** Few words, so that rules meet. */
const words = {
  principal: ['User:alice', 'User:bob', 'User:*'],
  host: ['*', '10.0.0.1', '10.0.0.2'],
  name: ['*', 'o', 'or', 'ord', 'orders', 'orders-2'],
  type: ['topic', 'group'] as ResourceType[],
};
const asked = {
  principals: ['User:alice', 'User:bob', 'User:eve'],
  hosts: ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
};
const names = ['o', 'or', 'ord', 'orders', 'orders-2', 'orders-23', 'ordinal', 'x'];

const aclArbitrary: fc.Arbitrary<Acl> = fc.record({
  principal: fc.constantFrom(...words.principal),
  host: fc.constantFrom(...words.host),
  resourceType: fc.constantFrom(...words.type),
  resourceName: fc.constantFrom(...words.name),
  patternType: fc.constantFrom('literal' as const, 'prefixed' as const),
  operation: fc.constantFrom(...(Object.keys(aclOperations) as AclOperation[])),
  permission: fc.constantFrom('allow' as const, 'allow' as const, 'deny' as const),
});

/** What Kafka's documentation says of one action, step by step, without a thought for anything else. */
function specification(
  acls: Acl[],
  principal: string,
  host: string,
  operation: AclOperation,
  resource: AclResource,
): 'allowed' | 'denied' | 'default' {
  let anyRule = false;
  let allowed = false;
  for (const acl of acls) {
    if (acl.resourceType !== resource.resourceType) continue;
    const takesIn =
      acl.patternType === 'prefixed'
        ? resource.resourceName.indexOf(acl.resourceName) === 0
        : acl.resourceName === '*' || acl.resourceName === resource.resourceName;
    if (!takesIn) continue;
    anyRule = true;
    if (acl.principal !== 'User:*' && acl.principal !== principal) continue;
    if (acl.host !== '*' && acl.host !== host) continue;
    if (acl.permission === 'deny') {
      if (acl.operation === operation || acl.operation === 'all') return 'denied';
      continue;
    }
    if (acl.operation === operation || acl.operation === 'all') allowed = true;
    if (operation === 'describe' && ['read', 'write', 'delete', 'alter'].includes(acl.operation))
      allowed = true;
    if (operation === 'describe-configs' && acl.operation === 'alter-configs') allowed = true;
  }
  return allowed ? 'allowed' : anyRule ? 'denied' : 'default';
}

test('who-can is what Kafka decides for everybody, named or not, from everywhere', () => {
  fc.assert(
    fc.property(
      fc.array(aclArbitrary, { maxLength: 12 }),
      fc.constantFrom(...names),
      (acls, resourceName) => {
        for (const resourceType of words.type) {
          const resource = { resourceType, resourceName };
          const rules = rulesAboutPattern(acls, { ...resource, patternType: 'literal' });
          for (const operation of operationsOf[resourceType]) {
            const answer = whoCan(rules, operation);
            for (const principal of asked.principals) {
              const own =
                answer.find((each) => each.principal === principal) ??
                answer.find((each) => each.principal === 'User:*');
              for (const host of asked.hosts) {
                const expected = specification(acls, principal, host, operation, resource);
                const says = own !== undefined && includesHost(own, host);
                assert.equal(
                  says,
                  expected === 'allowed',
                  JSON.stringify({ principal, host, operation, resource }),
                );
                if (expected === 'default') assert.deepEqual(rules, []);
              }
            }
          }
        }
      },
    ),
    { numRuns: 300 },
  );
});

for (const others of [false, true]) {
  test(`what-can is what Kafka decides for every resource${others ? ', where the default allows too' : ''}`, () => {
    fc.assert(
      fc.property(fc.array(aclArbitrary, { maxLength: 12 }), (acls) => {
        for (const principal of asked.principals) {
          const rows = whatCan(acls, principal, others);
          for (const resourceType of words.type)
            for (const resourceName of names) {
              const row = narrowest(rows, { resourceType, resourceName });
              for (const operation of operationsOf[resourceType])
                for (const host of asked.hosts) {
                  const resource = { resourceType, resourceName };
                  const expected = specification(acls, principal, host, operation, resource);
                  const access = row?.operations.find((each) => each.operation === operation);
                  const says = access ? includesHost(access, host) : others;
                  assert.equal(
                    says,
                    expected === 'allowed' || (others && expected === 'default'),
                    JSON.stringify({ principal, host, operation, resource }),
                  );
                }
            }
        }
      }),
      { numRuns: 200 },
    );
  });
}

/** The row that is about a resource: its name's, the longest prefix's, or that of every other. */
function narrowest(rows: ReturnType<typeof whatCan>, { resourceType, resourceName }: AclResource) {
  const own = rows.filter((row) => row.resourceType === resourceType);
  return (
    own.find((row) => row.patternType === 'literal' && row.resourceName === resourceName) ??
    own
      .filter((row) => row.patternType === 'prefixed' && resourceName.startsWith(row.resourceName))
      .sort((a, b) => b.resourceName.length - a.resourceName.length)[0] ??
    own.find((row) => row.patternType === 'literal' && row.resourceName === '*')
  );
}
