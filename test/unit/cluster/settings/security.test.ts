import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { ExitCode, KctlError } from '../../../../src/base/errors.js';
import { renderFailure } from '../../../../src/cli/failure.js';
import { resolveCluster } from '../../../../src/cluster/config.js';
import { parseJaas, readSecurity } from '../../../../src/cluster/settings/security.js';

const folder = mkdtempSync(join(tmpdir(), 'kctl-security-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const login = 'org.apache.kafka.common.security.scram.ScramLoginModule required';
const secret = 'CANARY-7f3a';

test('without a protocol nothing is secured', async () => {
  assert.deepEqual(await readSecurity({}), {});
  assert.deepEqual(await readSecurity({ 'sasl.jaas.config': `${login} username="u" password="p";` }), {});
});

test('each protocol brings TLS, SASL, both or neither, in any case of letters', async () => {
  const sasl = { 'sasl.mechanism': 'PLAIN', 'sasl.jaas.config': `${login} username="u" password="p";` };
  for (const [protocol, tls, logsIn] of [
    ['PLAINTEXT', false, false],
    ['ssl', true, false],
    ['SASL_PLAINTEXT', false, true],
    ['Sasl_Ssl', true, true],
  ] as const) {
    const security = await readSecurity({ 'security.protocol': protocol, ...sasl });
    assert.deepEqual([security.tls !== undefined, security.sasl !== undefined], [tls, logsIn], protocol);
  }
});

test('PEM stores are read from files and from the properties themselves', async () => {
  const file = join(folder, 'store.pem');
  writeFileSync(file, 'PEM');
  const byFile = await readSecurity({
    'security.protocol': 'SSL',
    'ssl.truststore.location': file,
    'ssl.truststore.type': 'PEM',
    'ssl.keystore.location': file,
    'ssl.keystore.type': 'pem',
    'ssl.key.password': secret,
    'ssl.endpoint.identification.algorithm': '',
  });
  assert.deepEqual(byFile.tls, {
    ca: 'PEM',
    cert: 'PEM',
    key: 'PEM',
    passphrase: secret,
    verifyHostname: false,
  });
  const inline = await readSecurity({
    'security.protocol': 'SSL',
    'ssl.truststore.certificates': 'CA',
    'ssl.keystore.key': 'KEY',
    'ssl.keystore.certificate.chain': 'CHAIN',
  });
  assert.deepEqual(inline.tls, { ca: 'CA', cert: 'CHAIN', key: 'KEY', verifyHostname: true });
});

const configurations: Array<[what: string, properties: Record<string, string>, says: RegExp]> = [
  ['an unknown protocol', { 'security.protocol': 'TLS' }, /security\.protocol is TLS/],
  [
    'a JKS store without its password',
    { 'security.protocol': 'SSL', 'ssl.truststore.location': fileURLToPath(import.meta.url) },
    /ssl\.truststore\.password is missing/,
  ],
  [
    'a store that is not there',
    { 'security.protocol': 'SSL', 'ssl.keystore.location': '/nope', 'ssl.keystore.type': 'PEM' },
    /ssl\.keystore\.location cannot be read/,
  ],
  [
    'an unknown mechanism',
    { 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'AWS_MSK_IAM' },
    /sasl\.mechanism AWS_MSK_IAM/,
  ],
  [
    'no login',
    { 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'PLAIN' },
    /sasl\.jaas\.config is missing/,
  ],
];
for (const [what, properties, says] of configurations) {
  test(`${what} is told by its key, as usage`, async () => {
    await assert.rejects(
      readSecurity(properties),
      (error) => error instanceof KctlError && error.exitCode === ExitCode.usage && says.test(error.message),
    );
  });
}

test("a JAAS entry's options are read, quoted or bare, over several lines", () => {
  assert.deepEqual(parseJaas(`${login}\n  username="al\\"ice" password='a b;c="d"'\n  tokenauth=true ;\n`), {
    username: 'al"ice',
    password: 'a b;c="d"',
    tokenauth: 'true',
  });
});

test('any password in quotes is read back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (password) => {
      const quoted = password.replace(/[\\"]/g, '\\$&');
      assert.equal(parseJaas(`${login} username="u" password="${quoted}";`).password, password);
    }),
  );
});

/** Every way in which a person gets it wrong, with a password in it. */
const spoilt = [
  `${login} username="u" password="${secret}"`,
  `${login} username=u password="${secret};`,
  `${login} user="u" password="${secret}";`,
  `${login} username="u" passwort="${secret}";`,
  `${login} username="u" password="${secret}`,
  `username="u" password="${secret}";`,
  `${login} __proto__="${secret}";`,
  `{ "password": "${secret}" }`,
  `${secret}`,
  `${login} optional ${'='.repeat(50)}${secret};`,
];
for (const jaas of spoilt) {
  test(`no secret is in the error of ${JSON.stringify(jaas).slice(0, 70)}…`, async () => {
    const properties = {
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': 'PLAIN',
      'sasl.jaas.config': jaas,
    };
    await assert.rejects(readSecurity(properties), isQuietUsageError);
  });
}

/** Spoilt as a file, where the parser of properties is the first to stumble. */
const files = [
  `sasl.jaas.config=${login} password="\\u1Z${secret}";`,
  `security.protocol=SASL_SSL\nsasl.mechanism=PLAIN\nsasl.jaas.config=${login} \\\n  password="${secret}"`,
  `security.protocol=SASL_SSL\nsasl.mechanism=PLAIN\nsasl.jaas.config: ${secret}\\u`,
  `security.protocol=SSL\nssl.key.password=${secret}\nssl.keystore.type=PEM\nssl.keystore.location=/nope`,
  `security.protocol=SASL_SSL\nsasl.mechanism=OAUTHBEARER\nsasl.jaas.config=${login} clientSecret="${secret}";`,
];
for (const [index, text] of files.entries()) {
  test(`no secret is in the error of properties file ${index}`, async () => {
    const path = join(folder, `${index}.properties`);
    writeFileSync(path, text);
    const flags = { 'bootstrap-server': 'localhost:1', 'command-config': path };
    await assert.rejects(resolveCluster(flags, {}), isQuietUsageError);
  });
}

function isQuietUsageError(error: unknown): boolean {
  assert.ok(error instanceof KctlError, `not expected: ${inspect(error)}`);
  assert.equal(error.exitCode, ExitCode.usage);
  for (const text of [renderFailure(error, false), renderFailure(error, true), error.stack ?? ''])
    assert.ok(!text.includes(secret), text);
  return true;
}
