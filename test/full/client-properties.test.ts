import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { findJava } from '../../src/cluster/local/java.js';
import { runKctl } from '../support/kctl.js';
import { runTool } from '../support/oracle/oracle.js';
import { serveHttpProxy, serveSocksProxy } from '../support/proxies.js';
import { alice, propertiesOf, type SecureBroker, startSecureBroker } from '../support/secure-broker.js';

/** The same client.properties files, by Kafka's own tool and by kctl: right ones and wrong ones end alike. */
describe('client.properties', () => {
  let broker: SecureBroker;
  before(async () => {
    broker = await startSecureBroker();
    await makeStores(broker.folder);
  });
  after(() => broker?.stop());

  const file = (name: string) => join(broker.folder, name);
  const text = (name: string) => readFileSync(file(name), 'utf8');
  const jaas = (kind: string, options: string) =>
    `org.apache.kafka.common.security.${kind}LoginModule required ${options};`;
  const quoted = (password: string) => password.replace(/[\\"]/g, '\\$&');
  const user = (password = alice.password, name = alice.username) =>
    `username="${name}" password="${quoted(password)}"`;
  const store = (kind: 'truststore' | 'keystore', type: string, name: string, password?: string) => ({
    [`ssl.${kind}.type`]: type,
    [`ssl.${kind}.location`]: file(name),
    ...(password === undefined ? {} : { [`ssl.${kind}.password`]: password }),
  });
  const trust = () => store('truststore', 'PEM', 'cert.pem');
  const ssl = { 'security.protocol': 'SSL' };
  const sasl = (protocol: string, mechanism: string, config: string) => ({
    'security.protocol': protocol,
    'sasl.mechanism': mechanism,
    'sasl.jaas.config': config,
    ...(protocol === 'SASL_SSL' ? trust() : {}),
  });
  const onOneLine = (pem: string) => pem.trim().replaceAll('\n', ' ');

  type Case = [
    what: string,
    isRight: boolean,
    listener: keyof SecureBroker['servers'],
    settings: () => Record<string, string>,
    host?: string,
  ];
  const cases: Case[] = [
    ['plain text', true, 'PLAINTEXT', () => ({})],
    ['a PEM trust store', true, 'TLS', () => ({ ...ssl, ...trust() })],
    [
      'certificates to trust in the file itself',
      true,
      'TLS',
      () => ({ ...ssl, 'ssl.truststore.type': 'PEM', 'ssl.truststore.certificates': text('cert.pem') }),
    ],
    [
      'the same on one line',
      true,
      'TLS',
      () => ({
        ...ssl,
        'ssl.truststore.type': 'PEM',
        'ssl.truststore.certificates': onOneLine(text('cert.pem')),
      }),
    ],
    [
      'a JKS trust store',
      true,
      'TLS',
      () => ({ ...ssl, ...store('truststore', 'JKS', 'trust.jks', 'storepass') }),
    ],
    [
      'a PKCS12 trust store',
      true,
      'TLS',
      () => ({ ...ssl, ...store('truststore', 'PKCS12', 'trust.p12', 'storepass') }),
    ],
    ['TLS 1.2 alone', true, 'TLS', () => ({ ...ssl, ...trust(), 'ssl.enabled.protocols': 'TLSv1.2' })],
    ['nothing to trust', false, 'TLS', () => ssl],
    [
      "a trust store's wrong password",
      false,
      'TLS',
      () => ({ ...ssl, ...store('truststore', 'JKS', 'trust.jks', 'wrongpass') }),
    ],
    [
      'a trust store that is not there',
      false,
      'TLS',
      () => ({ ...ssl, ...store('truststore', 'PEM', 'none.pem') }),
    ],
    ['a name that the certificate lacks', false, 'TLS', () => ({ ...ssl, ...trust() }), 'localhost'],
    [
      'such a name, not looked at',
      true,
      'TLS',
      () => ({ ...ssl, ...trust(), 'ssl.endpoint.identification.algorithm': '' }),
      'localhost',
    ],
    ['TLS at a plain port', false, 'PLAINTEXT', () => ({ ...ssl, ...trust() })],
    ['plain text at a port with TLS', false, 'TLS', () => ({})],
    [
      'a PEM key store',
      true,
      'MUTUAL',
      () => ({ ...ssl, ...trust(), ...store('keystore', 'PEM', 'store.pem') }),
    ],
    [
      'a PEM key with a password, in the file itself',
      true,
      'MUTUAL',
      () => ({
        ...ssl,
        ...trust(),
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.certificate.chain': text('cert.pem'),
        'ssl.keystore.key': text('locked.pem'),
        'ssl.key.password': 'keypass',
      }),
    ],
    [
      "a PEM key's wrong password",
      false,
      'MUTUAL',
      () => ({
        ...ssl,
        ...trust(),
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.certificate.chain': text('cert.pem'),
        'ssl.keystore.key': text('locked.pem'),
        'ssl.key.password': 'wrongpass',
      }),
    ],
    [
      'a PKCS12 key store',
      true,
      'MUTUAL',
      () => ({ ...ssl, ...trust(), ...store('keystore', 'PKCS12', 'key.p12', 'storepass') }),
    ],
    [
      'a JKS key store',
      true,
      'MUTUAL',
      () => ({ ...ssl, ...trust(), ...store('keystore', 'JKS', 'key.jks', 'storepass') }),
    ],
    ['no certificate where one is asked for', false, 'MUTUAL', () => ({ ...ssl, ...trust() })],
    ['PLAIN', true, 'SASL', () => sasl('SASL_PLAINTEXT', 'PLAIN', jaas('plain.Plain', user()))],
    ['PLAIN over TLS', true, 'SASLTLS', () => sasl('SASL_SSL', 'PLAIN', jaas('plain.Plain', user()))],
    [
      'a wrong password',
      false,
      'SASL',
      () => sasl('SASL_PLAINTEXT', 'PLAIN', jaas('plain.Plain', user('wrong'))),
    ],
    [
      'SCRAM-SHA-256 over TLS',
      true,
      'SASLTLS',
      () => sasl('SASL_SSL', 'SCRAM-SHA-256', jaas('scram.Scram', user())),
    ],
    [
      'SCRAM-SHA-512',
      true,
      'SASL',
      () => sasl('SASL_PLAINTEXT', 'SCRAM-SHA-512', jaas('scram.Scram', user())),
    ],
    [
      'a user whom SCRAM does not know',
      false,
      'SASL',
      () => sasl('SASL_PLAINTEXT', 'SCRAM-SHA-512', jaas('scram.Scram', user('x', 'nobody'))),
    ],
    [
      'OAUTHBEARER with a token of its own',
      true,
      'SASLTLS',
      () =>
        sasl(
          'SASL_SSL',
          'OAUTHBEARER',
          jaas('oauthbearer.OAuthBearer', 'unsecuredLoginStringClaim_sub="alice"'),
        ),
    ],
    [
      'a mechanism that is not enabled',
      false,
      'SASL',
      () =>
        sasl(
          'SASL_PLAINTEXT',
          'OAUTHBEARER',
          jaas('oauthbearer.OAuthBearer', 'unsecuredLoginStringClaim_sub="alice"'),
        ),
    ],
    [
      'JAAS without its semicolon',
      false,
      'SASL',
      () => sasl('SASL_PLAINTEXT', 'PLAIN', jaas('plain.Plain', user()).slice(0, -1)),
    ],
    [
      'a login where there are none',
      false,
      'PLAINTEXT',
      () => sasl('SASL_PLAINTEXT', 'PLAIN', jaas('plain.Plain', user())),
    ],
    ['no login where one is asked for', false, 'SASL', () => ({})],
    ['a protocol that there is not', false, 'TLS', () => ({ 'security.protocol': 'TLS' })],
  ];
  for (const [index, [what, isRight, listener, settings, host]] of cases.entries()) {
    test(`${what}: ${isRight ? 'it is let in' : 'it is refused'} by both`, async () => {
      const server = broker.servers[listener].replace('127.0.0.1', host ?? '127.0.0.1');
      const path = file(`case-${index}.properties`);
      const timeouts = { 'default.api.timeout.ms': '5000', 'request.timeout.ms': '4000' };
      writeFileSync(path, propertiesOf({ ...timeouts, ...settings() }));
      const words = ['--bootstrap-server', server, '--list', '--command-config', path];
      const ours = ['topics', 'list', '-b', server, '--command-config', path];
      const [tool, kctl] = await Promise.all([
        runTool('topics', words),
        runKctl(ours, { env: { KCTL_BOOTSTRAP_SERVERS: '' } }),
      ]);
      assert.equal(tool.code === 0, isRight, `Kafka's tool: ${tool.stderr}`);
      assert.equal(kctl.code === 0, isRight, `kctl: ${kctl.stdout}${kctl.stderr}`);
      if (!isRight) assert.ok(kctl.code === 2 || kctl.code === 3, `${kctl.code}: ${kctl.stderr}`);
    });
  }

  test('TLS and a login go through proxies too', async (t) => {
    const path = file('through.properties');
    writeFileSync(path, propertiesOf(sasl('SASL_SSL', 'SCRAM-SHA-256', jaas('scram.Scram', user()))));
    for (const [kind, serve] of [
      ['http', serveHttpProxy],
      ['socks5', serveSocksProxy],
    ] as const) {
      const { at, asked } = await serve(t);
      const words = ['-b', broker.servers.SASLTLS, '--command-config', path, '--proxy', `${kind}://${at}`];
      const { code, stderr } = await runKctl(['cluster', 'describe', ...words], {
        env: { KCTL_BOOTSTRAP_SERVERS: '' },
      });
      assert.equal(code, 0, stderr);
      assert.ok(asked.includes(broker.servers.SASLTLS));
    }
  });
});

/** Key and trust stores of Java's kinds, and a key with a password, out of the broker's own certificate. */
async function makeStores(folder: string): Promise<void> {
  const keytool = join(dirname((await findJava()).path), 'keytool');
  const run = (program: string, words: string[]) =>
    execFileSync(program, words, { cwd: folder, stdio: 'ignore' });
  const pass = ['-storepass', 'storepass', '-noprompt'];
  for (const [name, type] of [
    ['trust.jks', 'JKS'],
    ['trust.p12', 'PKCS12'],
  ] as const)
    run(keytool, [
      ...['-importcert', '-alias', 'ca', '-file', 'cert.pem', '-keystore', name, '-storetype', type],
      ...pass,
    ]);
  run('openssl', [
    ...['pkcs12', '-export', '-inkey', 'key.pem', '-in', 'cert.pem', '-name', 'own', '-out', 'key.p12'],
    ...['-passout', 'pass:storepass'],
  ]);
  run(keytool, [
    ...[
      '-importkeystore',
      '-srckeystore',
      'key.p12',
      '-srcstorepass',
      'storepass',
      '-destkeystore',
      'key.jks',
    ],
    ...['-deststoretype', 'JKS', '-deststorepass', 'storepass', '-noprompt'],
  ]);
  run('openssl', [
    'pkcs8',
    '-topk8',
    '-in',
    'key.pem',
    '-out',
    'locked.pem',
    '-v1',
    'PBE-SHA1-3DES',
    '-passout',
    'pass:keypass',
  ]);
}
