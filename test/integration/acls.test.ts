import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { type Acl, keyOf } from '../../src/acls/acl.js';
import { type AclOperation, aclOperations, operationsOf } from '../../src/protocol/acl-codes.js';
import { errorOf } from '../../src/protocol/errors.js';
import { metadata } from '../../src/protocol/messages/metadata.js';
import { within } from '../../src/protocol/schema.js';
import { eventually, runKctl } from '../support/kctl.js';
import { assertDocument, type JsonDocument } from '../support/schemas.js';
import {
  type SecuredCluster,
  securedModes,
  startSecuredCluster,
  writeLogin,
} from '../support/secured-cluster.js';
import { sessionOf } from '../support/session.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-acls-'));
after(() => rmSync(folder, { recursive: true }));
const secretKey = ['--config', 'delegation.token.secret.key=not-a-secret-of-anyone'];
const started = securedModes.map(([, options]) =>
  startSecuredCluster(['alice', 'bob'], [...options, ...secretKey]),
);

for (const [index, [mode]] of securedModes.entries()) {
  describe(`ACLs, users and tokens with ${mode}`, () => {
    let cluster: SecuredCluster;
    const { kctl, done, apache } = sessionOf(() => cluster);
    before(async () => {
      cluster = (await started[index]) as SecuredCluster;
    });

    /** What AclCommand lists, in kctl's words. */
    async function aclsOfApache(...words: string[]): Promise<string[]> {
      const text = await apache('acls', '--list', ...words);
      const word = (kafka: string) => kafka.toLowerCase().replaceAll('_', '-');
      let resource = {};
      return text.split('\n').flatMap((line) => {
        const about = /resourceType=(\w+), name=(.*), patternType=(\w+)\)/.exec(line);
        if (about) {
          const [, type = '', resourceName, pattern = ''] = about;
          resource = { resourceType: word(type), resourceName, patternType: word(pattern) };
        }
        const rule = /\(principal=(.*), host=(.*), operation=(\w+), permissionType=(\w+)\)/.exec(line);
        if (!rule) return [];
        const [, principal, host, operation = '', permission = ''] = rule;
        const acl = {
          ...resource,
          principal,
          host,
          operation: word(operation),
          permission: word(permission),
        };
        return [keyOf(acl as Acl)];
      });
    }
    const aclsOfKctl = async (...words: string[]): Promise<string[]> =>
      (await done('acls', 'list', ...words)).items.map(keyOf);
    async function sameAsApache(what: string): Promise<void> {
      assert.deepEqual((await aclsOfKctl()).sort(), (await aclsOfApache()).sort(), what);
    }

    test('what either creates or deletes, the other lists', async () => {
      const rules: string[][] = [
        ['--allow-principal', 'User:alice', '--producer', '--topic', 'orders'],
        [
          '--allow-principal',
          'User:alice',
          '--producer',
          '--idempotent',
          '--topic',
          'o',
          '--transactional-id',
          't',
        ],
        ['--allow-principal', 'User:bob', '--consumer', '--topic', 'ord', '--group', 'bar'],
        ['--deny-principal', 'User:*', '--deny-host', '10.0.0.1', '--operation', 'Read', '--topic', '*'],
        [
          '--allow-principal',
          'User:bob',
          '--operation',
          'DescribeConfigs',
          '--operation',
          'Alter',
          '--cluster',
        ],
        ['--allow-principal', 'User:CN=bob,O=bar baz', '--allow-host', '::1', '--topic', 'x'],
      ];
      // Prefixed ones cannot be about the cluster, which kafka-acls does not say until it is asked.
      const prefixed = [false, false, true, false, false, true];
      const pattern = (at: number) => (prefixed[at] ? ['--resource-pattern-type', 'prefixed'] : []);
      for (const [at, words] of rules.entries()) await done('acls', 'create', ...words, ...pattern(at));
      const ours = await aclsOfKctl();
      await sameAsApache('created by kctl');
      assert.equal((await done('acls', 'create', ...(rules[0] ?? []))).unchanged, 3);
      await done('acls', 'delete', '--all', '--yes');
      assert.deepEqual(await aclsOfApache(), []);
      for (const [at, words] of rules.entries()) await apache('acls', '--add', ...words, ...pattern(at));
      await eventually('the rules of AclCommand', async () => (await aclsOfKctl()).length === ours.length);
      assert.deepEqual(await aclsOfKctl(), ours, 'created by AclCommand');
      for (const words of [
        ['--topic', 'orders'],
        ['--principal', 'User:bob'],
        ['--group', 'bar'],
      ])
        assert.deepEqual(
          (await aclsOfKctl(...words)).sort(),
          (await aclsOfApache(...words, '--resource-pattern-type', 'any')).sort(),
          words.join(' '),
        );
      const match = ['--topic', 'orders', '--resource-pattern-type', 'match'];
      assert.deepEqual((await aclsOfKctl(...match)).sort(), (await aclsOfApache(...match)).sort());
      await apache('acls', '--remove', '--force', '--topic', 'orders');
      await eventually('the deletion', async () => (await aclsOfKctl('--topic', 'orders')).length === 0);
      await done('acls', 'delete', '--principal', 'User:bob', '--yes');
      await sameAsApache('deleted by both');
    });

    test('a file of rules goes out, comes in again, and prunes only when it is asked to', async () => {
      await done(
        'acls',
        'create',
        '--allow-principal',
        'User:alice',
        '--operation',
        'read',
        '--topic',
        'kept',
      );
      const { stdout } = await kctl('acls', 'list', '--export');
      const file = join(folder, `${mode}.yaml`);
      writeFileSync(file, stdout);
      const dry = await done('acls', 'create', '--file', file, '--prune', '--dry-run');
      assert.deepEqual([dry.items, dry.validatedBy], [[], 'client']);
      await done('acls', 'create', '--deny-principal', 'User:eve', '--topic', 'extra');
      await done('acls', 'delete', '--topic', 'kept', '--yes');
      const planned = await done('acls', 'create', '--file', file, '--prune', '--dry-run');
      const changes = (list: JsonDocument) =>
        list.items.map(({ change, resourceName }: JsonDocument) => `${change} ${resourceName}`).sort();
      assert.deepEqual(changes(planned), ['create kept', 'delete extra']);
      assert.deepEqual(changes(await done('acls', 'create', '--file', file)), ['create kept']);
      const unasked = await kctl('acls', 'create', '--file', file, '--prune');
      assert.deepEqual([unasked.code, unasked.stdout], [2, ''], 'it asks before it deletes');
      assert.deepEqual(changes(await done('acls', 'create', '--file', file, '--prune', '--yes')), [
        'delete extra',
      ]);
      assert.equal((await kctl('acls', 'list', '--export')).stdout, stdout);
      assertDocument((await kctl('acls', 'list', '--export', '-o', 'json')).stdout, 'AclFile');
      await sameAsApache('from a file');
      await done('acls', 'delete', '--file', file, '--yes');
      assert.deepEqual(await aclsOfApache(), []);
    });

    test('what who-can and what-can say is what the broker does', async () => {
      const topics = ['o', 'ord', 'orders', 'orders-2', 'other'].map((name) => `real.${name}`);
      await done('topics', 'create', ...topics, '--partitions', '1');
      const arbitrary = fc.record({
        principal: fc.constantFrom('User:alice', 'User:alice', 'User:bob', 'User:*'),
        host: fc.constantFrom('*', '*', '127.0.0.1', '10.0.0.1'),
        resourceType: fc.constant('topic' as const),
        resourceName: fc.constantFrom('*', 'real.', ...topics),
        patternType: fc.constantFrom('literal' as const, 'prefixed' as const),
        operation: fc.constantFrom('all' as const, ...operationsOf.topic),
        permission: fc.constantFrom('allow' as const, 'allow' as const, 'deny' as const),
      });
      let checked = 0;
      for (const [round, count] of [6, 16].entries()) {
        const [acls = []] = fc.sample(fc.array(arbitrary, { minLength: count, maxLength: count }), {
          seed: 6 + round,
          numRuns: 1,
        });
        const file = join(folder, `${mode}.${round}.json`);
        const entries = acls.map(({ principal, host, operation, permission, ...about }) => {
          const resource = { type: about.resourceType, name: about.resourceName, pattern: about.patternType };
          return { principal, host, resource, operations: [operation], permission };
        });
        writeFileSync(file, JSON.stringify({ acls: entries }));
        await done('acls', 'create', '--file', file, '--prune', '--yes');
        for (const user of ['alice', 'bob']) {
          const principal = `User:${user}`;
          const asked = ['--host', '127.0.0.1', '--assume-default', 'deny'];
          const { items } = await done('acls', 'what-can', principal, ...asked);
          const expected = topics.map((topic) => operationsSaid(items, topic));
          let real: string[][] = [];
          // Brokers with ZooKeeper hear of rules one after another.
          await eventually(
            `what the broker lets ${user} do by ${JSON.stringify(acls)}: ${JSON.stringify(expected)}`,
            async () => {
              real = await operationsOfBroker(cluster, user, topics);
              return JSON.stringify(real) === JSON.stringify(expected);
            },
          ).catch((error) => assert.deepEqual(real, expected, error.message));
          checked += real.flat().length;
        }
        const writers = await done('acls', 'who-can', 'write', 'topic:real.orders', '--host', '127.0.0.1');
        const own = (user: string) =>
          writers.items.find(({ principal }: JsonDocument) => principal === `User:${user}`) ??
          writers.items.find(({ principal }: JsonDocument) => principal === 'User:*');
        for (const user of ['alice', 'bob']) {
          const run = await runKctl(['produce', 'real.orders', '--timeout', '5s'], {
            input: 'beer\n',
            env: { ...cluster.env, KCTL_COMMAND_CONFIG: cluster.propertiesOf(user) },
          });
          assert.equal(run.code === 0, (own(user)?.hosts ?? []).length > 0, `${user}: ${run.stderr}`);
        }
      }
      assert.ok(checked > 10, `${checked} allowed operations were compared`);
      await done('acls', 'delete', '--all', '--yes');
      const open = await kctl('acls', 'who-can', 'read', 'topic:real.o');
      assert.equal(open.code, 0);
      assert.match(open.stderr, /default of the brokers decides/);
      assert.match(open.stdout, /Super users of the brokers/);
      assert.equal(
        (await done('acls', 'who-can', 'read', 'topic:a', '--assume-default', 'allow')).items.length,
        1,
      );
    });

    test('users of SCRAM: what either tool sets the other lists, and the passwords hold', async () => {
      const password = 'p\u00e4ss "word"';
      writeFileSync(join(folder, 'password'), `${password}\n`, { mode: 0o600 });
      const file = ['--password-file', join(folder, 'password')];
      const dry = await done('users', 'create', 'carol', ...file, '--dry-run');
      assert.deepEqual([dry.validatedBy, dry.items.length], ['client', 2]);
      assert.equal((await kctl('users', 'list', 'carol')).code, 4);
      await done('users', 'create', 'carol', ...file, '--iterations', '5000');
      const listed = await apache(
        'configs',
        '--describe',
        '--entity-type',
        'users',
        '--entity-name',
        'carol',
      );
      assert.match(listed, /SCRAM-SHA-256=iterations=5000/);
      assert.match(listed, /SCRAM-SHA-512=iterations=5000/);
      await logsIn('carol', password, 'SCRAM-SHA-256');
      const added = 'SCRAM-SHA-512=[iterations=6000,password=other-word]';
      await apache(
        'configs',
        '--alter',
        '--entity-type',
        'users',
        '--entity-name',
        'dave',
        '--add-config',
        added,
      );
      await eventually(
        'the user of ConfigCommand',
        async () => (await kctl('users', 'list', 'dave')).code === 0,
      );
      assert.deepEqual((await done('users', 'list', 'dave')).items, [
        { name: 'dave', credentials: [{ mechanism: 'SCRAM-SHA-512', iterations: 6000 }] },
      ]);
      await logsIn('dave', 'other-word', 'SCRAM-SHA-512');
      const again = await kctl('users', 'create', 'dave', ...file, '--mechanism', 'SCRAM-SHA-512');
      assert.deepEqual([again.code, again.stdout], [2, ''], 'a password is not replaced unasked');
      const env = { ...cluster.env, DAVES_PASSWORD: password };
      const replaced = await runKctl(
        ['users', 'create', 'dave', '--password-env', 'DAVES_PASSWORD', '--yes', '-o', 'json'],
        { env },
      );
      assert.deepEqual(
        assertDocument(replaced.stdout).items.map(({ result }: JsonDocument) => result),
        ['created', 'replaced'],
      );
      await logsIn('dave', password, 'SCRAM-SHA-512');
      await done('users', 'delete', 'dave', '--mechanism', 'SCRAM-SHA-256', '--yes');
      const both = await kctl('users', 'delete', 'dave', 'nobody', '--yes', '-o', 'json');
      assert.equal(both.code, 1, 'one was there, one was not');
      assert.equal(assertDocument(both.stdout, 'UserChangeList').errors[0].subject, 'user nobody');
      const gone = await apache('configs', '--describe', '--entity-type', 'users');
      assert.ok(!gone.includes('dave') && gone.includes('carol'));
      const refused = await loginOf('dave', password, 'SCRAM-SHA-512');
      assert.equal(refused.code, 3, 'nobody comes in with a password that was deleted');
      for (const { stdout, stderr } of [again, replaced, both, refused])
        assert.ok(!(stdout + stderr).includes(password), 'no password is printed');
      const nothing = await kctl('users', 'create', 'erin');
      assert.equal(nothing.code, 2);
      assert.match(nothing.stderr, /no terminal to ask on/);
    });

    const loginOf = (user: string, password: string, mechanism: string) =>
      runKctl(['topics', 'list'], {
        env: {
          ...cluster.env,
          KCTL_COMMAND_CONFIG: writeLogin(folder, cluster, {
            ...{ user, mechanism },
            password: password.replace(/["\\]/g, '\\\\$&'),
          }),
        },
      });
    const logsIn = (user: string, password: string, mechanism: string) =>
      eventually(`${user} logs in`, async () => (await loginOf(user, password, mechanism)).code === 0);

    test('delegation tokens: what either tool makes, renews or expires, the other sees', async () => {
      const { tokenId, hmac, owner } = await done(
        'tokens',
        'create',
        '--renewer',
        'User:bob',
        '--max-lifetime',
        '2d',
      );
      assert.equal(owner, 'User:admin');
      const secret = join(folder, `${mode}.hmac`);
      writeFileSync(secret, hmac, { mode: 0o600 });
      await eventually('the token of kctl', async () => (await tokensOfApache()).has(tokenId));
      const made = await apache(
        'delegationTokens',
        '--create',
        '--max-life-time-period',
        '-1',
        '--renewer-principal',
        'User:alice',
      );
      const [other = '', otherHmac = ''] = rowsOf(made)[0] ?? [];
      await eventually('the token of Apache', async () => (await tokensOfKctl()).has(other));
      assert.deepEqual(await tokensOfKctl(), await tokensOfApache());
      const renewed = await done('tokens', 'renew', '--hmac-file', secret, '--period', '1h');
      const shown = await apache(
        'delegationTokens',
        '--renew',
        '--renew-time-period',
        '3600000',
        '--hmac',
        otherHmac,
      );
      assert.match(shown, /expiry date/);
      assert.ok(Math.abs(renewed.expiresMs - Date.now() - 3_600_000) < 60_000);
      await eventually('both see the same', async () => {
        const [ours, theirs] = [await tokensOfKctl(), await tokensOfApache()];
        return ours.size === 2 && JSON.stringify([...ours]) === JSON.stringify([...theirs]);
      });
      await done('tokens', 'expire', '--hmac-file', secret);
      await apache('delegationTokens', '--expire', '--expiry-time-period', '-1', '--hmac', otherHmac);
      await eventually(
        'neither is there',
        async () => (await tokensOfKctl()).size + (await tokensOfApache()).size === 0,
      );
    });

    /** The rows of DelegationTokenCommand's table: id, HMAC, owner, requester, renewers and three times. */
    const rowsOf = (text: string) =>
      text
        .split('\n')
        .filter((line) => /^\S+ +\S+ +User:/.test(line))
        .map((line) => line.trim().split(/\s+/));
    async function tokensOfApache(): Promise<Map<string, string>> {
      const rows = rowsOf(await apache('delegationTokens', '--describe', '--owner-principal', 'User:admin'));
      return new Map(
        rows
          .map(([id = '', , owner, requester, renewers, , expires = '']): [string, string] => [
            id,
            [owner, requester, renewers, new Date(expires).toISOString().slice(0, 16)].join(' '),
          ])
          .sort(),
      );
    }
    async function tokensOfKctl(): Promise<Map<string, string>> {
      const { items } = await done('tokens', 'describe');
      return new Map(
        items
          .map(({ tokenId, owner, requester, renewers, expiresMs }: JsonDocument) => [
            tokenId,
            [owner, requester, `[${renewers}]`, new Date(expiresMs).toISOString().slice(0, 16)].join(' '),
          ])
          .sort(),
      );
    }
  });
}

/** The operations that rows of what-can let one do with a topic, by the row that is about it. */
function operationsSaid(rows: JsonDocument[], topic: string): string[] {
  const row =
    rows.find((each) => each.patternType === 'literal' && each.resourceName === topic) ??
    rows
      .filter((each) => each.patternType === 'prefixed' && topic.startsWith(each.resourceName))
      .sort((a, b) => b.resourceName.length - a.resourceName.length)[0] ??
    rows.find((each) => each.patternType === 'literal' && each.resourceName === '*');
  const allowed: string[] = (row?.operations ?? [])
    .filter(({ hosts }: JsonDocument) => hosts.length > 0)
    .map(({ operation }: JsonDocument) => operation);
  // Of a topic that one may not describe the broker says no more than that.
  return allowed.includes('describe') ? allowed.sort() : [];
}

/** The operations that the broker itself says a user may do with topics (KIP-430). */
async function operationsOfBroker(
  cluster: SecuredCluster,
  user: string,
  topics: string[],
): Promise<string[][]> {
  const opened = await cluster.as(user);
  try {
    const body = {
      topics: topics.map((name) => ({ name })),
      allowAutoTopicCreation: false,
      includeTopicAuthorizedOperations: true,
    };
    const answer = await opened.wire.request(within(metadata, { from: 8, upTo: 9 }), body);
    return topics.map((name) => {
      const topic = answer.topics.find((each) => each.name === name);
      assert.ok(topic);
      const { name: error } = errorOf(topic.errorCode);
      if (error === 'TOPIC_AUTHORIZATION_FAILED') return [];
      assert.equal(error, 'NONE');
      const known = Object.keys(aclOperations) as AclOperation[];
      return known.filter((word) => topic.topicAuthorizedOperations & (1 << aclOperations[word])).sort();
    });
  } finally {
    opened.close();
  }
}
