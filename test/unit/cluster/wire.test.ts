import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pause } from '../../../src/base/deadline.js';
import { ExitCode } from '../../../src/base/errors.js';
import { plain } from '../../../src/cluster/sasl/plain.js';
import { createTopics } from '../../../src/protocol/messages/create-topics.js';
import { metadata } from '../../../src/protocol/messages/metadata.js';
import { offsetFetch } from '../../../src/protocol/messages/offset-fetch.js';
import {
  cut,
  type FakeBroker,
  FakeTransport,
  failureOf,
  metadataBody,
  silence,
  wireOver,
} from './support.js';

const notController = 41;
const notCoordinator = 16;

const created = (errorCode = 0) => ({
  throttleTimeMs: 0,
  topics: [{ name: 'x', topicId: undefined, errorCode, errorMessage: null, configs: null }],
});
const creation = {
  topics: [{ name: 'x', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
};
const everyTopic = { topics: null, allowAutoTopicCreation: false };
const answersMetadata = (...args: Parameters<typeof metadataBody>) => ({
  Metadata: () => metadataBody(...args),
});
const lookUp = (version: number) =>
  version < 8 ? { groupId: 'g', topics: [] } : { groups: [{ groupId: 'g', topics: [] }] };

test('the newest version that both sides speak is used', async () => {
  const transport = new FakeTransport({
    'a:1': { versions: { 18: [0, 4], 3: [2, 9] }, answers: answersMetadata(['1@a:1'], 1) },
  });
  const versions: number[] = [];
  const body = (version: number) => {
    versions.push(version);
    return everyTopic;
  };
  await wireOver(transport, ['a:1']).request(metadata, body);
  assert.deepEqual(versions, [9]);
  assert.deepEqual(transport.log, ['a:1 connect', 'a:1 ApiVersions v3', 'a:1 Metadata v9']);
});

const disjoint: Array<[what: string, versions: FakeBroker['versions'], says: RegExp]> = [
  ['only newer ones', { 18: [0, 4], 3: [99, 100] }, /It speaks versions 99 to 100, kctl 0 to 13/],
  ['none at all', { 18: [0, 4] }, /does not have this request/],
];
for (const [what, versions, says] of disjoint) {
  test(`a broker that speaks ${what} is told apart, and asked nothing`, async () => {
    const transport = new FakeTransport({ 'a:1': versions ? { versions } : {} });
    const error = await failureOf(wireOver(transport, ['a:1']).request(metadata, everyTopic));
    assert.deepEqual([error.code, error.exitCode], ['UNSUPPORTED_VERSION', ExitCode.failed]);
    assert.match(error.words ?? '', says);
    assert.equal(transport.count('a:1 Metadata'), 0);
  });
}

test('a change moves on with the controller', async () => {
  const transport = new FakeTransport({
    'a:1': {
      answers: {
        Metadata: (nth) => metadataBody(['1@a:1', '2@b:1'], nth === 0 ? 1 : 2),
        CreateTopics: () => created(notController),
      },
    },
    'b:1': { answers: { CreateTopics: () => created() } },
  });
  const answer = await wireOver(transport, ['a:1']).request(createTopics, creation, 'controller');
  assert.equal(answer.topics[0]?.errorCode, 0);
  assert.deepEqual([transport.count('a:1 CreateTopics'), transport.count('b:1 CreateTopics')], [1, 1]);
});

test("a controller that never settles is answered with the broker's own error, in time", async () => {
  const transport = new FakeTransport({
    'a:1': { answers: { ...answersMetadata(['1@a:1'], 1), CreateTopics: () => created(notController) } },
  });
  const startedAt = performance.now();
  const wire = wireOver(transport, ['a:1'], { timeoutMs: 700 });
  const answer = await wire.request(createTopics, creation, 'controller');
  assert.equal(answer.topics[0]?.errorCode, notController);
  assert.ok(performance.now() - startedAt < 700);
  assert.ok(transport.count('a:1 CreateTopics') > 2);
});

test('a controller that cannot be reached is looked for again while its election runs', async () => {
  const transport = new FakeTransport({
    'a:1': {
      answers: {
        Metadata: (nth) => metadataBody(['1@a:1', '2@b:1'], nth < 2 ? 2 : 1),
        CreateTopics: () => created(),
      },
    },
  });
  const answer = await wireOver(transport, ['a:1']).request(createTopics, creation, 'controller');
  assert.equal(answer.topics[0]?.errorCode, 0);
  assert.equal(transport.count('b:1 connect'), 2);
});

test('a cluster without a controller is told by the deadline', async () => {
  const transport = new FakeTransport({ 'a:1': { answers: answersMetadata(['1@a:1'], -1) } });
  const wire = wireOver(transport, ['a:1'], { timeoutMs: 300 });
  const error = await failureOf(wire.request(createTopics, creation, 'controller'));
  assert.deepEqual([error.code, error.exitCode], ['CONTROLLER_NOT_AVAILABLE', ExitCode.timedOut]);
});

test('a change whose answer was lost is never sent again', async () => {
  for (const lose of [cut, () => silence]) {
    const transport = new FakeTransport({
      'a:1': { answers: { ...answersMetadata(['1@a:1'], 1), CreateTopics: lose } },
    });
    const wire = wireOver(transport, ['a:1'], { timeoutMs: 500 });
    const error = await failureOf(wire.request(createTopics, creation, 'controller'));
    assert.equal(error.code, 'ANSWER_LOST');
    assert.equal(transport.count('a:1 CreateTopics'), 1);
  }
});

test('a question is asked once more when its connection breaks, and only once', async () => {
  const once = new FakeTransport({
    'a:1': { answers: { Metadata: (nth) => (nth === 0 ? cut() : metadataBody(['1@a:1'], 1)) } },
  });
  assert.equal((await wireOver(once, ['a:1']).request(metadata, everyTopic)).clusterId, 'fake');
  assert.equal(once.count('a:1 connect'), 2);
  const always = new FakeTransport({ 'a:1': { answers: { Metadata: cut } } });
  const error = await failureOf(wireOver(always, ['a:1']).request(metadata, everyTopic));
  assert.deepEqual([error.code, error.exitCode], ['ECONNRESET', ExitCode.unreachable]);
  assert.equal(always.count('a:1 Metadata'), 2);
});

test('the next bootstrap server is tried when the one before fails', async () => {
  const transport = new FakeTransport({ 'c:1': { answers: answersMetadata(['1@c:1'], 1) } });
  const startedAt = performance.now();
  await wireOver(transport, ['a:1', 'b:1', 'c:1']).request(metadata, everyTopic);
  assert.deepEqual(transport.log.slice(0, 3), ['a:1 connect', 'b:1 connect', 'c:1 connect']);
  assert.ok(performance.now() - startedAt < 250, 'no waiting where the failure is known');
});

test('the next bootstrap server is tried when the one before is slow', async () => {
  const transport = new FakeTransport({
    'a:1': { connect: () => silence },
    'b:1': { answers: answersMetadata(['1@b:1'], 1) },
  });
  const startedAt = performance.now();
  await wireOver(transport, ['a:1', 'b:1']).request(metadata, everyTopic);
  const tookMs = performance.now() - startedAt;
  assert.ok(tookMs > 200 && tookMs < 700, `${tookMs}`);
});

test('a slow bootstrap server that comes first in the end is used', async () => {
  const transport = new FakeTransport({
    'a:1': { connect: () => pause(400), answers: answersMetadata(['1@a:1'], 1) },
    'b:1': { connect: () => silence },
  });
  await wireOver(transport, ['a:1', 'b:1']).request(metadata, everyTopic);
  assert.equal(transport.count('a:1 Metadata'), 1);
});

test('where no bootstrap server can be reached each is named', async () => {
  const error = await failureOf(wireOver(new FakeTransport({}), ['a:1', 'b:2']).nodes());
  assert.equal(error.exitCode, ExitCode.unreachable);
  assert.match(error.message, /a:1.*refused/);
  assert.match(error.words ?? '', /b:2.*refused/);
});

test('a broker that accepts and is silent is told within half of the time', async () => {
  const transport = new FakeTransport({ 'a:1': { answers: { ApiVersions: () => silence } } });
  const startedAt = performance.now();
  const error = await failureOf(wireOver(transport, ['a:1'], { timeoutMs: 1000 }).nodes());
  assert.equal(error.exitCode, ExitCode.timedOut);
  assert.ok(performance.now() - startedAt < 600);
});

test('connecting, handshake and login together keep to one deadline', async () => {
  const slow = { connect: () => pause(300), answers: { ApiVersions: () => silence }, login: () => silence };
  const startedAt = performance.now();
  await failureOf(wireOver(new FakeTransport({ 'a:1': slow }), ['a:1'], { timeoutMs: 1000 }).nodes());
  assert.ok(performance.now() - startedAt < 600);
});

test('a refused login is told at once in the broker’s words, and not tried again', async () => {
  const refusal = {
    errorCode: 58,
    errorMessage: 'Invalid credentials',
    authBytes: Buffer.alloc(0),
    sessionLifetimeMs: 0n,
  };
  const answers = {
    SaslHandshake: () => ({ errorCode: 0, mechanisms: ['PLAIN'] }),
    SaslAuthenticate: () => refusal,
  };
  const transport = new FakeTransport({ 'a:1': { answers } });
  const sasl = plain('alice', 'wrong');
  const error = await failureOf(wireOver(transport, ['a:1'], { sasl }).request(metadata, everyTopic));
  assert.deepEqual(
    [error.code, error.words, error.exitCode],
    ['SASL_AUTHENTICATION_FAILED', 'Invalid credentials', 3],
  );
  assert.equal(transport.count('a:1 SaslAuthenticate'), 1);
});

test('a session that the broker ends is renewed before it does, while others wait', async () => {
  const answers = {
    ...answersMetadata(['1@a:1'], 1),
    SaslHandshake: () => ({ errorCode: 0, mechanisms: ['PLAIN'] }),
    SaslAuthenticate: () => ({
      errorCode: 0,
      errorMessage: null,
      authBytes: Buffer.alloc(0),
      sessionLifetimeMs: 40n,
    }),
  };
  const transport = new FakeTransport({ 'a:1': { answers } });
  const wire = wireOver(transport, ['a:1'], { sasl: plain('alice', 'right') });
  await wire.request(metadata, everyTopic);
  assert.equal(transport.count('a:1 SaslAuthenticate'), 1);
  await pause(40);
  await Promise.all([wire.request(metadata, everyTopic), wire.request(metadata, everyTopic)]);
  assert.deepEqual(
    transport.log.slice(-4).map((line) => line.split(' ')[1]),
    ['SaslHandshake', 'SaslAuthenticate', 'Metadata', 'Metadata'],
  );
  assert.equal(transport.count('a:1 connect'), 1);
});

test("a group's requests follow its coordinator", async () => {
  const coordinator = (nodeId: number) => ({ errorCode: 0, errorMessage: null, nodeId, host: '', port: 0 });
  const offsets = (errorCode: number, version: number) =>
    version < 8 ? { topics: [], errorCode } : { groups: [{ groupId: 'g', topics: [], errorCode }] };
  const transport = new FakeTransport({
    'a:1': {
      answers: {
        ...answersMetadata(['1@a:1', '2@b:1'], 1),
        FindCoordinator: (nth) => coordinator(nth === 0 ? 1 : 2),
        OffsetFetch: (_, version) => offsets(notCoordinator, version),
      },
    },
    'b:1': { answers: { OffsetFetch: (_, version) => offsets(0, version) } },
  });
  const wire = wireOver(transport, ['a:1']);
  await wire.request(offsetFetch, lookUp, { group: 'g' });
  await wire.request(offsetFetch, lookUp, { group: 'g' });
  assert.equal(transport.count('a:1 FindCoordinator'), 2);
  assert.deepEqual([transport.count('a:1 OffsetFetch'), transport.count('b:1 OffsetFetch')], [1, 2]);
});

test('a broker that is not there is told with those that are', async () => {
  const transport = new FakeTransport({ 'a:1': { answers: answersMetadata(['1@a:1', '3@c:1'], 1) } });
  const error = await failureOf(wireOver(transport, ['a:1']).request(metadata, everyTopic, { broker: 2 }));
  assert.deepEqual([error.code, error.exitCode], ['BROKER_NOT_AVAILABLE', ExitCode.unreachable]);
  assert.match(error.hint ?? '', /alive: 1, 3/);
});

test('requests of one purpose share a connection, those of two do not', async () => {
  const transport = new FakeTransport({ 'a:1': { answers: answersMetadata(['1@a:1'], 1) } });
  const wire = wireOver(transport, ['a:1']);
  await Promise.all([1, 2, 3].map(() => wire.request(metadata, everyTopic)));
  assert.equal(transport.count('a:1 connect'), 1);
  await Promise.all([1, 2].map(() => wire.link(1, 'fetch')));
  assert.equal(transport.count('a:1 connect'), 2);
});

test('a broken connection is opened anew once, however many ask for it', async () => {
  const transport = new FakeTransport({ 'a:1': { answers: answersMetadata(['1@a:1'], 1) } });
  const wire = wireOver(transport, ['a:1']);
  await wire.request(metadata, everyTopic);
  for (const link of transport.links) link.open = false;
  await Promise.all([1, 2, 3].map(() => wire.link(1, 'control')));
  assert.equal(transport.count('a:1 connect'), 2);
});

test('closing cuts every connection, and does not wait for those still being made', async () => {
  const transport = new FakeTransport({
    'a:1': { connect: () => silence },
    'b:1': { answers: answersMetadata(['1@b:1'], 1) },
  });
  const wire = wireOver(transport, ['a:1', 'b:1']);
  await wire.request(metadata, everyTopic);
  wire.close();
  assert.equal(transport.closed, true);
});
