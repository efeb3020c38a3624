import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ExitCode, KctlError } from '../../../../src/base/errors.js';
import { protectedContext, resolveCluster, resolveZookeeper } from '../../../../src/cluster/config.js';
import { readContextFile, writeContextFile } from '../../../../src/cluster/settings/context-file.js';
import type { Security } from '../../../../src/cluster/settings/security.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-contexts-'));
const before = process.cwd();
after(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});
const path = join(folder, 'config.yaml');
const canary = 'CANARY-51c9';

function configure(text: string): NodeJS.ProcessEnv {
  writeFileSync(path, text);
  return { KCTL_CONFIG_FILE: path };
}

const contexts = `
current: dev
contexts:
  dev:
    bootstrapServers: [dev-1:9092, dev-2]
    zookeeper: dev-zk:2181/kafka
    timeout: 3s
  prod:
    bootstrapServers: prod:9093
    clusterId: abc
    protected: true
    properties:
      security.protocol: SASL_PLAINTEXT
      sasl.mechanism: SCRAM-SHA-512
      sasl.username: alice
    secrets:
      sasl.password: {env: PROD_PASSWORD}
    resolve:
      broker-1:9092: 127.0.0.1:19092
`;

test('the current context gives address, ZooKeeper and deadline', async () => {
  const env = configure(contexts);
  const config = await resolveCluster({}, env);
  assert.deepEqual(config.bootstrapServers, {
    value: [
      { host: 'dev-1', port: 9092 },
      { host: 'dev-2', port: 9092 },
    ],
    origin: 'context dev',
  });
  assert.deepEqual([config.timeoutMs.value, config.context?.name], [3000, 'dev']);
  assert.deepEqual(await resolveZookeeper({}, env), { value: 'dev-zk:2181/kafka', origin: 'context dev' });
});

test('a context is chosen by flag, by variable, by project, in that order', async (t) => {
  const env = configure(contexts);
  const project = join(folder, 'project', 'below');
  mkdirSync(project, { recursive: true });
  writeFileSync(join(folder, 'project', '.kctl.yaml'), 'context: prod\n');
  t.after(() => process.chdir(before));
  process.chdir(project);
  const password = { PROD_PASSWORD: canary };
  assert.equal((await resolveCluster({}, { ...env, ...password })).context?.name, 'prod');
  assert.equal((await resolveCluster({}, { ...env, KCTL_CONTEXT: 'dev' })).context?.name, 'dev');
  const flagged = await resolveCluster({ context: 'prod' }, { ...env, ...password, KCTL_CONTEXT: 'dev' });
  assert.equal(flagged.context?.name, 'prod');
  const { sasl } = flagged.security.value;
  assert.deepEqual([sasl?.name, sasl?.username], ['SCRAM-SHA-512', 'alice']);
  assert.deepEqual(flagged.route.resolve.get('broker-1:9092'), { host: '127.0.0.1', port: 19092 });
  assert.deepEqual([flagged.clusterId, flagged.context?.protected], ['abc', true]);
  assert.ok(!JSON.stringify(flagged.settings).includes(canary));
});

test('an address from elsewhere leaves the current context, and never meets its credentials', async () => {
  const env = configure(contexts.replace('current: dev', 'current: prod'));
  const config = await resolveCluster({ 'bootstrap-server': 'other:1' }, env);
  assert.deepEqual([config.context, config.security.value, config.clusterId], [undefined, {}, undefined]);
  await assert.rejects(resolveCluster({ 'bootstrap-server': 'other:1', context: 'prod' }, env), isUsage);
  assert.equal(
    (await resolveCluster({}, { ...env, KCTL_BOOTSTRAP_SERVERS: 'e:1' })).bootstrapServers.origin,
    'KCTL_BOOTSTRAP_SERVERS',
  );
});

test('a protected context is known by name, in use only', async () => {
  const env = configure(contexts);
  assert.equal(await protectedContext({ context: 'prod' }, 'kafka', env), 'prod');
  assert.equal(await protectedContext({ context: 'prod' }, 'zookeeper', env), 'prod');
  assert.equal(await protectedContext({}, 'kafka', env), undefined);
  assert.equal(await protectedContext({ 'bootstrap-server': 'x:1' }, 'kafka', env), undefined);
});

test('-X and variables set what they name, and a secret is no argument', async () => {
  const env = { ...configure(''), KCTL_SASL_PASSWORD: canary, KCTL_BOOTSTRAP_SERVERS: 'e:1' };
  const property = ['security.protocol=SASL_PLAINTEXT', 'sasl.mechanism=PLAIN', 'sasl.username=bob'];
  const { security } = await resolveCluster({ property }, env);
  assert.equal(await firstWords(security.value), `\0bob\0${canary}`);
  await assert.rejects(resolveCluster({ property: [`sasl.password=${canary}`] }, env), isUsage);
  await assert.rejects(resolveCluster({ property: ['sasl.mechnism=PLAIN'] }, env), /unknown client setting/);
});

const wrong: Array<[what: string, text: string, says: RegExp]> = [
  ['an unknown key', 'contexts: {a: {bootstrapServer: x}}', /a: ?unknown|unknown key "bootstrapServer"/],
  ['an unknown setting', 'contexts: {a: {properties: {sasl.mechanisms: PLAIN}}}', /sasl\.mechanisms/],
  [
    'a secret in the open',
    `contexts: {a: {properties: {sasl.password: ${canary}}}}`,
    /sasl\.password is a secret/,
  ],
  ['a secret in two places', 'contexts: {a: {secrets: {sasl.password: {env: A, file: b}}}}', /2 places/],
  ['no such current context', 'current: b\ncontexts: {a: {}}', /current context "b"/],
  ['another version', 'version: 2', /version is 2/],
  ['a duration that is none', 'contexts: {a: {timeout: soon}}', /timeout/],
  ['no YAML', `contexts: {a: [${canary}`, /not YAML/],
  ['aliases', 'contexts: {a: &x {}, b: *x}', /not YAML/],
];
for (const [what, text, says] of wrong) {
  test(`${what} in the file is refused, without a secret in the error`, async () => {
    configure(text);
    await assert.rejects(
      readContextFile(path),
      (error) => isUsage(error) && says.test((error as Error).message),
    );
  });
}

test('secrets come from a file of one’s own, a command, a prompt; else it says why not', async () => {
  const secret = (source: string) =>
    configure(
      `current: a\ncontexts: {a: {bootstrapServers: x, properties: {security.protocol: SASL_PLAINTEXT, sasl.mechanism: PLAIN, sasl.username: u}, secrets: {sasl.password: ${source}}}}`,
    );
  const password = async (source: string, ask?: () => Promise<string | undefined>) =>
    (await firstWords((await resolveCluster({}, secret(source), ask)).security.value)).split('\0')[2];
  writeFileSync(join(folder, 'pw'), `${canary}\n`, { mode: 0o600 });
  assert.equal(await password('{file: pw}'), canary);
  assert.equal(await password(`{command: [printf, ${canary}]}`), canary);
  assert.equal(await password('{prompt: true}', async () => canary), canary);
  await assert.rejects(
    password('{prompt: true}', async () => undefined),
    isUsage,
  );
  await assert.rejects(password('{env: NOT_SET_ANYWHERE}'), /NOT_SET_ANYWHERE is not set/);
  await assert.rejects(password(`{command: [sh, -c, 'echo ${canary}; exit 3']}`), isUsage);
  chmodSync(join(folder, 'pw'), 0o644);
  await assert.rejects(password('{file: pw}'), /can be read by others/);
});

test('what is written is read back, and is nobody else’s', async () => {
  const file = {
    version: 1 as const,
    current: 'a',
    contexts: { a: { bootstrapServers: 'x:1', protected: true } },
  };
  await writeContextFile(path, file);
  assert.deepEqual(await readContextFile(path), file);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('an unknown context is not found, with the nearest name', async () => {
  await assert.rejects(
    resolveCluster({ context: 'prd' }, configure(contexts)),
    (error) =>
      error instanceof KctlError && error.exitCode === ExitCode.notFound && /prod/.test(error.hint ?? ''),
  );
});

/** What PLAIN says first: user and password. */
async function firstWords({ sasl }: Security): Promise<string> {
  assert.ok(sasl);
  return String(await sasl.begin({ host: 'x', port: 1 }).start());
}

function isUsage(error: unknown): boolean {
  assert.ok(error instanceof KctlError);
  assert.ok(!`${error.message} ${error.words} ${error.hint} ${error.stack}`.includes(canary));
  return error.exitCode === ExitCode.usage;
}
