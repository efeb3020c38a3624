import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Run, startKctl } from '../support/kctl.js';
import { serveHttpProxy } from '../support/proxies.js';
import { alice, propertiesOf, type SecureBroker, startSecureBroker } from '../support/secure-broker.js';
import { serveTokens, unsecuredToken } from '../support/token-server.js';

/**
 * Secrets are put wherever kctl takes one, right ones and wrong ones, and looked for in whatever it prints, in the
 * processes' arguments while it runs, and in every file that it writes.
 */
const canary = 'CANARY-7f3a9c';
const folder = mkdtempSync(join(tmpdir(), 'kctl-secrets-'));
const written = {
  KCTL_STATE_DIR: join(folder, 'state'),
  TMPDIR: join(folder, 'tmp'),
  HOME: join(folder, 'home'),
};
for (const path of Object.values(written)) mkdirSync(path);
after(() => rmSync(folder, { recursive: true }));

/** In clear, in a URL, and in base64 wherever it begins. */
const needles = [canary, alice.password].flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  ...[0, 1, 2].map((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]).toString('base64');
    return shifted.slice(4, shifted.length - (shifted.length % 4) - 4);
  }),
]);
const leaks = (text: string) => needles.filter((needle) => text.includes(needle));

let count = 0;
function file(text: string, name = `${++count}`): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

interface Case {
  words?: string[];
  env?: Record<string, string>;
}

/** What is done with each of them. */
const uses: Array<[use: string[], env?: Record<string, string>]> = [
  [['topics', 'list']],
  [['topics', 'list', '-o', 'json', '-v']],
  [['topics', 'list', '--debug']],
  [['doctor', '--debug']],
  [['doctor', '-o', 'json']],
  [['context', 'show', '--origin']],
  [['context', 'show', '-o', 'json']],
  [['cluster', 'describe', '-o', 'yaml']],
  [['topics', 'list', '--debug'], { NODE_OPTIONS: `--require ${crash()}` }],
];

describe('no secret is shown', () => {
  let broker: SecureBroker;
  before(async () => {
    broker = await startSecureBroker();
  });
  after(() => broker?.stop());

  const sasl = (mechanism: string, settings: Record<string, string>) => ({
    'bootstrap.servers': broker.servers.SASLTLS,
    'security.protocol': 'SASL_SSL',
    'sasl.mechanism': mechanism,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': join(broker.folder, 'cert.pem'),
    ...settings,
  });
  const quoted = (password: string) => `"${password.replace(/[\\"]/g, '\\$&')}"`;
  const login = (password: string) => `x.M required username="alice" password=${quoted(password)};`;
  const java = (settings: Record<string, string>): Case => ({
    words: ['--command-config', file(propertiesOf(settings))],
  });
  const variables = (settings: Record<string, string>): Case => ({
    env: Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [
        `KCTL_${name.replaceAll('.', '_').toUpperCase()}`,
        value,
      ]),
    ),
  });
  const context = (
    secrets: Record<string, object>,
    more: Record<string, unknown> = {},
    env: Record<string, string> = {},
  ): Case => {
    const { 'bootstrap.servers': bootstrapServers, ...properties } = sasl('PLAIN', {
      'sasl.username': 'alice',
    });
    const contexts = { c: { bootstrapServers, properties, secrets, ...more } };
    return { env: { KCTL_CONFIG_FILE: file(JSON.stringify({ current: 'c', contexts })), ...env } };
  };
  const kept = (password: string): Record<string, () => Case> => ({
    'in a variable': () => context({ 'sasl.password': { env: 'PW' } }, {}, { PW: password }),
    'in a file': () => context({ 'sasl.password': { file: file(password) } }),
    'in a command': () => context({ 'sasl.password': { command: ['cat', file(password)] } }),
    'in the keyring': () => {
      const bin = join(folder, `bin-${++count}`);
      mkdirSync(bin);
      writeFileSync(join(bin, 'secret-tool'), `#!/bin/sh\ncat ${file(password)}\n`, { mode: 0o755 });
      return context({ 'sasl.password': { keyring: 'k' } }, {}, { PATH: `${bin}:${process.env.PATH}` });
    },
  });

  const cases: Record<string, () => Case | Promise<Case>> = {
    'a password in JAAS': () => java(sasl('PLAIN', { 'sasl.jaas.config': login(alice.password) })),
    'a wrong one in JAAS': () => java(sasl('SCRAM-SHA-512', { 'sasl.jaas.config': login(canary) })),
    'JAAS that is none': () => java(sasl('PLAIN', { 'sasl.jaas.config': login(canary).slice(0, -1) })),
    'a properties file that is none': () => ({
      words: ['--command-config', file(`sasl.jaas.config=\\u00zz${canary}\n`)],
    }),
    'a password in the environment': () =>
      variables(sasl('PLAIN', { 'sasl.username': 'alice', 'sasl.password': alice.password })),
    'a wrong one in the environment': () =>
      variables(sasl('PLAIN', { 'sasl.username': 'alice', 'sasl.password': canary })),
    ...prefixed('the password of a context ', kept(alice.password)),
    ...prefixed('the wrong password of a context ', kept(canary)),
    'a command that fails and tells': () => {
      const script = file(`echo ${canary}; echo ${canary} >&2; exit 1\n`);
      return context({ 'sasl.password': { command: ['sh', script] } });
    },
    "a trust store's password": () =>
      java(
        sasl('PLAIN', {
          'ssl.truststore.type': 'JKS',
          'ssl.truststore.password': canary,
          'sasl.jaas.config': login(alice.password),
        }),
      ),
    "a key's password, and a key that is none": () =>
      java({
        'bootstrap.servers': broker.servers.MUTUAL,
        'security.protocol': 'SSL',
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.key': `-----BEGIN PRIVATE KEY-----\n${canary}\n-----END PRIVATE KEY-----`,
        'ssl.keystore.certificate.chain': readFileSync(join(broker.folder, 'cert.pem'), 'utf8'),
        'ssl.key.password': canary,
      }),
    "a token client's secret": async () => {
      const { url } = await serveTokens({ after }, { id: 'me', secret: canary });
      return java(oauth(url, canary));
    },
    "a token client's wrong secret": async () => {
      const { url } = await serveTokens({ after }, { id: 'me', secret: 'another' });
      return java(oauth(url, canary));
    },
    'a password in the URL of tokens': () => java(oauth(`http://me:${canary}@127.0.0.1:1/token`, canary)),
    'a token': () => variables(sasl('OAUTHBEARER', { 'sasl.oauthbearer.token': unsecuredToken(canary) })),
    'a token that is refused': () =>
      java(oauth(pathToFileURL(file(`${unsecuredToken(canary, { toSeconds: -9 })}`)).href, canary)),
    'a token that is none': () =>
      variables(sasl('OAUTHBEARER', { 'sasl.oauthbearer.token': `${canary} and more` })),
    "a proxy's password in the environment": async () => {
      const { at } = await serveHttpProxy({ after }, { username: 'me', password: canary });
      const right = variables(sasl('PLAIN', { 'sasl.username': 'alice', 'sasl.password': alice.password }));
      return { env: { ...right.env, KCTL_PROXY: `http://me:${canary}@${at}` } };
    },
    "a proxy's wrong password in a context": async () => {
      const { at } = await serveHttpProxy({ after }, { username: 'me', password: 'another' });
      return context(
        { 'sasl.password': { env: 'PW' } },
        { proxy: `http://me:${canary}@${at}` },
        { PW: canary },
      );
    },
    'a proxy that is none': () => ({ env: { KCTL_PROXY: `ftp://me:${canary}@x` } }),
    "a proxy's password that is not encoded": () => ({ env: { KCTL_PROXY: `http://me:${canary}%@h:1` } }),
    'an address with credentials': () => ({
      env: { KCTL_BOOTSTRAP_SERVERS: `sasl://alice:${canary}@127.0.0.1:9092` },
    }),
    'a password where none belongs': () => context({}, { properties: { 'sasl.password': canary } }),
    'a place of a secret that is none': () => context({ 'sasl.password': { clear: canary } }),
    'contexts that are no YAML': () => ({
      env: { KCTL_CONFIG_FILE: file(`contexts: {c: {secrets: "${canary}\n  - ${canary}`) },
    }),
  };
  function oauth(url: string, secret: string): Record<string, string> {
    return sasl('OAUTHBEARER', {
      'sasl.oauthbearer.token.endpoint.url': url,
      'sasl.oauthbearer.client.credentials.client.id': 'me',
      'sasl.oauthbearer.client.credentials.client.secret': secret,
    });
  }

  for (const [what, make] of Object.entries(cases)) {
    test(what, async () => {
      const { words = [], env = {} } = await make();
      const isWhole = /password in JAAS|variable/.test(what);
      const runs = await Promise.all(
        uses.map(
          async ([use, more]): Promise<[string[], Run & { arguments: string }]> => [
            use,
            await watched([...use, ...words], { ...env, ...more }),
          ],
        ),
      );
      for (const [use, run] of runs) {
        assert.deepEqual(leaks(run.stdout), [], `${use.join(' ')}, stdout`);
        assert.deepEqual(leaks(run.stderr), [], `${use.join(' ')}, stderr`);
        assert.deepEqual(leaks(run.arguments), [], `${use.join(' ')}, arguments`);
      }
      const crashed = runs.at(-1)?.[1].stderr ?? '';
      if (isWhole && !/wrong/.test(what)) {
        assert.equal(runs[0]?.[1].code, 0, runs[0]?.[1].stderr);
        assert.match(crashed, /TypeError: a fault of the test's own/);
      }
      for (const path of Object.values(written)) assert.deepEqual(filesThatLeak(path), []);
    });
  }

  test('what is refused as an argument is not repeated', async () => {
    for (const words of [
      ['topics', 'list', '-X', `sasl.password=${canary}`],
      ['topics', 'list', '-b', `sasl://alice:${canary}@host:9092`],
      ['topics', 'list', '-b', 'h:1', '--proxy', `http://me:${canary}@host`],
      ['context', 'add', 'c', '--secret', `sasl.password=${canary}`],
      ['context', 'add', 'c', '-X', `sasl.password=${canary}`],
    ]) {
      const { code, stdout, stderr } = await watched([...words, '--debug'], {});
      assert.equal(code, 2, stderr);
      assert.deepEqual(leaks(stdout + stderr), [], words.slice(0, 4).join(' '));
    }
  });

  test('what is written for a way back holds no secret', async () => {
    const { words = [] } = java(sasl('PLAIN', { 'sasl.jaas.config': login(alice.password) }));
    const kctl = async (...own: string[]) => {
      const run = await watched([...own, ...words], {});
      assert.equal(run.code, 0, run.stderr);
    };
    await kctl('topics', 'create', 'bier-undo');
    await kctl('produce', 'bier-undo', '--template', '{n}', '--count', '3');
    await kctl('consume', 'bier-undo', '--group', 'undone', '--exit-at-end');
    await kctl('groups', 'reset', 'undone', '--all-topics', '--to-earliest', '--yes');
    assert.ok(
      readdirSync(written.KCTL_STATE_DIR, { recursive: true }).some((path) => /undo/.test(String(path))),
    );
    for (const path of Object.values(written)) assert.deepEqual(filesThatLeak(path), []);
  });
});

/** Runs kctl with nothing else that names a cluster, and sees the arguments of all processes meanwhile. */
async function watched(words: string[], env: Record<string, string>): Promise<Run & { arguments: string }> {
  const none = {
    KCTL_BOOTSTRAP_SERVERS: '',
    KCTL_CONFIG_FILE: join(folder, 'none.yaml'),
    KCTL_TIMEOUT: '30s',
  };
  const running = startKctl(words, { env: { ...none, ...written, ...env } });
  running.process.stdin.end();
  const seen = new Set<string>();
  const look = () => {
    for (const id of process.platform === 'linux'
      ? readdirSync('/proc').filter((name) => /^\d+$/.test(name))
      : [])
      try {
        seen.add(readFileSync(`/proc/${id}/cmdline`, 'utf8'));
      } catch {
        // It has ended.
      }
  };
  const timer = setInterval(look, 25);
  const run = await running.finished;
  clearInterval(timer);
  return { ...run, arguments: [...seen].join('\n') };
}

function filesThatLeak(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((each) => leaks(readFileSync(each, 'latin1')).length > 0);
}

/** A module that lets kctl fail where nobody expects it. */
function crash(): string {
  return file(
    `process.stdout.write = () => { throw new TypeError("a fault of the test's own"); };\n`,
    'crash.cjs',
  );
}

function prefixed<Value>(prefix: string, values: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));
}
