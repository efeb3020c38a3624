import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { randomName, runKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import { assertDocument } from '../support/schemas.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-security-'));
const env = { KCTL_STATE_DIR: folder, KCTL_BOOTSTRAP_SERVERS: '', KCTL_ZOOKEEPER: '' };
const seed = join(folder, 'seed.yaml');
writeFileSync(
  seed,
  `topics:
  - { name: orders, partitions: 2, configs: { retention.ms: 60000 } }
acls:
  - principal: User:alice
    resource: { type: topic, name: ord, pattern: prefixed }
    operations: [read, write, describe]
records:
  - { topic: orders, key: a, value: { n: 1 }, headers: { from: seed } }
  - { topic: orders, key: b, value: stout, partition: 1 }
`,
);
const users = join(folder, 'users');
writeFileSync(users, 'alice=al"ice\\\\-secret\n', { mode: 0o600 });
after(() => rmSync(folder, { recursive: true, force: true }));

const kctl = (words: string[], more: Record<string, string> = {}) =>
  runKctl(words, { env: { ...env, ...more }, timeoutMs: 120_000 });

const clusters: string[][] = [
  ['--security', 'ssl', '--client-auth', 'required', '--kafka', '4.3.0'],
  ['--security', 'sasl_plaintext', '--mechanism', 'SCRAM-SHA-256'],
  ['--security', 'sasl_ssl', '--mechanism', 'SCRAM-SHA-512', '--kafka', '4.3.0'],
];
for (const options of clusters) {
  test(`${options.join(' ')}: kctl and Apache's own tools log in, and the authorizer knows them`, async (t) => {
    const name = randomName('secure');
    t.after(() => kctl(['local', 'reset', '--name', name, '--yes']));
    const words = ['--authorizer', '--users-file', users, '--seed', seed, '-o', 'json'];
    const started = await kctl(['local', 'start', '--name', name, '--ephemeral', ...options, ...words]);
    assert.equal(started.code, 0, started.stderr);
    const { bootstrapServers, security } = assertDocument(started.stdout, 'LocalCluster');
    const [admin, alice] = security.users;
    assert.equal(alice.name, 'alice');
    assert.equal(statSync(alice.propertiesFile).mode & 0o777, 0o600);

    const own = await kctl(['topics', 'list', '-o', 'name']);
    assert.deepEqual([own.code, own.stdout], [0, 'orders\n'], own.stderr);
    const as = ['--command-config', alice.propertiesFile];
    const read = await kctl(['consume', 'orders', '--from-beginning', '--max-messages', '2', ...as]);
    assert.deepEqual(read.stdout.trim().split('\n').sort(), ['stout', '{"n":1}'], read.stderr);
    const lines = Array.from({ length: 20_000 }, (_, n) => `${n} `.padEnd(200, 'bier'));
    const file = join(folder, `${name}.lines`);
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
    const produced = await kctl(['produce', 'orders', file, '--partition', '0', ...as]);
    assert.equal(produced.code, 0, produced.stderr);
    const last = ['--partition', '0', '--offset', `-${lines.length}`, '--exit-at-end'];
    const whole = await kctl(['consume', 'orders', ...last, ...as]);
    assert.ok(whole.stdout === readFileSync(file, 'utf8'), `megabytes come back whole: ${whole.stderr}`);
    const denied = await kctl(['topics', 'create', 'other', ...as]);
    assert.equal(denied.code, 1);
    assert.match(denied.stderr, /AUTHORIZATION_FAILED/);

    const server = ['--bootstrap-server', bootstrapServers, '--list', '--command-config'];
    for (const user of [admin, alice]) {
      const tool = await runTool('topics', [...server, user.propertiesFile]);
      assert.deepEqual([tool.code, tool.stdout.toString()], [0, 'orders\n'], tool.stderr);
    }
    const stranger = await kctl(['topics', 'list', '-b', bootstrapServers]);
    assert.equal(stranger.code, 3, 'nobody comes in who is not known');

    const again = (...words: string[]) => kctl(['local', 'start', '--name', name, ...words]);
    assert.equal(
      (await again(...options, '--user', 'alice', '--users-file', users)).code,
      0,
      'it is so already',
    );
    const others = [
      ['--security', 'plaintext'],
      ['--user', 'bob'],
      ['--mechanism', 'PLAIN'],
    ];
    for (const words of options[1] === 'ssl' ? others.slice(0, 2) : others) {
      const other = await again(...words);
      assert.equal(other.code, 1, words.join(' '));
      assert.match(other.stderr, /runs already, and its (security|user bob|mechanism) is another/);
    }

    const printed = started.stdout + started.stderr + own.stderr + denied.stderr;
    const properties = await kctl(['local', 'status', '--name', name, '-o', 'properties']);
    const shell = await kctl(['local', 'status', '--name', name, '-o', 'env']);
    assert.match(
      properties.stdout,
      new RegExp(`^bootstrap.servers=${bootstrapServers}\nsecurity.protocol=${security.protocol}\n`),
    );
    assert.match(shell.stdout, new RegExp(`^export KAFKA_CLIENT_PROPERTIES=${alice.propertiesFile}$`, 'm'));
    const passwords = JSON.parse(
      readFileSync(join(folder, 'clusters', name, 'security', 'passwords.json'), 'utf8'),
    );
    assert.equal(passwords.alice, 'al"ice\\-secret');
    for (const secret of [passwords.admin, 'al"ice'])
      assert.ok(!(printed + properties.stdout + shell.stdout).includes(secret), 'no secret is printed');
  });
}

const faults: Array<[words: string[], says: RegExp]> = [
  [['--user', 'alice'], /nobody can log in/],
  [['--security', 'ssl', '--authorizer'], /who asks/],
  [['--security', 'sasl_plaintext', '--client-auth', 'required'], /no client certificates/],
  [['--security', 'sasl_ssl', '--user', 'a b'], /"a b" is not a name/],
  [['--seed', '/nowhere'], /cannot be read/],
  [['--seed', users], /the seed is not a mapping|not YAML/],
];
for (const [words, says] of faults) {
  test(`local start ${words.join(' ')} is refused`, async () => {
    const run = await kctl(['local', 'start', '--name', randomName('never'), ...words]);
    assert.equal(run.code, 2, run.stderr);
    assert.match(run.stderr, says);
  });
}

test('a seed that the cluster refuses leaves no cluster behind', async () => {
  const name = randomName('never');
  const refused = join(folder, 'refused.yaml');
  writeFileSync(refused, 'topics: [{ name: orders }, { name: "a b" }]');
  const run = await kctl(['local', 'start', '--name', name, '--kafka', '4.3.0', '--seed', refused]);
  assert.equal(run.code, 1, run.stderr);
  assert.match(run.stderr, /the seed could not be sown: topic a b/);
  const { stdout } = await kctl(['local', 'status', '--name', name, '-o', 'json']);
  assert.equal(JSON.parse(stdout).state, 'absent');
});
