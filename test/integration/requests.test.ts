import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { sharedClusters, type TestCluster } from '../support/cluster.js';
import { runKctl } from '../support/kctl.js';
import { commands } from '../support/manifest.js';
import { assertDocument, type JsonDocument } from '../support/schemas.js';
import { sessionOf } from '../support/session.js';
import { makeTopic } from '../support/topics.js';

for (const [mode, shared] of sharedClusters) {
  describe(`messages by hand with ${mode}`, () => {
    let cluster: TestCluster;
    const { kctl, done } = sessionOf(() => cluster);
    before(async () => {
      cluster = await shared();
    });

    test('an answer has the fields and the version that were agreed upon', async () => {
      const topic = await makeTopic(cluster, 2);
      const body = JSON.stringify({ topics: [{ name: topic }] });
      const { api, apiVersion, answer } = await done(
        'wire',
        'Metadata',
        '--body',
        body,
        '--api-version',
        '9',
      );
      assert.deepEqual([api, apiVersion], ['Metadata', 9]);
      assert.deepEqual([answer.topics[0].name, answer.topics[0].partitions.length], [topic, 2]);
    });

    test('an error code of the answer is told with its place, and makes the exit code 1', async () => {
      const run = await kctl(
        'wire',
        'Metadata',
        '--body',
        '{"topics": [{"name": "no.such.topic"}]}',
        '-o',
        'json',
      );
      assert.equal(run.code, 1);
      const { errors, answer } = assertDocument(run.stdout, 'WireAnswer');
      assert.deepEqual([errors[0].subject, errors[0].code], ['topics[0]', 'UNKNOWN_TOPIC_OR_PARTITION']);
      assert.equal(answer.topics.length, 1);
      const { stdout } = await kctl('topics', 'list', '-o', 'name');
      assert.ok(!stdout.includes('no.such.topic'), 'it was not made by asking for it');
    });

    test('what changes something asks first, is tried dry, and does it', async () => {
      const topic = await makeTopic(cluster, 1);
      const words = [
        'wire',
        'DeleteTopics',
        '--body',
        JSON.stringify({ topicNames: [topic], timeoutMs: 5000 }),
      ];
      const asked = await kctl(...words, '--api-version', '5');
      assert.deepEqual([asked.code, asked.stdout], [2, '']);
      const dry = await done(...words, '--api-version', '5', '--dry-run');
      assert.deepEqual([dry.answer, dry.dryRun, dry.validatedBy], [null, true, 'client']);
      assert.equal((await kctl('topics', 'describe', topic)).code, 0);
      await done(...words, '--api-version', '5', '--yes');
      assert.equal((await kctl('topics', 'describe', topic)).code, 4);
    });

    test('wrong words are told before anything is sent', async () => {
      const faults: Array<[words: string[], says: RegExp]> = [
        [['Metadat'], /Did you mean Metadata/],
        [['Metadata', '--body', '{topics'], /not JSON/],
        [['Metadata', '--body', '{"topcs": []}'], /no field topcs/],
        [['Metadata', '--to', 'nowhere'], /not where a request can go/],
      ];
      for (const [words, says] of faults) {
        const { code, stderr } = await kctl('wire', ...words);
        assert.equal(code, 2, stderr);
        assert.match(stderr, says);
      }
      const old = await kctl('wire', 'Metadata', '--api-version', '99');
      assert.equal(old.code, 1);
      assert.match(old.stderr, /UNSUPPORTED_VERSION|cannot do Metadata/);
    });
  });
}

test('errors are found by code, by name and as Java calls them', async () => {
  const { stdout, code } = await runKctl([
    'errors',
    'lookup',
    '3',
    'not_leader_or_follower',
    'UnknownServerException',
    '-o',
    'json',
  ]);
  assert.equal(code, 1, 'one of them is none');
  const { items, errors } = assertDocument(stdout, 'KafkaErrorList');
  assert.deepEqual(
    items.map(({ code, retriable }: JsonDocument) => [code, retriable]),
    [
      [3, true],
      [6, true],
    ],
  );
  assert.equal(errors.length, 1);
  const none = await runKctl(['errors', 'lookup', 'NOT_LEADER']);
  assert.deepEqual([none.code, none.stdout], [4, '']);
});

test('--help-json has every command, its arguments and its flags', async () => {
  const { stdout } = await runKctl(['--help-json']);
  const { items } = assertDocument(stdout, 'CommandList');
  assert.deepEqual(
    items.map(({ name }: JsonDocument) => name).sort(),
    commands()
      .map(({ name }) => name)
      .sort(),
  );
  const some = assertDocument((await runKctl(['topics', '--help-json'])).stdout, 'CommandList').items;
  assert.ok(some.length > 5 && some.every(({ name }: JsonDocument) => name.startsWith('topics ')));
  const describe = some.find(({ name }: JsonDocument) => name === 'topics describe');
  assert.ok(
    describe.flags.some((flag: JsonDocument) => flag.name === 'output' && flag.options.includes('yaml')),
  );
  assert.equal((await runKctl(['nonsense', '--help-json'])).code, 2);
});
