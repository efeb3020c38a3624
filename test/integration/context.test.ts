import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sharedCluster } from '../support/cluster.js';
import { randomName, runKctl } from '../support/kctl.js';
import { assertDocument } from '../support/schemas.js';

const { env: cluster } = await sharedCluster();
const servers = cluster.KCTL_BOOTSTRAP_SERVERS ?? '';
const folder = mkdtempSync(join(tmpdir(), 'kctl-context-'));
after(() => rmSync(folder, { recursive: true }));
const canary = 'CANARY-88d1';
const keyringIsElsewhere = process.platform === 'linux' ? false : 'secret-tool is of Linux';

/** A file of contexts of its own, and nothing else that names a cluster. */
function configured(name: string) {
  const file = join(folder, `${name}.yaml`);
  const env = { ...cluster, KCTL_CONFIG_FILE: file, KCTL_BOOTSTRAP_SERVERS: '', KCTL_ZOOKEEPER: '' };
  const kctl = async (words: string[], code = 0, more: Record<string, string> = {}, cwd?: string) => {
    const outcome = await runKctl(words, { env: { ...env, ...more }, ...(cwd ? { cwd } : {}) });
    assert.equal(outcome.code, code, `kctl ${words.join(' ')}: ${outcome.stderr}`);
    return outcome;
  };
  return { file, kctl };
}

test('contexts are added, used, changed, renamed and removed, and the file is nobody else’s', async () => {
  const { file, kctl } = configured('life');
  await kctl(['context', 'add', 'one', '-b', servers, '--use']);
  await kctl(['context', 'add', 'two', '-b', 'nowhere:1', '--protected', '--secret', 'sasl.password=env:PW']);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const list = assertDocument((await kctl(['context', 'list', '-o', 'json'])).stdout, 'ContextList');
  assert.deepEqual(
    list.items.map((item: { name: string; current: boolean }) => [item.name, item.current]),
    [
      ['one', true],
      ['two', false],
    ],
  );
  const { stdout } = await kctl(['context', 'test', '-o', 'json']);
  const tested = assertDocument(stdout, 'DoctorReport');
  assert.deepEqual([tested.context, tested.brokers, tested.healthy], ['one', 3, true]);
  assert.match(
    (await kctl(['context', 'add', 'one', '-b', 'x:1'], 1)).stderr,
    /there is a context "one" already/,
  );
  await kctl(['context', 'edit', 'one', '--cluster-id', tested.clusterId, '-X', 'client.id=me']);
  await kctl(['context', 'edit', 'two', '--timeout', '9s']);
  assert.match(readFileSync(file, 'utf8'), /protected: true/, 'what is not given stays');
  await kctl(['context', 'rename', 'one', 'main']);
  const shown = assertDocument((await kctl(['context', 'show', '-o', 'json'])).stdout, 'Context');
  assert.deepEqual([shown.name, shown.clusterId], ['main', tested.clusterId]);
  assert.deepEqual(
    shown.settings.find((setting: { name: string }) => setting.name === 'client.id'),
    { name: 'client.id', value: 'me', origin: 'context main' },
  );
  const before = readFileSync(file, 'utf8');
  await kctl(['context', 'remove', 'main', '--dry-run']);
  assert.equal(readFileSync(file, 'utf8'), before);
  await kctl(['context', 'remove', 'main']);
  assert.match((await kctl(['context', 'use', 'main'], 4)).stderr, /there is no context "main"/);
});

test('nothing is changed in a cluster with another id', async () => {
  const { kctl } = configured('other');
  await kctl(['context', 'add', 'other', '-b', servers, '--cluster-id', 'AAAAAAAAAAAAAAAAAAAAAA', '--use']);
  const topic = randomName('other');
  const { stderr } = await kctl(['topics', 'create', topic], 1);
  assert.match(stderr, /this is another cluster: its id is /);
  const topics = await runKctl(['topics', 'describe', topic], { env: cluster });
  assert.equal(topics.code, 4);
});

test('in a protected context what destroys needs its name', async () => {
  const { kctl } = configured('protected');
  await kctl(['context', 'add', 'prod', '-b', servers, '--protected', '--use']);
  const topic = randomName('protected');
  await kctl(['topics', 'create', topic]);
  const refused = await kctl(['topics', 'delete', topic, '--yes'], 2);
  assert.match(refused.stderr, /add --confirm-context prod/);
  await kctl(['topics', 'delete', topic, '--yes', '--confirm-context', 'prd'], 2);
  await kctl(['topics', 'delete', topic, '--confirm-context', 'prod']);
});

const files: Record<string, [text: string, context: string, expected: Record<string, string>]> = {
  'kcat.conf': [
    `bootstrap.servers=k:9093\nsecurity.protocol=sasl_ssl\nsasl.mechanisms=PLAIN\nsasl.username=u\nsasl.password=${canary}\n`,
    'kcat',
    { 'bootstrap.servers': 'k:9093', 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'PLAIN' },
  ],
  'kaf.yaml': [
    `current-cluster: local\nclusters:\n- name: local\n  brokers: [a:1, b:2]\n  SASL: {mechanism: SCRAM-SHA-512, username: u, password: ${canary}}\n  security-protocol: SASL_PLAINTEXT\n`,
    'local',
    { 'bootstrap.servers': 'a:1,b:2', 'sasl.mechanism': 'SCRAM-SHA-512' },
  ],
  'kafkactl.yml': [
    `contexts:\n  default:\n    brokers: [a:1]\n    sasl: {enabled: true, mechanism: scram-sha256, username: u, password: ${canary}}\ncurrent-context: default\n`,
    'default',
    { 'security.protocol': 'SASL_PLAINTEXT', 'sasl.mechanism': 'SCRAM-SHA-256' },
  ],
  'kcl.toml': [
    `seed_brokers = ["a:1"]\n[sasl]\nmethod = "plain"\nuser = "u"\npass = "${canary}"\n`,
    'kcl',
    { 'bootstrap.servers': 'a:1', 'sasl.mechanism': 'PLAIN', 'sasl.username': 'u' },
  ],
  'client.properties': [
    `bootstrap.servers=j:1\nsecurity.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.jaas.config=x.P required username="u" password="${canary}";\n`,
    'client',
    { 'bootstrap.servers': 'j:1', 'sasl.mechanism': 'PLAIN' },
  ],
};
for (const [name, [text, context, expected]] of Object.entries(files)) {
  test(`${name} is taken over, and its password is shown nowhere`, async () => {
    const { file, kctl } = configured(`import-${context}`);
    writeFileSync(join(folder, name), text);
    const said = [await kctl(['context', 'import', join(folder, name)])];
    said.push(await kctl(['context', 'show', context, '--origin']));
    said.push(await kctl(['context', 'show', context, '-o', 'json']));
    const { settings } = assertDocument(said[2]?.stdout ?? '', 'Context');
    const values = Object.fromEntries(
      settings.map((each: { name: string; value: string }) => [each.name, each.value]),
    );
    for (const [setting, value] of Object.entries(expected)) assert.equal(values[setting], value);
    for (const { stdout, stderr } of said) assert.ok(!`${stdout}${stderr}`.includes(canary));
    assert.ok(!readFileSync(file, 'utf8').includes(canary));
  });
}

test('without anything to set, a context is edited in EDITOR; what is wrong changes nothing', async () => {
  const { file, kctl } = configured('editor');
  await kctl(['context', 'add', 'dev', '-b', 'here:1']);
  const edit = async (script: string, code = 0) => {
    const editor = join(folder, 'editor.sh');
    writeFileSync(editor, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return kctl(['context', 'edit', 'dev', '-o', 'json'], code, { VISUAL: '', EDITOR: editor });
  };
  await edit('sed -i s/here:1/there:2/ "$1"');
  const before = readFileSync(file, 'utf8');
  assert.match(before, /there:2/);
  assert.deepEqual(assertDocument((await edit('true')).stdout, 'ContextChangeList').items, []);
  assert.match((await edit('echo bootstrapServer: x >> "$1"', 2)).stderr, /Did you mean bootstrapServers/);
  assert.match((await edit('exit 7', 1)).stderr, /ended with 7/);
  assert.equal(readFileSync(file, 'utf8'), before);
  const none = await kctl(['context', 'edit', 'dev'], 2, { VISUAL: '', EDITOR: '' });
  assert.match(none.stderr, /set EDITOR/);
});

test('a secret comes from the keyring of the system, or its absence is told', {
  skip: keyringIsElsewhere,
}, async () => {
  const { kctl } = configured('keyring');
  const sasl = [
    '-X',
    'security.protocol=SASL_PLAINTEXT',
    '-X',
    'sasl.mechanism=PLAIN',
    '-X',
    'sasl.username=u',
  ];
  await kctl([
    'context',
    'add',
    'ring',
    '-b',
    servers,
    ...sasl,
    '--secret',
    'sasl.password=keyring:prod',
    '--use',
  ]);
  const programs = join(folder, 'bin');
  mkdirSync(programs);
  const list = (code: number) => kctl(['topics', 'list'], code, { PATH: programs });
  assert.match((await list(2)).stderr, /asked by secret-tool, which is not there/);
  const tool = (script: string) =>
    writeFileSync(join(programs, 'secret-tool'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  tool('exit 1');
  assert.match(
    (await list(2)).stderr,
    /has no "prod" for kctl, or it is locked\n.*secret-tool store --label=kctl/,
  );
  tool(`[ "$*" = "lookup service kctl account prod" ] && printf ${canary}`);
  // It is fetched; the shared brokers have no logins.
  assert.match((await list(3)).stderr, /has no logins/);
});

test('what a project says holds below it, and stands behind everything else', async () => {
  const { kctl } = configured('project');
  await kctl(['context', 'add', 'dev', '-b', servers, '--use']);
  const project = join(folder, 'project', 'deep', 'down');
  mkdirSync(project, { recursive: true });
  const origins = async (env = {}) => {
    const { stdout } = await kctl(['context', 'show', '-o', 'json'], 0, env, project);
    const { settings } = assertDocument(stdout, 'Context');
    const timeout = settings.find(({ name }: { name: string }) => name === 'default.api.timeout.ms');
    return timeout && [timeout.value, timeout.origin];
  };
  assert.equal(await origins(), undefined);
  const path = join(folder, 'project', '.kctl.yaml');
  writeFileSync(path, 'context: dev\ntimeout: 17s\n');
  assert.deepEqual(await origins(), ['17s', path]);
  assert.deepEqual((await origins({ KCTL_DEFAULT_API_TIMEOUT_MS: '9000' }))?.[0], '9000');
  writeFileSync(path, 'bootstrapServers: elsewhere:9092\n');
  const { stderr } = await kctl(['topics', 'list'], 2, {}, project);
  assert.match(stderr, /unknown key "bootstrapServers"/);
});
