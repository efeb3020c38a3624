import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Acl } from '../../../src/acls/acl.js';
import { parseOperation, parseResource } from '../../../src/acls/acl.js';
import { planAcls, planDeletion } from '../../../src/acls/change.js';
import { aclFile, parseAclFile } from '../../../src/acls/file.js';
import { renderDocument } from '../../../src/render/document.js';

const base: Acl = {
  principal: 'User:alice',
  host: '*',
  resourceType: 'topic',
  resourceName: 'orders',
  patternType: 'literal',
  operation: 'read',
  permission: 'allow',
};
const rules: Acl[] = [
  { ...base, operation: 'write' },
  base,
  { ...base, principal: 'User:CN="ann, ben",O=bar:#1', host: '10.0.0.1', permission: 'deny' },
  { ...base, resourceType: 'cluster', resourceName: 'kafka-cluster', operation: 'alter' },
  { ...base, resourceName: '*' },
  { ...base, resourceName: 'yes', patternType: 'prefixed' },
];

for (const format of ['yaml', 'json'] as const) {
  test(`the same rules in another order are the same ${format}, and come back whole`, async () => {
    const print = (acls: Acl[]) =>
      renderDocument(aclFile(acls), () => ({ sections: [], names: [] }), format, false);
    const text = await print(rules);
    assert.equal(await print([...rules, base].reverse()), text);
    const back = await parseAclFile(text, 'acls');
    assert.equal(await print(back), text);
    assert.equal(back.length, rules.length);
  });
}

test('a file that is not one is refused, with the place', async () => {
  const faults: Array<[text: string, says: RegExp]> = [
    ['acls: [{principal: a}]', /acls\[0\]\.resource/],
    [
      'acls: [{principal: "User:a", resource: {type: topik, name: a}, operations: [read]}]',
      /type is "topik"/,
    ],
    [
      'acls: [{principal: "User:a", resource: {type: topic, name: a}, operations: [reed]}]',
      /"reed", and can be/,
    ],
    ['rules: []', /has no "rules"/],
    ['acls: {', /not YAML/],
  ];
  for (const [text, says] of faults) await assert.rejects(parseAclFile(text, 'acls.yaml'), says);
});

test('a plan adds what is missing, and takes away only when pruning', () => {
  const [a, b, c] = [base, { ...base, host: 'x' }, { ...base, host: 'y' }];
  assert.deepEqual(planAcls([a, b], [b, c, c], false), { create: [c], delete: [], unchanged: 1 });
  assert.deepEqual(planAcls([a, b], [b, c], true), { create: [c], delete: [a], unchanged: 1 });
  assert.deepEqual(planDeletion([a, b], [b, c]), { create: [], delete: [b], unchanged: 1 });
});

test("words are Kafka's in any of their spellings", () => {
  for (const word of ['DescribeConfigs', 'DESCRIBE_CONFIGS', 'describe-configs'])
    assert.equal(parseOperation(word), 'describe-configs');
  assert.throws(() => parseOperation('reed'), /not an operation/);
  assert.deepEqual(parseResource('TransactionalId:a:b'), {
    resourceType: 'transactional-id',
    resourceName: 'a:b',
  });
  assert.deepEqual(parseResource('cluster').resourceName, 'kafka-cluster');
  assert.throws(() => parseResource('topic'), /not a resource/);
});
