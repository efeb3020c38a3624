import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTopics } from '../../../src/protocol/messages/create-topics.js';
import { createDelegationToken } from '../../../src/protocol/messages/delegation-tokens.js';
import { offsetCommit } from '../../../src/protocol/messages/offset-commit.js';
import { apis } from '../../../src/protocol/registry.js';
import { fieldsOf, masked, parseBody, renderBody } from '../../../src/requests/body.js';
import { changesSomething, findApi, parseDestination, requestBody } from '../../../src/requests/send.js';

test('JSON becomes a body: int64, bytes, null, lists below lists', () => {
  const topics = [
    { name: 'a', partitions: [{ partitionIndex: 0, committedOffset: 5, committedMetadata: null }] },
  ];
  const body = parseBody(offsetCommit.request, { groupId: 'g', topics });
  const [topic] = body.topics as Array<{ partitions: unknown[] }>;
  assert.deepEqual(topic?.partitions, [{ partitionIndex: 0, committedOffset: 5n, committedMetadata: null }]);
});

const faults: Array<[value: unknown, says: RegExp]> = [
  [[], /the body is not an object/],
  [{ topcs: [] }, /no field topcs/],
  [{ topics: {} }, /topics is not a list/],
  [{ topics: [{ nam: 'a' }] }, /no field topics\[0\]\.nam/],
  [{ topics: null }, /topics is not a list/],
  [{ timeoutMs: '5' }, /timeoutMs is not a number/],
  [{ validateOnly: 1 }, /validateOnly is not true or false/],
  [JSON.parse('{"__proto__": {}}'), /no field __proto__/],
];
for (const [value, says] of faults) {
  test(`a body that is ${JSON.stringify(value)} is refused with its place`, () => {
    assert.throws(() => parseBody(createTopics.request, value), says);
  });
}

test('what lets somebody log in is masked in what is shown', () => {
  const shown = renderBody({
    hmac: Buffer.from('secret'),
    tokenId: 'a',
    list: [{ salt: Buffer.alloc(1), n: 1n }],
  });
  assert.deepEqual(shown, { hmac: masked, tokenId: 'a', list: [{ salt: masked, n: 1n }] });
  assert.equal(renderBody(Buffer.from('hi')), 'aGk=');
});

test('whatever changes something takes consent; a topic is not made by asking for it', () => {
  for (const api of apis) {
    if (api.changes) assert.ok(changesSomething(api, {}), api.name);
  }
  for (const name of ['Produce', 'JoinGroup', 'LeaveGroup', 'OffsetCommit', 'InitProducerId', 'Heartbeat'])
    assert.ok(changesSomething(findApi(name), {}), name);
  const metadata = findApi('metadata');
  assert.equal(changesSomething(metadata, requestBody(metadata, '{}')), false);
  assert.equal(changesSomething(metadata, requestBody(metadata, '{"allowAutoTopicCreation": true}')), true);
  assert.throws(() => findApi('SaslAuthenticate'), /no message/);
  assert.throws(() => requestBody(findApi('Produce'), '{"acks": 0}'), /no answer/);
});

test('fields are told with their places, and where a request can go', () => {
  const paths = fieldsOf(createDelegationToken.request).map(({ path, versions }) => `${path} ${versions}`);
  assert.ok(paths.includes('renewers[].principalType 0+') && paths.includes('ownerPrincipalType 3+'));
  assert.deepEqual(parseDestination('group:a:b'), { group: 'a:b' });
  assert.throws(() => parseDestination('broker:x'), /not where a request can go/);
});
